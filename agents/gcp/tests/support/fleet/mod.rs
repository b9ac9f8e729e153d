//! A fleet to describe: what is in it as Google lists it, what it does, and what it costs.

mod buckets;
mod clusters;
mod databases;
mod disks;
mod expected;
mod functions;
mod machines;
mod mutants;
mod odd;
mod small;
mod snapshots;
mod thing;
pub(crate) mod whole;

use std::sync::Arc;

use rust_decimal::Decimal;

pub(crate) use expected::{Cost, Expected};
pub(crate) use thing::{Figure, Kind, Thing, Worth};

/// The folder that the projects are in.
pub(crate) const FOLDER: &str = "471100000001";
/// The organisation that the folder is in.
pub(crate) const ORGANIZATION: &str = "815000000001";
/// Most of the company, in Belgium.
pub(crate) const MAIN: &str = "shop-main";
/// Databases and buckets, in Iowa.
pub(crate) const DATA: &str = "shop-data";
/// Clusters, functions and services, in Iowa.
pub(crate) const EDGE: &str = "shop-edge";
/// A little of everything that is odd, in Iowa.
pub(crate) const ATTIC: &str = "shop-attic";
/// A project that is being deleted.
pub(crate) const LEAVING: &str = "shop-leaving";

/// Everything that there is.
#[derive(Debug)]
pub(crate) struct Fleet {
    pub(crate) projects: Vec<&'static str>,
    pub(crate) things: Vec<Thing>,
}

impl Fleet {
    /// Ready to be served.
    pub(crate) fn shared(self) -> Arc<Self> {
        Arc::new(self)
    }

    /// What a project lists of a kind.
    pub(crate) fn of(&self, project: &str, kind: Kind) -> Vec<&Thing> {
        let own = self.things.iter().filter(|thing| thing.project == project);
        own.filter(|thing| thing.kind == kind).collect()
    }

    /// The figures that a project has of a metric.
    pub(crate) fn figures(&self, project: &str, metric: &str) -> Vec<&Figure> {
        let own = self.things.iter().filter(|thing| thing.project == project);
        own.flat_map(|thing| &thing.figures).filter(|figure| figure.metric == metric).collect()
    }

    /// What is expected of a project.
    pub(crate) fn expected(&self, project: &str) -> Vec<&Expected> {
        let own = self.things.iter().filter(|thing| thing.project == project);
        own.filter_map(|thing| thing.expected.as_ref()).collect()
    }

    /// The known cost of a service in a project, of a month.
    pub(crate) fn known(&self, project: &str, service: &str) -> Decimal {
        let own = self.expected(project);
        own.iter().filter(|it| it.service == service).map(|it| it.cost.known()).sum()
    }

    /// The same fleet with only what is in a region.
    pub(crate) fn in_region(&self, region: &str) -> Self {
        let own = self.things.iter().filter(|thing| thing.region() == region);
        Self { projects: self.projects.clone(), things: own.cloned().collect() }
    }
}
