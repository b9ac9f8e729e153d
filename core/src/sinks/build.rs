//! From configuration to sinks.

use std::io::Write;

use secrecy::SecretString;
use url::Url;

use super::{FileSink, OpenFinOps, SERVER, Sink, StandardOutput};
use crate::config::{RunConfig, SinkTarget};

/// The sinks of an agent: the server, standard output, and the further ones.
///
/// # Errors
/// The TLS library could not be set up (no usable certificate store).
pub fn build(
    server: Option<Url>,
    token: Option<SecretString>,
    printer: Option<Box<dyn Write + Send>>,
    run: &RunConfig,
) -> Result<Vec<Box<dyn Sink>>, reqwest::Error> {
    let mut sinks: Vec<Box<dyn Sink>> = Vec::new();
    if let Some(printer) = printer {
        sinks.push(Box::new(StandardOutput::new(printer)));
    }
    if let Some(url) = server {
        let sink = OpenFinOps::new(SERVER, url, token)?;
        sinks.push(Box::new(sink.timeout(run.send_timeout)));
    }
    for sink in &run.sinks {
        let name = sink.name.clone();
        sinks.push(match &sink.target {
            SinkTarget::File(path) => Box::new(FileSink::new(name, path.clone())),
            SinkTarget::Server { url, token } => Box::new(
                OpenFinOps::new(name, url.clone(), token.clone())?.timeout(run.send_timeout),
            ),
        });
    }
    Ok(sinks)
}
