//! From configuration to scopes: the projects that are to be collected.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read;

use google_cloud_asset_v1::model::{ResourceSearchResult, SearchAllResourcesResponse};
use serde::Deserialize;

use finops_core::agent::AgentError;
use finops_core::model::Scope;

use crate::config::Projects;
use crate::endpoints::Api;
use crate::google::{Attempts, Google, GoogleError, Meter, Operation, Trouble};

/// Searching for projects below a folder or an organisation.
/// <https://cloud.google.com/asset-inventory/docs/reference/rest/v1/TopLevel/searchAllResources>
pub(crate) const SEARCH: Operation = Operation {
    api: Api::Asset,
    method: "cloudasset.searchAllResources",
    permission: "cloudasset.assets.searchAllResources",
};

/// What projects are called there.
const PROJECT: &str = "cloudresourcemanager.googleapis.com/Project";

/// Where projects are searched for that are to be collected, as Google names it: `folders/1`.
pub(crate) fn places(wanted: &Projects) -> Vec<String> {
    let folders = wanted.folders.iter().map(|number| format!("folders/{number}"));
    let organizations = wanted.organizations.iter().map(|number| format!("organizations/{number}"));
    folders.chain(organizations).collect()
}

/// The projects of one cycle, each once, in the order of their ids. `own` is the project that the
/// agent runs in or that its key belongs to.
///
/// # Errors
/// A search failed: which projects there are is not known then, and a part of them is never taken
/// for all. Or there is none.
pub(crate) async fn targets(
    google: &Google,
    meter: &Meter,
    wanted: &Projects,
    own: Option<&str>,
) -> Result<Vec<Scope>, AgentError> {
    let mut ids: BTreeSet<String> = wanted.ids.iter().cloned().collect();
    for place in places(wanted) {
        ids.extend(search(google, meter, &place).await.map_err(|error| unknown(&place, error))?);
    }
    if wanted.is_empty() {
        ids.extend(own.map(str::to_owned));
    }
    if ids.is_empty() {
        return Err(AgentError::Setup(none(wanted)));
    }
    Ok(ids.into_iter().map(scope).collect())
}

/// The ids of the active projects below a folder or an organisation.
pub(crate) async fn search(
    google: &Google,
    meter: &Meter,
    place: &str,
) -> Result<Vec<String>, GoogleError> {
    let client = google.assets();
    let mut ids = Vec::new();
    let ask = |token: String, attempts: Attempts| {
        let request = client
            .search_all_resources()
            .set_scope(place)
            .set_asset_types([PROJECT])
            .set_query("state:ACTIVE")
            .set_page_size(500)
            .set_page_token(token);
        attempts.of(request).send()
    };
    let take = |page: SearchAllResourcesResponse| {
        ids.extend(page.results.iter().filter(|found| is_active(found)).filter_map(id));
    };
    google.call(meter, SEARCH, place).pages(ask, take).await?;
    Ok(ids)
}

/// A project that is being deleted is found for some time yet.
fn is_active(found: &ResourceSearchResult) -> bool {
    found.state.is_empty() || found.state.eq_ignore_ascii_case("ACTIVE")
}

/// The project's id: among the additional attributes, else the last part of its name
/// (`//cloudresourcemanager.googleapis.com/projects/my-project`), which may be its number: Google
/// takes both wherever a project is named.
/// <https://cloud.google.com/asset-inventory/docs/searching-resources#searchable_fields>
fn id(found: &ResourceSearchResult) -> Option<String> {
    let attributes = found.additional_attributes.as_ref();
    let listed = attributes.and_then(|all| all.get("projectId")?.as_str());
    let named = || found.name.rsplit('/').next().filter(|id| !id.is_empty());
    listed.or_else(named).map(str::to_owned)
}

/// How much of a file is read that should hold a key.
const KEY_FILE: u64 = 64 * 1024;

/// The project that the service account of the environment's key file belongs to, as Google's other
/// libraries take it: `project_id` in the file that `GOOGLE_APPLICATION_CREDENTIALS` names.
/// <https://cloud.google.com/docs/authentication/application-default-credentials>
pub(crate) fn of_the_key() -> Option<String> {
    let file = File::open(std::env::var_os("GOOGLE_APPLICATION_CREDENTIALS")?).ok()?;
    of_key(file)
}

fn of_key(file: impl Read) -> Option<String> {
    #[derive(Deserialize)]
    struct Key {
        project_id: String,
    }
    let key: Key = serde_json::from_reader(file.take(KEY_FILE)).ok()?;
    Some(key.project_id).filter(|id| !id.is_empty())
}

fn scope(project: String) -> Scope {
    Scope { provider: "gcp", account_id: project.into(), region: "global".into() }
}

fn none(wanted: &Projects) -> String {
    if wanted.is_empty() {
        "there is no project to collect: name one (--project, GOOGLE_CLOUD_PROJECT), or a folder or \
         an organisation (--folder, --organization)"
            .to_owned()
    } else {
        format!(
            "there is no active project below {}: check the number, and that the identity has \
             roles/cloudasset.viewer there",
            places(wanted).join(", ")
        )
    }
}

fn unknown(place: &str, error: GoogleError) -> AgentError {
    let GoogleError { trouble, failure } = error;
    let hint = failure.hint.map(|hint| format!("; {hint}")).unwrap_or_default();
    let text = format!("which projects are below {place} is not known: {}{hint}", failure.error);
    match trouble {
        Trouble::Denied | Trouble::Disabled | Trouble::Unauthenticated | Trouble::NotFound => {
            AgentError::Setup(text)
        }
        _ => AgentError::Cloud(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> ResourceSearchResult {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn a_key_names_its_project() {
        let of = |text: &str| of_key(text.as_bytes());
        assert_eq!(
            of(r#"{"type": "service_account", "project_id": "web-1"}"#).as_deref(),
            Some("web-1")
        );
        for other in [r#"{"type": "authorized_user"}"#, r#"{"project_id": ""}"#, "no JSON"] {
            assert_eq!(of(other), None, "{other}");
        }
    }

    #[test]
    fn a_project_goes_by_its_id_and_else_by_its_number() {
        let name = r#""name": "//cloudresourcemanager.googleapis.com/projects/123456""#;
        let listed =
            found(&format!(r#"{{{name}, "additionalAttributes": {{"projectId": "web-1"}}}}"#));
        assert_eq!(id(&listed).as_deref(), Some("web-1"));
        assert_eq!(id(&found(&format!("{{{name}}}"))).as_deref(), Some("123456"));
        assert_eq!(id(&found("{}")), None);
        assert!(is_active(&found(r#"{"state": "ACTIVE"}"#)) && is_active(&found("{}")));
        assert!(!is_active(&found(r#"{"state": "DELETE_REQUESTED"}"#)));
    }
}
