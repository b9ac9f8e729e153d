//! A server that does as it is told, and writes down what it was asked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Response};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use url::Url;

/// A request.
#[derive(Debug, Clone)]
pub struct Asked {
    pub path: String,
    pub query: String,
    pub headers: HeaderMap,
}

impl Asked {
    /// The value of a header; empty where it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// An answer.
#[derive(Debug, Clone, Default)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    /// After so many bytes of the body the connection is closed.
    pub cut: Option<usize>,
    /// After those bytes nothing more comes, and the connection stays.
    pub stuck: bool,
}

impl Reply {
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        Self { status, body: body.into(), ..Self::default() }
    }

    pub fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, body)
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Cut after so many bytes.
    pub fn cut(self, after: usize) -> Self {
        Self { cut: Some(after), ..self }
    }

    fn answer(self) -> Response<Body> {
        let mut response = Response::builder().status(self.status);
        let said = self.headers.iter().any(|(name, _)| *name == "content-length");
        for (name, value) in &self.headers {
            response = response.header(*name, value);
        }
        if !said && self.status != 304 {
            response = response.header("content-length", self.body.len());
        }
        let whole = self.cut.is_none();
        let end = self.cut.unwrap_or(self.body.len());
        let (pieces, stuck) = (self.body[..end].to_vec(), self.stuck);
        // Small pieces, as they come over a network.
        let pieces: Vec<_> =
            pieces.chunks(8 * 1024).map(|piece| Ok(Bytes::copy_from_slice(piece))).collect();
        let broken = move |()| async move {
            if stuck {
                std::future::pending::<()>().await;
            }
            // What was sent before must have left the server when the connection goes.
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            (!whole).then(|| (Err(std::io::Error::other("cut")), ()))
        };
        let body = if whole && !stuck {
            Body::from_stream(futures::stream::iter(pieces))
        } else {
            let end = futures::stream::unfold((), broken);
            Body::from_stream(futures::StreamExt::chain(futures::stream::iter(pieces), end))
        };
        response.body(body).unwrap()
    }
}

/// A server on a port of its own.
pub struct Server {
    url: Url,
    asked: Arc<Mutex<Vec<Asked>>>,
    running: JoinHandle<()>,
}

type Answer = dyn Fn(&Asked, usize) -> Reply + Send + Sync;

impl Server {
    pub async fn start(answer: impl Fn(&Asked, usize) -> Reply + Send + Sync + 'static) -> Self {
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let counts: Arc<Mutex<HashMap<String, usize>>> = Arc::default();
        let (log, answer): (_, Arc<Answer>) = (Arc::clone(&asked), Arc::new(answer));
        let handle = move |request: Request| {
            let (parts, _) = request.into_parts();
            let one = Asked {
                path: parts.uri.path().to_owned(),
                query: parts.uri.query().unwrap_or_default().to_owned(),
                headers: parts.headers,
            };
            let before = {
                let mut counts = counts.lock().unwrap();
                let count = counts.entry(one.path.clone()).or_default();
                *count += 1;
                *count - 1
            };
            log.lock().unwrap().push(one.clone());
            let answer = Arc::clone(&answer);
            async move { answer(&one, before).answer() }
        };
        Self::serve(Router::new().fallback(handle), asked).await
    }

    /// A server of the caller's own making.
    pub async fn of(router: Router) -> Self {
        Self::serve(router, Arc::default()).await
    }

    async fn serve(router: Router, asked: Arc<Mutex<Vec<Asked>>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
        let running = tokio::spawn(async move {
            axum::serve(listener, router).await.unwrap();
        });
        Self { url, asked, running }
    }

    pub fn url(&self) -> Url {
        self.url.clone()
    }

    /// Every request so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// The values of a header in every request so far.
    pub fn headers(&self, name: &str) -> Vec<String> {
        self.asked().iter().map(|asked| asked.header(name).to_owned()).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.running.abort();
    }
}
