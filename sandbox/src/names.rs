//! Names, teams and tags as people give them, in several scripts.

use crate::draw::Draw;

/// What a thing does.
const PURPOSES: &[&str] = &[
    "web",
    "api",
    "worker",
    "batch",
    "cache",
    "queue",
    "search",
    "ledger",
    "reports",
    "gateway",
    "build",
    "auth",
    "mail",
    "catalogue",
    "archive",
    "ingest",
    "stream",
    "train",
    "scoring",
];
const STAGES: &[(u64, &str)] = &[(55, "production"), (25, "staging"), (20, "development")];
const TEAMS: &[&str] =
    &["payments", "platform", "search", "data", "mobile", "growth", "security", "research"];
/// Values that have to come through every document as they are.
const SPOKEN: &[(&str, &str)] = &[
    ("owner", "Zoë Müller"),
    ("owner", "Łukasz Wójcik"),
    ("担当", "決済チーム"),
    ("部门", "数据平台"),
    ("отдел", "аналитика"),
    ("مالك", "فريق البحث"),
    ("τμήμα", "πωλήσεις"),
    ("note", "R&D <tests> \"quoted\" 'single'"),
    ("emoji", "🚀 launch"),
];

/// A name like `ledger-production-0042`.
#[must_use]
pub fn name(draw: &mut Draw, index: u64) -> String {
    let (purpose, stage) = (draw.one(PURPOSES), draw.weighted(STAGES));
    format!("{purpose}-{stage}-{index:04}")
}

/// Tags, labels: keys and values. Some things have none; one in ten has one that is not ASCII.
#[must_use]
pub fn tags(draw: &mut Draw) -> Vec<(&'static str, &'static str)> {
    let mut tags = Vec::with_capacity(4);
    if draw.percent(6) {
        return tags;
    }
    tags.push(("team", *draw.one(TEAMS)));
    tags.push(("stage", *draw.weighted(STAGES)));
    if draw.percent(40) {
        tags.push(("cost-center", *draw.one(&["cc-1001", "cc-1002", "cc-2040", "cc-9000"])));
    }
    if draw.percent(10) {
        tags.push(*draw.one(SPOKEN));
    }
    tags
}

/// The same under the rules of labels: lower-case letters of any script, digits, `_` and `-`
/// (<https://cloud.google.com/compute/docs/labeling-resources#requirements>).
#[must_use]
pub fn labels(draw: &mut Draw) -> Vec<(&'static str, &'static str)> {
    let allowed = |text: &str| {
        text.chars().all(|each| {
            each == '_' || each == '-' || (each.is_alphanumeric() && !each.is_uppercase())
        })
    };
    let mut labels = tags(draw);
    labels.retain(|(key, value)| allowed(key) && allowed(value));
    labels
}
