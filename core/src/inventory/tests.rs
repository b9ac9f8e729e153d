use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::Connection;
use uuid::Uuid;

use super::*;
use crate::model::{
    CollectionStats, Price, Quantity, Readings, Resource, Scope, ServiceFailure, ServiceOutcome,
    ServiceSnapshot, Snapshot, Traces, Unit, adjustment,
};

const FIRST: &str = "2026-11-20T10:00:00Z";
const LATER: &str = "2026-11-20T10:05:00Z";

fn database() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    connection.execute_batch(SCHEMA).unwrap();
    connection
}

fn price(usd: &str, key: &str) -> Arc<Price> {
    Arc::new(Price {
        unit_price: usd.parse().unwrap(),
        unit: Unit::Hour,
        source: "karp".into(),
        as_of: jiff::civil::date(2026, 7, 20),
        sku_key: key.into(),
    })
}

fn on_demand() -> Arc<Price> {
    price("0.096", "aws/ec2/m5.large/us-east-1/linux/od/hour")
}

fn instance(id: &str, price: &Arc<Price>) -> Resource {
    let mut instance = Resource::new("instance", id, &"us-east-1".into());
    instance.costs.add("compute", Quantity::from(2), Arc::clone(price));
    instance
}

fn failure() -> ServiceFailure {
    ServiceFailure { error: "AccessDenied: no".to_owned(), hint: None }
}

fn seen(at: &str, answers: Vec<(&'static str, ServiceOutcome)>) -> Snapshot {
    let at: Timestamp = at.parse().unwrap();
    let service = |(name, outcome): (&'static str, _)| ServiceSnapshot {
        name: name.into(),
        outcome,
        collected_at: at,
    };
    Snapshot {
        id: Uuid::nil(),
        scope: Scope { provider: "aws", account_id: "1".into(), region: "us-east-1".into() },
        collected_at: at,
        services: answers.into_iter().map(service).collect(),
        readings: Readings::default(),
        events: Vec::new(),
        stats: CollectionStats::default(),
        traces: Traces::default(),
    }
}

fn ids(connection: &Connection) -> Vec<String> {
    read(connection).unwrap().into_iter().map(|resource| resource.id).collect()
}

#[test]
fn a_resource_comes_back_with_every_line() {
    let connection = database();
    let mut web = instance("i-1", &on_demand());
    web.tags.push("Name".into(), "web \"1\"\n");
    let off = price("-0.012", "private pricing: 12.5 % of a key");
    web.costs.add(adjustment::DISCOUNT, Quantity::from(2), off);
    web.costs.miss("license", "no list price for it");
    let found = ServiceOutcome::of(vec![web.clone()]);
    record(&connection, &seen(FIRST, vec![("ec2", found)])).unwrap();

    let [read] = &read(&connection).unwrap()[..] else { panic!("one resource") };
    assert_eq!((&*read.provider, &*read.account, &*read.service), ("aws", "1", "ec2"));
    assert_eq!((&*read.kind, &*read.id, &*read.region), ("instance", "i-1", "us-east-1"));
    assert_eq!(read.name.as_deref(), Some("web \"1\"\n"));
    assert_eq!(read.seen_at.to_string(), FIRST);
    for (read, line) in read.lines.iter().zip(&web.costs.lines) {
        assert_eq!((&*read.component, read.quantity), (line.component, line.quantity));
        assert_eq!((&read.price, read.is_adjustment()), (&line.price, line.is_adjustment()));
    }
    assert_eq!(read.unpriced, [("license".to_owned(), "no list price for it".to_owned())]);
    assert_eq!(read.known(), web.costs.known());
}

#[test]
fn resources_that_share_a_price_share_it_again() {
    let connection = database();
    let price = on_demand();
    let found = ServiceOutcome::of(vec![instance("i-1", &price), instance("i-2", &price)]);
    record(&connection, &seen(FIRST, vec![("ec2", found)])).unwrap();
    let read = read(&connection).unwrap();
    assert!(Arc::ptr_eq(&read[0].lines[0].price, &read[1].lines[0].price));
}

#[test]
fn a_service_that_fails_keeps_its_former_lines_and_one_that_is_empty_has_none() {
    let connection = database();
    let found = |id| ServiceOutcome::of(vec![instance(id, &on_demand())]);
    record(&connection, &seen(FIRST, vec![("ec2", found("i-1")), ("rds", found("d-1"))])).unwrap();
    let later = vec![("ec2", ServiceOutcome::Failed(failure())), ("rds", ServiceOutcome::Empty)];
    record(&connection, &seen(LATER, later)).unwrap();
    assert_eq!(ids(&connection), ["i-1"]);
    let times: Vec<_> = answered(&connection).unwrap();
    assert_eq!(times[0].at.to_string(), FIRST);
    assert_eq!(times[1].at.to_string(), LATER);
}

#[test]
fn an_answer_in_part_is_the_last_one_and_known_as_such() {
    let connection = database();
    let partial = ServiceOutcome::Partial(vec![instance("i-2", &on_demand())], failure());
    record(&connection, &seen(FIRST, vec![("ec2", partial)])).unwrap();
    assert_eq!(ids(&connection), ["i-2"]);
    assert!(!answered(&connection).unwrap()[0].complete);
}

#[test]
fn what_is_in_use_is_named_as_the_book_names_it() {
    let connection = database();
    let spot = instance("i-1", &price("0.03", "aws/ec2-spot/m5.large/us-east-1a/Linux/UNIX/hour"));
    let storage = instance("db-1", &price("0.1", "aws/rds-storage/gp3/eu-west-1/mysql/od/GB-Mo"));
    let mut unknown = Resource::new("cluster", "c-1", &"eu-west-1".into());
    unknown.costs.miss("control_plane", "no list price");
    let answers = vec![
        ("ec2", ServiceOutcome::of(vec![spot, instance("i-2", &on_demand())])),
        ("eks", ServiceOutcome::of(vec![unknown])),
        ("rds", ServiceOutcome::of(vec![storage])),
    ];
    record(&connection, &seen(FIRST, answers)).unwrap();
    let found = in_use(&connection).unwrap();
    assert_eq!(found.services.iter().collect::<Vec<_>>(), ["aws/ec2", "aws/rds-storage"]);
    assert_eq!(found.agent_services.iter().collect::<Vec<_>>(), ["ec2", "eks", "rds"]);
    assert_eq!(found.regions.iter().collect::<Vec<_>>(), ["eu-west-1", "us-east-1"]);
}

#[test]
fn what_was_not_seen_for_long_is_forgotten() {
    let connection = database();
    let found = |id| ServiceOutcome::of(vec![instance(id, &on_demand())]);
    record(&connection, &seen(FIRST, vec![("ec2", found("i-1"))])).unwrap();
    record(&connection, &seen(LATER, vec![("rds", found("d-1"))])).unwrap();
    let hour = Duration::from_secs(3_600);
    let now: Timestamp = "2026-11-20T11:05:00Z".parse().unwrap();
    assert_eq!(purge(&connection, hour, now).unwrap(), 1);
    assert_eq!(ids(&connection), ["d-1"]);
}

#[test]
fn a_damaged_answer_is_an_error_and_no_empty_inventory() {
    let connection = database();
    let found = ServiceOutcome::of(vec![instance("i-1", &on_demand())]);
    record(&connection, &seen(FIRST, vec![("ec2", found)])).unwrap();
    connection.execute("UPDATE inventory SET length = 70", []).unwrap();
    assert!(read(&connection).is_err());
    connection.execute("UPDATE inventory SET body = x'00112233'", []).unwrap();
    assert!(read(&connection).is_err());
}
