//! Azure Resource Graph: the resources of many subscriptions, a thousand a request.
//! <https://learn.microsoft.com/rest/api/azureresourcegraph/resourcegraph/resources/resources>

use std::sync::Arc;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use finops_core::model::ServiceFailure;

use super::{Kind, Row};
use crate::arm::{ArmError, Azure, Meter, Operation, Trouble};

/// Asking; each row takes the permission to read that resource besides.
/// <https://learn.microsoft.com/azure/governance/resource-graph/overview#permissions-in-azure-resource-graph>
pub(crate) const QUERY: Operation =
    Operation { permission: "Microsoft.ResourceGraph/resources/read", api_version: "2022-10-01" };
const PATH: &str = "/providers/Microsoft.ResourceGraph/resources";
/// The most rows of one answer.
/// <https://learn.microsoft.com/azure/governance/resource-graph/concepts/work-with-data>
const PAGE: u32 = 1_000;
/// The most subscriptions of one query.
/// <https://learn.microsoft.com/azure/governance/resource-graph/concepts/query-language>
pub(super) const SUBSCRIPTIONS: usize = 1_000;
/// The most pages of one query: ten million rows.
const MOST_PAGES: usize = 10_000;

#[derive(Debug, Serialize)]
struct Request<'a> {
    subscriptions: &'a [Arc<str>],
    query: &'a str,
    options: Options<'a>,
}

#[derive(Debug, Serialize)]
struct Options<'a> {
    #[serde(rename = "$top")]
    top: u32,
    #[serde(rename = "$skipToken", skip_serializing_if = "Option::is_none")]
    skip_token: Option<&'a str>,
    #[serde(rename = "resultFormat")]
    result_format: &'static str,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Page {
    /// The rows.
    pub data: Vec<Row>,
    #[serde(default)]
    result_truncated: Option<String>,
    #[serde(default, rename = "$skipToken")]
    skip_token: Option<String>,
}

/// One query, page by page.
#[derive(Debug)]
pub(super) struct Pages {
    subscriptions: Vec<Arc<str>>,
    query: String,
    token: Option<String>,
    read: usize,
    done: bool,
}

impl Pages {
    /// Everything but the instances of uniform scale sets, by subscription.
    pub(super) fn resources(subscriptions: Vec<Arc<str>>, groups: &[String]) -> Self {
        let kinds = Kind::ALL.iter().filter(|kind| **kind != Kind::ScaleSetInstance);
        Self::new("resources", kinds, subscriptions, groups)
    }

    /// The instances of uniform scale sets: they are in a table of their own.
    pub(super) fn instances(subscriptions: Vec<Arc<str>>, groups: &[String]) -> Self {
        Self::new("computeresources", [Kind::ScaleSetInstance].iter(), subscriptions, groups)
    }

