//! A small HTTP/1.1 server under full control of its bytes.
//!
//! A framework would repair what these tests want broken: here an answer can be cut in the middle,
//! never come, or be a closed connection. One thread a connection, one request a connection.

use std::fmt;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: String,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// When it had come.
    pub(crate) at: Instant,
}

impl Request {
    /// A header's value; `name` in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether `text` is anywhere in the request's head or body.
    pub(crate) fn contains(&self, text: &str) -> bool {
        self.headers.iter().any(|(_, value)| value.contains(text))
            || self.path.contains(text)
            || self.query.contains(text)
            || String::from_utf8_lossy(&self.body).contains(text)
    }
}

/// An answer with everything that belongs to it.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

/// What comes back.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// A whole answer.
    Whole(Answer),
    /// Half of an answer's body under its whole length, then the connection's end.
    Truncated(Answer),
    /// Nothing, for as long as the client waits.
    Hang,
    /// The connection's end.
    Reset,
    /// Whatever is written, when it is written.
    Bytes(Bytes),
}

type Writing = dyn Fn(&mut dyn Write) -> io::Result<()> + Send + Sync;

/// Writes an answer's bytes at its own pace.
#[derive(Clone)]
pub(crate) struct Bytes(Arc<Writing>);

impl fmt::Debug for Bytes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Bytes")
    }
}

impl Reply {
    /// A whole answer.
    pub(crate) fn of(status: u16, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type", kind.to_owned())];
        Self::Whole(Answer { status, headers, body: body.into() })
    }

    /// The bytes that `write` writes.
    pub(crate) fn written(
        write: impl Fn(&mut dyn Write) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        Self::Bytes(Bytes(Arc::new(write)))
    }

    /// The same with one header more.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        if let Self::Whole(answer) | Self::Truncated(answer) = &mut self {
            answer.headers.push((name, value.into()));
        }
        self
    }
}

/// A server on a free port of the loopback interface, until it is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    stopped: Arc<AtomicBool>,
}

impl Server {
    /// A server that answers each request as `script` says.
    pub(crate) fn start(script: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        Self::listen(TcpListener::bind("127.0.0.1:0").expect("a free port"), script)
    }

    /// The same behind a listener that is there already.
    pub(crate) fn listen(
        listener: TcpListener,
        script: impl Fn(&Request) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::accept(listener, move |stream| serve(stream, &script))
    }

    /// Lets `connected` have each connection, in a thread of its own.
    pub(crate) fn accept(
        listener: TcpListener,
        connected: impl Fn(TcpStream) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        let address = listener.local_addr().expect("an address");
        let stopped = Arc::new(AtomicBool::new(false));
        let (connected, stop) = (Arc::new(connected), Arc::clone(&stopped));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                let connected = Arc::clone(&connected);
                // A client that goes away in the middle is what some tests are about.
                std::thread::spawn(move || connected(stream).ok());
            }
        });
        Self { address, stopped }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Its port.
    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        // Wakes the listening thread, so that it sees the flag.
        let _ = TcpStream::connect(self.address);
    }
}

/// The address of a port on which nothing listens.
pub(crate) fn closed_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    format!("http://{address}")
}

/// Reads one request and answers it as `script` says.
pub(crate) fn serve(
    stream: impl Read + Write,
    script: &dyn Fn(&Request) -> Reply,
) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    let request = read(&mut reader)?;
    match script(&request) {
        Reply::Whole(answer) => send(reader.get_mut(), &answer, answer.body.len()),
        Reply::Truncated(answer) => send(reader.get_mut(), &answer, answer.body.len() / 2),
        Reply::Bytes(Bytes(write)) => write(reader.get_mut()),
        Reply::Hang => io::copy(&mut reader, &mut io::sink()).map(|_| ()),
        Reply::Reset => Ok(()),
    }
}

/// Sends an answer's head and so many bytes of its body.
fn send(stream: &mut impl Write, answer: &Answer, bytes: usize) -> io::Result<()> {
    let mut head = format!("HTTP/1.1 {} Scripted\r\nconnection: close\r\n", answer.status);
    for (name, value) in &answer.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("content-length: {}\r\n\r\n", answer.body.len()));
    stream.write_all(head.as_bytes())?;
    stream.write_all(&answer.body[..bytes])?;
    stream.flush()
}

fn read(reader: &mut impl BufRead) -> io::Result<Request> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace();
    let method = words.next().unwrap_or_default().to_owned();
    let target = words.next().unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let (path, query) = (path.to_owned(), query.to_owned());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut request =
        Request { method, path, query, headers, body: Vec::new(), at: Instant::now() };
    let length = request.header("content-length").and_then(|text| text.parse().ok());
    request.body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut request.body)?;
    Ok(request)
}
