//! How much room file systems have, without waiting for those that do not answer.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use rustix::fs::{StatVfs, statvfs};
use tokio::sync::mpsc::unbounded_channel;
use tokio::time::timeout;

/// How long all file systems together may take to answer.
const WAIT: Duration = Duration::from_secs(2);
/// A stack for one system call.
const STACK: usize = 128 << 10;

/// The room of a file system in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Space {
    /// All of it.
    pub(super) total: u64,
    /// What is taken.
    pub(super) used: u64,
    /// What users other than root may still take.
    pub(super) free: u64,
}

impl Space {
    /// <https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/sys_statvfs.h.html>
    fn of(answer: &StatVfs) -> Self {
        let bytes = |blocks: u64| blocks.saturating_mul(answer.f_frsize);
        Self {
            total: bytes(answer.f_blocks),
            used: bytes(answer.f_blocks.saturating_sub(answer.f_bfree)),
            free: bytes(answer.f_bavail),
        }
    }
}

/// Asks file systems. One that does not answer (a disk that is gone, a FUSE server that hangs) is
/// given up after two seconds and is not asked again until the first question came back.
#[derive(Debug, Clone)]
pub(super) struct Asker {
    /// Where threads wait for an answer.
    waiting: Arc<Mutex<BTreeSet<PathBuf>>>,
    wait: Duration,
}

impl Default for Asker {
    fn default() -> Self {
        Self { waiting: Arc::default(), wait: WAIT }
    }
}

impl Asker {
    /// The room at each of `points`, in their order, or why it is not known.
    pub(super) async fn ask(&self, points: &[PathBuf]) -> Vec<Result<Space, String>> {
        self.ask_by(points, space).await
    }

    async fn ask_by(
        &self,
        points: &[PathBuf],
        space: fn(&Path) -> Result<Space, String>,
    ) -> Vec<Result<Space, String>> {
        let silent = || Err("the file system does not answer".to_owned());
        let mut answers: Vec<_> = points.iter().map(|_| silent()).collect();
        let (sender, mut receiver) = unbounded_channel();
        for (index, point) in points.iter().enumerate() {
            if !self.waiting().insert(point.clone()) {
                continue;
            }
            let (sender, point) = (sender.clone(), point.clone());
            let waiting = Arc::clone(&self.waiting);
            // A thread of its own: one of the runtime's that hangs would hold up its end.
            let started = thread::Builder::new().stack_size(STACK).spawn({
                let point = point.clone();
                move || {
                    let answer = space(&point);
                    lock(&waiting).remove(&point);
                    // Nobody listens any more when the wait is over.
                    let _ = sender.send((index, answer));
                }
            });
            if let Err(error) = started {
                self.waiting().remove(&point);
                answers[index] = Err(format!("no thread to ask the file system: {error}"));
            }
        }
        drop(sender);
        let collect = async {
            while let Some((index, answer)) = receiver.recv().await {
                answers[index] = answer;
            }
        };
        // What is missing then stays silent.
        let _ = timeout(self.wait, collect).await;
        answers
    }

    fn waiting(&self) -> MutexGuard<'_, BTreeSet<PathBuf>> {
        lock(&self.waiting)
    }
}

/// The set is whole between any two steps, so a panic elsewhere leaves it usable.
fn lock(waiting: &Mutex<BTreeSet<PathBuf>>) -> MutexGuard<'_, BTreeSet<PathBuf>> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}

fn space(point: &Path) -> Result<Space, String> {
    statvfs(point)
        .map(|answer| Space::of(&answer))
        .map_err(|error| format!("the file system cannot be asked: {error}"))
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;

    const SOME: Space = Space { total: 3, used: 1, free: 2 };
    /// What lets the file system at `/hangs` answer.
    static RELEASE: Mutex<Option<Receiver<()>>> = Mutex::new(None);

    fn hanging(point: &Path) -> Result<Space, String> {
        if point == Path::new("/hangs") {
            let release = RELEASE.lock().unwrap().take().expect("it is asked once");
            release.recv().unwrap();
        }
        Ok(SOME)
    }

    #[tokio::test]
    async fn a_file_system_that_hangs_holds_up_nothing_and_is_not_asked_twice() {
        let (release, held): (Sender<()>, _) = channel();
        *RELEASE.lock().unwrap() = Some(held);
        let mut asker = Asker { wait: Duration::ZERO, ..Asker::default() };
        let points = ["/hangs".into(), "/".into()];
        for _ in 0..2 {
            let answers = asker.ask_by(&points[..1], hanging).await;
            assert_eq!(answers, [Err("the file system does not answer".to_owned())]);
        }
        release.send(()).unwrap();
        while !asker.waiting().is_empty() {
            thread::yield_now();
        }
        asker.wait = Duration::MAX;
        assert_eq!(asker.ask_by(&points[1..], hanging).await, [Ok(SOME)]);
    }

    #[tokio::test]
    async fn a_path_that_is_gone_says_so() {
        let answers = Asker::default().ask(&["/nowhere/at/all".into(), "/".into()]).await;
        assert!(answers[0].as_ref().unwrap_err().contains("No such file"), "{answers:?}");
        assert!(answers[1].as_ref().unwrap().total > 0);
    }
}
