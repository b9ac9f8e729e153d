//! The service account of the tests: its key, made anew in each process, and the tokens that are
//! signed with it.

use std::sync::OnceLock;
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rcgen::{KeyPair, PKCS_RSA_SHA256, PublicKeyData as _, RsaKeySize};
use rustls::{ServerConfig, SignatureScheme};
use serde_json::{Value, json};

/// The service account.
pub(crate) const EMAIL: &str = "openfinops@shop-main.iam.gserviceaccount.com";
/// The id of its key.
const KEY_ID: &str = "0123456789abcdef0123456789abcdef01234567";
/// What tokens are good for.
pub(crate) const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";
/// How every token begins that is not signed with the key.
pub(crate) const TOKEN: &str = "scripted-token";
/// How every signed token begins: `{"alg":` in base64.
pub(crate) const SIGNED: &str = "eyJhbGciO";
/// A line of every key file.
pub(crate) const PRIVATE: &str = "PRIVATE KEY";

fn pair() -> &'static KeyPair {
    static PAIR: OnceLock<KeyPair> = OnceLock::new();
    PAIR.get_or_init(|| {
        KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).expect("a key")
    })
}

/// The file that Google gives out for a key of a service account. Its token endpoint is at `url`.
/// <https://cloud.google.com/iam/docs/keys-create-delete#creating>
pub(crate) fn file(url: &str) -> Value {
    json!({
        "type": "service_account", "project_id": "shop-main", "private_key_id": KEY_ID,
        "private_key": pair().serialize_pem(), "client_email": EMAIL,
        "client_id": "100000000000000000001", "auth_uri": format!("{url}/o/oauth2/auth"),
        "token_uri": format!("{url}/token"), "universe_domain": "googleapis.com",
    })
}

/// Whether a token is one that Google's APIs take from this service account: a self-signed JWT.
/// <https://google.aip.dev/auth/4111>
pub(crate) fn check(token: &str) -> Result<(), String> {
    let parts: Vec<&str> = token.split('.').collect();
    let [header, claims, signature] = parts.as_slice() else {
        return Err("it has not three parts".into());
    };
    let bytes = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|error| error.to_string());
    let read = |part: &str| {
        serde_json::from_slice::<Value>(&bytes(part)?).map_err(|error| error.to_string())
    };
    let (head, said) = (read(header)?, read(claims)?);
    if head["alg"] != "RS256" || head["kid"] != KEY_ID {
        return Err(format!("its head is {head}"));
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let [from, until] = ["iat", "exp"].map(|key| said[key].as_u64().unwrap_or_default());
    let in_time = from <= now && now < until && until <= now + 3_700 && until - from <= 3_700;
    if said["iss"] != EMAIL || said["sub"] != EMAIL || said["scope"] != SCOPE || !in_time {
        return Err(format!("its claims are {said}"));
    }
    verify(&format!("{header}.{claims}"), &bytes(signature)?)
}

/// The signature by RSA and SHA-256.
fn verify(message: &str, signature: &[u8]) -> Result<(), String> {
    let builder = ServerConfig::builder();
    let known = builder.crypto_provider().signature_verification_algorithms;
    let mut known = known.mapping.iter();
    let (_, algorithms) =
        known.find(|(scheme, _)| *scheme == SignatureScheme::RSA_PKCS1_SHA256).unwrap();
    let right = |algorithm: &&dyn rustls::pki_types::SignatureVerificationAlgorithm| {
        algorithm.verify_signature(pair().der_bytes(), message.as_bytes(), signature).is_ok()
    };
    match algorithms.iter().any(right) {
        true => Ok(()),
        false => Err("its signature is wrong".into()),
    }
}
