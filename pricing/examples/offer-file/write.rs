//! A list with the shape of EC2's.

use std::io::{self, BufWriter, Write};

/// The columns of the list of EC2, in their order.
const COLUMNS: [&str; 88] = [
    "SKU",
    "OfferTermCode",
    "RateCode",
    "TermType",
    "PriceDescription",
    "EffectiveDate",
    "StartingRange",
    "EndingRange",
    "Unit",
    "PricePerUnit",
    "Currency",
    "RelatedTo",
    "LeaseContractLength",
    "PurchaseOption",
    "OfferingClass",
    "Product Family",
    "serviceCode",
    "Location",
    "Location Type",
    "Instance Type",
    "Current Generation",
    "Instance Family",
    "vCPU",
    "Physical Processor",
    "Clock Speed",
    "Memory",
    "Storage",
    "Network Performance",
    "Processor Architecture",
    "Storage Media",
    "Volume Type",
    "Max Volume Size",
    "Max IOPS/volume",
    "Max IOPS Burst Performance",
    "Max throughput/volume",
    "Provisioned",
    "Tenancy",
    "EBS Optimized",
    "Operating System",
    "License Model",
    "Group",
    "Group Description",
    "Transfer Type",
    "From Location",
    "From Location Type",
    "To Location",
    "To Location Type",
    "usageType",
    "operation",
    "AvailabilityZone",
    "CapacityStatus",
    "ClassicNetworkingSupport",
    "Dedicated EBS Throughput",
    "ECU",
    "Elastic Graphics Type",
    "Enhanced Networking Supported",
    "From Region Code",
    "GPU",
    "GPU Memory",
    "Instance",
    "Instance Capacity - 10xlarge",
    "Instance Capacity - 12xlarge",
    "Instance Capacity - 16xlarge",
    "Instance Capacity - 18xlarge",
    "Instance Capacity - 24xlarge",
    "Instance Capacity - 2xlarge",
    "Instance Capacity - 32xlarge",
    "Instance Capacity - 4xlarge",
    "Instance Capacity - 8xlarge",
    "Instance Capacity - 9xlarge",
    "Instance Capacity - large",
    "Instance Capacity - medium",
    "Instance Capacity - metal",
    "Instance Capacity - xlarge",
    "instanceSKU",
    "Intel AVX2 Available",
    "Intel AVX Available",
    "Intel Turbo Available",
    "MarketOption",
    "Normalization Size Factor",
    "Physical Cores",
    "Pre Installed S/W",
    "Processor Features",
    "Product Type",
    "Region Code",
    "Resource Type",
    "serviceName",
    "VPCNetworkingSupport",
];

/// What every row has in common.
const COMMON: [(&str, &str); 32] = [
    ("StartingRange", "0"),
    ("EndingRange", "Inf"),
    ("Unit", "Hrs"),
    ("Currency", "USD"),
    ("EffectiveDate", "2026-10-01"),
    ("Product Family", "Compute Instance"),
    ("serviceCode", "AmazonEC2"),
    ("Location", "EU (Ireland)"),
    ("Location Type", "AWS Region"),
    ("Current Generation", "Yes"),
    ("Instance Family", "General purpose"),
    ("vCPU", "8"),
    ("Physical Processor", "Intel Xeon Platinum 8175 (Skylake)"),
    ("Clock Speed", "3.1 GHz"),
    ("Memory", "32 GiB"),
    ("Storage", "EBS only"),
    ("Network Performance", "Up to 12500 Megabit"),
    ("Processor Architecture", "64-bit"),
    ("License Model", "No License required"),
    ("AvailabilityZone", "NA"),
    ("ClassicNetworkingSupport", "false"),
    ("Dedicated EBS Throughput", "Up to 10000 Mbps"),
    ("ECU", "NA"),
    ("Enhanced Networking Supported", "Yes"),
    ("GPU Memory", "NA"),
    ("MarketOption", "OnDemand"),
    ("Normalization Size Factor", "4"),
    ("Processor Features", "Intel AVX; Intel AVX2; Intel AVX512; Intel Turbo"),
    ("Region Code", "eu-west-1"),
    ("serviceName", "Amazon Elastic Compute Cloud"),
    ("VPCNetworkingSupport", "true"),
    ("Intel AVX Available", "Yes"),
];

/// Operating system, software, operation.
const SYSTEMS: [(&str, &str, &str); 13] = [
    ("Linux", "NA", "RunInstances"),
    ("Linux", "SQL Std", "RunInstances:0004"),
    ("Linux", "SQL Web", "RunInstances:0200"),
    ("Linux", "SQL Ent", "RunInstances:0100"),
    ("RHEL", "NA", "RunInstances:0010"),
    ("RHEL", "SQL Std", "RunInstances:0014"),
    ("Red Hat Enterprise Linux with HA", "NA", "RunInstances:1010"),
    ("SUSE", "NA", "RunInstances:000g"),
    ("Ubuntu Pro", "NA", "RunInstances:0g00"),
    ("Windows", "NA", "RunInstances:0002"),
    ("Windows", "SQL Std", "RunInstances:0006"),
    ("Windows", "SQL Web", "RunInstances:0202"),
    ("Windows", "SQL Ent", "RunInstances:0102"),
];
/// Capacity state, and what the usage type of shared tenancy begins with.
const STATES: [(&str, &str); 3] = [
    ("Used", "BoxUsage"),
    ("UnusedCapacityReservation", "UnusedBox"),
    ("AllocatedCapacityReservation", "Reservation"),
];
/// Tenancy, and what the usage type of capacity in use begins with.
const TENANCIES: [(&str, &str); 2] = [("Shared", "BoxUsage"), ("Dedicated", "DedicatedUsage")];
/// Years, payment and class of the reservations; those with an upfront fee have a row more.
const YEARS: [&str; 2] = ["1yr", "3yr"];
const PAYMENTS: [(&str, bool); 3] =
    [("No Upfront", false), ("Partial Upfront", true), ("All Upfront", true)];
