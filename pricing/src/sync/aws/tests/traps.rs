//! One test for each way in which a row is not what it looks like.

use super::*;

/// What a lone row, different from [`LINUX`] in `changes`, comes to.
fn fate(changes: &[(&str, &str)]) -> (Vec<String>, BTreeMap<Dropped, u64>) {
    let harvest = Document::of("AmazonEC2").row(&with(&LINUX, changes)).harvest();
    (lines(&harvest), harvest.dropped())
}

fn assert_dropped(changes: &[(&str, &str)], why: Dropped) {
    assert_eq!(fate(changes), (Vec::new(), dropped([(why, 1)])), "{changes:?}");
}

fn assert_kept(changes: &[(&str, &str)], line: &str) {
    assert_eq!(fate(changes), (vec![line.to_owned()], dropped([])), "{changes:?}");
}

#[test]
fn a_plain_instance_is_kept() {
    assert_kept(&[], "aws/ec2 m5.large linux hour eu-west-1 0.107");
}

#[test]
fn reservations_and_their_upfront_fees_are_no_prices_on_demand() {
    assert_dropped(&[("TermType", "Reserved")], Dropped::NotOnDemand);
    let upfront = [("TermType", "Reserved"), ("Unit", "Quantity"), ("PricePerUnit", "412")];
    assert_dropped(&upfront, Dropped::NotOnDemand);
    assert_dropped(&[("TermType", "FlatRate")], Dropped::NotOnDemand);
}

#[test]
fn dedicated_instances_and_hosts_are_not_linux() {
    for tenancy in ["Dedicated", "Host", "Reserved", ""] {
        assert_dropped(&[("Tenancy", tenancy)], Dropped::OtherTenancy);
    }
    let host = [("Product Family", "Dedicated Host"), ("usageType", "EU-HostUsage:m5")];
    assert_dropped(&host, Dropped::OtherTenancy);
    assert_dropped(&[("usageType", "EU-DedicatedUsage:m5.large")], Dropped::OtherTenancy);
}

#[test]
fn reserved_capacity_and_capacity_blocks_are_not_running_instances() {
    for status in ["UnusedCapacityReservation", "AllocatedCapacityReservation"] {
        assert_dropped(&[("CapacityStatus", status)], Dropped::OtherTenancy);
    }
    assert_dropped(&[("usageType", "EU-UnusedBox:m5.large")], Dropped::OtherTenancy);
    assert_dropped(&[("MarketOption", "CapacityBlock")], Dropped::OtherTenancy);
}

#[test]
fn places_that_are_no_regions_are_left_out() {
    for place in ["AWS Local Zone", "AWS Wavelength Zone", "AWS Outposts"] {
        assert_dropped(&[("Location Type", place)], Dropped::OtherLocation);
    }
    assert_dropped(&[("Region Code", "us-west-2-lax-1")], Dropped::OtherLocation);
    assert_dropped(&[("Region Code", "eu-west-2")], Dropped::OtherLocation);
}

#[test]
fn each_operating_system_has_the_variant_that_the_rule_asks_for() {
    for (system, software, operation, variant) in [
        ("Windows", "NA", "RunInstances:0002", "windows"),
        ("SUSE", "NA", "RunInstances:000g", "suse"),
        ("RHEL", "NA", "RunInstances:0010", "Red Hat Enterprise Linux"),
        ("Ubuntu Pro", "NA", "RunInstances:0g00", "Ubuntu Pro"),
        ("Windows", "SQL Std", "RunInstances:0006", "Windows with SQL Server Standard"),
        ("Windows", "SQL Web", "RunInstances:0202", "Windows with SQL Server Web"),
        ("Linux", "SQL Ent", "RunInstances:0100", "SQL Server Enterprise"),
        (
            "RHEL",
            "SQL Std",
            "RunInstances:0014",
            "Red Hat Enterprise Linux with SQL Server Standard",
        ),
        (
            "Red Hat Enterprise Linux with HA",
            "NA",
            "RunInstances:1010",
            "Red Hat Enterprise Linux with HA",
        ),
        // A spelling that is not known does not matter where the operation says it.
        ("Red Hat 9", "NA", "RunInstances:0010", "Red Hat Enterprise Linux"),
    ] {
        let changes = [
            ("Operating System", system),
            ("Pre Installed S/W", software),
            ("operation", operation),
        ];
        assert_kept(&changes, &format!("aws/ec2 m5.large {variant} hour eu-west-1 0.107"));
    }
}

