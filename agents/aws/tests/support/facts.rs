//! Prices of us-east-1, and what the healthy fleet costs by them.
//!
//! The figures are AWS's list prices. Each names the source and the day it was taken; the ids of
//! the sources are those of `pricing/tables/SOURCES.md`.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

/// Hours of a month, as AWS's calculator has it.
pub(crate) const MONTH: &str = "730";

/// m5.large, Linux, an hour (karp, 2026-07-20).
pub(crate) const M5_LARGE: &str = "0.096";
/// m5.large, Windows, an hour (lc+v, 2025-03-02).
pub(crate) const M5_LARGE_WINDOWS: &str = "0.188";
/// m5n.large, Linux, an hour (karp, 2026-07-20). There is no row for Windows.
pub(crate) const M5N_LARGE: &str = "0.119";
/// The Windows premium of m5n.large, an hour, in every region (tc23, 2023-02-23).
pub(crate) const M5N_LARGE_PREMIUM: &str = "0.092";
/// A public IPv4 address, used or idle, an hour (awsp, 2025-11-04).
pub(crate) const ADDRESS: &str = "0.005";
/// gp3 and gp2 storage, a GiB-month (ec2s, 2024-07-18).
pub(crate) const GP3: &str = "0.08";
pub(crate) const GP2: &str = "0.10";
/// An EKS control plane, and the surcharge of extended support, an hour (awsp, 2025-10-28).
pub(crate) const CONTROL_PLANE: &str = "0.10";
pub(crate) const EXTENDED_SUPPORT: &str = "0.50";
/// A Lambda request on either architecture; a GB-second on x86 and on Arm (awsp, 2025-10-30).
pub(crate) const REQUEST: &str = "0.0000002";
pub(crate) const GB_SECOND: &str = "0.0000166667";
pub(crate) const GB_SECOND_ARM: &str = "0.0000133334";
/// db.m5.large, MySQL, one zone, an hour (ec2s, 2025-04-04); its gp2 storage, a GiB-month (ic,
/// 2024-07-01).
pub(crate) const DB_M5_LARGE: &str = "0.171";
pub(crate) const DB_GP2: &str = "0.115";
/// S3, a GiB-month (awsp, 2025-10-22): Standard up to 50 TB, Standard-IA, Glacier Flexible
/// Retrieval.
pub(crate) const S3_STANDARD: &str = "0.023";
pub(crate) const S3_STANDARD_IA: &str = "0.0125";
pub(crate) const S3_GLACIER: &str = "0.0036";

/// A decimal from its text.
pub(crate) fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// The product of decimals.
pub(crate) fn times(factors: &[&str]) -> Decimal {
    factors.iter().map(|text| decimal(text)).product::<Decimal>().normalize()
}

/// What an EKS version's control plane is known to cost in a month today, and its support: with the
/// surcharge from the end of standard support on, and `None` after the end of extended support
/// (<https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html>).
pub(crate) fn control_plane(version: &str) -> (Decimal, Option<&'static str>) {
    let (standard, extended): (Date, Date) = match version {
        "1.30" => (date(2025, 7, 23), date(2026, 7, 23)),
        "1.33" => (date(2026, 7, 29), date(2027, 7, 29)),
        "1.34" => (date(2026, 12, 2), date(2027, 12, 2)),
        other => panic!("no calendar for {other}"),
    };
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let plain = times(&[CONTROL_PLANE, MONTH]);
    if today < standard {
        (plain, Some("standard"))
    } else if today < extended {
        (plain + times(&[EXTENDED_SUPPORT, MONTH]), Some("extended"))
    } else {
        (plain, None)
    }
}

/// What each service of the healthy fleet costs in a month, exactly.
pub(crate) fn healthy() -> Vec<(&'static str, Decimal)> {
    vec![
        // One m5.large with an address; the other instance is stopped.
        ("ec2", times(&[M5_LARGE, MONTH]) + times(&[ADDRESS, MONTH])),
        ("ebs", times(&["100", GP3]) + times(&["50", GP2])),
        ("eks", control_plane("1.34").0),
        // 1,000 requests and 512 MB for 100 s in the hour: 50 GB-s.
        ("lambda", times(&["1000", REQUEST, MONTH]) + times(&["50", GB_SECOND, MONTH])),
        ("rds", times(&[DB_M5_LARGE, MONTH]) + times(&["100", DB_GP2])),
        ("s3", times(&["100", S3_STANDARD])),
    ]
}
