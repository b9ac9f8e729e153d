//! `pricing sync`: fetches the vendor's list prices.

use std::collections::BTreeSet;

use clap::Args;

use finops_core::cli::{complain, failed, print};
use finops_core::run::ExitStatus;

use super::{Place, PricedProgram, inventory, wanted};
use crate::shelf::Acceptance;
use crate::sync::Wanted;
use crate::sync::engine::{Settings, TerminalProgress, sync};

/// Fetch the vendor's list prices of the regions and services in use.
///
/// The regions are those of the configuration and of the last inventory, the services those of the
/// inventory. What was fetched before and is not asked for now stays; where something fails, its
/// old prices stay and the rest is replaced. A running agent takes the new book with its next cycle.
///
/// Status: 0 all is fresh or unchanged, 3 some of it failed, 5 all of it failed.
#[derive(Debug, Clone, Args)]
pub struct SyncCommand {
    /// Every service in every region, whatever is in use.
    #[arg(long)]
    all: bool,
    /// Only this region; several times or comma-separated [default: those configured and in use].
    #[arg(long = "in", value_name = "REGION", value_delimiter = ',')]
    regions: Vec<String>,
    /// Only this service, by its name in the price book (aws/ec2); several times or comma-separated
    /// [default: those in use].
    #[arg(long, value_name = "SERVICE", value_delimiter = ',')]
    service: Vec<String>,
    /// Take prices even where more than half of the former ones are missing.
    #[arg(long)]
    accept_smaller: bool,
}

impl SyncCommand {
    pub(super) async fn run<P: PricedProgram>(&self, own: &P::Config, place: &Place) -> ExitStatus {
        let wanted = match self.wanted::<P>(own, place) {
            Ok(wanted) => wanted,
            Err(problem) => return failed::<P>(problem),
        };
        let acceptance =
            if self.accept_smaller { Acceptance::Any } else { Acceptance::NotMuchSmaller };
        let settings = Settings { acceptance, bases: P::addresses(own), ..Settings::default() };
        let progress = TerminalProgress::default();
        let vendor = P::vendor(own);
        let synced = sync(&*vendor, &wanted, &place.shelf, &settings, &progress).await;
        progress.clear();
        match synced {
            Ok(report) => {
                print(&report.to_string());
                match () {
                    () if report.all_good() => ExitStatus::Success,
                    () if report.nothing() => ExitStatus::Nothing,
                    () => ExitStatus::Partial,
                }
            }
            Err(error) => {
                complain(P::NAME, error);
                ExitStatus::Nothing
            }
        }
    }

    fn wanted<P: PricedProgram>(&self, own: &P::Config, place: &Place) -> Result<Wanted, String> {
        self.check_services::<P>()?;
        let mut wanted = match self.known::<P>(own, place)? {
            Some(wanted) => wanted,
            None if self.all || !self.regions.is_empty() => Wanted::everything(),
            None => {
                return Err(format!(
                    "nothing is known yet of what is in use: run `{} --once` first, name regions \
                     with --in, or fetch everything with --all",
                    P::NAME
                ));
            }
        };
        let set = |names: &[String]| -> BTreeSet<String> { names.iter().cloned().collect() };
        if !self.regions.is_empty() {
            wanted.regions = Some(set(&self.regions));
        }
        if !self.service.is_empty() {
            wanted.services = Some(set(&self.service));
        }
        Ok(wanted)
    }

    /// What is configured and in use; nothing where everything is to be fetched.
    fn known<P: PricedProgram>(
        &self,
        own: &P::Config,
        place: &Place,
    ) -> Result<Option<Wanted>, String> {
        if self.all {
            return Ok(None);
        }
        let in_use = inventory::in_use(&place.data_dir)?;
        Ok(wanted(&P::regions(own), &in_use, P::services_of))
    }

    fn check_services<P: PricedProgram>(&self) -> Result<(), String> {
        let provider = format!("{}/", P::PROVIDER);
        match self.service.iter().find(|service| !service.starts_with(&provider)) {
            None => Ok(()),
            Some(unknown) => {
                // The vendor may list more than the program was built with.
                let rows = P::embedded().all_rows();
                let known: BTreeSet<&str> = rows.map(|row| row.service).collect();
                let known: Vec<&str> = known.into_iter().collect();
                Err(format!("--service {unknown} is none: name one as in {}", known.join(", ")))
            }
        }
    }
}
