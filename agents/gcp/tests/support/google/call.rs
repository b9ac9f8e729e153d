//! One request to Google Cloud.

use serde_json::Value;
use url::form_urlencoded;

use crate::support::http::Request;

/// A request that Google got.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) request: Request,
    /// The path, with nothing escaped.
    pub(crate) path: String,
    query: Vec<(String, String)>,
}

impl Call {
    /// Reads a request.
    pub(super) fn of(request: &Request) -> Self {
        let query = form_urlencoded::parse(request.query.as_bytes()).into_owned().collect();
        // A plus is a plus in a path, and escapes are the query's.
        let path = format!("path={}", request.path.replace('+', "%2B").replace('&', "%26"));
        let path = form_urlencoded::parse(path.as_bytes()).next().unwrap().1.into_owned();
        Self { request: request.clone(), path, query }
    }

    /// Whether `part` is in the path.
    pub(crate) fn is_to(&self, part: &str) -> bool {
        self.path.contains(part)
    }

    /// Whether the path ends so.
    pub(crate) fn ends_in(&self, end: &str) -> bool {
        self.path.ends_with(end)
    }

    /// Whether it is about that project.
    pub(crate) fn is_of(&self, project: &str) -> bool {
        self.project() == Some(project)
    }

    /// The project that it is about.
    pub(crate) fn project(&self) -> Option<&str> {
        let rest = self.path.split_once("/projects/").map(|(_, rest)| rest);
        let named = rest.and_then(|rest| rest.split('/').next()).filter(|id| *id != "-");
        named.or_else(|| self.parameter("project"))
    }

    /// A parameter of the query.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        let mut query = self.query.iter();
        query.find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// All values of a parameter.
    pub(crate) fn parameters(&self, name: &str) -> Vec<&str> {
        let query = self.query.iter();
        query.filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
    }

    /// A whole number of the query.
    pub(crate) fn number(&self, name: &str) -> Option<usize> {
        self.parameter(name)?.parse().ok()
    }

    /// The metric that a request for time series is about.
    pub(crate) fn metric(&self) -> Option<&str> {
        let (_, rest) = self.parameter("filter")?.split_once("metric.type")?;
        rest.split('"').nth(1)
    }

    /// Whether enums are to be numbers.
    pub(super) fn wants_numbers(&self) -> bool {
        self.parameter("$alt").is_some_and(|alt| alt.contains("enum-encoding=int"))
    }

    /// Its bearer token.
    pub(crate) fn token(&self) -> Option<&str> {
        self.request.header("authorization")?.strip_prefix("Bearer ")
    }

    /// The body as JSON.
    pub(crate) fn body(&self) -> Value {
        serde_json::from_slice(&self.request.body).unwrap_or_default()
    }

    /// What it takes to be allowed this call, if it is one that the scripted Google answers.
    pub(crate) fn permission(&self) -> Option<&'static str> {
        let path = &self.path;
        let ends = |end: &str| path.ends_with(end);
        Some(match () {
            () if ends(":searchAllResources") => "cloudasset.assets.searchAllResources",
            () if ends("/aggregated/instances") => "compute.instances.list",
            () if ends("/aggregated/disks") => "compute.disks.list",
            () if ends("/global/snapshots") => "compute.snapshots.list",
            () if ends("/locations/-/clusters") => "container.clusters.list",
            () if ends("/api/v1/pods") => "container.pods.list",
            () if ends("/locations/-/functions") => "cloudfunctions.functions.list",
            () if ends("/locations/-/services") => "run.services.list",
            () if path.starts_with("/v1/projects/") && ends("/instances") => {
                "cloudsql.instances.list"
            }
            () if ends("/storage/v1/b") => "storage.buckets.list",
            () if ends("/timeSeries") => "monitoring.timeSeries.list",
            () => return None,
        })
    }
}
