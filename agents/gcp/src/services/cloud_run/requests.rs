//! How often services of Cloud Run are called, among them those that functions of the second
//! generation are.

use std::collections::HashMap;

use finops_pricing::gcp::Measured;

use crate::metrics::{Answers, Figure, Importance, Query, Statistic, Window};
use crate::services::reading::figures;

/// Requests of the last hour.
/// <https://cloud.google.com/monitoring/api/metrics_gcp_p_z#gcp-run>
///
/// Services of different projects may have one name and region, and a project may be shown the
/// metrics of others: <https://cloud.google.com/monitoring/settings>.
pub(in crate::services) static REQUESTS: Query = Query {
    name: "run_requests",
    metric: "run.googleapis.com/request_count",
    filter: r#"resource.type = "cloud_run_revision""#,
    by: &["resource.label.project_id", "resource.label.location", "resource.label.service_name"],
    statistic: Statistic::Growth,
    window: Window::LastHour,
    importance: Importance::Activity,
};

/// Why nothing is known of what is only known by its project's number.
pub(in crate::services) const NUMBER: &str = "its use is not known: Cloud Monitoring names projects by their ids, and this one's is not known";

/// Whether a project is named by its id, as Cloud Monitoring names it, and not by its number.
pub(in crate::services) fn is_named(project: &str) -> bool {
    !project.bytes().all(|letter| letter.is_ascii_digit())
}

/// The requests of all services, as far as they are known.
pub(in crate::services) struct Requests<'a>(
    Result<HashMap<Vec<&'a str>, &'a Figure>, &'static str>,
);

impl<'a> Requests<'a> {
    /// By the answers of a project.
    pub(in crate::services) fn of(answers: &'a Answers) -> Self {
        Self(figures(answers, &REQUESTS))
    }

    /// The requests of one service. Cloud Monitoring has no figure of one that was not called.
    ///
    /// # Errors
    /// Why they are not known.
    pub(in crate::services) fn of_service(
        &self,
        project: &str,
        location: &str,
        name: &str,
    ) -> Measured {
        let figures = self.0.as_ref().map_err(|reason| *reason)?;
        if !is_named(project) {
            return Err(NUMBER);
        }
        let figure = figures.get(&[project, location, name][..]);
        Ok(figure.map(|figure| figure.value).unwrap_or_default())
    }
}