const CLASSES: [&str; 2] = ["standard", "convertible"];

/// Writes at least so many megabytes to the standard output.
///
/// # Errors
/// It cannot be written to.
pub(crate) fn list(megabytes: u64) -> io::Result<()> {
    let mut list = List { out: BufWriter::new(io::stdout().lock()), written: 0, products: 0 };
    list.line(&["FormatVersion", "v1.0"])?;
    list.line(&["Disclaimer", "These prices are made up, and say nothing."])?;
    list.line(&["Publication Date", "2026-10-30T08:00:00Z"])?;
    list.line(&["Version", "20261030080000"])?;
    list.line(&["OfferCode", "AmazonEC2"])?;
    list.line(&COLUMNS)?;
    let mut kind = 0_u64;
    while list.written < megabytes * 1_000_000 {
        list.instance_type(&format!("m{kind}.2xlarge"), kind)?;
        kind += 1;
    }
    list.out.flush()
}

struct List<W> {
    out: W,
    written: u64,
    products: u64,
}

/// A row: its fields by the names of their columns.
type Fields<'a> = Vec<(&'a str, &'a str)>;

impl<W: Write> List<W> {
    /// All rows of one type.
    fn instance_type(&mut self, name: &str, number: u64) -> io::Result<()> {
        for (tenancy, in_use) in TENANCIES {
            for (system, software, operation) in SYSTEMS {
                for (state, unused) in STATES {
                    let usage = if state == "Used" { in_use } else { unused };
                    let usage = format!("EU-{usage}:{name}");
                    let mut fields: Fields<'_> = COMMON.to_vec();
                    fields.extend([
                        ("Instance Type", name),
                        ("Tenancy", tenancy),
                        ("Operating System", system),
                        ("Pre Installed S/W", software),
                        ("operation", operation),
                        ("CapacityStatus", state),
                        ("usageType", &usage),
                    ]);
                    self.product(&fields, number, state == "Used")?;
                }
            }
        }
        Ok(())
    }

    /// The price on demand of one product, and its reservations, where it can be reserved.
    fn product(&mut self, fields: &Fields<'_>, number: u64, reserved: bool) -> io::Result<()> {
        self.products += 1;
        let sku = format!("SKU{:013}", self.products);
        let price = format!("{}.{:010}", number % 40, self.products * 7_919 % 9_000_000_000 + 1);
        let description = format!("{price} per On Demand instance hour");
        let mut row = fields.clone();
        row.extend([("SKU", &*sku), ("TermType", "OnDemand"), ("PricePerUnit", &price)]);
        row.push(("PriceDescription", &description));
        self.row(&row)?;
        if reserved {
            self.reservations(fields, &sku, &price)?;
            // Lists also have the terms of former offerings.
            self.reservations(fields, &sku, &price)?;
        }
        Ok(())
    }

    fn reservations(&mut self, fields: &Fields<'_>, sku: &str, price: &str) -> io::Result<()> {
        for year in YEARS {
            for (payment, upfront) in PAYMENTS {
                for class in CLASSES {
                    let mut row = fields.clone();
                    row.extend([("SKU", sku), ("TermType", "Reserved"), ("PricePerUnit", price)]);
                    row.extend([("LeaseContractLength", year), ("PurchaseOption", payment)]);
                    row.extend([("OfferingClass", class)]);
                    row.push(("PriceDescription", "Linux/UNIX (Amazon VPC), reserved instance"));
                    self.row(&row)?;
                    if upfront {
                        row.retain(|(name, _)| !matches!(*name, "Unit" | "PriceDescription"));
                        row.extend([("Unit", "Quantity"), ("PriceDescription", "Upfront Fee")]);
                        self.row(&row)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn row(&mut self, fields: &Fields<'_>) -> io::Result<()> {
        let value = |column: &&str| {
            let found = fields.iter().rev().find(|(name, _)| name == column);
            found.map_or("", |(_, value)| *value)
        };
        let values: Vec<&str> = COLUMNS.iter().map(value).collect();
        self.line(&values)
    }

    /// As AWS writes it: what is there is in quotes, what is not is nothing.
    fn line(&mut self, values: &[&str]) -> io::Result<()> {
        let quoted: Vec<String> = values
            .iter()
            .map(|value| if value.is_empty() { String::new() } else { format!("\"{value}\"") })
            .collect();
        let line = quoted.join(",") + "\n";
        self.written += line.len() as u64;
        self.out.write_all(line.as_bytes())
    }
}
