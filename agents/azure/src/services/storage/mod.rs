//! Storage accounts: what they hold, by the daily figures of Azure Monitor. Transactions and
//! transfer are not included.

mod account;
mod capacity;

use futures::future::BoxFuture;

use finops_core::model::{Resource, ServiceFailure, ServiceOutcome};
use finops_core::service::Service;
use finops_core::wire::{CountView, Field, ListView, ServiceView, Source};
use finops_pricing::azure::storage::accounts;

use super::AzureService;
use crate::inventory::Kind;
use crate::metrics::{Answer, Question};
use crate::scope::AzureScope;
use capacity::Capacities;

static VIEW: ServiceView = ServiceView {
    service: "storage",
    lists: &[ListView {
        kind: account::ACCOUNT,
        list: "storage_accounts",
        fields: &[
            Field::new("account_name", Source::Name),
            Field::new("account_id", Source::Id),
            Field::attribute("location"),
            Field::new("state", Source::State),
            Field::attribute("kind"),
            Field::attribute("sku"),
            Field::attribute("access_tier"),
            Field::attribute("hierarchical_namespace"),
            Field::usage("used_bytes"),
            Field::usage("blob_bytes"),
            Field::usage("file_bytes"),
            Field::usage("table_bytes"),
            Field::usage("queue_bytes"),
            Field::attribute("created_at"),
            Field::attribute("resource_group"),
        ],
    }],
    counts: &[CountView::new("total_accounts", |accounts| Some(accounts.len() as u64))],
    summary_count: Some("total_storage_accounts"),
};

/// Storage accounts.
pub(super) struct Storage;

impl Service<AzureScope> for Storage {
    fn view(&self) -> &'static ServiceView {
        &VIEW
    }

    fn priced_by(&self) -> &'static [&'static str] {
        &["azure/storage"]
    }

    fn permissions(&self) -> &'static [&'static str] {
        &["Microsoft.Storage/storageAccounts/read", "Microsoft.Insights/metrics/read"]
    }

    fn collect<'a>(&'a self, scope: &'a AzureScope) -> BoxFuture<'a, ServiceOutcome> {
        Box::pin(async { list(scope).into() })
    }
}

impl AzureService for Storage {
    fn questions(&self, _scope: &AzureScope, resources: &[Resource]) -> Vec<Question> {
        resources
            .iter()
            .enumerate()
            .flat_map(|(index, resource)| capacity::questions(index, resource))
            .collect()
    }

    /// All accounts are priced together: tiers count their sum.
    fn settle(
        &self,
        scope: &AzureScope,
        resources: &mut [Resource],
        answers: &[(Question, Answer)],
    ) {
        let capacities = Capacities::of(answers);
        let mut priced = Vec::new();
        let mut uses = Vec::new();
        for (index, resource) in resources.iter_mut().enumerate() {
            let capacity = capacities.of_account(index, resource);
            capacity.note(resource);
            // What could not be read has its reason already.
            if resource.costs.unpriced.is_empty() {
                priced.push(index);
                uses.push(account::describe(resource, capacity));
            }
        }
        for (index, costs) in priced.into_iter().zip(accounts(scope.prices(), &uses)) {
            if let Some(resource) = resources.get_mut(index) {
                resource.costs = costs;
            }
        }
    }
}

fn list(scope: &AzureScope) -> Result<Vec<Resource>, ServiceFailure> {
    let rows = scope.rows(Kind::StorageAccount)?.iter();
    Ok(rows.map(|row| account::resource(scope, row)).collect())
}

#[cfg(test)]
mod tests;
