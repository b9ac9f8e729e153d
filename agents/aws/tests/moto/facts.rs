//! List prices of us-east-1 and eu-west-1, copied from the vendor's price pages by hand, and what a
//! fleet costs by them. Nothing here comes from the price book or the agent.

use rust_decimal::Decimal;
use serde_json::Value;

/// Parses a fact.
pub(crate) fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// A JSON number or text as the decimal it is written as.
pub(crate) fn number(value: &Value) -> Decimal {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.parse().or_else(|_| Decimal::from_scientific(&text)).unwrap_or_else(|_| panic!("{text}"))
}

/// Hours in the month of every monthly figure.
pub(crate) const HOURS: u32 = 730;

/// Picks the price of a region: us-east-1's or eu-west-1's.
fn by_region(region: &str, us_east_1: &str, eu_west_1: &str) -> Decimal {
    match region {
        "us-east-1" => dec(us_east_1),
        "eu-west-1" => dec(eu_west_1),
        other => panic!("no facts for {other}"),
    }
}

/// EC2 on demand, Linux, shared tenancy, USD per hour (aws.amazon.com/ec2/pricing/on-demand).
pub(crate) fn linux(instance_type: &str, region: &str) -> Decimal {
    let (us, eu) = match instance_type {
        "m5.large" => ("0.096", "0.107"),
        "m5.xlarge" => ("0.192", "0.214"),
        "c5.xlarge" => ("0.17", "0.192"),
        "r5.large" => ("0.126", "0.141"),
        "t3.medium" => ("0.0416", "0.0456"),
        "m6g.large" => ("0.077", "0.086"),
        other => panic!("no fact for {other}"),
    };
    by_region(region, us, eu)
}

/// A public IPv4 address in use, USD per hour, in every region (aws.amazon.com/vpc/pricing).
pub(crate) fn address() -> Decimal {
    dec("0.005")
}

/// A volume, USD per month (aws.amazon.com/ebs/pricing).
pub(crate) fn volume(
    kind: &str,
    size: Decimal,
    iops: Decimal,
    throughput: Decimal,
    region: &str,
) -> Decimal {
    let price = |us, eu| by_region(region, us, eu);
    let above =
        |amount: Decimal, included: u32| (amount - Decimal::from(included)).max(Decimal::ZERO);
    match kind {
        "gp2" => size * price("0.10", "0.11"),
        // 3,000 IOPS and 125 MiB/s are included; a GiB/s is 40.96 (45.056), a MiB/s 1/1024 of it.
        "gp3" => {
            size * price("0.08", "0.088")
                + above(iops, 3000) * price("0.005", "0.0055")
                + above(throughput, 125) * price("0.04", "0.044")
        }
        // Up to 32,000 IOPS: the first tier.
        "io2" => size * price("0.125", "0.138") + iops * price("0.065", "0.072"),
        other => panic!("no fact for {other}"),
    }
}

/// A function's last hour: GB-seconds and requests, USD (aws.amazon.com/lambda/pricing). The same in
/// both regions; all of the fleet stays within the first tier.
pub(crate) fn function(
    architecture: &str,
    memory_mb: Decimal,
    milliseconds: Decimal,
    invocations: Decimal,
) -> Decimal {
    let gigabyte_second = match architecture {
        "x86_64" => dec("0.0000166667"),
        "arm64" => dec("0.0000133334"),
        other => panic!("no fact for {other}"),
    };
    let gigabyte_seconds = memory_mb / dec("1024") * milliseconds / dec("1000");
    gigabyte_seconds * gigabyte_second + invocations * dec("0.0000002")
}

/// One database: what of it has a price, USD per month (aws.amazon.com/rds), and the components that
/// have none in the facts that the book was made from.
pub(crate) fn database(name: &str) -> (Decimal, &'static [&'static str]) {
    let hours = Decimal::from(HOURS);
    match name {
        // db.m5.large MySQL Single-AZ us-east-1, 200 GB of gp2.
        "orders" => (dec("0.171") * hours + dec("200") * dec("0.115"), &[]),
        // db.r5.large PostgreSQL Multi-AZ us-east-1; io1 storage of Multi-AZ PostgreSQL is unknown.
        "ledger" => (dec("0.5") * hours, &["storage", "iops"]),
        // db.m5.xlarge Oracle SE2, own licence, us-east-1; its storage is unknown.
        "erp" => (dec("0.342") * hours, &["storage"]),
        // db.m5.large MariaDB Multi-AZ eu-west-1, 50 GB of gp2.
        "wiki" => (dec("0.378") * hours + dec("50") * dec("0.253"), &[]),
        // db.m5.xlarge SQL Server SE, licence included, us-east-1; its gp3 storage is unknown, and
        // moto does not say what IOPS and throughput it has.
        "crm" => (dec("1.224") * hours, &["storage", "iops", "throughput"]),
        other => panic!("no fact for {other}"),
    }
}

/// A month of storage in S3, USD (aws.amazon.com/s3/pricing); the same in both regions, and all of
/// the fleet's Standard storage stays within the first 50 TB.
pub(crate) fn bucket(storage: &serde_json::Map<String, Value>) -> Decimal {
    storage
        .iter()
        .map(|(kind, bytes)| {
            let price = match kind.as_str() {
                "StandardStorage" => dec("0.023"),
                "StandardIAStorage" => dec("0.0125"),
                "GlacierStorage" => dec("0.0036"),
                other => panic!("no fact for {other}"),
            };
            number(bytes) / dec("1073741824") * price
        })
        .sum()
}

/// The fleet's EKS control plane, USD per hour (aws.amazon.com/eks/pricing): Kubernetes 1.35 is in
/// standard support until 2027-03-27, and at 0.50 more for a year after it.
pub(crate) fn control_plane() -> Decimal {
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    if today < jiff::civil::date(2027, 3, 27) { dec("0.10") } else { dec("0.60") }
}
