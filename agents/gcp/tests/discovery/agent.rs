//! The real binary, in an empty home, with the key of a service account that exists nowhere.

use std::process::{Command, Stdio};

use rcgen::{KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::replies::{ORGANIZATION, PROJECT};

/// What a run left.
#[derive(Debug)]
pub(crate) struct Ran {
    status: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Ran {
    /// The documents of a run that ended well: every line is one.
    pub(crate) fn documents(&self) -> Vec<Value> {
        assert_eq!(self.status, Some(0), "{}", self.stderr);
        self.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// One cycle of everything below the organisation, its APIs at `url`.
pub(crate) fn collect(url: &str) -> Ran {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("key.json"), key(url).to_string()).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_gcp-agent"))
        .args(["--once", "--server", "none", "--output", "json", "--organization", ORGANIZATION])
        .env_clear()
        .env("HOME", folder.path())
        .env("OPENFINOPS_DATA_DIR", path("data"))
        // Whatever cloud this machine is in.
        .env("OPENFINOPS_METADATA_ROOT", "/nonexistent")
        .env("OPENFINOPS_GCP_ENDPOINT", url)
        .env("OPENFINOPS_API_TIMEOUT", "10")
        .env("OPENFINOPS_API_ATTEMPTS", "2")
        .env("GOOGLE_APPLICATION_CREDENTIALS", path("key.json"))
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Ran {
        status: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The file that Google gives out for a key. Its token endpoint is at `url`, which has none: with such
/// a key no token is asked for.
/// <https://cloud.google.com/iam/docs/keys-create-delete>
fn key(url: &str) -> Value {
    let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
    json!({
        "type": "service_account", "project_id": PROJECT,
        "private_key_id": "89abcdef0123456789abcdef0123456789abcdef",
        "private_key": pair.serialize_pem(),
        "client_email": format!("openfinops@{PROJECT}.iam.gserviceaccount.com"),
        "client_id": "100000000000000000002", "token_uri": format!("{url}/token"),
        "universe_domain": "googleapis.com",
    })
}
