//! Listening, and one task a connection.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use futures::future::BoxFuture;
use http_body_util::BodyExt as _;
use http_body_util::{Full, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::{Reply, ReplyBody, Request};
use crate::faults::Fate;

/// The largest body that is read, in bytes: a document of 5,000 resources has less than a tenth.
const LARGEST_BODY: usize = 256 << 20;

/// Who answers requests.
pub trait Answering: Send + Sync + 'static {
    /// What becomes of a request.
    fn answer(self: Arc<Self>, request: Request) -> BoxFuture<'static, Fate>;
}

/// A server on a port of this machine. It ends when it is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    tasks: JoinSet<()>,
}

impl Server {
    /// Starts answering on loopback; port 0 takes any that is free. With `tls`, over TLS.
    ///
    /// # Errors
    /// The port is taken.
    pub async fn start(
        port: u16,
        tls: Option<TlsAcceptor>,
        answering: Arc<dyn Answering>,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, tls, answering));
        Ok(Self { address, tasks })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits for ever: a server ends when it is dropped.
    pub async fn ended(&mut self) {
        self.tasks.join_next().await;
    }
}

async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, answering: Arc<dyn Answering>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => if let Ok((stream, _)) = accepted {
                connections.spawn(connection(stream, tls.clone(), Arc::clone(&answering)));
            },
            // Those that have ended are taken out; where there is none, only new ones are waited for.
            Some(_) = connections.join_next() => {}
        }
    }
}

/// What goes wrong on a connection is the client's to see: it was asked for, or the client left.
async fn connection(stream: TcpStream, tls: Option<TlsAcceptor>, answering: Arc<dyn Answering>) {
    let _ = stream.set_nodelay(true);
    match tls {
        None => serve(stream, answering).await,
        Some(tls) => {
            if let Ok(stream) = tls.accept(stream).await {
                serve(stream, answering).await;
            }
        }
    }
}

async fn serve(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    answering: Arc<dyn Answering>,
) {
    let service = service_fn(move |request| one(request, Arc::clone(&answering)));
    let server = hyper::server::conn::http1::Builder::new();
    let _ = server.serve_connection(TokioIo::new(stream), service).await;
}

/// The connection ends without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the connection is closed")]
struct Closed;

async fn one(
    request: http::Request<Incoming>,
    answering: Arc<dyn Answering>,
) -> Result<http::Response<ReplyBody>, Closed> {
    let (head, body) = request.into_parts();
    let body = Limited::new(body, LARGEST_BODY).collect().await.map_err(|_| Closed)?.to_bytes();
    let request = Request {
        method: head.method,
        path: head.uri.path().to_owned(),
        query: head.uri.query().unwrap_or_default().to_owned(),
        headers: head.headers,
        body,
    };
    match answering.answer(request).await {
        Fate::Answered(reply) | Fate::Refused(_, reply) => {
            Ok(response(reply, |body| ReplyBody::Whole(Full::new(body))))
        }
        Fate::CutShort(reply) => Ok(response(reply, |body| {
            let announced = body.len() as u64;
            ReplyBody::Cut(Some(body.slice(..body.len() / 2)), announced)
        })),
        Fate::Closed => Err(Closed),
    }
}

fn response(
    reply: Reply,
    body: impl FnOnce(bytes::Bytes) -> ReplyBody,
) -> http::Response<ReplyBody> {
    let mut response = http::Response::new(body(reply.body));
    *response.status_mut() = reply.status;
    for (name, value) in reply.headers {
        if let Ok(value) = http::HeaderValue::from_str(&value) {
            response.headers_mut().append(name, value);
        }
    }
    response
}
