//! A fleet of two projects with one of each, for what is about something else.

use super::expected::Cost;
use super::snapshots::snapshot;
use super::{EDGE, Fleet, MAIN, buckets, clusters, databases, functions, machines};
use crate::support::facts::{SNAPSHOT, times};

impl Fleet {
    /// Two projects with a few of each service.
    pub(crate) fn small() -> Self {
        let snapshot =
            snapshot(MAIN, "nightly", "us-central1").costs(Cost::Priced(times(&["40", SNAPSHOT])));
        let things = [
            machines::ordinary(MAIN, "us-central1", "web", 4),
            machines::ordinary(MAIN, "europe-west1", "euro", 2),
            vec![snapshot, databases::mysql(MAIN, "mysql"), buckets::plain(MAIN, "plain")],
            machines::nodes(EDGE, "us-central1-a", ("kitchen", "us-central1-a"), "pool-1", 2),
            vec![clusters::standard(EDGE, "kitchen", "us-central1-a", 2)],
            functions::every_kind(EDGE),
            functions::services(EDGE),
        ];
        Self { projects: vec![MAIN, EDGE], things: things.concat() }
    }

    /// A project with a little of everything that is named by its project.
    pub(crate) fn of_project(project: &'static str) -> Self {
        let things = [
            machines::ordinary(project, "us-central1", "web", 2),
            functions::every_kind(project),
            functions::services(project),
            vec![databases::mysql(project, "mysql"), buckets::plain(project, "plain")],
        ];
        Self { projects: vec![project], things: things.concat() }
    }

    /// One project with an Autopilot cluster and another.
    pub(crate) fn autopilot() -> Self {
        let things = vec![
            clusters::autopilot(EDGE, "pilot"),
            clusters::standard(EDGE, "kitchen", "us-central1-a", 0),
        ];
        Self { projects: vec![EDGE], things }
    }
}