#[test]
fn an_own_licence_is_not_the_price_of_windows() {
    let own = [
        ("Operating System", "Windows"),
        ("operation", "RunInstances:0800"),
        ("License Model", "Bring your own license"),
    ];
    assert_dropped(&own, Dropped::OtherProduct);
    let unsaid = [("Operating System", "Windows"), ("operation", "RunInstances:0800")];
    assert_dropped(&unsaid, Dropped::Unreadable);
    // The machine of a Windows instance whose licence has a line of its own.
    for operation in ["RunInstances:0002:box", ""] {
        let machine = [
            ("Operating System", "Windows"),
            ("operation", operation),
            ("License Model", "License Included - Infrastructure"),
        ];
        assert_dropped(&machine, Dropped::OtherProduct);
    }
}

#[test]
fn a_row_that_contradicts_itself_has_no_price() {
    let contradiction = [("Operating System", "Windows"), ("operation", "RunInstances")];
    assert_dropped(&contradiction, Dropped::Unreadable);
    let unknown = [("Operating System", "BeOS"), ("operation", "RunInstances:beos")];
    assert_dropped(&unknown, Dropped::OtherProduct);
    let unsaid = [("Operating System", "BeOS"), ("operation", "")];
    assert_dropped(&unsaid, Dropped::OtherProduct);
    assert_kept(&[("operation", "")], "aws/ec2 m5.large linux hour eu-west-1 0.107");
}

#[test]
fn bare_metal_and_the_oldest_type_are_instances_too() {
    let metal = [
        ("Product Family", "Compute Instance (bare metal)"),
        ("Instance Type", "m5.metal"),
        ("usageType", "EU-BoxUsage:m5.metal"),
        ("PricePerUnit", "5.136"),
    ];
    assert_kept(&metal, "aws/ec2 m5.metal linux hour eu-west-1 5.136");
    let oldest = [("Instance Type", "m1.small"), ("usageType", "EU-BoxUsage")];
    assert_kept(&oldest, "aws/ec2 m1.small linux hour eu-west-1 0.107");
}

#[test]
fn units_currencies_and_prices_that_are_none_are_counted() {
    assert_dropped(&[("Unit", "Quantity")], Dropped::UnknownUnit);
    assert_dropped(&[("Currency", "CNY")], Dropped::OtherCurrency);
    assert_dropped(&[("PricePerUnit", "0.0000000000")], Dropped::ZeroPrice);
    assert_dropped(&[("PricePerUnit", "-0.1")], Dropped::Unreadable);
    assert_dropped(&[("PricePerUnit", "call us")], Dropped::Unreadable);
    assert_dropped(&[("EffectiveDate", "soon")], Dropped::Unreadable);
    assert_dropped(&[("EffectiveDate", "2026-11-02")], Dropped::NotYet);
    assert_kept(
        &[("PricePerUnit", "1.6E-05"), ("EffectiveDate", "2026-11-01T00:00:00Z")],
        "aws/ec2 m5.large linux hour eu-west-1 0.000016",
    );
}

#[test]
fn a_price_for_a_part_of_the_hours_is_no_price_of_an_hour() {
    assert_dropped(&[("EndingRange", "750")], Dropped::OtherProduct);
    assert_dropped(&[("StartingRange", "750")], Dropped::OtherProduct);
}

/// One product in tiers, with their prices.
fn tiers(offer: &'static str, product: &[(&str, &str)], tiers: &[(&str, &str, &str)]) -> Harvest {
    let add = |document: Document, (start, end, price): &(&str, &str, &str)| {
        let tier = [("StartingRange", *start), ("EndingRange", *end), ("PricePerUnit", *price)];
        document.row(&with(product, &tier))
    };
    tiers.iter().fold(Document::of(offer), add).harvest()
}

#[test]
fn lambda_has_three_tiers_by_their_figures() {
    let duration = [
        ("Product Family", "Serverless"),
        ("Group", "AWS-Lambda-Duration"),
        ("usageType", "EU-Lambda-GB-Second"),
        ("Unit", "Lambda-GB-Second"),
    ];
    let harvest = tiers(
        "AWSLambda",
        &duration,
        &[
            ("0", "6000000000", "0.0000166667"),
            ("6000000000", "15000000000", "0.0000150000"),
            ("15000000000", "Inf", "0.0000133334"),
            ("1", "2", "0.5"),
        ],
    );
    assert_eq!(
        lines(&harvest),
        [
            "aws/lambda Lambda Duration Tier2 x86 GB-second eu-west-1 0.000015",
            "aws/lambda Lambda Duration Tier3 x86 GB-second eu-west-1 0.0000133334",
            "aws/lambda Lambda Duration x86 GB-second eu-west-1 0.0000166667",
        ]
    );
    assert_eq!(harvest.dropped(), dropped([(Dropped::OtherProduct, 1)]));
}

