//! Prices that the vendors' public pages show, by hand, and the embedded books to the last digit.

use finops_pricing::PriceBook;
use finops_pricing::book::PriceKey;
use rust_decimal::Decimal;

/// A price of a page: service, sku, variant, unit and region as the book has them; USD for one unit.
type Known = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

/// A page and prices of it.
type Page = (&'static str, &'static [Known]);

const AWS: &[Page] = &[
    (
        "https://aws.amazon.com/ec2/pricing/on-demand/",
        &[
            ("aws/ec2", "m5.large", "linux", "hour", "us-east-1", "0.096"),
            ("aws/ec2", "m5.large", "windows", "hour", "us-east-1", "0.188"),
            ("aws/ec2", "m5.large", "linux", "hour", "eu-west-1", "0.107"),
            ("aws/ec2", "m5.xlarge", "linux", "hour", "us-east-1", "0.192"),
            ("aws/ec2", "t2.micro", "linux", "hour", "us-east-1", "0.0116"),
            ("aws/ec2", "t3.micro", "linux", "hour", "us-east-1", "0.0104"),
            ("aws/ec2", "t3.medium", "linux", "hour", "us-east-1", "0.0416"),
            ("aws/ec2", "t4g.micro", "linux", "hour", "us-east-1", "0.0084"),
            ("aws/ec2", "c5.large", "linux", "hour", "us-east-1", "0.085"),
            ("aws/ec2", "r5.large", "linux", "hour", "us-east-1", "0.126"),
            ("aws/ec2", "m6g.large", "linux", "hour", "us-east-1", "0.077"),
            ("aws/ec2", "p3.2xlarge", "linux", "hour", "us-east-1", "3.06"),
            ("aws/ec2", "g4dn.xlarge", "linux", "hour", "us-east-1", "0.526"),
        ],
    ),
    (
        "https://aws.amazon.com/ebs/pricing/",
        &[
            ("aws/ebs", "gp3/storage", "", "GB-Mo", "us-east-1", "0.08"),
            ("aws/ebs", "gp3/iops", "", "IOPS-Mo", "us-east-1", "0.005"),
            // 0.04 for each of 1,024 MiB/s.
            ("aws/ebs", "gp3/throughput", "", "GiBps-mo", "us-east-1", "40.96"),
            ("aws/ebs", "gp2/storage", "", "GB-Mo", "us-east-1", "0.1"),
            ("aws/ebs", "io1/storage", "", "GB-Mo", "us-east-1", "0.125"),
            ("aws/ebs", "io1/iops", "", "IOPS-Mo", "us-east-1", "0.065"),
            ("aws/ebs", "st1/storage", "", "GB-Mo", "us-east-1", "0.045"),
            ("aws/ebs", "sc1/storage", "", "GB-Mo", "us-east-1", "0.015"),
            ("aws/ebs", "snapshot/storage", "", "GB-Mo", "us-east-1", "0.05"),
        ],
    ),
    (
        "https://aws.amazon.com/rds/mysql/pricing/",
        &[
            ("aws/rds", "db.m5.large", "mysql/single-az", "hour", "us-east-1", "0.171"),
            ("aws/rds", "db.m5.large", "mysql/multi-az", "hour", "us-east-1", "0.342"),
            ("aws/rds", "db.t3.micro", "mysql/single-az", "hour", "us-east-1", "0.017"),
            ("aws/rds", "db.t3.medium", "mysql/single-az", "hour", "us-east-1", "0.068"),
            ("aws/rds", "db.r5.large", "mysql/single-az", "hour", "us-east-1", "0.24"),
        ],
    ),
    (
        "https://aws.amazon.com/rds/postgresql/pricing/",
        &[
            ("aws/rds", "db.m5.large", "postgres/single-az", "hour", "us-east-1", "0.178"),
            ("aws/rds", "db.t3.micro", "postgres/single-az", "hour", "us-east-1", "0.018"),
        ],
    ),
    (
        "https://aws.amazon.com/s3/pricing/",
        &[
            ("aws/s3", "standard/storage/first-50TB", "", "GB-Mo", "us-east-1", "0.023"),
            ("aws/s3", "standard/storage/next-450TB", "", "GB-Mo", "us-east-1", "0.022"),
            ("aws/s3", "standard/storage/over-500TB", "", "GB-Mo", "us-east-1", "0.021"),
            ("aws/s3", "standard-ia/storage", "", "GB-Mo", "us-east-1", "0.0125"),
            ("aws/s3", "onezone-ia/storage", "", "GB-Mo", "us-east-1", "0.01"),
            ("aws/s3", "glacier-ir/storage", "", "GB-Mo", "us-east-1", "0.004"),
            ("aws/s3", "glacier/storage", "", "GB-Mo", "us-east-1", "0.0036"),
            ("aws/s3", "glacier-deep-archive/storage", "", "GB-Mo", "us-east-1", "0.00099"),
            // 0.005 and 0.0004 for 1,000.
            ("aws/s3", "standard/requests/put", "", "request", "us-east-1", "0.000005"),
            ("aws/s3", "standard/requests/get", "", "request", "us-east-1", "0.0000004"),
        ],
    ),
    (
        "https://aws.amazon.com/lambda/pricing/",
        &[
            ("aws/lambda", "Lambda Duration", "x86", "GB-second", "us-east-1", "0.0000166667"),
            ("aws/lambda", "Lambda Duration-ARM", "arm", "GB-second", "us-east-1", "0.0000133334"),
            // 0.20 for a million.
            ("aws/lambda", "Lambda Requests", "x86", "request", "us-east-1", "0.0000002"),
        ],
    ),
    (
        "https://aws.amazon.com/eks/pricing/",
        &[("aws/eks", "cluster", "", "hour", "us-east-1", "0.1")],
    ),
    (
        "https://aws.amazon.com/vpc/pricing/",
        &[
            ("aws/vpc", "public-ipv4/in-use", "", "hour", "us-east-1", "0.005"),
            ("aws/vpc", "public-ipv4/idle", "", "hour", "us-east-1", "0.005"),
            ("aws/vpc", "nat-gateway/hours", "", "hour", "us-east-1", "0.045"),
        ],
    ),
    (
        "https://aws.amazon.com/elasticloadbalancing/pricing/",
        &[
            ("aws/elb", "alb/hours", "", "hour", "us-east-1", "0.0225"),
            ("aws/elb", "alb/lcu", "", "LCU-hour", "us-east-1", "0.008"),
        ],
    ),
];

