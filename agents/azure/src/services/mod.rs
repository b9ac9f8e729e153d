//! The services of Azure: one file or folder each, one line each in [`SERVICES`].

mod aks;
#[cfg(test)]
mod answers;
mod disks;
mod functions;
mod record;
#[cfg(test)]
mod sample;
mod sql;
mod storage;
mod virtual_machines;

use finops_core::model::Resource;
use finops_core::service::Service;

use crate::metrics::{Answer, Question};
use crate::scope::AzureScope;

/// Every service that is collected, in the order of the documents.
pub(crate) static SERVICES: &[&dyn AzureService] = &[
    &virtual_machines::VirtualMachines,
    &disks::Disks,
    &aks::Aks,
    &functions::Functions,
    &sql::Sql,
    &storage::Storage,
];

/// The services of the price book that resources of the service with this name need.
pub(crate) fn priced_by(service: &str) -> &'static [&'static str] {
    let found = SERVICES.iter().find(|known| known.view().service == service);
    found.map_or(&[], |known| known.priced_by())
}

/// A service of Azure: what is there comes with the scope's inventory, then what Azure Monitor is
/// asked about it, then what the answers mean. The questions of all services travel together.
pub(crate) trait AzureService: Service<AzureScope> {
    /// What to ask Azure Monitor about the resources.
    fn questions(&self, _scope: &AzureScope, _resources: &[Resource]) -> Vec<Question> {
        Vec::new()
    }

    /// Takes the answers in. Services whose costs depend on use price themselves here. Called also
    /// where there were no questions, and with an answer for each question otherwise.
    fn settle(
        &self,
        _scope: &AzureScope,
        _resources: &mut [Resource],
        _answers: &[(Question, Answer)],
    ) {
    }
}
