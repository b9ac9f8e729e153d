//! The binary while it runs: its output so far, its signals, its end.

use std::io::Read;
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::agent::Ran;

/// The binary while it runs; it does not outlive the test.
pub(crate) struct Running {
    child: Child,
    started: Instant,
    stdout: Pipe,
    stderr: Pipe,
}

impl Running {
    /// Watches a process whose pipes nobody reads yet.
    pub(crate) fn watch(mut child: Child) -> Self {
        let stdout = Pipe::of(child.stdout.take());
        let stderr = Pipe::of(child.stderr.take());
        Self { child, started: Instant::now(), stdout, stderr }
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal: `TERM`, `INT`.
    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &pid]).status().unwrap();
        assert!(sent.success());
    }

    /// Whether it has not ended.
    pub(crate) fn is_alive(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// The lines that it logged so far, which are all JSON.
    pub(crate) fn log(&self) -> Vec<Value> {
        log_lines(&self.stderr.text())
    }

    /// How many lines it logged that say `message`.
    pub(crate) fn logged(&self, message: &str) -> usize {
        self.log().iter().filter(|line| message_of(line).contains(message)).count()
    }

    /// Waits until it has logged a line that says `message`; the answer is that line.
    pub(crate) fn wait_for_log(&self, message: &str) -> Value {
        self.wait_for(message, || {
            self.log().into_iter().find(|line| message_of(line).contains(message))
        })
    }

    /// Waits until it has ended so many cycles.
    pub(crate) fn wait_for_cycles(&self, count: usize) {
        self.wait_for("so many cycles", || (self.logged("cycle done") >= count).then_some(()));
    }

    /// Waits until there is something, with the log where there is nothing in time.
    pub(crate) fn wait_for<T>(&self, what: &str, mut found: impl FnMut() -> Option<T>) -> T {
        let deadline = Instant::now() + Duration::from_secs(40);
        loop {
            if let Some(found) = found() {
                return found;
            }
            assert!(Instant::now() < deadline, "never: {what}; stderr:\n{}", self.stderr.text());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Asks it to end, which must come within its grace period, with status 0.
    pub(crate) fn terminate(self) -> Ran {
        self.signal("TERM");
        let ran = self.end_within(Duration::from_secs(20));
        assert_eq!(ran.status, Some(0), "{ran:?}");
        ran
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for its end; one that does not come is a failure.
    pub(crate) fn end_within(mut self, limit: Duration) -> Ran {
        let deadline = Instant::now() + limit;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break Some(status);
            }
            if Instant::now() > deadline {
                self.child.kill().unwrap();
                self.child.wait().unwrap();
                break None;
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        let took = self.started.elapsed();
        let (stdout, stderr) = (self.stdout.whole(), self.stderr.whole());
        let Some(status) = status else {
            panic!("it did not end within {limit:?}; stderr:\n{stderr}");
        };
        let ran = Ran { status: status.code(), stdout, stderr, took };
        ran.assert_calm();
        ran
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has mostly ended by now, and then there is nothing to end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What comes out of a pipe.
struct Pipe {
    bytes: Arc<Mutex<Vec<u8>>>,
    reader: Option<JoinHandle<()>>,
}

impl Pipe {
    fn of(pipe: Option<impl Read + Send + 'static>) -> Self {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        let into = Arc::clone(&bytes);
        let reader = pipe.map(|mut pipe| {
            std::thread::spawn(move || {
                let mut block = [0; 4096];
                while let Ok(count @ 1..) = pipe.read(&mut block) {
                    into.lock().unwrap().extend_from_slice(&block[..count]);
                }
            })
        });
        Self { bytes, reader }
    }

    /// What came so far, up to the last whole line.
    fn text(&self) -> String {
        let bytes = self.bytes.lock().unwrap();
        let end = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        String::from_utf8(bytes[..end].to_vec()).unwrap()
    }

    /// All of it.
    fn whole(&mut self) -> String {
        if let Some(reader) = self.reader.take() {
            reader.join().unwrap();
        }
        String::from_utf8(self.bytes.lock().unwrap().clone()).unwrap()
    }
}

/// The lines of a log, which are all JSON.
pub(crate) fn log_lines(stderr: &str) -> Vec<Value> {
    let parse = |line: &str| {
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in line {line:?}"))
    };
    stderr.lines().map(parse).collect()
}

/// What a line of a log says.
pub(crate) fn message_of(line: &Value) -> &str {
    line["fields"]["message"].as_str().unwrap_or_default()
}

/// Waits until `condition` holds, for at most 40 seconds.
pub(crate) fn wait_until(what: &str, condition: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(40);
    while !condition() {
        assert!(Instant::now() < deadline, "never: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