const AZURE: &[Page] = &[
    (
        "https://azure.microsoft.com/pricing/details/virtual-machines/linux/",
        &[
            ("azure/vm", "Standard_D2s_v3", "linux", "hour", "eastus", "0.096"),
            ("azure/vm", "Standard_D4s_v3", "linux", "hour", "eastus", "0.192"),
            ("azure/vm", "Standard_D2s_v3", "linux", "hour", "westeurope", "0.12"),
            ("azure/vm", "Standard_D2s_v5", "linux", "hour", "eastus", "0.096"),
            ("azure/vm", "Standard_B1s", "linux", "hour", "eastus", "0.0104"),
            ("azure/vm", "Standard_B2s", "linux", "hour", "eastus", "0.0416"),
            ("azure/vm", "Standard_E4s_v3", "linux", "hour", "eastus", "0.252"),
            ("azure/vm", "Standard_F2s_v2", "linux", "hour", "eastus", "0.0846"),
        ],
    ),
    (
        "https://azure.microsoft.com/pricing/details/virtual-machines/windows/",
        &[
            ("azure/vm", "Standard_D2s_v3", "windows", "hour", "eastus", "0.188"),
            ("azure/vm", "Standard_D4s_v3", "windows", "hour", "eastus", "0.376"),
            ("azure/vm", "Standard_E4s_v3", "windows", "hour", "eastus", "0.436"),
        ],
    ),
    (
        "https://azure.microsoft.com/pricing/details/managed-disks/",
        &[
            (
                "azure/disk",
                "Premium SSD Managed Disks/P10 LRS Disk",
                "",
                "1/Month",
                "eastus",
                "19.71",
            ),
            (
                "azure/disk",
                "Premium SSD Managed Disks/P4 LRS Disk",
                "",
                "1/Month",
                "eastus",
                "5.28",
            ),
            (
                "azure/disk",
                "Standard SSD Managed Disks/E4 LRS Disk",
                "",
                "1/Month",
                "eastus",
                "2.4",
            ),
            (
                "azure/disk",
                "Standard HDD Managed Disks/S4 LRS Disk",
                "",
                "1/Month",
                "eastus",
                "1.536",
            ),
        ],
    ),
    (
        "https://azure.microsoft.com/pricing/details/functions/",
        &[
            (
                "azure/functions",
                "Functions/Standard Execution Time/over-400000GBs",
                "",
                "GB-second",
                "eastus",
                "0.000016",
            ),
            // 0.20 for a million.
            (
                "azure/functions",
                "Functions/Standard Total Executions/over-1M",
                "",
                "10 executions",
                "eastus",
                "0.000002",
            ),
            (
                "azure/functions",
                "Premium Functions/Premium vCPU Duration",
                "",
                "vCPU-hour",
                "eastus",
                "0.173",
            ),
            (
                "azure/functions",
                "Premium Functions/Premium Memory Duration",
                "",
                "GiB-hour",
                "eastus",
                "0.0123",
            ),
        ],
    ),
    (
        "https://azure.microsoft.com/pricing/details/kubernetes-service/",
        &[("azure/aks", "Standard/Uptime SLA", "", "hour", "eastus", "0.1")],
    ),
    (
        "https://azure.microsoft.com/pricing/details/azure-sql-database/single/",
        &[("azure/sql", "GP/storage", "", "GB-Mo", "eastus", "0.115")],
    ),
];

