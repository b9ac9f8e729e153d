//! Versions of the APIs: each provider knows its own.

use super::call::Call;
use super::errors::refusal;
use crate::support::http::Reply;

/// Some versions that Microsoft has published of each API, stable ones only.
/// <https://learn.microsoft.com/azure/templates/>
const VERSIONS: [(&str, &[&str]); 11] = [
    ("/metrics:getbatch", &["2024-02-01", "2023-10-01"]),
    ("/providers/microsoft.insights/metrics", &["2024-02-01", "2023-10-01", "2018-01-01"]),
    ("/providers/microsoft.resourcegraph/", &["2022-10-01", "2021-03-01", "2024-04-01"]),
    (
        "/providers/microsoft.compute/disks",
        &["2022-07-02", "2023-01-02", "2023-04-02", "2023-10-02", "2024-03-02", "2025-01-02"],
    ),
    (
        "/providers/microsoft.compute/",
        &[
            "2022-11-01",
            "2023-03-01",
            "2023-07-01",
            "2023-09-01",
            "2024-03-01",
            "2024-07-01",
            "2024-11-01",
            "2025-04-01",
        ],
    ),
    (
        "/providers/microsoft.containerservice/",
        &[
            "2024-02-01",
            "2024-05-01",
            "2024-09-01",
            "2025-01-01",
            "2025-02-01",
            "2025-05-01",
            "2025-07-01",
            "2025-10-01",
        ],
    ),
    (
        "/providers/microsoft.web/",
        &[
            "2022-03-01",
            "2022-09-01",
            "2023-01-01",
            "2023-12-01",
            "2024-04-01",
            "2024-11-01",
            "2025-03-01",
        ],
    ),
    ("/providers/microsoft.sql/", &["2021-11-01", "2023-08-01", "2025-01-01"]),
    (
        "/providers/microsoft.storage/",
        &["2023-01-01", "2023-04-01", "2023-05-01", "2024-01-01", "2025-01-01", "2025-06-01"],
    ),
    ("/resources/", &["2021-04-01", "2022-09-01", "2025-04-01"]),
    ("/subscriptions", &["2020-01-01", "2021-01-01", "2022-09-01", "2022-12-01"]),
];

/// Refuses a call without a version, or with one that its API does not have.
pub(super) fn check(call: &Call) -> Result<(), Reply> {
    let path = format!("{}/", call.path.to_lowercase());
    let Some(version) = call.parameter("api-version") else {
        return Err(refusal(
            400,
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
        ));
    };
    let known = VERSIONS.iter().find(|(part, _)| path.contains(part)).map(|(_, known)| *known);
    if known.is_some_and(|known| known.contains(&version)) {
        return Ok(());
    }
    Err(refusal(
        400,
        "InvalidApiVersionParameter",
        &format!("The api-version '{version}' is invalid. The supported versions are '{known:?}'."),
    ))
}
