//! Instances that have no price say so and are counted; those that have one cost exactly that.

// Helpers outside of test functions unwrap too: a panic is how a test fails.
#![allow(clippy::unwrap_used)]

mod support;

use rust_decimal::Decimal;
use serde_json::{Value, json};

use support::agent::Agent;
use support::aws::Aws;
use support::documents::{assert_total, hourly, number, record};
use support::facts::{self, decimal, times};
use support::fault::{EC2, Fault, fails};
use support::fleet::{ACCOUNT, Fleet, Instance, SpotPrice, Volume};
use support::priced::{
    assert_partly, assert_priced, assert_sums, assert_unpriced, document_of, month_of,
};

fn m5_large(id: &str) -> Instance {
    Instance::linux(id, "m5.large")
}

#[test]
fn instances_that_no_list_price_covers() {
    let windows_sql = "Windows with SQL Server Standard";
    let instances = vec![
        Instance::linux("i-unknown", "x9.large"),
        Instance { usage_operation: "RunInstances:0010", ..m5_large("i-rhel") },
        Instance {
            usage_operation: "RunInstances:0006",
            platform_details: windows_sql,
            ..m5_large("i-sql")
        },
        Instance { usage_operation: "RunInstances:zzzz", ..m5_large("i-new-platform") },
        Instance { tenancy: "dedicated", ..m5_large("i-dedicated") },
        Instance { tenancy: "host", ..m5_large("i-host") },
        Instance { lifecycle: Some("capacity-block"), ..m5_large("i-block") },
        // Without a price for its compute, but with one for its address.
        Instance {
            usage_operation: "RunInstances:0010",
            addresses: vec![("203.0.113.7", "amazon")],
            ..m5_large("i-rhel-public")
        },
        m5_large("i-plain"),
    ];
    let document = document_of(Fleet { instances, ..Fleet::default() });
    let instance = |id| record(&document, "ec2", id);
    assert_unpriced(instance("i-unknown"), "the price book does not know x9.large");
    assert_unpriced(instance("i-rhel"), "m5.large Red Hat Enterprise Linux");
    assert_unpriced(instance("i-sql"), windows_sql);
    assert_unpriced(instance("i-new-platform"), "RunInstances:zzzz");
    assert_unpriced(instance("i-dedicated"), "dedicated tenancy");
    assert_unpriced(instance("i-host"), "dedicated host");
    assert_unpriced(instance("i-block"), "capacity-block");
    let address = month_of(facts::ADDRESS);
    assert_partly(instance("i-rhel-public"), address, &["compute"], "Red Hat");
    assert_eq!(instance("i-rhel-public")["compute_hourly_cost"], Value::Null);
    assert_priced(instance("i-plain"), month_of(facts::M5_LARGE));
    assert_sums(&document, "ec2", month_of(facts::M5_LARGE) + address, 7, 1);
}

#[test]
fn windows_by_table_and_by_premium() {
    let windows = |id: &str, kind| Instance {
        usage_operation: "RunInstances:0002",
        platform_details: "Windows",
        ..Instance::linux(id, kind)
    };
    let instances = vec![
        windows("i-listed", "m5.large"),
        windows("i-premium", "m5n.large"),
        Instance { usage_operation: "RunInstances:0800", ..windows("i-byol", "m5.large") },
    ];
    let document = document_of(Fleet { instances, ..Fleet::default() });
    let (listed, byol) = (month_of(facts::M5_LARGE_WINDOWS), month_of(facts::M5_LARGE));
    let premium = month_of(facts::M5N_LARGE) + month_of(facts::M5N_LARGE_PREMIUM);
    assert_priced(record(&document, "ec2", "i-listed"), listed);
    assert_priced(record(&document, "ec2", "i-premium"), premium);
    assert_priced(record(&document, "ec2", "i-byol"), byol);
    let by_premium = record(&document, "ec2", "i-premium");
    let parts: Vec<_> = by_premium["price"].as_array().unwrap().iter().collect();
    assert_eq!(
        (&parts[0]["component"], &parts[1]["component"]),
        (&json!("compute"), &json!("license"))
    );
    assert_eq!(number(&by_premium["compute_hourly_cost"]), decimal("0.211")); // 0.119 + 0.092
    assert_sums(&document, "ec2", listed + premium + byol, 0, 0);
}