const GCP: &[Page] = &[
    (
        "https://cloud.google.com/compute/vm-instance-pricing",
        &[
            // 4 × 0.031611 + 15 × 0.004237.
            ("gcp/compute", "n1-standard-4", "linux", "hour", "us-central1", "0.189999"),
            ("gcp/compute", "n1-standard-1", "linux", "hour", "us-central1", "0.04749975"),
            ("gcp/compute", "n2-standard-4", "linux", "hour", "us-central1", "0.194236"),
            ("gcp/compute", "n2d-standard-4", "linux", "hour", "us-central1", "0.168984"),
            // 1 × 0.02181159 + 4 × 0.00292353.
            ("gcp/compute", "e2-medium", "linux", "hour", "us-central1", "0.03350571"),
            ("gcp/compute", "e2-standard-4", "linux", "hour", "us-central1", "0.13402284"),
            ("gcp/compute", "c2-standard-4", "linux", "hour", "us-central1", "0.208808"),
            ("gcp/compute", "a2-highgpu-1g", "linux", "hour", "us-central1", "3.673385"),
            ("gcp/compute", "f1-micro", "linux", "hour", "us-central1", "0.0076"),
            ("gcp/compute", "g1-small", "linux", "hour", "us-central1", "0.0257"),
        ],
    ),
    (
        "https://cloud.google.com/compute/disks-image-pricing",
        &[
            ("gcp/disk", "pd-standard", "", "GiB-Mo", "us-central1", "0.04"),
            ("gcp/disk", "pd-balanced", "", "GiB-Mo", "us-central1", "0.1"),
            ("gcp/disk", "pd-ssd", "", "GiB-Mo", "us-central1", "0.17"),
            ("gcp/disk", "pd-extreme", "", "GiB-Mo", "us-central1", "0.125"),
            ("gcp/disk", "local-ssd", "", "GiB-Mo", "us-central1", "0.08"),
            ("gcp/disk", "pd-ssd-regional", "", "GiB-Mo", "us-central1", "0.34"),
            ("gcp/disk", "snapshot", "", "GiB-Mo", "us-central1", "0.05"),
            ("gcp/compute-license", "n1-standard-1", "windows", "hour", "global", "0.046"),
            ("gcp/compute-license", "n1-standard-1", "sles", "hour", "global", "0.11"),
        ],
    ),
    (
        "https://cloud.google.com/vpc/network-pricing",
        &[
            ("gcp/network", "ip/vm", "", "hour", "us-central1", "0.005"),
            ("gcp/network", "ip/unused", "", "hour", "us-central1", "0.01"),
        ],
    ),
    (
        "https://cloud.google.com/storage/pricing",
        &[
            ("gcp/storage", "standard/storage", "", "GiB-Mo", "us-central1", "0.02"),
            ("gcp/storage", "nearline/storage", "", "GiB-Mo", "us-central1", "0.01"),
            ("gcp/storage", "coldline/storage", "", "GiB-Mo", "us-central1", "0.004"),
            ("gcp/storage", "archive/storage", "", "GiB-Mo", "us-central1", "0.0012"),
            ("gcp/storage", "standard-multi/storage", "", "GiB-Mo", "us-multi", "0.026"),
        ],
    ),
    (
        "https://cloud.google.com/sql/pricing",
        &[
            ("gcp/cloudsql", "vcpu", "mysql/zonal", "vCPU-hour", "us-central1", "0.0413"),
            ("gcp/cloudsql", "ram", "mysql/zonal", "GiB-hour", "us-central1", "0.007"),
            ("gcp/cloudsql", "vcpu", "postgres/regional", "vCPU-hour", "us-central1", "0.0826"),
            ("gcp/cloudsql", "storage-ssd", "postgres/zonal", "GiB-Mo", "us-central1", "0.17"),
            ("gcp/cloudsql", "backup", "mysql", "GiB-Mo", "us-central1", "0.08"),
            ("gcp/cloudsql", "db-g1-small", "mysql/zonal", "hour", "us-central1", "0.035"),
        ],
    ),
    (
        "https://cloud.google.com/kubernetes-engine/pricing",
        &[
            ("gcp/gke", "cluster-management-fee/zonal", "", "hour", "global", "0.1"),
            ("gcp/gke", "autopilot/vcpu", "", "vCPU-hour", "us-central1", "0.0445"),
            ("gcp/gke", "autopilot/memory", "", "GiB-hour", "us-central1", "0.0049225"),
        ],
    ),
    (
        "https://cloud.google.com/functions/pricing-1stgen",
        &[
            ("gcp/functions", "invocations", "gen1", "invocation", "us-central1", "0.0000004"),
            ("gcp/functions", "memory", "gen1", "GB-second", "us-central1", "0.0000025"),
            ("gcp/functions", "cpu", "gen1", "GHz-second", "us-central1", "0.00001"),
        ],
    ),
];

