//! What a command prints, as it comes.

use std::io::{self, ErrorKind};
use std::os::fd::OwnedFd;
use std::time::Duration;

use tokio::net::unix::pipe::Receiver;
use tokio::time::sleep;

/// What is read at once.
const BLOCK: usize = 8 * 1024;
/// How often it is read before others get a turn: a full pipe.
const TURN: usize = 8;
/// After each turn of what nobody will see: a command that prints without end is slowed to about
/// 10 MB a second rather than read as fast as it writes.
const PACE: Duration = Duration::from_millis(5);

/// One of a command's two outputs.
pub(super) struct Output {
    pipe: Pipe,
    kept: Vec<u8>,
    limit: usize,
    excess: Excess,
    exceeded: bool,
}

/// The end of a command's pipe.
enum Pipe {
    /// Only looked at when someone asks: watching costs more than most commands take.
    Unwatched(OwnedFd),
    /// The runtime says when there is something.
    Watched(Receiver),
    /// At the end of file.
    Ended,
}

impl Pipe {
    fn try_read(&self, block: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Unwatched(pipe) => Ok(rustix::io::read(pipe, block)?),
            Self::Watched(pipe) => pipe.try_read(block),
            Self::Ended => Ok(0),
        }
    }

    /// The same pipe, watched.
    fn watched(self) -> io::Result<Self> {
        match self {
            Self::Unwatched(pipe) => Ok(Self::Watched(Receiver::from_owned_fd(pipe)?)),
            other => Ok(other),
        }
    }
}

/// What becomes of what is over the limit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Excess {
    /// Reading ends at the first byte of it.
    Ends,
    /// It is read and dropped, so that the command is not held up.
    Dropped,
}

/// What one turn of reading came to.
enum Turn {
    Nothing,
    More,
    Over,
}

impl Output {
    /// Reads `pipe`, and keeps at most `limit` bytes.
    pub(super) fn new(pipe: OwnedFd, limit: usize, excess: Excess) -> io::Result<Self> {
        rustix::io::ioctl_fionbio(&pipe, true)?;
        let pipe = Pipe::Unwatched(pipe);
        Ok(Self { pipe, kept: Vec::new(), limit, excess, exceeded: false })
    }

    /// Reads to the end of file, or until there is too much if that ends it. May be dropped and
    /// called again.
    pub(super) async fn read(&mut self) -> io::Result<()> {
        self.pipe = std::mem::replace(&mut self.pipe, Pipe::Ended).watched()?;
        while let Pipe::Watched(pipe) = &self.pipe {
            pipe.readable().await?;
            match self.turn()? {
                Turn::Over => return Ok(()),
                _ if self.exceeded => sleep(PACE).await,
                Turn::More => tokio::task::yield_now().await,
                Turn::Nothing => {}
            }
        }
        Ok(())
    }

    /// Reads what is there, without waiting for more; at most what a pipe holds, and a turn.
    pub(super) fn read_now(&mut self) -> io::Result<()> {
        while self.is_open() && !matches!(self.turn()?, Turn::Nothing | Turn::Over) {
            if self.exceeded {
                break;
            }
        }
        Ok(())
    }

    /// Reads what is there, and no more than a turn's worth.
    fn turn(&mut self) -> io::Result<Turn> {
        let mut block = [0; BLOCK];
        for _ in 0..TURN {
            if !self.is_open() {
                break;
            }
            let wanted = match self.excess {
                // One byte more than may come says that it is too much.
                Excess::Ends => (self.limit - self.kept.len()).saturating_add(1).min(BLOCK),
                Excess::Dropped => BLOCK,
            };
            match self.pipe.try_read(&mut block[..wanted]) {
                Ok(0) => self.pipe = Pipe::Ended,
                Ok(length) => self.keep(&block[..length]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(Turn::Nothing),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
            if self.exceeded && self.excess == Excess::Ends {
                self.pipe = Pipe::Ended;
                return Ok(Turn::Over);
            }
        }
        Ok(Turn::More)
    }

    fn keep(&mut self, new: &[u8]) {
        let new = match new.split_at_checked(self.limit - self.kept.len()) {
            Some((kept, dropped)) => {
                self.exceeded |= !dropped.is_empty();
                kept
            }
            None => new,
        };
        // Twice as much each time, but never more than may come.
        let length = self.kept.len() + new.len();
        if length > self.kept.capacity() {
            let wanted = length.saturating_mul(2).min(self.limit);
            self.kept.reserve_exact(wanted - self.kept.len());
        }
        self.kept.extend_from_slice(new);
    }

    /// Whether more came than may be kept.
    pub(super) fn exceeded(&self) -> bool {
        self.exceeded
    }

    /// How many bytes may be kept.
    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    /// Whether someone may still write to it, as far as was read.
    pub(super) fn is_open(&self) -> bool {
        !matches!(self.pipe, Pipe::Ended)
    }

    /// What was kept.
    pub(super) fn into_kept(self) -> Vec<u8> {
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    /// What is kept of `text`, and whether there was more.
    async fn read(text: &str, limit: usize, excess: Excess) -> (String, bool) {
        let (reader, mut writer) = io::pipe().unwrap();
        writer.write_all(text.as_bytes()).unwrap();
        drop(writer);
        let mut output = Output::new(reader.into(), limit, excess).unwrap();
        output.read().await.unwrap();
        assert!(!output.is_open());
        let exceeded = output.exceeded();
        (String::from_utf8(output.into_kept()).unwrap(), exceeded)
    }

    #[tokio::test]
    async fn what_is_within_the_limit_is_kept_whole() {
        for limit in [5, 6, usize::MAX] {
            for excess in [Excess::Ends, Excess::Dropped] {
                assert_eq!(read("12345", limit, excess).await, ("12345".to_owned(), false));
            }
        }
    }

    #[tokio::test]
    async fn of_what_is_over_the_limit_the_first_part_is_kept() {
        for excess in [Excess::Ends, Excess::Dropped] {
            assert_eq!(read("12345", 4, excess).await, ("1234".to_owned(), true));
            assert_eq!(read("12345", 0, excess).await, (String::new(), true));
            assert_eq!(read("", 0, excess).await, (String::new(), false));
            let long = "x".repeat(50_000);
            assert_eq!(read(&long, 20_000, excess).await, ("x".repeat(20_000), true));
        }
    }
}
