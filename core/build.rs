//! Asks the compiler for its version, which the identity calls the runtime's.

use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=RUSTC");
    println!("cargo:rustc-env=FINOPS_RUSTC_VERSION={}", version().as_deref().unwrap_or("unknown"));
}

/// `1.94.1` of `rustc 1.94.1 (e408947bf 2026-03-25)`.
fn version() -> Option<String> {
    let output = Command::new(std::env::var_os("RUSTC")?).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.split_whitespace().nth(1).map(str::to_owned)
}