#[test]
fn what_shares_a_group_with_requests_is_no_request() {
    let requests = [
        ("Group", "AWS-Lambda-Requests"),
        ("usageType", "EU-Request"),
        ("Unit", "Requests"),
        ("PricePerUnit", "0.0000002"),
    ];
    let other = with(&requests, &[("usageType", "EU-Request-Durable"), ("PricePerUnit", "0.1")]);
    let anywhere = with(
        &requests,
        &[("usageType", "Global-Request"), ("Location", "Any"), ("Region Code", "")],
    );
    let harvest = Document::of("AWSLambda").row(&requests).row(&other).row(&anywhere).harvest();
    assert_eq!(lines(&harvest), ["aws/lambda Lambda Requests x86 request eu-west-1 0.0000002"]);
    let counts = [(Dropped::OtherProduct, 1), (Dropped::OtherLocation, 1)];
    assert_eq!(harvest.dropped(), dropped(counts));
}

#[test]
fn s3_has_tiers_of_1024_gigabytes_to_the_terabyte() {
    let standard = [("usageType", "EU-TimedStorage-ByteHrs"), ("Unit", "GB-Mo")];
    let harvest = tiers(
        "AmazonS3",
        &standard,
        &[
            ("0", "51200", "0.023"),
            ("51200", "512000", "0.022"),
            ("512000", "Inf", "0.021"),
            ("0", "50000", "0.1"),
        ],
    );
    assert_eq!(
        lines(&harvest),
        [
            "aws/s3 standard/storage/first-50TB  GB-Mo eu-west-1 0.023",
            "aws/s3 standard/storage/next-450TB  GB-Mo eu-west-1 0.022",
            "aws/s3 standard/storage/over-500TB  GB-Mo eu-west-1 0.021",
        ]
    );
    assert_eq!(harvest.dropped(), dropped([(Dropped::OtherProduct, 1)]));
}

#[test]
fn deep_archive_has_a_list_of_its_own() {
    let storage = [
        ("usageType", "EU-TimedStorage-GDA-ByteHrs"),
        ("Unit", "GB-Mo"),
        ("PricePerUnit", "0.00099"),
    ];
    let harvest = Document::of("AmazonS3GlacierDeepArchive").row(&storage).harvest();
    assert_eq!(lines(&harvest), ["aws/s3 glacier-deep-archive/storage  GB-Mo eu-west-1 0.00099"]);
}

#[test]
fn io_optimized_aurora_has_its_own_prices() {
    let standard = [
        ("Product Family", "Database Instance"),
        ("usageType", "EU-InstanceUsage:db.r6g.large"),
        ("Instance Type", "db.r6g.large"),
        ("Database Engine", "Aurora PostgreSQL"),
        ("License Model", "No license required"),
        ("Deployment Option", "Single-AZ"),
        ("Unit", "Hrs"),
        ("PricePerUnit", "0.313"),
    ];
    let optimized = with(
        &standard,
        &[("usageType", "EU-InstanceUsageIOOptimized:db.r6g.large"), ("PricePerUnit", "0.407")],
    );
    let harvest = Document::of("AmazonRDS").row(&standard).row(&optimized).harvest();
    assert_eq!(
        lines(&harvest),
        [
            "aws/rds db.r6g.large aurora-postgres-io-optimized/single-az hour eu-west-1 0.407",
            "aws/rds db.r6g.large aurora-postgres/single-az hour eu-west-1 0.313",
        ]
    );
}

#[test]
fn a_database_without_its_licence_is_not_priced_by_half() {
    let server = [
        ("Product Family", "Database Instance"),
        ("usageType", "EU-InstanceUsage:db.m7i.large"),
        ("Instance Type", "db.m7i.large"),
        ("Database Engine", "SQL Server"),
        ("Database Edition", "Standard"),
        ("License Model", "License included"),
        ("Deployment Option", "Single-AZ"),
        ("Unit", "Hrs"),
        ("PricePerUnit", "0.4"),
    ];
    let fate = |changes: &[(&str, &str)]| {
        let harvest = Document::of("AmazonRDS").row(&with(&server, changes)).harvest();
        (lines(&harvest), harvest.dropped())
    };
    let nothing = (Vec::new(), dropped([(Dropped::OtherProduct, 1)]));
    assert_eq!(fate(&[("Unbundled Licensing", "TRUE")]), nothing);
    assert_eq!(fate(&[("Deployment Model", "Custom")]), nothing);
    assert_eq!(fate(&[("Database Engine", "Db2")]), nothing);
    assert_eq!(fate(&[("License Model", "Bring your own media")]), nothing);
    // Two zones under the usage type of one.
    assert_eq!(fate(&[("Deployment Option", "Multi-AZ")]), nothing);
    let whole = "aws/rds db.m7i.large sqlserver-se-li/single-az hour eu-west-1 0.4".to_owned();
    assert_eq!(fate(&[("Unbundled Licensing", "FALSE")]), (vec![whole], dropped([])));
}

