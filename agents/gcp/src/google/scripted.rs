//! A server on this machine that answers as a test wants, one request a connection.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use url::Url;

use super::Google;

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    /// The path with the query, below the server's address.
    pub url: Url,
    /// The lines of its head, in small letters.
    pub head: Vec<String>,
}

impl Seen {
    /// A parameter of the query; empty where there is none.
    pub(crate) fn query(&self, key: &str) -> String {
        let mut pairs = self.url.query_pairs();
        pairs.find(|(name, _)| name == key).map(|(_, value)| value.into_owned()).unwrap_or_default()
    }
}

/// An answer, byte for byte.
#[derive(Debug, Clone)]
pub(crate) struct Reply(Vec<u8>);

impl Reply {
    /// An answer with a status, JSON or any other text, and more lines for its head.
    pub(crate) fn new(status: u16, head: &[&str], body: &str) -> Self {
        let head: String = head.iter().map(|line| format!("{line}\r\n")).collect();
        let length = body.len();
        Self(format!("HTTP/1.1 {status} s\r\nconnection: close\r\n{head}content-length: {length}\r\n\r\n{body}").into())
    }

    /// A good answer.
    pub(crate) fn json(body: &serde_json::Value) -> Self {
        Self::new(200, &["content-type: application/json"], &body.to_string())
    }

    /// A refusal of an older API's form.
    pub(crate) fn refusal(status: u16, reason: &str, message: &str) -> Self {
        let error = serde_json::json!({
            "code": status, "message": message, "errors": [{"reason": reason, "message": message}],
        });
        Self::new(status, &[], &serde_json::json!({ "error": error }).to_string())
    }

    /// A good answer that ends too early.
    pub(crate) fn cut(body: &str) -> Self {
        let length = body.len() + 10;
        Self(format!("HTTP/1.1 200 s\r\ncontent-length: {length}\r\n\r\n{body}").into())
    }

    /// None: the connection is closed.
    pub(crate) fn none() -> Self {
        Self(Vec::new())
    }
}

/// The server.
pub(crate) struct Script {
    /// `http://127.0.0.1:1234`
    pub(crate) address: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Script {
    /// A server that asks `answer` for each answer; it is told how many came before.
    pub(crate) fn new(answer: impl Fn(usize, &Seen) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let (base, noted) = (address.clone(), Arc::clone(&seen));
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                if let Some(request) = request(&base, &stream) {
                    let before = noted.lock().unwrap().len();
                    noted.lock().unwrap().push(request.clone());
                    stream.write_all(&answer(before, &request).0).ok();
                }
            }
        });
        Self { address, seen }
    }

    /// A server with these answers; the last comes again and again.
    pub(crate) fn of(replies: &[Reply]) -> Self {
        let replies = replies.to_vec();
        Self::new(move |before, _| replies[before.min(replies.len() - 1)].clone())
    }

    /// What came so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Google Cloud, answered by this server.
    pub(crate) async fn google(&self) -> Google {
        Google::at(&self.address).await
    }
}

fn request(base: &str, stream: &TcpStream) -> Option<Seen> {
    let mut reader = BufReader::new(stream);
    let mut head = Vec::new();
    let mut url = None;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match (line.trim_end(), &url) {
            ("", _) => break,
            (first, None) => url = Url::parse(&format!("{base}{}", first.split(' ').nth(1)?)).ok(),
            (other, _) => head.push(other.to_ascii_lowercase()),
        }
    }
    let length = head.iter().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    reader.take(length.unwrap_or(0)).read_to_end(&mut Vec::new()).ok()?;
    Some(Seen { url: url?, head })
}
