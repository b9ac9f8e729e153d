//! The line to the server, which can be cut.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use url::Url;

/// A port that hands connections on, or ends them where there is nobody.
pub(crate) struct Line {
    address: SocketAddr,
    other_end: Arc<Mutex<Option<SocketAddr>>>,
    refused: Arc<AtomicU32>,
}

impl Line {
    /// A line to the server at `address`.
    pub(crate) async fn to(address: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let line = Self {
            address: listener.local_addr().unwrap(),
            other_end: Arc::new(Mutex::new(Some(address))),
            refused: Arc::default(),
        };
        let (other_end, refused) = (Arc::clone(&line.other_end), Arc::clone(&line.refused));
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let other_end = *other_end.lock().unwrap();
                let Some(other_end) = other_end else {
                    refused.fetch_add(1, Ordering::Relaxed);
                    continue;
                };
                tokio::spawn(async move {
                    if let Ok(mut server) = TcpStream::connect(other_end).await {
                        // One that breaks is the agent's to notice.
                        let _ = copy_bidirectional(&mut client, &mut server).await;
                    }
                });
            }
        });
        line
    }

    pub(crate) fn url(&self) -> Url {
        format!("http://{}", self.address).parse().unwrap()
    }

    /// Nobody is there any more.
    pub(crate) fn cut(&self) {
        *self.other_end.lock().unwrap() = None;
    }

    /// The server at `address` is there from now on.
    pub(crate) fn connect(&self, address: SocketAddr) {
        *self.other_end.lock().unwrap() = Some(address);
    }

    /// Connections that met nobody.
    pub(crate) fn refused(&self) -> u32 {
        self.refused.load(Ordering::Relaxed)
    }
}
