//! Every key that the embedded tables have for a region and that a rule can ask for comes out of a
//! list with AWS's own spellings.

use super::*;
use crate::book::{PriceBook, Row};

const REGION: &str = "eu-west-1";

/// A row of the tables as a row of an offer; `None` where no rule asks for it.
type Written = Option<Vec<(&'static str, String)>>;

fn check(offer: &'static str, service: &str, least: usize, write: fn(&Row<'_>) -> Written) {
    let book = PriceBook::aws();
    let mut document = Document::of(offer);
    let mut expected = Vec::new();
    for row in book.service_rows(service).filter(|row| row.region == REGION) {
        let Some(values) = write(&row) else { continue };
        let price = row.price.to_string();
        let mut values: Vec<(&str, &str)> =
            values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        values.push(("PricePerUnit", &price));
        document = document.row(&values);
        expected.push(([service, row.sku, row.variant, row.unit, REGION], row.price));
    }
    assert!(expected.len() >= least, "{service}: {}", expected.len());
    let harvest = document.harvest();
    for (key, price) in expected {
        let found = harvest.find(key).unwrap_or_else(|| panic!("{key:?} {:?}", harvest.dropped()));
        assert_eq!(found.price, price, "{key:?}");
    }
}

fn texts<const N: usize>(values: [(&'static str, &str); N]) -> Written {
    Some(values.into_iter().map(|(name, value)| (name, value.to_owned())).collect())
}

#[test]
fn instances() {
    check("AmazonEC2", "aws/ec2", 1_000, |row| {
        let (system, operation) = match row.variant {
            "linux" => ("Linux", "RunInstances"),
            "windows" => ("Windows", "RunInstances:0002"),
            "suse" => ("SUSE", "RunInstances:000g"),
            _ => return None,
        };
        let mut values = texts([
            ("Product Family", "Compute Instance"),
            ("Instance Type", row.sku),
            ("Tenancy", "Shared"),
            ("Operating System", system),
            ("operation", operation),
            ("Pre Installed S/W", "NA"),
            ("License Model", "No License required"),
            ("CapacityStatus", "Used"),
            ("Unit", "Hrs"),
        ])?;
        values.push(("usageType", format!("EU-BoxUsage:{}", row.sku)));
        Some(values)
    });
}

#[test]
fn volumes() {
    check("AmazonEC2", "aws/ebs", 18, |row| {
        let (usage, unit) = match row.sku {
            "gp2/storage" => ("EBS:VolumeUsage.gp2", "GB-Mo"),
            "gp3/storage" => ("EBS:VolumeUsage.gp3", "GB-Mo"),
            "gp3/iops" => ("EBS:VolumeP-IOPS.gp3", "IOPS-Mo"),
            "gp3/throughput" => ("EBS:VolumeP-Throughput.gp3", "GiBps-mo"),
            "io1/storage" => ("EBS:VolumeUsage.piops", "GB-Mo"),
            "io1/iops" => ("EBS:VolumeP-IOPS.piops", "IOPS-Mo"),
            "io2/storage" => ("EBS:VolumeUsage.io2", "GB-month"),
            "io2/iops" => ("EBS:VolumeP-IOPS.io2", "IOPS-Mo"),
            "io2/iops-tier2" => ("EBS:VolumeP-IOPS.io2.tier2", "IOPS-Mo"),
            "io2/iops-tier3" => ("EBS:VolumeP-IOPS.io2.tier3", "IOPS-Mo"),
            "st1/storage" => ("EBS:VolumeUsage.st1", "GB-Mo"),
            "sc1/storage" => ("EBS:VolumeUsage.sc1", "GB-Mo"),
            "standard/storage" => ("EBS:VolumeUsage", "GB-Mo"),
            "standard/io-requests" => ("EBS:VolumeIOUsage", "IOs"),
            "snapshot/storage" => ("EBS:SnapshotUsage", "GB-Mo"),
            "snapshot/fast-restore" => ("EBS:FastSnapshotRestore", "DSU-Hrs"),
            "snapshot-archive/storage" => ("EBS:SnapshotArchiveStorage", "GB-Mo"),
            "snapshot-archive/retrieval" => ("EBS:SnapshotArchiveRetrieval", "GB"),
            other => panic!("{other}"),
        };
        let usage = format!("EU-{usage}");
        texts([("Product Family", "Storage"), ("usageType", &usage), ("Unit", unit)])
    });
}

#[test]
fn databases() {
    check("AmazonRDS", "aws/rds", 1_000, |row| {
        let (engine, zones) = row.variant.split_once('/').unwrap();
        let (included, own, free) =
            ("License included", "Bring your own license", "No license required");
        let (name, edition, licence) = match engine {
            "mysql" => ("MySQL", "", free),
            "mariadb" => ("MariaDB", "", free),
            "postgres" => ("PostgreSQL", "", free),
            "aurora-mysql" => ("Aurora MySQL", "", free),
            "aurora-postgres" => ("Aurora PostgreSQL", "", free),
            "oracle-se2-li" => ("Oracle", "Standard Two", included),
            "oracle-se2-byol" => ("Oracle", "Standard Two", own),
            "oracle-ee-byol" => ("Oracle", "Enterprise", own),
            "sqlserver-ex-li" => ("SQL Server", "Express", included),
            "sqlserver-web-li" => ("SQL Server", "Web", included),
            "sqlserver-se-li" => ("SQL Server", "Standard", included),
            "sqlserver-ee-li" => ("SQL Server", "Enterprise", included),
            other => panic!("{other}"),
        };
        let (deployment, usage) = match zones {
            "single-az" => ("Single-AZ", "InstanceUsage"),
            "multi-az" if name == "SQL Server" => ("Multi-AZ (SQL Server Mirror)", "Multi-AZUsage"),
            _ => ("Multi-AZ", "Multi-AZUsage"),
        };
        let usage = format!("EU-{usage}:{}", row.sku);
        texts([
            ("Product Family", "Database Instance"),
            ("usageType", &usage),
            ("Instance Type", row.sku),
            ("Database Engine", name),
            ("Database Edition", edition),
            ("License Model", licence),
            ("Deployment Option", deployment),
            ("Unit", "Hrs"),
        ])
    });
}

#[test]
fn storage_of_databases() {
    check("AmazonRDS", "aws/rds-storage", 140, |row| {
        let mut parts: Vec<&str> = row.variant.split('/').collect();
        let engine = match parts.remove(0) {
            "any" => "Any",
            "mysql" => "MySQL",
            "mariadb" => "MariaDB",
            "postgresql" => "PostgreSQL",
            "oracle" => "Oracle",
            "sql-server" => "SQL Server",
            "aurora-mysql" => "Aurora MySQL",
            "aurora-postgresql" => "Aurora PostgreSQL",
            "mysql-(on-premise-for-outpost)" => "MySQL (on-premise for Outpost)",
            "postgresql-(on-premise-for-outpost)" => "PostgreSQL (on-premise for Outpost)",
            other => panic!("{other}"),
        };
        let deployment = match parts.pop() {
            None => "",
            Some("single-az") => "Single-AZ",
            Some("multi-az") => "Multi-AZ",
            Some("multi-az-(sql-server-mirror)") => "Multi-AZ (SQL Server Mirror)",
            Some("multi-az-(readable-standbys)") => "Multi-AZ (readable standbys)",
            // RDS Custom.
            Some(_) => return None,
        };
        let edition = match parts.pop() {
            None => "",
            Some("enterprise") => "Enterprise",
            Some("standard") => "Standard",
            Some("web") => "Web",
            Some(other) => panic!("{other}"),
        };
        let usage = format!("EU-{}", row.sku);
        texts([
            ("Product Family", "Database Storage"),
            ("usageType", &usage),
            ("Database Engine", engine),
            ("Database Edition", edition),
            ("Deployment Option", deployment),
            ("Unit", row.unit),
        ])
    });
}

#[test]
fn functions() {
    check("AWSLambda", "aws/lambda", 6, |row| {
        let arm = if row.variant == "arm" { "-ARM" } else { "" };
        let (kind, start, end) = match row.sku {
            "Lambda Requests" | "Lambda Requests-ARM" => ("Requests", "0", "Inf"),
            "Lambda Duration" => ("Duration", "0", "6000000000"),
            "Lambda Duration Tier2" => ("Duration", "6000000000", "15000000000"),
            "Lambda Duration Tier3" => ("Duration", "15000000000", "Inf"),
            "Lambda Duration-ARM" => ("Duration", "0", "7500000000"),
            "Lambda Duration-ARM Tier2" => ("Duration", "7500000000", "18750000000"),
            "Lambda Duration-ARM Tier3" => ("Duration", "18750000000", "Inf"),
            _ => return None,
        };
        let (usage, unit) = match kind {
            "Requests" => ("Request", "Requests"),
            _ => ("Lambda-GB-Second", "Lambda-GB-Second"),
        };
        let (usage, group) = (format!("EU-{usage}{arm}"), format!("AWS-Lambda-{kind}{arm}"));
        texts([
            ("Product Family", "Serverless"),
            ("usageType", &usage),
            ("Group", &group),
            ("Unit", unit),
            ("StartingRange", start),
            ("EndingRange", end),
        ])
    });
}

#[test]
fn clusters() {
    check("AmazonEKS", "aws/eks", 4, |row| {
        let (usage, unit) = match row.sku {
            "cluster" => ("EUW1-AmazonEKS-Hours:perCluster", "Hours"),
            "cluster-extended-support-surcharge" => {
                ("EUW1-AmazonEKS-Hours:extendedSupport", "Hours")
            }
            "fargate-vcpu" => ("EU-Fargate-vCPU-Hours:perCPU", "hours"),
            "fargate-memory" => ("EU-Fargate-GB-Hours", "hours"),
            other => panic!("{other}"),
        };
        texts([("Product Family", "Compute"), ("usageType", usage), ("Unit", unit)])
    });
}

#[test]
fn buckets() {
    check("AmazonS3", "aws/s3", 15, |row| {
        let (usage, start, end) = match row.sku {
            "standard/storage/first-50TB" => ("TimedStorage-ByteHrs", "0", "51200"),
            "standard/storage/next-450TB" => ("TimedStorage-ByteHrs", "51200", "512000"),
            "standard/storage/over-500TB" => ("TimedStorage-ByteHrs", "512000", "Inf"),
            "intelligent-tiering/frequent/first-50TB" => {
                ("TimedStorage-INT-FA-ByteHrs", "0", "51200")
            }
            "intelligent-tiering/frequent/next-450TB" => {
                ("TimedStorage-INT-FA-ByteHrs", "51200", "512000")
            }
            "intelligent-tiering/frequent/over-500TB" => {
                ("TimedStorage-INT-FA-ByteHrs", "512000", "Inf")
            }
            "intelligent-tiering/infrequent" => ("TimedStorage-INT-IA-ByteHrs", "0", "Inf"),
            "intelligent-tiering/archive-instant" => ("TimedStorage-INT-AIA-ByteHrs", "0", "Inf"),
            "standard-ia/storage" => ("TimedStorage-SIA-ByteHrs", "0", "Inf"),
            "onezone-ia/storage" => ("TimedStorage-ZIA-ByteHrs", "0", "Inf"),
            "glacier-ir/storage" => ("TimedStorage-GIR-ByteHrs", "0", "Inf"),
            "glacier/storage" => ("TimedStorage-GlacierByteHrs", "0", "Inf"),
            "glacier/staging" => ("TimedStorage-GlacierStaging", "0", "Inf"),
            "express-onezone/storage" => ("TimedStorage-XZ-ByteHrs", "0", "Inf"),
            sku if sku.contains("First 1 YB") => ("TimedStorage-RRS-ByteHrs", "0", "1024"),
            sku if sku.contains("Next 49 TB") => ("TimedStorage-RRS-ByteHrs", "1024", "51200"),
            sku if sku.contains("Next 450 TB") => ("TimedStorage-RRS-ByteHrs", "51200", "512000"),
            sku if sku.contains("Nex 500 TB") => ("TimedStorage-RRS-ByteHrs", "512000", "1024000"),
            sku if sku.contains("Next 4 000 TB") => {
                ("TimedStorage-RRS-ByteHrs", "1024000", "5120000")
            }
            sku if sku.contains("Over 5 000 TB") => ("TimedStorage-RRS-ByteHrs", "5120000", "Inf"),
            _ => return None,
        };
        let usage = format!("EU-{usage}");
        texts([
            ("Product Family", "Storage"),
            ("usageType", &usage),
            ("StartingRange", start),
            ("EndingRange", end),
            ("Unit", "GB-Mo"),
        ])
    });
}

#[test]
fn addresses() {
    check("AmazonVPC", "aws/vpc", 2, |row| {
        let usage = match row.sku {
            "public-ipv4/in-use" => "EU-PublicIPv4:InUseAddress",
            "public-ipv4/idle" => "EU-PublicIPv4:IdleAddress",
            _ => return None,
        };
        texts([("Product Family", "VpcPublicIPv4"), ("usageType", usage), ("Unit", "Hrs")])
    });
    check("AmazonEC2", "aws/vpc", 2, |row| {
        let (usage, unit) = match row.sku {
            "nat-gateway/hours" => ("EU-NatGateway-Hours", "Hrs"),
            "nat-gateway/bytes" => ("EU-NatGateway-Bytes", "GB"),
            _ => return None,
        };
        texts([("Product Family", "NAT Gateway"), ("usageType", usage), ("Unit", unit)])
    });
}

#[test]
fn balancers_and_egress() {
    check("AWSELB", "aws/elb", 8, |row| {
        let (family, usage, unit) = match row.sku {
            "alb/hours" => ("Load Balancer-Application", "LoadBalancerUsage", "Hrs"),
            "alb/lcu" => ("Load Balancer-Application", "LCUUsage", "LCU-Hrs"),
            "nlb/hours" => ("Load Balancer-Network", "LoadBalancerUsage", "Hrs"),
            "nlb/nlcu" => ("Load Balancer-Network", "LCUUsage", "LCU-Hrs"),
            "gwlb/hours" => ("Load Balancer-Gateway", "LoadBalancerUsage", "Hrs"),
            "gwlb/lcu" => ("Load Balancer-Gateway", "LCUUsage", "LCU-Hrs"),
            "clb/hours" => ("Load Balancer", "LoadBalancerUsage", "Hrs"),
            "clb/bytes" => ("Load Balancer", "DataProcessing-Bytes", "GB"),
            other => panic!("{other}"),
        };
        let usage = format!("EU-{usage}");
        texts([("Product Family", family), ("usageType", &usage), ("Unit", unit)])
    });
    check("AWSDataTransfer", "aws/datatransfer", 4, |row| {
        let (start, end) = match row.sku {
            "internet-egress/from-0-GB" => ("0", "10240"),
            "internet-egress/from-10240-GB" => ("10240", "51200"),
            "internet-egress/from-51200-GB" => ("51200", "153600"),
            "internet-egress/from-153600-GB" => ("153600", "Inf"),
            other => panic!("{other}"),
        };
        texts([
            ("Product Family", "Data Transfer"),
            ("usageType", "EU-DataTransfer-Out-Bytes"),
            ("Transfer Type", "AWS Outbound"),
            ("To Location", "External"),
            ("StartingRange", start),
            ("EndingRange", end),
            ("Unit", "GB"),
        ])
    });
}
