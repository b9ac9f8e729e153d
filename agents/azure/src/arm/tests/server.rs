//! A server behind TLS that answers with bytes of the test's choice, one request a connection.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rcgen::{CertificateParams, CertifiedIssuer, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A server on a free port of the loopback interface.
pub(super) struct Server {
    /// `https://localhost:1234/`
    pub(super) address: String,
    /// The certificate of who signed its own.
    pub(super) authority: String,
    requests: Arc<AtomicUsize>,
}

impl Server {
    /// A server that answers each request with `answer`, byte for byte.
    pub(super) fn start(answer: Vec<u8>) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(rcgen::DnType::CommonName, "a test's authority");
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let tls = tls(&authority);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("https://localhost:{}/", listener.local_addr().unwrap().port());
        let requests: Arc<AtomicUsize> = Arc::default();
        let counted = Arc::clone(&requests);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let connection = ServerConnection::new(Arc::clone(&tls)).unwrap();
                let mut reader = BufReader::new(StreamOwned::new(connection, stream));
                let mut line = String::new();
                // A client that does not trust the certificate goes away before it asks.
                while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
                    line.clear();
                }
                if line == "\r\n" {
                    counted.fetch_add(1, Ordering::SeqCst);
                    let stream = reader.get_mut();
                    stream.write_all(&answer).ok();
                    stream.conn.send_close_notify();
                    stream.flush().ok();
                }
            }
        });
        Self { address, authority: authority.pem(), requests }
    }

    /// How many requests came.
    pub(super) fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

/// The provider is named, so that none is installed for the process.
fn tls(authority: &CertifiedIssuer<'static, KeyPair>) -> Arc<ServerConfig> {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, authority).unwrap().der().clone();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    Arc::new(config)
}
