//! A list that Google puts together from its zones and regions, page by page, and of which it says
//! where it got no answer.
//! <https://cloud.google.com/compute/docs/reference/rest/v1/instances/aggregatedList>

use std::collections::BTreeSet;

use finops_core::model::{Resource, ServiceFailure, ServiceOutcome};

use super::record::path;
use crate::google::GoogleError;
use crate::scope::{GcpScope, last_part};

/// What was listed so far.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// What there is.
    pub(super) resources: Vec<Resource>,
    /// What did not answer: `zones/us-central1-a`.
    silent: BTreeSet<String>,
}

impl Listing {
    /// Notes that a zone or a region did not answer (`projects/p/zones/z`, `regions/r`), where it is
    /// wanted.
    pub(super) fn did_not_answer(&mut self, scope: &GcpScope, place: &str) {
        if scope.wants(last_part(place)) {
            self.silent.insert(short(place).to_owned());
        }
    }

    /// Notes what a warning about `part` of the list says, by its code, where that is that
    /// something is missing.
    pub(super) fn warned(&mut self, part: &str, code: Option<&str>) {
        if let Some("UNREACHABLE" | "PARTIAL_SUCCESS" | "LIST_OVERHEAD_QUOTA_EXCEED") = code {
            self.silent.insert(short(part).to_owned());
        }
    }

    /// Whether nothing is known to be missing.
    pub(super) fn is_whole(&self) -> bool {
        self.silent.is_empty()
    }

    /// What the service came to, once everything was asked.
    pub(super) fn outcome(self, asked: Result<(), GoogleError>) -> ServiceOutcome {
        match asked {
            Err(error) => ServiceOutcome::Failed(error.into()),
            Ok(()) if self.is_whole() => ServiceOutcome::of(self.resources),
            Ok(()) => {
                let failure = incomplete(&self.silent);
                ServiceOutcome::Partial(self.resources, failure)
            }
        }
    }
}

fn incomplete(silent: &BTreeSet<String>) -> ServiceFailure {
    let places: Vec<&str> = silent.iter().map(String::as_str).collect();
    let hint = "what is elsewhere is listed; see https://status.cloud.google.com for what is wrong, \
                or wait for the next cycle";
    ServiceFailure {
        error: format!("Unreachable: {} did not answer", places.join(", ")),
        hint: Some(hint.to_owned()),
    }
}

/// `zones/z` of `projects/p/zones/z`; anything else is itself.
fn short(place: &str) -> &str {
    let behind_project = path(place).and_then(|path| {
        let (_project, rest) = path.strip_prefix("projects/")?.split_once('/')?;
        place.len().checked_sub(rest.len())
    });
    behind_project.and_then(|start| place.get(start..)).unwrap_or(place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::sample;

    #[tokio::test]
    async fn what_did_not_answer_is_named_once_beside_what_did() {
        let scope = sample::scope().await;
        let mut listing = Listing::default();
        for place in ["projects/web-1/zones/us-east1-b", "zones/us-east1-b", "regions/us-west1"] {
            listing.did_not_answer(&scope, place);
        }
        listing.warned("zones/us-east4-a", Some("NO_RESULTS_ON_PAGE"));
        listing.warned("zones/us-east4-b", None);
        listing.warned("zones/us-east4-c", Some("UNREACHABLE"));
        let outcome = listing.outcome(Ok(()));
        let ServiceOutcome::Partial(resources, failure) = outcome else { panic!("{outcome:?}") };
        assert!(resources.is_empty() && failure.hint.is_some());
        assert_eq!(
            failure.error,
            "Unreachable: regions/us-west1, zones/us-east1-b, zones/us-east4-c did not answer"
        );
    }

    #[test]
    fn a_list_that_is_whole_is_found_or_empty() {
        assert_eq!(Listing::default().outcome(Ok(())), ServiceOutcome::Empty);
        assert_eq!(short("https://host/v1/projects/p/zones/z"), "zones/z");
        assert_eq!(short("projects/p"), "projects/p");
        assert_eq!(short("everything"), "everything");
    }
}
