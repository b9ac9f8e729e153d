//! The API server: one address, the service account's token, a bound on time and on every body.
//!
//! `kube`'s client sends through our HTTP client and not its own: the paths of its configuration in a
//! cluster are fixed, while these are below the surroundings' root, and what it brings for other ways
//! to log in (programs, expressions, files) is a megabyte of code.

use std::time::Duration;

use axum::http::{Request, Response};
use kube::api::{GetParams, ListParams};
use kube::client::{Body, Client};
use secrecy::ExposeSecret as _;
use serde::de::DeserializeOwned;
use tokio::sync::OnceCell;
use tokio::time::{Instant, timeout_at};

use super::super::finding::Trouble;
use super::super::surroundings::Surroundings;
use super::exchange::send;
use super::failure::{Failure, Refused, Wanted};
use super::objects::{List, Object};
use crate::in_cluster::{self, NoAccess};

/// The most that is read of one object, in bytes: what etcd takes of one is not much more.
const OBJECT_LIMIT: usize = 1 << 20;

/// The most that is read of one page of a list, in bytes: 500 services with what their owners noted
/// in them.
const PAGE_LIMIT: usize = 4 << 20;

/// The longest name of an object.
const NAME_LIMIT: usize = 253;

/// The API server, until the deadline.
pub(super) struct Api<'a> {
    around: &'a Surroundings,
    /// `https://10.96.0.1:443`.
    pub(super) url: String,
    client: Client,
    /// The client with the token read anew, once the first one's was refused.
    renewed: OnceCell<Client>,
    budget: Duration,
    deadline: Instant,
}

impl<'a> Api<'a> {
    /// The API server of `around`'s cluster; all calls together may take `budget`. Nothing is sent
    /// yet.
    ///
    /// # Errors
    /// Where there is no token, or no authority to check the server's certificate by.
    pub(super) fn connect(around: &'a Surroundings, budget: Duration) -> Result<Self, Trouble> {
        let url = in_cluster::address(around);
        let client = client(around, budget)?;
        let deadline = Instant::now() + budget;
        Ok(Self { around, url, client, renewed: OnceCell::new(), budget, deadline })
    }

    /// One object.
    ///
    /// # Errors
    /// Every way in which a call fails.
    pub(super) async fn get<T: Object>(
        &self,
        namespace: Option<&str>,
        name: &str,
    ) -> Result<T, Refused> {
        let wanted = wanted::<T>("get", namespace, Some(name));
        let answer = async {
            for name in namespace.into_iter().chain([name]) {
                check_name(name)?;
            }
            let request = kube::api::Request::new(T::path(namespace))
                .get(name, &GetParams::default())
                .map_err(|_| Failure::Name(name.to_owned()))?;
            let object: T = self.call(request.uri(), OBJECT_LIMIT).await?;
            // What stands between may answer with an object of its own.
            let same = object.metadata().name.as_deref() == Some(name);
            (same && object.kind() == T::KIND).then_some(object).ok_or(Failure::AnotherObject)
        };
        self.in_time(answer).await.map_err(|failure| Refused { wanted, failure })
    }

    /// One page of a list, from where `params` say.
    ///
    /// # Errors
    /// Every way in which a call fails.
    pub(super) async fn page<T: Object>(
        &self,
        namespace: &str,
        params: &ListParams,
    ) -> Result<List<T>, Refused> {
        let answer = async {
            check_name(namespace)?;
            let request = kube::api::Request::new(T::path(Some(namespace)))
                .list(params)
                .map_err(|_| Failure::Name(namespace.to_owned()))?;
            let list: List<T> = self.call(request.uri(), PAGE_LIMIT).await?;
            let same = list.kind.strip_suffix("List") == Some(T::KIND);
            same.then_some(list).ok_or(Failure::AnotherObject)
        };
        let wanted = wanted::<T>("list", Some(namespace), None);
        self.in_time(answer).await.map_err(|failure| Refused { wanted, failure })
    }

    /// Cuts a call at the deadline that all have in common.
    async fn in_time<T>(
        &self,
        answer: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let silent = |_| Err(Failure::NoAnswer(self.budget.as_millis()));
        timeout_at(self.deadline, answer).await.unwrap_or_else(silent)
    }

    /// Asks; where the token is refused, once more with the token read anew: the kubelet may have
    /// renewed it since.
    async fn call<T: DeserializeOwned>(
        &self,
        uri: &axum::http::Uri,
        limit: usize,
    ) -> Result<T, Failure> {
        let first = send(&self.client, uri, limit).await;
        if !matches!(first, Err(Failure::Unauthorized)) {
            return first;
        }
        let anew = || async { client(self.around, self.budget) };
        let renewed = self.renewed.get_or_try_init(anew).await;
        send(renewed.map_err(|_| Failure::Unauthorized)?, uri, limit).await
    }
}

fn wanted<T: Object>(verb: &'static str, namespace: Option<&str>, name: Option<&str>) -> Wanted {
    Wanted {
        verb,
        group: T::GROUP,
        resource: T::PLURAL,
        namespace: namespace.map(str::to_owned),
        name: name.map(str::to_owned),
    }
}

/// Names stand in URLs as they are, so they have to be what Kubernetes takes for one:
/// <https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names>
fn check_name(name: &str) -> Result<(), Failure> {
    let ends = |end: Option<char>| end.is_some_and(|letter| letter.is_ascii_alphanumeric());
    let letters = |letter: char| letter.is_ascii_alphanumeric() || "-.".contains(letter);
    let good = name.len() <= NAME_LIMIT
        && name.chars().all(letters)
        && ends(name.chars().next())
        && ends(name.chars().last());
    good.then_some(()).ok_or_else(|| Failure::Name(name.chars().take(NAME_LIMIT).collect()))
}

/// A client with the token as the file has it now.
fn client(around: &Surroundings, budget: Duration) -> Result<Client, Trouble> {
    let no_access = |error: NoAccess| {
        let trouble = Trouble::new(error.to_string());
        match error {
            NoAccess::Missing(..) => trouble.hint(
                "let the pod have its service account's token (automountServiceAccountToken), or \
                 set DISABLE_K8S_API=true to do without",
            ),
            NoAccess::Unusable(..) => trouble,
        }
    };
    let token = in_cluster::token(around).map_err(no_access)?;
    // The deadline ends a call; this ends what may still be open behind it.
    let (base, http) = in_cluster::client(around, budget * 2).map_err(no_access)?;
    let service = tower::service_fn(move |request: Request<Body>| {
        // What kube asks for is a path and a query.
        let mut url = base.clone();
        url.set_path(request.uri().path());
        url.set_query(request.uri().query());
        let asked = http.get(url).bearer_auth(token.expose_secret());
        async { asked.send().await.map(Response::<reqwest::Body>::from) }
    });
    Ok(Client::new(service, "default"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_name_gets_into_no_address() {
        for name in ["payments", "ip-10-0-45-123.ec2.internal", "a", "Node7"] {
            assert_eq!(check_name(name), Ok(()), "{name}");
        }
        for name in ["", "../secrets", "a/b", "a?watch=1", "a b", ".", "..", "é", "-a", "a."] {
            assert!(check_name(name).is_err(), "{name}");
        }
    }
}
