//! The Kubernetes detector: the pod, its namespace, node, owners and services from the API, and what
//! environment, files and the token's claims say where the API may not be asked.
//!
//! It gets and lists, once; it watches nothing. `docs/identity-kubernetes.md` says where each key is
//! from and what it takes to read it.

mod answers;
mod api;
mod container;
mod exchange;
mod failure;
mod known;
mod node;
mod objects;
mod owners;
mod part;
mod services;
#[cfg(test)]
mod tests;

use std::time::Duration;

use super::finding::Finding;
use super::surroundings::Surroundings;
use crate::in_cluster::HOST_VARIABLE;
use answers::Answers;
use api::Api;
use known::Known;

/// Turns every call off: the environment and the token's claims have to do.
const OFF_VARIABLE: &str = "DISABLE_K8S_API";

/// Whether this is a container that a kubelet started.
pub(super) fn worth_asking(around: &Surroundings) -> bool {
    around.variable(HOST_VARIABLE).is_some()
}

/// What can be learned of this pod. All calls together may take `budget`; it is less than what the
/// collector gives, so that what is known without the API still gets out when the API is silent.
pub(super) async fn detect(around: &Surroundings, budget: Duration) -> Finding {
    if !worth_asking(around) {
        return Finding::NotHere;
    }
    let known = Known::of(around);
    let mut troubles = Vec::new();
    let answers = if around.switch(OFF_VARIABLE) == Some(true) {
        Answers::default()
    } else {
        match Api::connect(around, budget) {
            Ok(api) => answers::ask(&api, &known, &mut troubles).await,
            Err(trouble) => {
                troubles.push(trouble);
                Answers::default()
            }
        }
    };
    let part = part::of(&known, &answers, &mut troubles);
    Finding::Here(Box::new(part), troubles)
}