#[test]
fn a_stopped_instance_costs_its_volume_and_a_terminated_one_is_gone() {
    let fleet = Fleet {
        instances: vec![
            Instance { state: "stopped", ..m5_large("i-stopped") },
            Instance { state: "terminated", ..m5_large("i-gone") },
            Instance { state: "shutting-down", ..m5_large("i-going") },
        ],
        volumes: vec![Volume::gp3("vol-root", 100, "i-stopped")],
        ..Fleet::default()
    };
    let document = document_of(fleet);
    let stopped = record(&document, "ec2", "i-stopped");
    assert_priced(stopped, Decimal::ZERO);
    assert_priced(record(&document, "ec2", "i-going"), Decimal::ZERO);
    let storage = times(&["100", facts::GP3]);
    assert_eq!(number(&stopped["storage_hourly_cost"]), hourly(storage));
    assert_priced(record(&document, "ebs", "vol-root"), storage);
    let ec2 = &document["services"]["ec2"];
    assert_eq!((&ec2["total_instances"], &ec2["running_instances"]), (&json!(2), &json!(0)));
    assert!(!document.to_string().contains("i-gone"));
    assert_total(ec2, Decimal::ZERO);
    assert_total(&document["summary"], storage);
}

fn spot_fleet() -> Fleet {
    let spot = |id: &str, kind, zone| Instance {
        zone,
        lifecycle: Some("spot"),
        ..Instance::linux(id, kind)
    };
    let price = |kind, zone, product, price, at| SpotPrice { kind, zone, product, price, at };
    Fleet {
        instances: vec![
            spot("i-spot", "m5.large", "us-east-1a"),
            spot("i-neighbour", "m5.large", "us-east-1b"),
            Instance {
                usage_operation: "RunInstances:0002",
                ..spot("i-windows", "m5.large", "us-east-1a")
            },
            spot("i-no-market", "c5.xlarge", "us-east-1a"),
            Instance {
                usage_operation: "RunInstances:0010",
                ..spot("i-rhel", "m5.large", "us-east-1a")
            },
        ],
        // Several rows of a key, the newest in the middle; rows of other zones, products and types.
        spot_prices: vec![
            price("m5.large", "us-east-1a", "Linux/UNIX", "0.030100", "2026-11-20T06:00:00.000Z"),
            price("m5.large", "us-east-1a", "Linux/UNIX", "0.035200", "2026-11-20T09:00:00.000Z"),
            price("m5.large", "us-east-1a", "Linux/UNIX", "0.031700", "2026-11-20T08:00:00.000Z"),
            price("m5.large", "us-east-1a", "Windows", "0.127200", "2026-11-20T09:30:00.000Z"),
            price(
                "m5.large",
                "us-east-1b",
                "Linux/UNIX (Amazon VPC)",
                "0.041900",
                "2026-11-20T09:10:00.000Z",
            ),
            price("c5.xlarge", "us-east-1b", "Linux/UNIX", "0.068000", "2026-11-20T09:00:00.000Z"),
        ],
        ..Fleet::default()
    }
}

