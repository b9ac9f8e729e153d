//! Replies that others recorded or published go through the parsers, where a folder of them is at
//! hand: `OPENFINOPS_AZURE_REPLIES` names it, else `shared/fixtures/azure` beside the checkout.
//!
//! Recorded traffic must be read in full. What Microsoft generated from its schemas (its strings mean
//! nothing) must not make anything panic, and is listed too.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures::executor::block_on;
use serde_json::Value;

use finops_core::model::{Resource, Scope, ServiceOutcome};
use finops_pricing::ListPrices;

use crate::arm::Meter;
use crate::inventory::{Inventory, Kind, Row, read_page};
use crate::metrics::read_answer;
use crate::scope::AzureScope;
use crate::services::SERVICES;

/// The replies of one file.
struct Replies {
    name: String,
    bodies: Vec<Value>,
}

fn folder() -> Option<PathBuf> {
    let named = std::env::var_os("OPENFINOPS_AZURE_REPLIES").map(PathBuf::from);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3);
    named.or_else(|| Some(root?.join("shared/fixtures/azure"))).filter(|folder| folder.is_dir())
}

/// Every file, in order: an example's successful reply, what was recorded, or the file itself.
fn replies() -> Vec<Replies> {
    let Some(folder) = folder() else {
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    files.iter().map(|file| of(file)).collect()
}

fn of(file: &Path) -> Replies {
    let text = std::fs::read_to_string(file).unwrap();
    let whole: Value = serde_json::from_str(&text).unwrap();
    let bodies = if let Some(interactions) = whole["interactions"].as_array() {
        interactions.iter().map(|one| one["response"]["body"]["data"].clone()).collect()
    } else if whole["responses"]["200"]["body"].is_object() {
        vec![whole["responses"]["200"]["body"].clone()]
    } else {
        vec![whole]
    };
    Replies { name: file.file_stem().unwrap().display().to_string(), bodies }
}

/// The resources of a reply: of a list, of Resource Graph's answer, or the one that it is.
fn rows(body: &Value) -> Vec<Row> {
    if body["totalRecords"].is_number() {
        return read_page(&body.to_string()).unwrap_or_default();
    }
    let list = match body["value"].as_array() {
        Some(list) => list.clone(),
        None => vec![body.clone()],
    };
    let read = |one: &Value| serde_json::from_value::<Row>(one.clone()).ok();
    list.iter().filter(|one| one["id"].is_string()).filter_map(read).collect()
}

fn listed(inventory: Inventory) -> Vec<(&'static str, Vec<Resource>)> {
    let scope = Scope { provider: "azure", account_id: "s".into(), region: "global".into() };
    let prices = Arc::new(ListPrices::azure());
    let scope = AzureScope::new(scope, inventory, Meter::default(), prices);
    let mut listed = Vec::new();
    for service in SERVICES {
        let mut resources = match block_on(service.collect(&scope)) {
            ServiceOutcome::Found(resources) => resources,
            ServiceOutcome::Empty => Vec::new(),
            ServiceOutcome::Failed(failure) | ServiceOutcome::Partial(_, failure) => {
                panic!("{}", failure.error)
            }
        };
        let questions = service.questions(&scope, &resources);
        let nothing = |question| (question, crate::metrics::Answer::Figures(Vec::new()));
        let answers: Vec<_> = questions.into_iter().map(nothing).collect();
        service.settle(&scope, &mut resources, &answers);
        listed.push((service.view().service, resources));
    }
    listed
}

fn inventory(rows: Vec<Row>) -> Inventory {
    let mut inventory = Inventory::default();
    rows.into_iter().for_each(|row| inventory.add(row));
    inventory
}

#[test]
fn every_reply_goes_through_the_parsers_without_a_panic() {
    for Replies { name, bodies } in replies() {
        for body in bodies {
            let _ = read_page(&body.to_string());
            let _ = read_answer(&body.to_string());
            let rows = rows(&body);
            let found: usize =
                listed(inventory(rows.clone())).iter().map(|(_, all)| all.len()).sum();
            let known = rows.iter().filter(|row| Kind::of(&row.type_name).is_some()).count();
            // Plans without function apps, web sites and system databases are left out.
            assert!(found <= known, "{name}: {found} of {known}");
        }
    }
}

#[test]
fn recorded_traffic_is_read_in_full() {
    for Replies { name, bodies } in replies() {
        if !name.starts_with("rec_") {
            continue;
        }
        for body in bodies {
            let count = body["value"].as_array().map_or(0, Vec::len);
            let metrics = body["timespan"].is_string();
            if metrics {
                let answer = read_answer(&body.to_string()).unwrap();
                assert_eq!(answer, count, "{name}");
            } else if body["value"].is_array() {
                let rows = rows(&body);
                assert_eq!(rows.len(), count, "{name}");
                for row in &rows {
                    assert!(Kind::of(&row.type_name).is_some(), "{name}: {}", row.type_name);
                    row.properties::<Value>().unwrap();
                }
            }
        }
    }
}

/// What each recording holds, counted by hand.
#[test]
fn recorded_resources_become_the_records_that_they_are() {
    let expected = [
        ("rec_aks_list", "aks", 1),
        ("rec_disks_list", "disks", 4),
        ("rec_storage_accounts_2024", "storage", 3),
        ("rec_vm_list_and_cpu_metric", "virtual_machines", 5),
        ("rec_vm_arm_vs_resourcegraph", "virtual_machines", 1),
    ];
    let all = replies();
    for (file, service, count) in expected {
        let Some(replies) = all.iter().find(|replies| replies.name == file) else {
            assert!(all.is_empty(), "{file} is missing");
            continue;
        };
        let listed = listed(inventory(rows(&replies.bodies[0])));
        let found = listed.iter().find(|(name, _)| *name == service).unwrap();
        assert_eq!(found.1.len(), count, "{file}");
        for resource in &found.1 {
            let reasons = resource.costs.unpriced.iter().map(|part| &*part.reason);
            for reason in reasons {
                assert!(!reason.contains("cannot be read"), "{file}: {}: {reason}", resource.id);
            }
        }
    }
}
