//! What the metrics of a resource say.

use crate::aws::place::Place;
use crate::aws::{Aws, lambda, rds, s3};
use crate::draw::Draw;

/// A metric that is asked for.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Asked<'b> {
    pub(super) namespace: &'b str,
    pub(super) name: &'b str,
    /// Whose it is: an instance's identifier, a function's name.
    pub(super) resource: &'b str,
    /// Of buckets.
    pub(super) storage_type: &'b str,
}

/// Values of successive periods.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Series {
    /// CloudWatch has never heard of it.
    None,
    /// A value for each period, which goes a little up and down behind the newest.
    Level(f64),
    /// A whole number, spread over all periods; those that get nothing have no value.
    Total(u64),
    /// One value a day, in the newest day.
    Daily(f64),
}

impl Series {
    /// How many of `periods` have a value.
    pub(super) fn count(&self, periods: usize) -> usize {
        match self {
            Self::None => 0,
            Self::Level(_) => periods,
            Self::Total(total) => {
                usize::try_from(*total).unwrap_or(SPREAD).min(SPREAD).min(periods)
            }
            Self::Daily(_) => periods.min(1),
        }
    }

    /// The value of the period that is `back` periods older than the newest.
    #[expect(clippy::cast_precision_loss, reason = "the totals are far below 2^53")]
    pub(super) fn value(&self, back: usize) -> f64 {
        match self {
            Self::None => 0.0,
            Self::Level(newest) if back == 0 => *newest,
            Self::Level(newest) => newest * 0.875,
            Self::Total(total) => {
                crate::size::part(*total, (*total).min(SPREAD as u64).max(1), back as u64) as f64
            }
            Self::Daily(value) => *value,
        }
    }
}

/// Over how many minutes a total is spread: those of the hour that is asked for.
const SPREAD: usize = 60;

/// What is known of a metric.
pub(super) fn series(aws: &Aws, place: &Place, asked: &Asked<'_>) -> Series {
    match asked.namespace {
        "AWS/EC2" => match asked.name {
            "CPUUtilization" => hundredths(place, asked, 10_000),
            "NetworkIn" | "NetworkOut" => whole(place, asked, 4_000_000_000),
            _ => Series::None,
        },
        "CWAgent" => hundredths(place, asked, 10_000),
        "AWS/Lambda" => lambda::find(aws, place, asked.resource).map_or(Series::None, |function| {
            match asked.name {
                "Invocations" => Series::Total(function.invocations),
                "Duration" => Series::Total(function.duration),
                _ => Series::None,
            }
        }),
        "AWS/RDS" => database(aws, place, asked).unwrap_or(Series::None),
        "AWS/S3" => bucket(aws, place, asked).unwrap_or(Series::None),
        _ => Series::None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn database(aws: &Aws, place: &Place, asked: &Asked<'_>) -> Option<Series> {
    match asked.name {
        "VolumeBytesUsed" => {
            let cluster = rds::find_cluster(aws, place, asked.resource)?;
            return cluster.used_bytes.map(|bytes| Series::Level(bytes as f64));
        }
        "ServerlessDatabaseCapacity" => {
            let instance = rds::find_instance(aws, place, asked.resource)?;
            return instance.half_units.map(|halves| Series::Level(halves as f64 / 2.0));
        }
        _ => {}
    }
    let instance = rds::find_instance(aws, place, asked.resource)?;
    // What does not run reports nothing.
    (instance.status != "stopped" && instance.status != "creating").then(|| match asked.name {
        "CPUUtilization" => hundredths(place, asked, 10_000),
        "DatabaseConnections" => whole(place, asked, 400),
        "FreeableMemory" => whole(place, asked, 16 << 30),
        _ => Series::None,
    })
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn bucket(aws: &Aws, place: &Place, asked: &Asked<'_>) -> Option<Series> {
    let bucket = s3::find(aws, place, asked.resource).filter(|it| !it.storage.is_empty())?;
    match asked.name {
        "NumberOfObjects" => Some(Series::Daily(bucket.objects as f64)),
        "BucketSizeBytes" => {
            let held = bucket.storage.iter().find(|(kind, _)| *kind == asked.storage_type);
            held.map(|(_, bytes)| Series::Daily(*bytes as f64))
        }
        _ => None,
    }
}

fn draw(place: &Place, asked: &Asked<'_>) -> Draw {
    let mut number = place.draw(asked.resource, 0);
    Draw::of(number.bits(), place.number, asked.name, 0)
}

/// Something below `end` hundredths.
#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn hundredths(place: &Place, asked: &Asked<'_>, end: u64) -> Series {
    Series::Level(draw(place, asked).below(end) as f64 / 100.0)
}

/// A whole number below `end`.
#[expect(clippy::cast_precision_loss, reason = "small numbers")]
fn whole(place: &Place, asked: &Asked<'_>, end: u64) -> Series {
    Series::Level(draw(place, asked).below(end) as f64)
}
