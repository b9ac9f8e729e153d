//! For every key that the rules ask for, an item as Microsoft writes it.

use super::*;

const STORAGE: Sample = Sample { service: "Storage", arm_sku: "", price: "0.5", ..MACHINE };
const CLUSTER: Sample = Sample { service: "Azure Kubernetes Service", price: "0.5", ..MACHINE };
const FUNCTIONS: Sample = Sample { service: "Functions", price: "0.000004", ..MACHINE };

/// Each item alone gives the row.
pub(super) fn each(items: &[(Sample, &str)]) {
    for (item, expected) in items {
        let harvest = harvest(&[*item]);
        assert_eq!((rows(&harvest), harvest.dropped()), (vec![(*expected).to_owned()], nothing()));
    }
}

/// None of the items gives a row.
pub(super) fn none(items: &[Sample]) {
    for item in items {
        let harvest = harvest(&[*item]);
        assert_eq!(
            (rows(&harvest), dropped(&harvest)),
            (Vec::new(), vec![(Dropped::OtherProduct, 1)])
        );
    }
}

#[test]
fn disks() {
    let hdd = Sample { product: "Standard HDD Managed Disks", unit: "1/Month", ..STORAGE };
    let ssd = Sample { product: "Standard SSD Managed Disks", ..hdd };
    let premium = Sample { product: "Premium SSD Managed Disks", ..hdd };
    let second = Sample { product: "Azure Premium SSD v2", sku: "Premium LRS", ..hdd };
    let ultra = Sample { product: "Ultra Disks", sku: "Ultra LRS", ..hdd };
    each(&[
        (
            Sample { sku: "S4 LRS", meter: "S4 LRS Disk", ..hdd },
            "azure/disk Standard HDD Managed Disks/S4 LRS Disk eastus: 0.5 1/Month",
        ),
        (
            Sample { sku: "E10 ZRS", meter: "E10 ZRS Disk", ..ssd },
            "azure/disk Standard SSD Managed Disks/E10 ZRS Disk eastus: 0.5 1/Month",
        ),
        (
            Sample { sku: "P80 LRS", meter: "P80 LRS Disk", ..premium },
            "azure/disk Premium SSD Managed Disks/P80 LRS Disk eastus: 0.5 1/Month",
        ),
        (
            Sample { sku: "Burst Enablement LRS", meter: "LRS Burst Enablement", ..premium },
            "azure/disk Premium SSD Managed Disks/LRS Burst Enablement eastus: 0.5 1/Month",
        ),
        (
            Sample {
                sku: "Confidential Compute Encryption LRS",
                meter: "Confidential Compute Encryption LRS Provisioned Capacity",
                unit: "1 GiB/Hour",
                ..premium
            },
            "azure/disk Premium SSD Managed Disks/Confidential Compute Encryption LRS Provisioned \
             Capacity eastus: 0.5 1 GiB/Hour",
        ),
        (
            Sample { meter: "Premium LRS Provisioned Capacity", unit: "1 GiB/Hour", ..second },
            "azure/disk Azure Premium SSD v2/Premium LRS Provisioned Capacity eastus: 0.5 1 GiB/Hour",
        ),
        (
            Sample { meter: "Ultra LRS Provisioned Capacity", unit: "1 GiB/Hour", ..ultra },
            "azure/disk Ultra Disks/Ultra LRS Provisioned Capacity eastus: 0.5 1 GiB/Hour",
        ),
        (
            Sample { meter: "Ultra LRS Provisioned IOPS", unit: "1/Hour", ..ultra },
            "azure/disk Ultra Disks/Ultra LRS Provisioned IOPS eastus: 0.5 1/Hour",
        ),
        (
            Sample { meter: "Ultra LRS Provisioned Throughput (MBps)", unit: "1/Hour", ..ultra },
            "azure/disk Ultra Disks/Ultra LRS Provisioned Throughput (MBps) eastus: 0.5 1/Hour",
        ),
        (
            Sample { meter: "Ultra LRS Reservation per vCPU Provisioned", unit: "1/Hour", ..ultra },
            "azure/disk Ultra Disks/Ultra LRS Reservation per vCPU Provisioned eastus: 0.5 1/Hour",
        ),
    ]);
    none(&[Sample { sku: "P80 LRS", meter: "P80 LRS Disk", tier: "5.0", ..premium }]);
}

