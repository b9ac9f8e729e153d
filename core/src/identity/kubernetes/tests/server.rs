//! An HTTP/1.1 server behind TLS under full control of its bytes. One thread and one request a
//! connection.

use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use rcgen::{CertificateParams, CertifiedIssuer, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use serde_json::Value;

/// What a request asked for, and as whom.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    /// `/api/v1/nodes/n-1`, with the query.
    pub(super) target: String,
    /// The bearer token.
    pub(super) token: String,
}

/// What comes back.
#[derive(Debug, Clone)]
pub(super) enum Reply {
    Json(Value),
    Text(u16, &'static str),
    Redirect(String),
    /// Half of a body under its whole length, then the connection's end.
    Cut(Value),
    /// So many bytes of a body.
    Large(usize),
    /// Nothing, for as long as the client waits.
    Silent,
    /// The connection's end.
    Reset,
}

/// A server on a free port of the loopback interface.
pub(super) struct Server {
    pub(super) address: SocketAddr,
    /// Who signed its certificate, as `ca.crt` has it.
    pub(super) authority: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

/// An authority that signs certificates.
pub(super) fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(rcgen::DnType::CommonName, "kubernetes");
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// A server's side of TLS, with a certificate for `name`. The provider is named, so that none is
/// installed for the process: the detector has to do with none.
fn tls(authority: &CertifiedIssuer<'static, KeyPair>, name: &str) -> Arc<ServerConfig> {
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
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

impl Server {
    /// A server that answers each request as `script` says, with a certificate for `name`.
    pub(super) fn start(
        name: &str,
        script: impl Fn(&Seen) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let authority = authority();
        let config = tls(&authority, name);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen: Arc<Mutex<Vec<Seen>>> = Arc::default();
        let (script, noted) = (Arc::new(script), Arc::clone(&seen));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (config, script) = (Arc::clone(&config), Arc::clone(&script));
                let noted = Arc::clone(&noted);
                std::thread::spawn(move || {
                    let answer = |request: Seen| {
                        noted.lock().unwrap().push(request.clone());
                        script(&request)
                    };
                    // A client that goes away in the middle is what some tests are about.
                    serve(stream, config, answer).ok()
                });
            }
        });
        Self { address, authority: authority.pem(), seen }
    }

    /// What was asked so far.
    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

fn serve(
    stream: TcpStream,
    config: Arc<ServerConfig>,
    answer: impl Fn(Seen) -> Reply,
) -> io::Result<()> {
    let connection = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut reader = BufReader::new(StreamOwned::new(connection, stream));
    let request = read(&mut reader)?;
    let reply = answer(request);
    if matches!(reply, Reply::Silent) {
        return io::copy(&mut reader, &mut io::sink()).map(|_| ());
    }
    write(reader.get_mut(), &reply)
}

fn read(reader: &mut BufReader<impl Read>) -> io::Result<Seen> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let target = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut token = String::new();
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        if name.eq_ignore_ascii_case("authorization") {
            token = value.strip_prefix("Bearer ").unwrap_or(value).to_owned();
        }
    }
    Ok(Seen { target, token })
}

fn write(stream: &mut impl Write, reply: &Reply) -> io::Result<()> {
    let (status, more, body, sent) = match reply {
        Reply::Json(value) => whole(200, value.to_string()),
        Reply::Text(status, body) => whole(*status, (*body).to_owned()),
        Reply::Redirect(target) => (302, format!("location: {target}\r\n"), String::new(), 0),
        Reply::Cut(value) => {
            let (status, more, body, whole) = whole(200, value.to_string());
            (status, more, body, whole / 2)
        }
        Reply::Large(bytes) => whole(200, " ".repeat(*bytes)),
        Reply::Silent | Reply::Reset => return Ok(()),
    };
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status} Scripted\r\nconnection: close\r\ncontent-type: application/json\r\n\
         {more}content-length: {length}\r\n\r\n"
    )?;
    stream.write_all(&body.as_bytes()[..sent])?;
    stream.flush()
}

fn whole(status: u16, body: String) -> (u16, String, String, usize) {
    let sent = body.len();
    (status, String::new(), body, sent)
}
