//! Buckets of Cloud Storage.
//! <https://cloud.google.com/storage/docs/json_api/v1/buckets/list>

use std::fmt::Write as _;

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::bytes::gibibytes;
use super::page::Page;
use super::place::Project;
use super::times::Moment;
use super::{BUCKETS, Gcp, json};
use crate::draw::Draw;
use crate::http::{Reply, Request};
use crate::names;
use crate::truth::{Cost, Sum};

/// The most that a page has.
const PAGE: u64 = 1_000;

/// A bucket.
#[derive(Debug)]
pub(super) struct Bucket {
    /// Unique in the world.
    pub(super) name: String,
    /// In small letters: `us-central1`, `eur4`, `us`.
    pub(super) location: &'static str,
    /// Two regions that its owner chose; the location is the continent then.
    pair: bool,
    class: &'static str,
    autoclass: bool,
    versioning: bool,
    /// Whether it is so new that it has no figures yet.
    new: bool,
    pub(super) held: Vec<Held>,
    labels: Vec<(&'static str, &'static str)>,
}

/// What a bucket holds of one class and type.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) class: &'static str,
    /// `live-object`, `noncurrent-object`, `soft-deleted-object`, `multipart-upload`
    pub(super) kind: &'static str,
    pub(super) bytes: u64,
    pub(super) objects: u64,
}

/// Classes by how often they are seen; the last two are what buckets had in former times.
/// <https://cloud.google.com/storage/docs/storage-classes>
const CLASSES: &[(u64, &str)] = &[
    (720, "STANDARD"),
    (140, "NEARLINE"),
    (70, "COLDLINE"),
    (40, "ARCHIVE"),
    (20, "REGIONAL"),
    (10, "DURABLE_REDUCED_AVAILABILITY"),
];

/// How long ago a new bucket was made, in seconds: figures come once a day.
const NEW: i64 = 6 * 3_600;

impl Bucket {
    /// The bucket number `index` of a project. The first one is never empty: where no bucket has
    /// figures nobody knows whether they are.
    pub(super) fn of(gcp: &Gcp, project: &Project, index: u64) -> Self {
        let mut draw = project.draw("bucket", index);
        let class = *draw.weighted(CLASSES);
        let (location, pair) = match draw.below(100) {
            0..70 => (gcp.region(&mut draw), false),
            70..85 => (*draw.one(&["us", "eu", "asia"]), false),
            85..95 => (*draw.one(&["nam4", "eur4", "asia1"]), false),
            _ => ("us", true),
        };
        let (empty, new) = (index > 0 && draw.percent(10), index > 0 && draw.percent(2));
        Self {
            name: format!("{}-{}", project.id, names::name(&mut draw, index)),
            location,
            pair,
            class,
            autoclass: draw.percent(6),
            versioning: draw.percent(30),
            labels: names::labels(&mut draw),
            new,
            held: if empty || new { Vec::new() } else { held(&mut draw, class) },
        }
    }

    /// What is stored, by class: also versions that are not current, and what was deleted and may still
    /// be restored. <https://cloud.google.com/storage/pricing>
    fn cost(&self, gcp: &Gcp) -> Cost {
        let mut cost = Cost::FREE;
        if self.new {
            return cost.and(None);
        }
        let mut classes: Vec<&str> = self.held.iter().map(|held| held.class).collect();
        classes.sort_unstable();
        classes.dedup();
        for class in classes {
            let here = self.held.iter().filter(|held| held.class == class);
            let gib = gibibytes(here.map(|held| held.bytes).sum());
            cost = cost.and(self.price(gcp, class).map(|price| price * gib));
        }
        // Autoclass is charged for by the object, at a price that no list has.
        if self.autoclass { cost.and(None) } else { cost }
    }

    fn price(&self, gcp: &Gcp, class: &str) -> Option<Decimal> {
        let (suffix, place) = match self.location {
            // Of two regions that were chosen no list has a price.
            _ if self.pair => return None,
            "us" => ("-multi", "us-multi"),
            "eu" => ("-multi", "europe-multi"),
            "asia" => ("-multi", "asia-multi"),
            "nam4" | "eur4" | "asia1" => ("-dual", self.location),
            region => ("", region),
        };
        let class = match class {
            "NEARLINE" => "nearline",
            "COLDLINE" => "coldline",
            "ARCHIVE" => "archive",
            "DURABLE_REDUCED_AVAILABILITY" => "dra",
            // `REGIONAL` is what it was called.
            _ => "standard",
        };
        let sku = format!("{class}{suffix}/storage");
        gcp.facts.price("gcp/storage", &sku, "", "GiB-Mo", place)
    }
}

