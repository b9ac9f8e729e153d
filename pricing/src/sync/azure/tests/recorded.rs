//! Answers that others recorded, where they are at hand: `OPENFINOPS_PRICE_SAMPLES` names the folder
//! of the folders `fixtures` and `pricing`, else it is looked for beside the project's.

use std::path::{Path, PathBuf};

use super::*;

fn recorded(name: &str) -> Option<String> {
    let named = std::env::var_os("OPENFINOPS_PRICE_SAMPLES").map(PathBuf::from);
    let beside = || Some(Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2)?.join("shared"));
    let folder = named.or_else(beside).filter(|folder| folder.is_dir())?;
    let path = folder.join(name);
    Some(
        std::fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display())),
    )
}

/// The recorded list gives exactly the rows, and leaves out so many for each reason.
fn gives(name: &str, table: (&str, &str), expected: &[&str], left_out: &[(Dropped, u64)]) {
    let Some(body) = recorded(name) else { return };
    let harvest = read(table.0, table.1, &body).unwrap();
    assert_eq!(rows(&harvest), expected, "{name}");
    assert_eq!(dropped(&harvest), left_out, "{name}");
}

#[test]
fn a_machine() {
    gives(
        "fixtures/azure/retail_prices_vm_standard_d2s_v3_eastus.json",
        ("Virtual Machines", "eastus"),
        &[
            "azure/vm Standard_D2s_v3 [linux] eastus: 0.096 hour",
            "azure/vm Standard_D2s_v3 [windows] eastus: 0.188 hour",
        ],
        &[(Dropped::NotOnDemand, 4)],
    );
}

#[test]
fn a_machine_with_savings_plans() {
    gives(
        "pricing/samples/azure_retail_prices_savingsplan_item.json",
        ("Virtual Machines", "eastus"),
        &[
            "azure/vm Standard_D2s_v3 [linux] eastus: 0.096 hour",
            "azure/vm Standard_D2s_v3 [windows] eastus: 0.188 hour",
            "azure/vm-savings-plan Standard_D2s_v3 [linux/1yr] eastus: 0.06624 hour",
            "azure/vm-savings-plan Standard_D2s_v3 [linux/3yr] eastus: 0.04512 hour",
        ],
        &[(Dropped::NotOnDemand, 1)],
    );
}

/// 37 items, of which 10 are reservations, 9 for development and test, and 12 spot or low priority.
#[test]
fn machines_with_everything_else_that_is_listed_under_their_names() {
    gives(
        "pricing/samples/azure_retail_prices_vm_francecentral_excerpt.json",
        ("Virtual Machines", "francecentral"),
        &[
            "azure/vm Standard_B2s [linux] francecentral: 0.0472 hour",
            "azure/vm Standard_B2s [windows] francecentral: 0.0552 hour",
            "azure/vm Standard_D2s_v3 [linux] francecentral: 0.112 hour",
            "azure/vm Standard_D2s_v3 [windows] francecentral: 0.204 hour",
            "azure/vm Standard_D4s_v3 [linux] francecentral: 0.224 hour",
            "azure/vm Standard_D4s_v3 [windows] francecentral: 0.408 hour",
        ],
        &[(Dropped::NotOnDemand, 31)],
    );
}

const CLUSTERS: &[&str] = &[
    "azure/aks Automatic/Hosted Control Plane eastus: 0.16 hour",
    "azure/aks Automatic/vCPU Compute Optimized eastus: 0.012196 hour",
    "azure/aks Automatic/vCPU Confidential Compute eastus: 0.012117 hour",
    "azure/aks Automatic/vCPU GPU Accelerated eastus: 0.035952 hour",
    "azure/aks Automatic/vCPU General Purpose eastus: 0.007841 hour",
    "azure/aks Automatic/vCPU High Performance Compute eastus: 0.007312 hour",
    "azure/aks Automatic/vCPU Memory Optimized eastus: 0.012427 hour",
    "azure/aks Automatic/vCPU Storage Optimized eastus: 0.014487 hour",
    "azure/aks Standard/Long Term Support eastus: 0.6 hour",
    "azure/aks Standard/Uptime SLA eastus: 0.1 hour",
];

/// What the free tier would cost is listed too, for information, and once with an end that has
/// passed.
#[test]
fn clusters() {
    gives(
        "fixtures/azure/retail_prices_aks_eastus.json",
        ("Azure Kubernetes Service", "eastus"),
        CLUSTERS,
        &[(Dropped::Expired, 1), (Dropped::OtherProduct, 1)],
    );
    gives(
        "pricing/samples/azure_retail_prices_aks_item.json",
        ("Azure Kubernetes Service", "eastus"),
        &["azure/aks Standard/Uptime SLA eastus: 0.1 hour"],
        &[(Dropped::Expired, 1)],
    );
}

#[test]
fn functions() {
    gives(
        "fixtures/azure/retail_prices_functions_eastus.json",
        ("Functions", "eastus"),
        &[
            "azure/functions Flex Consumption/Always Ready Baseline eastus: 0.000004 GB-second",
            "azure/functions Flex Consumption/Always Ready Execution Time eastus: 0.000016 GB-second",
            "azure/functions Flex Consumption/Always Ready Total Executions eastus: 0.000004 \
             10 executions",
            "azure/functions Flex Consumption/On Demand Execution Time/over-100000GBs eastus: \
             0.000026 GB-second",
            "azure/functions Flex Consumption/On Demand Total Executions/over-250K eastus: \
             0.000004 10 executions",
            "azure/functions Functions/Standard Execution Time/over-400000GBs eastus: 0.000016 \
             GB-second",
            "azure/functions Functions/Standard Total Executions/over-1M eastus: 0.000002 \
             10 executions",
            "azure/functions Premium Functions/Premium Memory Duration eastus: 0.0123 GiB-hour",
            "azure/functions Premium Functions/Premium vCPU Duration eastus: 0.173 vCPU-hour",
        ],
        &[(Dropped::ZeroPrice, 4)],
    );
}

#[test]
fn storage_of_databases() {
    gives(
        "fixtures/azure/retail_prices_sqldb_gp_storage_eastus.json",
        ("SQL Database", "eastus"),
        &[
            "azure/sql GP/io eastus: 0.2 1M",
            "azure/sql GP/storage eastus: 0.115 GB-Mo",
            "azure/sql GP/storage-zone-redundant eastus: 0.23 GB-Mo",
        ],
        &[(Dropped::ZeroPrice, 1), (Dropped::OtherProduct, 1)],
    );
}

#[test]
fn a_refusal() {
    let Some(body) = recorded("fixtures/azure/retail_prices_error_400.json") else { return };
    let error = read("Storage", "eastus", &body).unwrap_err().to_string();
    assert!(error.ends_with("Microsoft answered BadRequest: Invalid parameters supplied"));
}

/// Every row that the program was built with and that comes from one of these answers is read from
/// it again, under the same key and with the same price.
#[test]
fn the_embedded_rows_of_clusters_and_functions_are_read_again() {
    for (file, service, name) in [
        ("retail_prices_aks_eastus.json", "azure/aks", "Azure Kubernetes Service"),
        ("retail_prices_functions_eastus.json", "azure/functions", "Functions"),
    ] {
        let Some(body) = recorded(&format!("fixtures/azure/{file}")) else { return };
        let harvest = read(name, "eastus", &body).unwrap();
        for row in PriceBook::azure().service_rows(service) {
            let key = [service, row.sku, row.variant, row.unit, row.region];
            assert_eq!(harvest.find(key).map(|row| row.price), Some(row.price), "{key:?}");
        }
    }
}
