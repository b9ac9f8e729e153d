//! The way to the network: one client with bounds on time and size, for the SDK to send with.

use std::path::Path;
use std::time::Duration;

use azure_core::http::headers::Headers;
use azure_core::http::{AsyncRawResponse, Body, HttpClient, Method, Request};
use bytes::{Bytes, BytesMut};
use reqwest::Certificate;
use reqwest::redirect::Policy;

use finops_core::agent::AgentError;

use super::error::{Lost, Trouble};
use super::quote::{chain, innermost};
use crate::config::AzureConfig;

/// The longest answer that is read, in bytes: a page of Resource Graph has at most 16 MiB.
const LARGEST_BODY: usize = 64 << 20;

/// How long to wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Who asks.
const USER_AGENT: &str = concat!("azure-agent/", env!("CARGO_PKG_VERSION"));

/// Sends with reqwest: each answer is whole, and no longer than the bounds allow.
#[derive(Debug, Clone)]
pub(crate) struct Network {
    http: reqwest::Client,
    largest: usize,
    wait: Duration,
}

impl Network {
    /// For Azure's own hosts: https only, the system's certificates and those of `tls.ca_file`, the
    /// environment's proxy, no redirects.
    ///
    /// # Errors
    /// The certificates cannot be read.
    pub(crate) fn to_azure(config: &AzureConfig) -> Result<Self, AgentError> {
        let mut builder = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .https_only(true)
            .redirect(Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(config.api_timeout);
        if let Some(file) = &config.ca_file {
            builder = builder.tls_certs_merge(certificates(file)?);
        }
        let http = builder.build().map_err(|error| {
            let cause = innermost(&error);
            let remedy = "install the system's certificates (ca-certificates), check tls.ca_file";
            AgentError::Setup(format!("Azure cannot be asked over TLS: {cause}; {remedy}"))
        })?;
        Ok(Self { http, largest: LARGEST_BODY, wait: config.api_timeout })
    }

    /// For identity endpoints of the machine itself: plain http, never through a proxy, no
    /// redirects.
    ///
    /// # Errors
    /// The HTTP library could not be set up.
    pub(crate) fn to_machine(connect: Duration, wait: Duration) -> Result<Self, AgentError> {
        let http = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .no_proxy()
            .redirect(Policy::none())
            .connect_timeout(connect)
            .timeout(wait)
            // Nothing there speaks TLS; reading the system's certificates takes milliseconds.
            .tls_certs_only([])
            .build()
            .map_err(|error| {
                let cause = innermost(&error);
                AgentError::Setup(format!("the identity endpoint cannot be asked: {cause}"))
            })?;
        Ok(Self { http, largest: 1 << 20, wait })
    }

    #[cfg(test)]
    pub(super) fn with_largest(self, largest: usize) -> Self {
        Self { largest, ..self }
    }

    async fn body(&self, mut response: reqwest::Response) -> azure_core::Result<Bytes> {
        let told = response.content_length().unwrap_or(0);
        let mut body = BytesMut::new();
        if told > self.largest as u64 {
            return Err(self.too_long());
        }
        while let Some(chunk) = response.chunk().await.map_err(|error| self.broken(&error))? {
            if body.len() + chunk.len() > self.largest {
                return Err(self.too_long());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    }

    fn too_long(&self) -> azure_core::Error {
        let cause = format!("the answer is longer than {} bytes", self.largest);
        let remedy = "something between the agent and Azure answers for it: check proxies";
        Lost { trouble: Trouble::BadReply, cause, remedy: remedy.to_owned() }.lasting()
    }

    /// What a failure of the HTTP library means.
    fn broken(&self, error: &reqwest::Error) -> azure_core::Error {
        let host = error.url().and_then(|url| url.host_str()).unwrap_or("Azure").to_owned();
        let cause = innermost(error);
        let lost = |trouble, cause, remedy: String| Lost { trouble, cause, remedy };
        if is_about_certificates(error) {
            let remedy = format!(
                "trust the certificate that {host} shows: set tls.ca_file where a proxy looks into \
                 TLS, and check this machine's clock"
            );
            let cause = format!("TLS with {host} failed: {cause}");
            return lost(Trouble::Unreachable, cause, remedy).lasting();
        }
        let reach = format!("check DNS, the proxy and the firewall on the way to {host}");
        let (trouble, cause, remedy) = if error.is_connect() {
            (Trouble::Unreachable, format!("no connection to {host}: {cause}"), reach)
        } else if error.is_timeout() {
            let seconds = self.wait.as_secs_f64();
            let remedy = "check the network path to Azure; `api.timeout` sets how long to wait";
            let cause = format!("{host} gave no whole answer within {seconds} seconds");
            (Trouble::TimedOut, cause, remedy.to_owned())
        } else if error.is_body() || error.is_decode() {
            let remedy = "something between the agent and Azure cuts replies: check proxies";
            let cause = format!("the answer of {host} is cut short: {cause}");
            (Trouble::BadReply, cause, remedy.to_owned())
        } else {
            (Trouble::Unreachable, format!("the connection to {host} broke: {cause}"), reach)
        };
        lost(trouble, cause, remedy).passing()
    }
}

#[async_trait::async_trait]
impl HttpClient for Network {
    async fn execute_request(&self, request: &Request) -> azure_core::Result<AsyncRawResponse> {
        let method = match request.method() {
            Method::Post => reqwest::Method::POST,
            _ => reqwest::Method::GET,
        };
        let mut sending = self.http.request(method, request.url().clone());
        for (name, value) in request.headers().iter() {
            // The SDK names itself; Azure's operators are told which program it is.
            if name.as_str() != "user-agent" {
                sending = sending.header(name.as_str(), value.as_str());
            }
        }
        if let Body::Bytes(body) = request.body() {
            sending = sending.body(body.clone());
        }
        let response = sending.send().await.map_err(|error| self.broken(&error))?;
        let status = response.status().as_u16();
        let mut headers = Headers::new();
        for (name, value) in response.headers() {
            if let Ok(value) = value.to_str() {
                headers.insert(name.as_str().to_owned(), value.to_owned());
            }
        }
        let body = self.body(response).await?;
        Ok(AsyncRawResponse::from_bytes(status.into(), headers, body))
    }
}

fn is_about_certificates(error: &reqwest::Error) -> bool {
    chain(error).any(|error| {
        let text = error.to_string().to_ascii_lowercase();
        text.contains("certificate") || text.contains("unknownissuer")
    })
}

fn certificates(file: &Path) -> Result<Vec<Certificate>, AgentError> {
    let shown = file.display();
    let setup = |problem: &str| {
        let remedy = "give the file's path and let the agent read it, or leave the setting out";
        AgentError::Setup(format!("tls.ca_file {shown} {problem}; {remedy}"))
    };
    let text = std::fs::read(file).map_err(|error| setup(&format!("cannot be read: {error}")))?;
    let found = Certificate::from_pem_bundle(&text)
        .map_err(|error| setup(&format!("is not PEM: {}", innermost(&error))))?;
    if found.is_empty() {
        return Err(setup("holds no certificate"));
    }
    Ok(found)
}