fn held(draw: &mut Draw, class: &'static str) -> Vec<Held> {
    let some = |draw: &mut Draw, class, kind, most_gib: u64| {
        let bytes = 1 + draw.below(most_gib << 30);
        Held { class, kind, bytes, objects: 1 + bytes / (4 << 20) }
    };
    let mut held = vec![some(draw, class, "live-object", 20_000)];
    if class != "COLDLINE" && draw.percent(20) {
        held.push(some(draw, "COLDLINE", "live-object", 2_000));
    }
    if draw.percent(25) {
        held.push(some(draw, class, "noncurrent-object", 500));
    }
    if draw.percent(35) {
        held.push(some(draw, class, "soft-deleted-object", 200));
    }
    if draw.percent(3) {
        held.push(some(draw, class, "multipart-upload", 1));
    }
    held
}

/// Lists the buckets of a project.
pub(super) fn list(gcp: &Gcp, project: &Project, request: &Request) -> Result<Reply, Reply> {
    let all = gcp.count(BUCKETS, project);
    let page = Page::of(request, ("maxResults", "pageToken"), all, PAGE)?;
    let mut body = String::with_capacity(page.len() * 1_200 + 100);
    body.push_str("{\"kind\":\"storage#buckets\"");
    if page.len() > 0 {
        body.push_str(",\"items\":[");
        for index in page.items.clone() {
            json::comma(&mut body);
            write(&mut body, project, &Bucket::of(gcp, project, index));
        }
        body.push(']');
    }
    if let Some(next) = page.next {
        json::text(&mut body, "nextPageToken", next);
    }
    body.push('}');
    Ok(json::reply(body))
}

fn write(into: &mut String, project: &Project, it: &Bucket) {
    let Bucket { name, class, autoclass, versioning, .. } = it;
    let location = it.location.to_uppercase();
    let kind = match it.location {
        _ if it.pair => "dual-region",
        "us" | "eu" | "asia" => "multi-region",
        "nam4" | "eur4" | "asia1" => "dual-region",
        _ => "region",
    };
    let at = Moment(match it.new {
        true => Timestamp::now().as_second() - NEW,
        false => 1_740_000_000,
    });
    let _ = write!(
        into,
        "{{\"kind\":\"storage#bucket\",\"id\":\"{name}\",\"name\":\"{name}\",\
         \"selfLink\":\"https://www.googleapis.com/storage/v1/b/{name}\",\"projectNumber\":\"{}\",\
         \"generation\":\"1740000000000000000\",\"metageneration\":\"3\",\"etag\":\"CAM=\",\
         \"location\":\"{location}\",\"locationType\":\"{kind}\",\"storageClass\":\"{class}\",\
         \"timeCreated\":\"{at}\",\"updated\":\"{at}\",\
         \"iamConfiguration\":{{\"bucketPolicyOnly\":{{\"enabled\":true,\"lockedTime\":\"{at}\"}},\
         \"uniformBucketLevelAccess\":{{\"enabled\":true,\"lockedTime\":\"{at}\"}},\
         \"publicAccessPrevention\":\"enforced\"}},\
         \"softDeletePolicy\":{{\"retentionDurationSeconds\":\"604800\",\"effectiveTime\":\"{at}\"}},\
         \"lifecycle\":{{\"rule\":[{{\"action\":{{\"type\":\"Delete\"}},\"condition\":{{\"age\":365}}}}]}},\
         \"versioning\":{{\"enabled\":{versioning}}}",
        project.number(),
    );
    if *autoclass {
        let _ = write!(into, ",\"autoclass\":{{\"enabled\":true,\"toggleTime\":\"{at}\"}}");
    }
    if it.pair {
        into.push_str(",\"customPlacementConfig\":{\"dataLocations\":[\"US-EAST1\",\"US-WEST1\"]}");
    }
    if kind != "region" {
        json::text(into, "rpo", "DEFAULT");
    }
    if !it.labels.is_empty() {
        into.push_str(",\"labels\":");
        json::labels(into, &it.labels);
    }
    into.push('}');
}

/// What the buckets of a project cost.
pub(super) fn sum(gcp: &Gcp, project: &Project) -> Sum {
    let mut sum = Sum::default();
    for index in 0..gcp.count(BUCKETS, project) {
        sum.add(&Bucket::of(gcp, project, index).cost(gcp));
    }
    sum
}
