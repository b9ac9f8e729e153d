//! HTTP/1.1 behind TLS: one thread and one request a connection.

use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;

use jiff::Timestamp;
use rcgen::{CertificateParams, CertifiedIssuer, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A request.
pub(super) struct Request {
    pub(super) method: String,
    /// The path, with the query.
    pub(super) target: String,
    /// The bearer token.
    pub(super) token: String,
    /// What the body is.
    pub(super) kind: String,
    pub(super) body: Vec<u8>,
}

/// An answer.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) kind: &'static str,
    pub(super) body: String,
}

/// What comes back, and what time it is then.
pub(super) enum Sending {
    Whole(Answer, Timestamp),
    Cut(Answer, Timestamp),
    Silence,
    Reset,
}

/// Its address, and who signed its certificate.
pub(super) fn start(
    script: impl Fn(&Request) -> Sending + Send + Sync + 'static,
) -> (SocketAddr, String) {
    let (config, authority) = tls();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let script = Arc::new(script);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (config, script) = (Arc::clone(&config), Arc::clone(&script));
            // A client that goes away in the middle is what some tests are about.
            std::thread::spawn(move || serve(stream, config, &*script).ok());
        }
    });
    (address, authority)
}

fn tls() -> (Arc<ServerConfig>, String) {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(rcgen::DnType::CommonName, "kubernetes");
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &authority).unwrap().der().clone();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    (Arc::new(config), authority.pem())
}

fn serve(
    stream: TcpStream,
    config: Arc<ServerConfig>,
    script: &dyn Fn(&Request) -> Sending,
) -> io::Result<()> {
    let connection = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut reader = BufReader::new(StreamOwned::new(connection, stream));
    let request = read(&mut reader)?;
    match script(&request) {
        Sending::Whole(answer, date) => write(reader.get_mut(), &answer, date, answer.body.len()),
        Sending::Cut(answer, date) => write(reader.get_mut(), &answer, date, answer.body.len() / 2),
        Sending::Silence => io::copy(&mut reader, &mut io::sink()).map(|_| ()),
        Sending::Reset => Ok(()),
    }
}

fn read(reader: &mut BufReader<impl Read>) -> io::Result<Request> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split(' ').map(str::to_owned);
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (mut token, mut kind, mut length) = (String::new(), String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "authorization" => token = value.strip_prefix("Bearer ").unwrap_or(value).to_owned(),
            "content-type" => kind = value.to_owned(),
            "content-length" => length = value.parse().unwrap_or_default(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Request { method, target, token, kind, body })
}

/// The head and so many bytes of the body. The date is in whole seconds, rounded down.
fn write(
    stream: &mut impl Write,
    answer: &Answer,
    date: Timestamp,
    bytes: usize,
) -> io::Result<()> {
    let Answer { status, kind, body } = answer;
    let date = date.strftime("%a, %d %b %Y %H:%M:%S GMT");
    write!(
        stream,
        "HTTP/1.1 {status} Scripted\r\nconnection: close\r\ndate: {date}\r\n\
         content-type: {kind}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    )?;
    stream.write_all(&body.as_bytes()[..bytes])?;
    stream.flush()
}