#[test]
fn what_every_premium_ssd_v2_includes_is_a_tier_of_no_cost() {
    for (meter, included, key) in [
        ("Premium LRS Provisioned IOPS", "3000.0", "Premium LRS Provisioned IOPS"),
        (
            "Premium LRS Provisioned Throughput (MBps)",
            "125.0",
            "Premium LRS Provisioned Throughput (MBps)",
        ),
    ] {
        let first = Sample {
            product: "Azure Premium SSD v2",
            sku: "Premium LRS",
            meter,
            unit: "1/Hour",
            price: "0.0",
            ..STORAGE
        };
        let above = Sample { tier: included, price: "7E-06", ..first };
        let harvest = harvest(&[first, above]);
        let expected = format!("azure/disk Azure Premium SSD v2/{key} eastus: 0.000007 1/Hour");
        assert_eq!(
            (rows(&harvest), dropped(&harvest)),
            (vec![expected], vec![(Dropped::ZeroPrice, 1)])
        );
    }
}

#[test]
fn storage_accounts() {
    let stored = Sample { unit: "1 GB/Month", ..STORAGE };
    let blobs = Sample { product: "General Block Blob v2", ..stored };
    let files = Sample { product: "Files v2", ..stored };
    let premium = Sample { product: "Premium Block Blob", sku: "Premium ZRS", ..stored };
    let lrs = Sample { sku: "Standard LRS", meter: "LRS Data Stored", ..stored };
    each(&[
        (
            Sample { sku: "Hot ZRS", meter: "Hot ZRS Data Stored", ..blobs },
            "azure/storage General Block Blob v2/Hot ZRS/Data Stored eastus: 0.5 1 GB/Month",
        ),
        (
            Sample { sku: "Cool RA-GZRS", meter: "Cool RA-GZRS Data Stored", ..blobs },
            "azure/storage General Block Blob v2/Cool RA-GZRS/Data Stored eastus: 0.5 1 GB/Month",
        ),
        (
            Sample { sku: "Cold GRS", meter: "Cold GRS Data Stored", ..blobs },
            "azure/storage General Block Blob v2/Cold GRS/Data Stored eastus: 0.5 1 GB/Month",
        ),
        (
            Sample { sku: "Archive LRS", meter: "Archive LRS Data Stored", ..blobs },
            "azure/storage General Block Blob v2/Archive LRS/Data Stored eastus: 0.5 1 GB/Month",
        ),
        (
            Sample { meter: "Premium ZRS Data Stored", ..premium },
            "azure/storage Premium Block Blob/Premium ZRS/Data Stored eastus: 0.5 1 GB/Month",
        ),
        (
            Sample { product: "Files v2", ..lrs },
            "azure/storage Files v2/Standard LRS/LRS Data Stored eastus: 0.5 1 GB/Month",
        ),
        (
            Sample { sku: "Hot GZRS", meter: "Hot GZRS Data Stored", ..files },
            "azure/storage Files v2/Hot GZRS/Data Stored eastus: 0.5 1 GB/Month",
        ),
        (
            Sample { sku: "Cool LRS", meter: "Cool LRS Data Stored", ..files },
            "azure/storage Files v2/Cool LRS/Data Stored eastus: 0.5 1 GB/Month",
        ),
        (
            Sample { product: "Tables", ..lrs },
            "azure/storage Tables/Standard LRS/LRS Data Stored eastus: 0.5 1 GB/Month",
        ),
        (
            Sample { product: "Queues v2", ..lrs },
            "azure/storage Queues v2/Standard LRS/LRS Data Stored eastus: 0.5 1 GB/Month",
        ),
        (
            Sample { sku: "Hot LRS", meter: "Hot Read Operations", unit: "10K", ..blobs },
            "azure/storage General Block Blob v2/Hot LRS/Hot Read Operations eastus: 0.5 10K",
        ),
    ]);
    // The same meter, called alike, of accounts with other prices.
    none(&[
        Sample { product: "Blob Storage", sku: "Hot LRS", meter: "Hot LRS Data Stored", ..stored },
        Sample {
            product: "General Block Blob v2 Hierarchical Namespace",
            sku: "Hot LRS",
            meter: "Hot LRS Data Stored",
            ..stored
        },
    ]);
}

#[test]
fn tiers_that_no_rule_fills_have_no_price() {
    let first = Sample {
        product: "Tables",
        sku: "Standard LRS",
        meter: "LRS Data Stored",
        unit: "1 GB/Month",
        ..STORAGE
    };
    let second = Sample { tier: "1024.0", price: "0.4", ..first };
    let free = Sample { price: "0", ..first };
    for both in [[first, second], [free, second]] {
        assert!(harvest(&both).is_empty());
    }
    // A tier that begins on a day to come is none yet.
    let to_come = Sample { since: "2026-12-01T00:00:00Z", ..second };
    let harvest = harvest(&[first, to_come]);
    let expected = "azure/storage Tables/Standard LRS/LRS Data Stored eastus: 0.5 1 GB/Month";
    assert_eq!(
        (rows(&harvest), dropped(&harvest)),
        (vec![expected.to_owned()], vec![(Dropped::NotYet, 1)])
    );
}

