//! `pricing …`: what every agent of a cloud can be asked about its prices.

mod book;
mod inventory;
mod sync;
mod wanted;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Subcommand;

use finops_core::cli::{Program, Sources, complain, failed, start_logging_once};
use finops_core::data_dir::DataDir;
use finops_core::run::ExitStatus;
use url::Url;

use crate::agent_prices::FOLDER;
use crate::book::PriceBook;
use crate::prices::ListPrices;
use crate::shelf::Shelf;
use crate::sync::Vendor;

pub use wanted::{InUse, wanted};

/// An agent's program that has a price book.
pub trait PricedProgram: Program {
    /// The provider's name: `aws`.
    const PROVIDER: &'static str;

    /// The prices that the program was built with.
    fn embedded() -> &'static PriceBook;

    /// The vendor's price API.
    fn vendor(own: &Self::Config) -> Box<dyn Vendor>;

    /// Every address that is configured for it.
    fn addresses(own: &Self::Config) -> Vec<Url>;

    /// The regions that are configured, by the vendor's names; none where it is not said which.
    fn regions(own: &Self::Config) -> BTreeSet<String>;

    /// The services of the price book that resources of one of the agent's services need.
    fn services_of(agent_service: &str) -> &'static [&'static str];
}

/// What can be asked about prices.
#[derive(Debug, Subcommand)]
pub enum PricingCommand {
    #[expect(
        missing_docs,
        reason = "a comment here would take the place of the command's own help"
    )]
    Sync(sync::SyncCommand),
    #[expect(
        missing_docs,
        reason = "a comment here would take the place of the command's own help"
    )]
    Show(book::ShowCommand),
    #[expect(
        missing_docs,
        reason = "a comment here would take the place of the command's own help"
    )]
    Diff(book::DiffCommand),
    #[expect(
        missing_docs,
        reason = "a comment here would take the place of the command's own help"
    )]
    Explain(book::ExplainCommand),
}

impl PricingCommand {
    /// Does what the program `P` is asked for.
    pub async fn run<P: PricedProgram>(&self, sources: &Sources) -> ExitStatus {
        let (common, own) = match sources.read::<P>() {
            Ok(read) => read,
            Err(errors) => return failed::<P>(errors),
        };
        start_logging_once(common.log_level.as_deref(), None);
        let data_dir = DataDir::locate(common.data_dir.as_deref(), P::NAME);
        let place = Place::of::<P>(data_dir);
        let done = match self {
            Self::Sync(command) => return command.run::<P>(&own, &place).await,
            Self::Show(command) => command.run(&place),
            Self::Diff(command) => command.run(&place),
            Self::Explain(command) => command.run(&place),
        };
        match done {
            Ok(()) => ExitStatus::Success,
            Err(problem) => failed::<P>(problem),
        }
    }
}

/// Where an agent's prices and its inventory are.
struct Place {
    data_dir: PathBuf,
    shelf: Shelf,
    /// The file of the fetched book, where there is one.
    book: Option<PathBuf>,
    program: &'static str,
}

impl Place {
    fn of<P: PricedProgram>(data_dir: PathBuf) -> Self {
        let folder = data_dir.join(FOLDER);
        let shelf = Shelf::open(P::PROVIDER, P::embedded().clone(), Some(&folder));
        if let Some(trouble) = shelf.trouble() {
            complain(P::NAME, trouble);
        }
        let book = shelf.state().map(|state| state.path);
        Self { data_dir, shelf, book, program: P::NAME }
    }

    fn prices(&self) -> Arc<ListPrices> {
        self.shelf.prices()
    }
}
