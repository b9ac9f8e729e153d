//! Who this process is, as far as it can tell without asking anyone.

use serde_json::{Value, json};

use crate::identity::{Fields, Identity, Surroundings};

/// The identity from the environment (`SERVICE_NAME`, `SERVICE_VERSION`, `ENVIRONMENT`), the
/// kernel and the process. The command line stays out: it may hold a secret.
pub(super) fn local_identity() -> Identity {
    let surroundings = Surroundings::of_this_process();
    let executable = std::env::current_exe().unwrap_or_default();
    let program = executable.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let system = rustix::system::uname();
    let description =
        format!("{} {}", system.sysname().to_string_lossy(), system.release().to_string_lossy());
    Identity {
        cloud: fields(json!({ "provider": "local", "metadata_source": "none" })),
        host: fields(json!({ "name": surroundings.hostname() })),
        k8s: Fields::new(),
        process: fields(json!({
            "pid": std::process::id(),
            "executable": executable.to_string_lossy(),
        })),
        resource: fields(json!({
            "telemetry.sdk.name": "openfinops-agents",
            "telemetry.sdk.version": env!("CARGO_PKG_VERSION"),
            "runtime.name": "rust",
            "os.type": std::env::consts::OS,
            "os.description": description,
        })),
        service: fields(json!({
            "name": surroundings.variable("SERVICE_NAME").unwrap_or(&program),
            "version": surroundings.variable("SERVICE_VERSION").unwrap_or("unknown"),
        })),
        environment: surroundings.variable("ENVIRONMENT").unwrap_or("unknown").to_owned(),
    }
}

fn fields(value: Value) -> Fields {
    if let Value::Object(fields) = value { fields } else { Fields::new() }
}