#[test]
fn clusters() {
    let own = Sample { product: "Azure Kubernetes Service", sku: "Standard", ..CLUSTER };
    let automatic =
        Sample { product: "Azure Kubernetes Service - Automatic", sku: "Automatic", ..CLUSTER };
    each(&[
        (
            Sample { meter: "Standard Uptime SLA", ..own },
            "azure/aks Standard/Uptime SLA eastus: 0.5 hour",
        ),
        (
            Sample { meter: "Standard Long Term Support", ..own },
            "azure/aks Standard/Long Term Support eastus: 0.5 hour",
        ),
        (
            Sample { meter: "Automatic Hosted Control Plane", ..automatic },
            "azure/aks Automatic/Hosted Control Plane eastus: 0.5 hour",
        ),
        (
            Sample { meter: "Automatic GPU Accelerated", ..automatic },
            "azure/aks Automatic/vCPU GPU Accelerated eastus: 0.5 hour",
        ),
        (
            Sample { meter: "Automatic Confidential Compute", ..automatic },
            "azure/aks Automatic/vCPU Confidential Compute eastus: 0.5 hour",
        ),
    ]);
    let free = Sample { sku: "FreeTierInfrastructureCost", ..own };
    none(&[Sample { meter: "FreeTierInfrastructureCost Uptime SLA", ..free }]);
}

#[test]
fn functions() {
    let own = Sample { product: "Functions", sku: "Standard", ..FUNCTIONS };
    let flex = Sample { product: "Flex Consumption", sku: "On Demand", ..FUNCTIONS };
    let premium = Sample { product: "Premium Functions", sku: "Premium", ..FUNCTIONS };
    each(&[
        (
            Sample { meter: "Standard Total Executions", unit: "10", tier: "100000.0", ..own },
            "azure/functions Functions/Standard Total Executions/over-1M eastus: 0.000004 10 executions",
        ),
        (
            Sample { meter: "Standard Execution Time", unit: "1 GB Second", tier: "4E5", ..own },
            "azure/functions Functions/Standard Execution Time/over-400000GBs eastus: 0.000004 GB-second",
        ),
        (
            Sample { meter: "On Demand Total Executions", unit: "10", tier: "25000.0", ..flex },
            "azure/functions Flex Consumption/On Demand Total Executions/over-250K eastus: 0.000004 \
             10 executions",
        ),
        (
            Sample { meter: "Always Ready Baseline", unit: "1 GB Second", ..flex },
            "azure/functions Flex Consumption/Always Ready Baseline eastus: 0.000004 GB-second",
        ),
        (
            Sample { meter: "Premium vCPU Duration", ..premium },
            "azure/functions Premium Functions/Premium vCPU Duration eastus: 0.000004 vCPU-hour",
        ),
        (
            Sample { meter: "Premium Memory Duration", unit: "1 GB Hour", ..premium },
            "azure/functions Premium Functions/Premium Memory Duration eastus: 0.000004 GiB-hour",
        ),
    ]);
}

#[test]
fn licences_of_machines() {
    let red_hat = Sample {
        service: "Virtual Machines Licenses",
        product: "Red Hat Enterprise Linux",
        sku: "8 vCPU VM",
        meter: "8 vCPU VM License",
        arm_sku: "",
        region: "",
        price: "0.1152",
        ..MACHINE
    };
    let pro = Sample { product: "Ubuntu Pro", region: "Global", ..red_hat };
    each(&[
        (red_hat, "azure/vm-license Red Hat Enterprise Linux/8-vcpu Global: 0.1152 hour"),
        (
            Sample { meter: "64+ vCPU VM License", ..pro },
            "azure/vm-license Ubuntu Pro/64-vcpu-and-more Global: 0.1152 hour",
        ),
    ]);
    let range = rows(&harvest(&[Sample { meter: "1-2 vCPU VM Support", ..pro }]));
    let expected = [
        "azure/vm-license Ubuntu Pro/1-vcpu [range] Global: 0.1152 hour",
        "azure/vm-license Ubuntu Pro/2-vcpu [range] Global: 0.1152 hour",
    ];
    assert_eq!(range, expected);
    none(&[
        Sample { meter: "8 vCPU VM BYOS License", ..red_hat },
        Sample { product: "Windows Server", ..red_hat },
        Sample { product: "Red Hat Enterprise Linux for SAP", ..red_hat },
    ]);
}