    fn new<'a>(
        table: &str,
        kinds: impl Iterator<Item = &'a Kind>,
        subscriptions: Vec<Arc<str>>,
        groups: &[String],
    ) -> Self {
        let types = kinds.map(|kind| kind.type_name().to_ascii_lowercase());
        let narrowed = if groups.is_empty() {
            String::new()
        } else {
            format!(" | where resourceGroup in~ ({})", quoted(groups.iter().cloned()))
        };
        // By subscription, so that one is whole before the next begins; by id, because pages need a
        // fixed order.
        let query = format!(
            "{table} | where type in~ ({}){narrowed} | project id, name, type, location, tags, kind, sku, \
             zones, managedBy, plan, properties, subscriptionId | order by subscriptionId asc, id asc",
            quoted(types)
        );
        Self { subscriptions, query, token: None, read: 0, done: false }
    }

    /// The next page's rows; `None` after the last.
    ///
    /// # Errors
    /// The call failed, or the pages do not end, or end before the rows do.
    pub(super) async fn next(
        &mut self,
        azure: &Azure,
        meter: &Meter,
    ) -> Result<Option<Vec<Row>>, ArmError> {
        if self.done {
            return Ok(None);
        }
        let options =
            Options { top: PAGE, skip_token: self.token.as_deref(), result_format: "objectArray" };
        let request = Request { subscriptions: &self.subscriptions, query: &self.query, options };
        let page: Page = azure.post(meter, QUERY, PATH, &request).await?;
        self.turn(page.skip_token, page.result_truncated.as_deref())?;
        Ok(Some(page.data))
    }

    fn turn(&mut self, next: Option<String>, truncated: Option<&str>) -> Result<(), ArmError> {
        let next = next.filter(|token| !token.is_empty());
        self.read += 1;
        let circles = next.is_some() && (next == self.token || self.read >= MOST_PAGES);
        if circles {
            return Err(bad(&format!("the pages go in circles after {}", self.read)));
        }
        // Where Resource Graph cannot go on it cuts the rest away and says so.
        if next.is_none()
            && truncated.is_some_and(|truncated| truncated.eq_ignore_ascii_case("true"))
        {
            return Err(bad("rows are cut away and there is no next page"));
        }
        self.done = next.is_none();
        self.token = next;
        Ok(())
    }
}

/// Asks for one row of `subscription`.
///
/// # Errors
/// Resource Graph cannot be asked.
pub(super) async fn one_row(
    azure: &Azure,
    meter: &Meter,
    subscription: &str,
) -> Result<(), ArmError> {
    let options = Options { top: 1, skip_token: None, result_format: "objectArray" };
    let query = "resources | project id | order by id asc";
    let subscriptions = [Arc::from(subscription)];
    let request = Request { subscriptions: &subscriptions, query, options };
    azure.post::<_, IgnoredAny>(meter, QUERY, PATH, &request).await.map(|_| ())
}

fn bad(what: &str) -> ArmError {
    ArmError {
        trouble: Trouble::BadReply,
        failure: ServiceFailure {
            error: format!("BadReply: Resource Graph: {what}"),
            hint: Some(
                "something between the agent and Azure changes replies: check proxies".to_owned(),
            ),
        },
    }
}

/// Names in a query's list. None of them can hold a quote: types are constants, and the names of
/// resource groups are checked when they are configured.
fn quoted(names: impl Iterator<Item = String>) -> String {
    let names: Vec<String> = names.map(|name| format!("'{name}'")).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages() -> Pages {
        Pages::resources(vec!["s".into()], &["Web".to_owned(), "data".to_owned()])
    }

    #[test]
    fn the_query_names_types_and_groups_and_has_a_fixed_order() {
        let query = pages().query;
        assert!(
            query.starts_with("resources | where type in~ ('microsoft.compute/virtualmachines', ")
        );
        assert!(
            query.contains(" | where resourceGroup in~ ('Web', 'data') | project id, "),
            "{query}"
        );
        assert!(query.ends_with(" | order by subscriptionId asc, id asc"), "{query}");
        assert!(!query.contains("virtualmachinescalesets/virtualmachines"), "{query}");
        let query = Pages::instances(vec!["s".into()], &[]).query;
        let start = "computeresources | where type in~ \
                     ('microsoft.compute/virtualmachinescalesets/virtualmachines') | project";
        assert!(query.starts_with(start), "{query}");
    }

    #[test]
    fn pages_end_once_and_never_in_circles_or_cut() {
        let mut pages = pages();
        pages.turn(Some("a".to_owned()), Some("true")).unwrap();
        assert!(!pages.done);
        let failure = pages.turn(Some("a".to_owned()), None).unwrap_err().failure;
        assert!(failure.error.contains("in circles after 2"), "{}", failure.error);
        let failure = pages.turn(None, Some("true")).unwrap_err().failure;
        assert!(failure.error.contains("cut away"), "{}", failure.error);
        pages.turn(Some(String::new()), Some("false")).unwrap();
        assert!(pages.done);
    }
}