#[test]
fn spot_instances_cost_what_the_market_says() {
    let aws = Aws::with(spot_fleet());
    let ran = Agent::of(&aws).collect();
    assert_eq!(ran.status, Some(0), "{ran:?}");
    let document = ran.document();
    let instance = |id| record(&document, "ec2", id);
    assert_priced(instance("i-spot"), month_of("0.0352"));
    assert_priced(instance("i-neighbour"), month_of("0.0419"));
    assert_priced(instance("i-windows"), month_of("0.1272"));
    assert_eq!(instance("i-spot")["price"][0]["as_of"], "2026-11-20");
    assert_eq!(instance("i-spot")["lifecycle"], "spot");
    assert_unpriced(instance("i-no-market"), "no price for c5.xlarge Linux/UNIX in us-east-1a");
    assert_unpriced(instance("i-rhel"), "no spot price for Red Hat Enterprise Linux");
    let sum = month_of("0.0352") + month_of("0.0419") + month_of("0.1272");
    assert_sums(&document, "ec2", sum, 2, 0);
    // All types and products in one list.
    let calls = aws.calls("DescribeSpotPriceHistory");
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].parameters("InstanceType."), ["c5.xlarge", "m5.large"]);
}

#[test]
fn spot_instances_without_the_market_are_unpriced_not_on_demand() {
    let denied = fails("DescribeSpotPriceHistory", EC2, Fault::Denied);
    let ran = Agent::of(&Aws::scripted(spot_fleet(), vec![denied])).collect();
    let document = ran.document();
    assert_unpriced(record(&document, "ec2", "i-spot"), "could not be asked");
    assert_sums(&document, "ec2", Decimal::ZERO, 5, 0);
    let events = document["events"].as_array().unwrap();
    let event = events.iter().find(|event| event["type"] == "spot_prices_failed").unwrap();
    assert_eq!(event["hint"], "grant ec2:DescribeSpotPriceHistory");
}

fn addressed() -> Fleet {
    let with = |id, address, owner| Instance { addresses: vec![(address, owner)], ..m5_large(id) };
    Fleet {
        instances: vec![
            with("i-launch", "203.0.113.1", "amazon"),
            with("i-elastic", "203.0.113.2", ACCOUNT),
            with("i-brought", "198.51.100.3", ACCOUNT),
            Instance { state: "stopped", ..with("i-idle", "203.0.113.4", ACCOUNT) },
            Instance {
                addresses: vec![("203.0.113.5", "amazon"), ("203.0.113.6", ACCOUNT)],
                ..m5_large("i-two")
            },
        ],
        elastic_ips: vec![
            ("203.0.113.2", "amazon"),
            ("198.51.100.3", "ipv4pool-ec2-012345"),
            ("203.0.113.4", "amazon"),
            ("203.0.113.6", "amazon"),
        ],
        ..Fleet::default()
    }
}

#[test]
fn addresses_cost_where_they_are_amazons() {
    let document = document_of(addressed());
    let (compute, address) = (month_of(facts::M5_LARGE), month_of(facts::ADDRESS));
    let instance = |id| record(&document, "ec2", id);
    assert_priced(instance("i-launch"), compute + address);
    assert_priced(instance("i-elastic"), compute + address);
    assert_priced(instance("i-idle"), address);
    assert_priced(instance("i-two"), compute + address + address);
    assert_partly(instance("i-brought"), compute, &["address"], "ipv4pool-ec2-012345");
    assert_eq!(instance("i-brought")["address_hourly_cost"], Value::Null);
    let sum = compute * decimal("4") + address * decimal("5");
    assert_sums(&document, "ec2", sum, 0, 1);
}

#[test]
fn elastic_addresses_whose_pool_cannot_be_asked_are_unpriced() {
    let denied = fails("DescribeAddresses", EC2, Fault::Denied);
    let document = Agent::of(&Aws::scripted(addressed(), vec![denied])).collect().document();
    let (compute, address) = (month_of(facts::M5_LARGE), month_of(facts::ADDRESS));
    let instance = |id| record(&document, "ec2", id);
    assert_priced(instance("i-launch"), compute + address);
    assert_partly(instance("i-elastic"), compute, &["address"], "could not be asked");
    assert_partly(instance("i-two"), compute + address, &["address"], "203.0.113.6");
}
