//! What a process knows of itself.

use super::document::Fields;
use super::redact;

/// `pid`, `executable` and `command_line`, without its secrets.
pub(super) fn process() -> Fields {
    let mut fields = Fields::new();
    fields.insert("pid".to_owned(), std::process::id().into());
    if let Ok(path) = std::env::current_exe() {
        fields.insert("executable".to_owned(), path.to_string_lossy().into());
    }
    let arguments = std::env::args_os().map(|argument| argument.to_string_lossy().into_owned());
    fields.insert("command_line".to_owned(), redact::command_line(arguments).into());
    fields
}

/// What it is built with and what it runs on.
pub(super) fn resource() -> Fields {
    let system = rustix::system::uname();
    let description =
        format!("{} {}", system.sysname().to_string_lossy(), system.release().to_string_lossy());
    [
        ("telemetry.sdk.name", "openfinops-agents"),
        ("telemetry.sdk.version", env!("CARGO_PKG_VERSION")),
        ("runtime.name", "rust"),
        ("runtime.version", env!("FINOPS_RUSTC_VERSION")),
        ("os.type", std::env::consts::OS),
        ("os.description", &description),
    ]
    .into_iter()
    .map(|(key, value)| (key.to_owned(), value.into()))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_runtimes_version_is_the_compilers() {
        let fields = resource();
        let version = fields["runtime.version"].as_str().unwrap();
        assert!(version.split('.').count() >= 3 && version.starts_with("1."), "{version}");
        let system = fields["os.description"].as_str().unwrap();
        assert!(system.starts_with("Linux "), "{system}");
    }

    #[test]
    fn the_process_is_this_one() {
        let fields = process();
        assert_eq!(fields["pid"], std::process::id());
        assert!(fields["executable"].as_str().unwrap().starts_with('/'));
    }
}
