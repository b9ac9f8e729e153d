//! Bounds on what clients of the admin port can hold: connections, time and bytes.
//!
//! `axum::serve` has no timeouts, so they are here, below HTTP: a connection is a stream that fails
//! once its time is up or it has sent too much.

use std::future::Future;
use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

/// Connections open at a time.
const CONNECTIONS: usize = 32;
/// How long a connection may last: one small request and its answer.
const LIFETIME: Duration = Duration::from_secs(10);
/// How long a connection may last once the agent stops.
const FAREWELL: Duration = Duration::from_secs(1);
/// Bytes that a connection may send. Browsers send the cookies of every port of a host.
const REQUEST_BYTES: usize = 32 * 1024;

/// How HTTP/2 begins, and no request of HTTP/1. It would carry many requests over one connection,
/// and what axum builds on speaks it wherever another crate of the program asks for it.
const HTTP_2: &[u8] = b"PRI";

/// A listener whose connections are few, short and small.
pub(super) struct BoundedListener {
    listener: TcpListener,
    slots: Arc<Semaphore>,
    stop: CancellationToken,
}

impl BoundedListener {
    pub(super) fn new(listener: TcpListener, stop: CancellationToken) -> Self {
        Self { listener, slots: Arc::new(Semaphore::new(CONNECTIONS)), stop }
    }
}

impl axum::serve::Listener for BoundedListener {
    type Io = BoundedStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        // The semaphore is never closed; without a permit the stream would only be unbounded.
        let slot = Arc::clone(&self.slots).acquire_owned().await.ok();
        // axum's own accept logs errors and waits where the process has no file descriptor left.
        let (stream, address) = axum::serve::Listener::accept(&mut self.listener).await;
        (BoundedStream::new(stream, slot, self.stop.clone()), address)
    }

    fn local_addr(&self) -> Result<Self::Addr> {
        self.listener.local_addr()
    }
}

/// A connection that fails once its time is up or it has sent too much.
pub(super) struct BoundedStream {
    stream: TcpStream,
    /// Bytes that may still come.
    allowance: usize,
    /// What of [`HTTP_2`] is still to come; `None` once something else came.
    preface: Option<&'static [u8]>,
    end: Pin<Box<dyn Future<Output = ()> + Send>>,
    _slot: Option<OwnedSemaphorePermit>,
}

impl BoundedStream {
    fn new(stream: TcpStream, slot: Option<OwnedSemaphorePermit>, stop: CancellationToken) -> Self {
        let end = Box::pin(async move {
            tokio::select! {
                () = tokio::time::sleep(LIFETIME) => {}
                () = async { stop.cancelled().await; tokio::time::sleep(FAREWELL).await } => {}
            }
        });
        Self { stream, allowance: REQUEST_BYTES, preface: Some(HTTP_2), end, _slot: slot }
    }

    /// Fails once the time is up, and sees to it that the task is woken then.
    fn check_time(&mut self, context: &mut Context<'_>) -> Result<()> {
        // Once the time is up, HTTP drops the stream at the first failure; asking the finished
        // future again would panic, so it is replaced by one that is always over.
        if self.end.as_mut().poll(context).is_ready() {
            self.end = Box::pin(std::future::ready(()));
            return Err(ErrorKind::TimedOut.into());
        }
        Ok(())
    }

    /// Fails where `bytes`, which just came, are too many or the beginning of HTTP/2.
    fn check_bytes(&mut self, bytes: &[u8]) -> Result<()> {
        let Some(rest) = self.allowance.checked_sub(bytes.len()) else {
            return Err(Error::new(ErrorKind::InvalidData, "the request is too long"));
        };
        self.allowance = rest;
        let Some(preface) = self.preface else { return Ok(()) };
        let common = preface.len().min(bytes.len());
        self.preface = (bytes[..common] == preface[..common]).then_some(&preface[common..]);
        if self.preface.is_some_and(<[u8]>::is_empty) {
            return Err(Error::new(ErrorKind::InvalidData, "HTTP/2 is not spoken here"));
        }
        Ok(())
    }
}

impl AsyncRead for BoundedStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        self.check_time(context)?;
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        Poll::Ready(self.check_bytes(&buffer.filled()[before..]))
    }
}

impl AsyncWrite for BoundedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>> {
        self.check_time(context)?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
