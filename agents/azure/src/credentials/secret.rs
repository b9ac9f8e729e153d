//! The client secret: where it is read, and how it stays out of texts.

use std::path::PathBuf;

use secrecy::{ExposeSecret as _, SecretString};
use url::form_urlencoded;

/// Where the client secret is.
#[derive(Debug, Clone)]
pub(super) enum Secret {
    /// In a file, which is read whenever the credential is made.
    File(PathBuf),
    /// In the environment, as it was when the program started.
    Environment(SecretString),
}

impl Secret {
    /// The secret as it is now.
    ///
    /// # Errors
    /// Why there is none, with the setting's name.
    pub(super) fn read(&self) -> Result<SecretString, String> {
        let file = match self {
            Self::Environment(secret) => return Ok(secret.clone()),
            Self::File(file) => file,
        };
        let shown = file.display();
        let text = std::fs::read_to_string(file).map_err(|error| {
            format!("credential.client_secret_file {shown} cannot be read: {error}")
        })?;
        match text.trim() {
            "" => Err(format!("credential.client_secret_file {shown} is empty")),
            secret => Ok(SecretString::from(secret)),
        }
    }
}

/// `text` without `secret` in it, plain or as a form sends it.
pub(super) fn without(text: &str, secret: &SecretString) -> String {
    let plain = secret.expose_secret();
    let encoded: String = form_urlencoded::byte_serialize(plain.as_bytes()).collect();
    text.replace(plain, "(secret)").replace(&encoded, "(secret)")
}