#[test]
fn a_cluster_with_readable_standbys_is_no_pair() {
    let cluster = [
        ("Product Family", "Database Instance"),
        ("usageType", "EU-Multi-AZClusterUsage:db.m6gd.large"),
        ("Instance Type", "db.m6gd.large"),
        ("Database Engine", "PostgreSQL"),
        ("Deployment Option", "Multi-AZ (readable standbys)"),
        ("Unit", "Hrs"),
        ("PricePerUnit", "0.783"),
    ];
    let support = [
        ("usageType", "EU-ExtendedSupport:Yr1-Yr2:MySQL5.7"),
        ("Database Engine", "MySQL"),
        ("Unit", "vCPU-hour"),
        ("PricePerUnit", "0.112"),
    ];
    let harvest = Document::of("AmazonRDS").row(&cluster).row(&support).harvest();
    assert_eq!(
        lines(&harvest),
        [
            "aws/rds ExtendedSupport:Yr1-Yr2:MySQL5.7  vCPU-hour eu-west-1 0.112",
            "aws/rds db.m6gd.large postgres/multi-az-readable-standbys hour eu-west-1 0.783",
        ]
    );
}

#[test]
fn trust_store_load_balancers_are_not_balancers_in_any_region() {
    let balancer = [
        ("Product Family", "Load Balancer-Application"),
        ("usageType", "EU-LoadBalancerUsage"),
        ("Unit", "Hrs"),
        ("PricePerUnit", "0.0252"),
    ];
    let store = with(&balancer, &[("usageType", "TS-LoadBalancerUsage"), ("PricePerUnit", "0.9")]);
    let harvest = Document::of("AWSELB").row(&balancer).row(&store).harvest();
    assert_eq!(lines(&harvest), ["aws/elb alb/hours  hour eu-west-1 0.0252"]);
    assert_eq!(harvest.dropped(), dropped([(Dropped::OtherProduct, 1)]));
}

#[test]
fn only_transfer_to_the_internet_is_egress() {
    let egress = [
        ("Product Family", "Data Transfer"),
        ("usageType", "EU-DataTransfer-Out-Bytes"),
        ("Transfer Type", "AWS Outbound"),
        ("From Location", "EU (Ireland)"),
        ("From Location Type", "AWS Region"),
        ("To Location", "External"),
        ("EndingRange", "10240"),
        ("Unit", "GB"),
        ("PricePerUnit", "0.09"),
        ("Location", ""),
        ("Location Type", ""),
        ("Region Code", ""),
    ];
    let between = with(&egress, &[("Transfer Type", "InterRegion Outbound")]);
    let elsewhere = with(&egress, &[("From Location", "EU (Paris)")]);
    let harvest =
        Document::of("AWSDataTransfer").row(&egress).row(&between).row(&elsewhere).harvest();
    assert_eq!(lines(&harvest), ["aws/datatransfer internet-egress/from-0-GB  GB eu-west-1 0.09"]);
    let counts = [(Dropped::OtherProduct, 1), (Dropped::OtherLocation, 1)];
    assert_eq!(harvest.dropped(), dropped(counts));
}

#[test]
fn the_premium_of_windows_follows_where_the_rule_looks_for_it() {
    let windows = with(
        &LINUX,
        &[
            ("Operating System", "Windows"),
            ("operation", "RunInstances:0002"),
            ("PricePerUnit", "0.199"),
        ],
    );
    let document = Document::of("AmazonEC2").row(&LINUX).row(&windows);
    let key = ["aws/ec2", "m5.large", "windows-premium", "hour", "eu-west-1"];
    // 0.199 − 0.107.
    assert_eq!(document.harvest().find(key).unwrap().price, "0.092".parse().unwrap());
    let alone = Document::of("AmazonEC2").row(&windows).harvest();
    assert_eq!(alone.find(key), None);
}
