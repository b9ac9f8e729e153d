//! What Google says in an error, in any of the forms that its APIs have.

use google_cloud_gax::error::Error;
use google_cloud_gax::error::rpc::{Code, Status, StatusDetails};
use serde_json::Value;

use super::quote::quote;

/// An error that Google answered with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// The status of HTTP; 0 where there is none.
    pub status: u16,
    /// The canonical name of the error: `PERMISSION_DENIED`; empty where there is none.
    pub code: String,
    /// The first line of the message; empty where there is none.
    pub message: String,
    /// Why, in machine-readable words, the most telling first: `SERVICE_DISABLED`, and as older APIs
    /// write it `accessNotConfigured`.
    pub reasons: Vec<String>,
    /// Whose use of the API is counted and was refused: `projects/123456`.
    pub consumer: Option<String>,
    /// Which limit is used up, by the name that the API gives it: `ReadRequestsPerMinutePerProject`.
    pub quota: Option<String>,
}

impl Said {
    /// What Google says in `error`; `None` where it is no answer of a server.
    pub(super) fn within(error: &Error) -> Option<Self> {
        let status = error.http_status_code().unwrap_or(0);
        if let Some(told) = error.status() {
            return Some(Self { status, ..Self::told(told) });
        }
        let body = error.http_payload()?;
        let said = serde_json::from_slice::<Value>(body).map(|body| Self::read(&body));
        Some(Self { status, ..said.unwrap_or_default() })
    }

    /// Whether one of these is among the reasons.
    pub(super) fn gives(&self, reasons: &[&str]) -> bool {
        self.reasons.iter().any(|reason| reasons.contains(&reason.as_str()))
    }

    /// As Google's library has read it.
    fn told(told: &Status) -> Self {
        let code = match told.code {
            Code::Unknown | Code::Ok => String::new(),
            code => code.name().to_owned(),
        };
        let mut said = Self { code, message: quote(&told.message), ..Self::default() };
        for detail in &told.details {
            if let StatusDetails::ErrorInfo(info) = detail {
                let metadata = |key: &str| info.metadata.get(key).map(String::as_str);
                said.take(&info.reason, metadata("consumer"), metadata("quota_limit"));
            }
        }
        said
    }

    /// As it stands in the body, where Google's library could not read it: some APIs leave out or
    /// misspell what it wants to see. Clusters say it as Kubernetes does.
    /// <https://kubernetes.io/docs/reference/kubernetes-api/definitions/status-v1-meta/>
    pub(super) fn read(body: &Value) -> Self {
        // A list of one, where a list was asked for.
        let body = body.get(0).unwrap_or(body);
        let error = &body["error"];
        if let Some(code) = error.as_str() {
            let message = body["error_description"].as_str().unwrap_or_default();
            return Self { code: quote(code), message: quote(message), ..Self::default() };
        }
        if body["kind"] == "Status" {
            let text = |key: &str| quote(body[key].as_str().unwrap_or_default());
            return Self { code: text("reason"), message: text("message"), ..Self::default() };
        }
        let text = |key: &str| quote(error[key].as_str().unwrap_or_default());
        let mut said = Self { code: text("status"), message: text("message"), ..Self::default() };
        for list in ["details", "errors"] {
            for detail in error[list].as_array().into_iter().flatten() {
                let metadata = |key: &str| detail["metadata"][key].as_str();
                let reason = detail["reason"].as_str().unwrap_or_default();
                said.take(reason, metadata("consumer"), metadata("quota_limit"));
            }
        }
        said
    }

    fn take(&mut self, reason: &str, consumer: Option<&str>, quota: Option<&str>) {
        if !reason.is_empty() {
            self.reasons.push(quote(reason));
        }
        self.consumer = self.consumer.take().or_else(|| consumer.map(quote));
        self.quota = self.quota.take().or_else(|| quota.map(quote));
    }
}