/// Where a book is known to have another price than the page: with that of the book, and why.
const DIFFERENT: &[(Known, &str, &str)] = &[(
    ("gcp/cloudsql", "db-f1-micro", "mysql/zonal", "hour", "us-central1", "0.0105"),
    "0.01051",
    "the source has a month's price in whole cents: 7.67 / 730 instead of 7.665 / 730",
)];

fn of_book(book: &PriceBook, (service, sku, variant, unit, region, _): Known) -> Option<Decimal> {
    let key = PriceKey { service, sku, variant, unit, region };
    book.find(&key).map(|row| row.price)
}

fn amount(text: &str) -> Decimal {
    text.parse().expect("a price of this file is a number")
}

/// What the book has otherwise than the pages, for a person.
fn differences(book: &PriceBook, pages: &[Page]) -> Vec<String> {
    let mut found = Vec::new();
    for (page, prices) in pages {
        for known in *prices {
            let expected = amount(known.5);
            if of_book(book, *known) != Some(expected) {
                found.push(format!("{known:?}: {:?}, {page}", of_book(book, *known)));
            }
        }
    }
    found
}

#[test]
fn aws_has_the_prices_of_its_pages() {
    assert_eq!(differences(PriceBook::aws(), AWS), Vec::<String>::new());
}

#[test]
fn azure_has_the_prices_of_its_pages() {
    assert_eq!(differences(PriceBook::azure(), AZURE), Vec::<String>::new());
}

#[test]
fn google_cloud_has_the_prices_of_its_pages() {
    assert_eq!(differences(PriceBook::gcp(), GCP), Vec::<String>::new());
}

#[test]
fn known_differences_are_still_there_and_small() {
    for (known, in_the_book, why) in DIFFERENT {
        let found = of_book(PriceBook::gcp(), *known);
        assert_eq!(found, Some(amount(in_the_book)), "{why}");
        let difference = amount(in_the_book) - amount(known.5);
        assert!(difference.abs() < amount(known.5) * Decimal::new(1, 2), "{known:?}");
    }
}

#[test]
fn each_vendor_has_a_dozen_well_known_prices_at_least_and_all_more_than_forty() {
    let counts =
        [AWS, AZURE, GCP].map(|pages| pages.iter().map(|page| page.1.len()).sum::<usize>());
    assert!(counts.iter().all(|count| *count >= 12), "{counts:?}");
    assert!(counts.iter().sum::<usize>() > 40);
}
