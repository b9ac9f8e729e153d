//! Reads and writes one Lease. The API server takes a write only where nobody wrote since the version
//! that it was made from
//! (<https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions>): of two replicas
//! that write at once, one learns that it was too late.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use k8s_openapi::api::coordination::v1::Lease;
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use secrecy::ExposeSecret as _;
use url::Url;

use super::failure::LeaseFailure;
use crate::identity::Surroundings;
use crate::in_cluster::{self, innermost};

/// The most that is read of one answer, in bytes: what etcd takes of one object is not much more.
const ANSWER_LIMIT: usize = 1 << 20;

/// One Lease at the API server.
pub(crate) struct LeaseApi {
    around: Surroundings,
    http: reqwest::Client,
    /// Where the namespace's leases are.
    all: Url,
    namespace: String,
    name: String,
}

/// What an answer brought.
#[derive(Debug)]
pub(crate) struct Found {
    /// The Lease, where there is one.
    pub(crate) lease: Option<Lease>,
    /// When the server answered, by its own clock; in whole seconds, rounded down.
    pub(crate) server_time: Option<Timestamp>,
}

impl LeaseApi {
    /// The Lease `name` in the namespace of this pod; a call may take `limit`. Nothing is sent yet.
    ///
    /// # Errors
    /// This is no pod of a cluster.
    pub(crate) fn connect(
        around: &Surroundings,
        name: &str,
        limit: Duration,
    ) -> Result<Self, LeaseFailure> {
        let (base, http) = in_cluster::client(around, limit)?;
        // Told now and not with every call.
        in_cluster::token(around)?;
        let namespace = in_cluster::namespace(around)?;
        let mut all = base;
        all.set_path(&format!("/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases"));
        Ok(Self { around: around.clone(), http, all, namespace, name: name.to_owned() })
    }

    /// The Lease's name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The Lease as it is.
    ///
    /// # Errors
    /// Every way in which a call fails; that there is none is no failure.
    pub(crate) async fn get(&self) -> Result<Found, LeaseFailure> {
        let answer = self.send(self.request(Method::GET, Some(&self.name))?).await?;
        let server_time = server_time(answer.headers());
        match answer.status() {
            StatusCode::NOT_FOUND => Ok(Found { lease: None, server_time }),
            status => {
                succeeded(status, "get")?;
                Ok(Found { lease: Some(self.read(answer).await?), server_time })
            }
        }
    }

    /// Writes `lease`: a new one where it has no version, else in the place of that version. The
    /// answer is the Lease as it is then.
    ///
    /// # Errors
    /// [`LeaseFailure::Conflict`] where somebody wrote first, and every way in which a call fails.
    pub(crate) async fn put(&self, mut lease: Lease) -> Result<Found, LeaseFailure> {
        lease.metadata.name = Some(self.name.clone());
        lease.metadata.namespace = Some(self.namespace.clone());
        let known = lease.metadata.resource_version.is_some();
        let (method, name, verb) = if known {
            (Method::PUT, Some(self.name.as_str()), "update")
        } else {
            (Method::POST, None, "create")
        };
        let body =
            serde_json::to_vec(&lease).map_err(|error| LeaseFailure::Strange(error.to_string()))?;
        let request = self.request(method, name)?.header(CONTENT_TYPE, "application/json");
        let answer = self.send(request.body(body)).await?;
        let server_time = server_time(answer.headers());
        match answer.status() {
            StatusCode::CONFLICT => return Err(LeaseFailure::Conflict),
            // It was deleted since it was read: whoever writes it anew is first.
            StatusCode::NOT_FOUND if known => return Err(LeaseFailure::Conflict),
            status => succeeded(status, verb)?,
        }
        Ok(Found { lease: Some(self.read(answer).await?), server_time })
    }

    fn request(&self, method: Method, name: Option<&str>) -> Result<RequestBuilder, LeaseFailure> {
        let mut url = self.all.clone();
        if let Some(name) = name {
            url.set_path(&format!("{}/{name}", self.all.path()));
        }
        // Read each time: the kubelet renews it.
        let token = in_cluster::token(&self.around)?;
        Ok(self.http.request(method, url).bearer_auth(token.expose_secret()))
    }

    async fn send(&self, request: RequestBuilder) -> Result<Response, LeaseFailure> {
        request.send().await.map_err(|error| unreachable(&error))
    }

    async fn read(&self, mut answer: Response) -> Result<Lease, LeaseFailure> {
        let mut bytes = Vec::new();
        while let Some(piece) = answer.chunk().await.map_err(|error| unreachable(&error))? {
            if bytes.len() + piece.len() > ANSWER_LIMIT {
                return Err(LeaseFailure::Strange("it is larger than 1 MiB".to_owned()));
            }
            bytes.extend_from_slice(&piece);
        }
        let lease: Lease = serde_json::from_slice(&bytes)
            .map_err(|error| LeaseFailure::Strange(format!("{:?} error", error.classify())))?;
        // What stands between may answer with an object of its own, and a write without the version
        // would take the place of any other.
        let same = lease.metadata.name.as_deref() == Some(&self.name)
            && lease.metadata.resource_version.is_some();
        if same { Ok(lease) } else { Err(LeaseFailure::Strange("it has another name".to_owned())) }
    }
}

fn succeeded(status: StatusCode, verb: &'static str) -> Result<(), LeaseFailure> {
    match status {
        status if status.is_success() => Ok(()),
        StatusCode::UNAUTHORIZED => Err(LeaseFailure::Unauthorized),
        StatusCode::FORBIDDEN => Err(LeaseFailure::Denied(verb)),
        status => Err(LeaseFailure::Status(status.as_u16())),
    }
}

fn unreachable(error: &reqwest::Error) -> LeaseFailure {
    if error.is_timeout() {
        return LeaseFailure::Unreachable("no answer in time".to_owned());
    }
    LeaseFailure::Unreachable(innermost(error).to_string())
}

/// What the server's clock says: <https://www.rfc-editor.org/rfc/rfc9110#name-date>.
fn server_time(headers: &HeaderMap) -> Option<Timestamp> {
    let text = headers.get(DATE)?.to_str().ok()?;
    rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_date_is_read() {
        let mut headers = HeaderMap::new();
        headers.insert(DATE, "Sun, 22 Nov 2026 03:02:31 GMT".parse().unwrap());
        let time = server_time(&headers).map(|time| time.to_string());
        assert_eq!(time.as_deref(), Some("2026-11-22T03:02:31Z"));
        headers.insert(DATE, "yesterday".parse().unwrap());
        assert_eq!(server_time(&headers), None);
    }
}
