//! The service account of the agent and its key, made anew in each run.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rcgen::{KeyPair, PKCS_RSA_SHA256, PublicKeyData as _, RsaKeySize};
use rustls::{ServerConfig, SignatureScheme};
use serde::Deserialize;
use serde_json::{Value, json};

use super::place::project_id;

/// The name of the service account.
pub(super) fn email() -> String {
    format!("openfinops-agent@{}.iam.gserviceaccount.com", project_id(0))
}

/// The id of its key.
const KEY_ID: &str = "5a9d0b0c0ffee0123456789abcdef0123456789a";

/// The key of the service account.
#[derive(Debug)]
pub(super) struct Key(KeyPair);

#[derive(Debug, Deserialize)]
struct Claims {
    iss: String,
    exp: i64,
}

impl Key {
    /// A new key.
    pub(super) fn new() -> Self {
        let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048);
        Self(pair.expect("the library makes keys of this size"))
    }

    /// The file that Google gives out for it; the token endpoint is at `url`.
    /// <https://cloud.google.com/iam/docs/keys-create-delete#creating>
    pub(super) fn file(&self, url: &str) -> Value {
        json!({
            "type": "service_account", "project_id": project_id(0), "private_key_id": KEY_ID,
            "private_key": self.0.serialize_pem(), "client_email": email(),
            "client_id": "100000000000000000001", "auth_uri": format!("{url}/o/oauth2/auth"),
            "token_uri": format!("{url}/token"),
            "auth_provider_x509_cert_url": format!("{url}/oauth2/v1/certs"),
            "universe_domain": "googleapis.com",
        })
    }

    /// Until when (seconds since 1970) a token is good that the service account signed itself;
    /// `None` of one that it did not sign. <https://google.aip.dev/auth/4111>
    pub(super) fn signed_until(&self, token: &str) -> Option<i64> {
        let (message, signature) = token.rsplit_once('.')?;
        let (_head, claims) = message.split_once('.')?;
        let bytes = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
        let claims: Claims = serde_json::from_slice(&bytes(claims)?).ok()?;
        (claims.iss == email() && self.verifies(message, &bytes(signature)?)).then_some(claims.exp)
    }

    /// RSA with SHA-256.
    fn verifies(&self, message: &str, signature: &[u8]) -> bool {
        let builder = ServerConfig::builder();
        let known = builder.crypto_provider().signature_verification_algorithms;
        let mut schemes = known.mapping.iter();
        let found = schemes.find(|(scheme, _)| *scheme == SignatureScheme::RSA_PKCS1_SHA256);
        found.is_some_and(|(_, algorithms)| {
            algorithms.iter().any(|algorithm| {
                let signed = message.as_bytes();
                algorithm.verify_signature(self.0.der_bytes(), signed, signature).is_ok()
            })
        })
    }
}
