//! Asks metadata servers: no proxy, no redirect, no TLS, little memory, and a deadline for all.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use reqwest::header::{HeaderMap, LOCATION};
use reqwest::{Method, RequestBuilder, Response, redirect};
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use tokio::time::Instant;

use super::finding::Trouble;

/// The most that is read of one answer, in bytes.
const ANSWER_LIMIT: usize = 1 << 20;
/// The longest value that is taken from a metadata server, in characters.
const WORD_LIMIT: usize = 256;
/// The name of Google's metadata server.
pub(super) const GOOGLE: &str = "metadata.google.internal";
/// Where Google's name leads: <https://cloud.google.com/compute/docs/metadata/querying-metadata>.
/// Known, so that a name server which does not answer holds up nothing.
const GOOGLE_ADDRESS: SocketAddr =
    SocketAddr::new(IpAddr::V4(Ipv4Addr::new(169, 254, 169, 254)), 80);

/// A client of metadata servers, good for one collection.
#[derive(Debug)]
pub(super) struct Client {
    http: reqwest::Client,
    until: Instant,
    wait: Duration,
}

/// What a metadata server answered with success.
#[derive(Debug)]
pub(super) struct Answer {
    /// Its headers.
    pub(super) headers: HeaderMap,
    text: String,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    /// Another status than success.
    #[error("the answer is status {0}")]
    Status(u16),
    /// It sends elsewhere, where nobody goes.
    #[error("it redirects to {0}, which is not followed")]
    Redirect(String),
    /// The time is over.
    #[error("no answer within {} ms", .0.as_millis())]
    Silent(Duration),
    /// There is no way to it, or the connection broke.
    #[error("{0}")]
    Broken(String),
    /// The answer is too long for metadata.
    #[error("the answer is longer than {} KiB", ANSWER_LIMIT >> 10)]
    TooLong,
    /// The answer is no text, no JSON, or not the JSON that is documented.
    #[error("the answer is not what is documented: {0}")]
    Strange(String),
}

impl Fault {
    /// The trouble this is, with `what` was asked for.
    pub(super) fn on(&self, what: &str) -> Trouble {
        Trouble::new(format!("{what}: {self}"))
    }

    /// Whether the server cannot be reached or says nothing.
    pub(super) fn is_silence(&self) -> bool {
        matches!(self, Self::Silent(_) | Self::Broken(_))
    }
}

impl Answer {
    /// The answer as one value: see [`word`].
    pub(super) fn word(&self) -> Result<String, Fault> {
        word(&self.text).ok_or_else(|| Fault::Strange("it is not one short word".to_owned()))
    }

    /// The answer as JSON.
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, Fault> {
        serde_json::from_str(&self.text).map_err(|error| Fault::Strange(describe(&error)))
    }
}

/// What is wrong with an answer, and where; without its words, which may be secret or long.
fn describe(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    match error.classify() {
        Category::Eof => "it is cut short".to_owned(),
        Category::Data => format!("its JSON has another form, at {line}:{column}"),
        Category::Syntax | Category::Io => format!("it is no JSON, at {line}:{column}"),
    }
}

/// `text` as a value of the identity: nothing but a word of at most 256 characters. A page of HTML
/// from whatever answers in the metadata server's place is none.
pub(super) fn word(text: &str) -> Option<String> {
    let text = text.trim();
    let stray = |letter: char| letter.is_control() || letter.is_whitespace() || letter == '<';
    let fits = !text.is_empty() && text.chars().count() <= WORD_LIMIT;
    (fits && !text.contains(stray)).then(|| text.to_owned())
}

impl Client {
    /// A client whose answers are all there, or given up, once `wait` has passed.
    ///
    /// # Errors
    /// The HTTP library could not be set up.
    pub(super) fn new(wait: Duration) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .user_agent(concat!("openfinops-agent/", env!("CARGO_PKG_VERSION")))
            // A proxy would answer with another machine's metadata.
            .no_proxy()
            .redirect(redirect::Policy::none())
            // Metadata is plain HTTP; reading the system's certificates takes milliseconds.
            .tls_certs_only([])
            .resolve(GOOGLE, GOOGLE_ADDRESS)
            .build()?;
        Ok(Self { http, until: Instant::now() + wait, wait })
    }

    /// Gets `url`.
    pub(super) async fn get(&self, url: &str, headers: &[(&str, &str)]) -> Result<Answer, Fault> {
        self.ask(Method::GET, url, headers).await
    }

    /// Puts nothing to `url`.
    pub(super) async fn put(&self, url: &str, headers: &[(&str, &str)]) -> Result<Answer, Fault> {
        self.ask(Method::PUT, url, headers).await
    }

    async fn ask(
        &self,
        method: Method,
        url: &str,
        headers: &[(&str, &str)],
    ) -> Result<Answer, Fault> {
        let mut request = self.http.request(method, url);
        for &(name, value) in headers {
            request = request.header(name, value);
        }
        let asking = tokio::time::timeout_at(self.until, exchange(request));
        asking.await.unwrap_or(Err(Fault::Silent(self.wait)))
    }
}

/// One request and the whole of its answer.
async fn exchange(request: RequestBuilder) -> Result<Answer, Fault> {
    let answer = request.send().await.map_err(|error| broken(&error))?;
    let status = answer.status();
    if status.is_redirection() {
        let target = answer.headers().get(LOCATION);
        let target = target.and_then(|target| word(target.to_str().ok()?));
        return Err(Fault::Redirect(target.unwrap_or_else(|| "another place".to_owned())));
    }
    if !status.is_success() {
        return Err(Fault::Status(status.as_u16()));
    }
    let headers = answer.headers().clone();
    let bytes = read(answer).await?;
    let text = String::from_utf8(bytes).map_err(|_| Fault::Strange("it is no text".to_owned()))?;
    Ok(Answer { headers, text })
}

async fn read(mut answer: Response) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| broken(&error))? {
        if bytes.len() + chunk.len() > ANSWER_LIMIT {
            return Err(Fault::TooLong);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// The innermost cause: `Connection refused (os error 111)` says more than 'error sending request'.
fn broken(error: &reqwest::Error) -> Fault {
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    Fault::Broken(cause.to_string())
}

#[cfg(test)]
mod tests {
    use super::word;

    #[test]
    fn a_page_a_line_too_many_and_an_endless_name_are_no_words() {
        assert_eq!(
            word(" ip-10-0-0-1.ec2.internal\n").as_deref(),
            Some("ip-10-0-0-1.ec2.internal")
        );
        for text in ["", " ", "<html></html>", "one\ntwo", "a\u{7}b", "not found", &"x".repeat(257)]
        {
            assert_eq!(word(text), None, "{text}");
        }
    }
}
