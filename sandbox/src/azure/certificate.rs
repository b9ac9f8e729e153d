//! A certificate for this machine, by an authority of its own.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;

/// Makes an authority and a certificate for `localhost`; writes the authority's certificate into
/// `folder`, and gives its path.
///
/// # Errors
/// `folder` cannot be written.
pub fn make(folder: &Path) -> io::Result<(Arc<ServerConfig>, PathBuf)> {
    let (config, authority) = signed().map_err(io::Error::other)?;
    let path = folder.join("azure-authority.pem");
    std::fs::write(&path, authority)?;
    Ok((Arc::new(config), path))
}

fn signed() -> Result<(ServerConfig, String), Box<dyn std::error::Error + Send + Sync>> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "sandbox authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
    let mut params = CertificateParams::new(vec!["localhost".to_owned()])?;
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2090, 1, 1);
    let key = KeyPair::generate()?;
    let certificate = params.signed_by(&key, &issuer)?;
    let key = PrivateKeyDer::try_from(key.serialize_der())?;
    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)?;
    Ok((config, issuer.pem()))
}
