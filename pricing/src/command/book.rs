//! `pricing show`, `diff` and `explain`: what is in the price book, what changed, and how a cost came
//! about.

use std::path::Path;

use clap::{Args, ValueEnum};
use jiff::Timestamp;
use serde::Serialize;

use finops_core::cli::print;

use super::{Place, inventory};
use crate::book::PriceBook;
use crate::inspect::{Books, Explained, Filter, Usage, diff, explain, show};
use crate::prices::ListPrices;
use crate::shelf::PREVIOUS;

/// How many changed keys are named where it is not said otherwise.
const CHANGES: usize = 20;
/// How many rows are shown where it is not said otherwise.
const ROWS: usize = 50;

/// How an answer is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For reading.
    Table,
    /// For programs.
    Json,
}

/// Show which prices are in use: where they come from, how old they are, what was left out.
///
/// With --service or --region, the prices themselves.
#[derive(Debug, Clone, Args)]
pub struct ShowCommand {
    /// The prices of this service, by its name in the price book: aws/ec2, or aws/* for all that
    /// begin so.
    #[arg(long, value_name = "SERVICE")]
    service: Option<String>,
    /// The prices of this region.
    #[arg(long = "in", value_name = "REGION")]
    region: Option<String>,
    /// The most prices that are shown.
    #[arg(long, value_name = "N", default_value_t = ROWS)]
    limit: usize,
    /// How to print it.
    #[arg(long = "as", value_enum, value_name = "FORM", default_value = "table")]
    format: Format,
}

impl ShowCommand {
    pub(super) fn run(&self, place: &Place) -> Result<(), String> {
        let prices = place.prices();
        let filter = if self.service.is_some() || self.region.is_some() {
            let (service, region) = (self.service.clone(), self.region.clone());
            Filter { service, region, most: self.limit }
        } else {
            Filter::none()
        };
        answer(self.format, &show(&books(&prices, place), &filter, Timestamp::now()))
    }
}

/// Explain how a price or a cost came about: each line with its row, source, date and arithmetic.
#[derive(Debug, Clone, Args)]
pub struct ExplainCommand {
    /// A key of the price book (aws/ec2/m5.large/us-east-1/linux/hour) or a part of one, or a resource
    /// that was seen last: its identifier, the end of it, or its name.
    #[arg(value_name = "KEY OR RESOURCE", required = true)]
    question: Vec<String>,
    /// How to print it.
    #[arg(long = "as", value_enum, value_name = "FORM", default_value = "table")]
    format: Format,
}

impl ExplainCommand {
    pub(super) fn run(&self, place: &Place) -> Result<(), String> {
        let prices = place.prices();
        let (resources, answered) = inventory::all(&place.data_dir)?;
        let question = self.question.join(" ");
        let explained = explain(&question, &books(&prices, place), resources, &answered);
        if let Explained::Nothing(_) = &explained.found {
            return Err(explained.to_string().trim_end().to_owned());
        }
        answer(self.format, &explained)
    }
}

/// Compare two price books: what got dearer, and what that does to what was seen last.
///
/// A book is a file, or one of these names: `current`, the fetched book in use; `previous`, the one
/// before it; `built-in`, the prices that the program was built with.
#[derive(Debug, Clone, Args)]
pub struct DiffCommand {
    /// The old book.
    old: String,
    /// The new book.
    #[arg(default_value = "current")]
    new: String,
    /// The most changed prices that are named.
    #[arg(long, value_name = "N", default_value_t = CHANGES)]
    limit: usize,
    /// How to print it.
    #[arg(long = "as", value_enum, value_name = "FORM", default_value = "table")]
    format: Format,
}

impl DiffCommand {
    pub(super) fn run(&self, place: &Place) -> Result<(), String> {
        let prices = place.prices();
        let old = named(&self.old, &prices, place)?;
        let new = named(&self.new, &prices, place)?;
        let (resources, _) = inventory::all(&place.data_dir)?;
        let usage: Usage = resources.iter().collect();
        answer(self.format, &diff(&old, &new, &usage, self.limit))
    }
}

fn books<'a>(prices: &'a ListPrices, place: &'a Place) -> Books<'a> {
    Books::new(prices, place.book.as_deref())
}

/// The book of a name, or in a file.
fn named(name: &str, prices: &ListPrices, place: &Place) -> Result<PriceBook, String> {
    let sync = || format!("{} pricing sync", place.program);
    match name {
        "built-in" => Ok(prices.embedded().clone()),
        "current" => prices
            .synced()
            .cloned()
            .ok_or_else(|| format!("no prices were fetched yet: run `{}`", sync())),
        "previous" => {
            let folder = place.shelf.folder().unwrap_or(Path::new(""));
            PriceBook::read(&folder.join(PREVIOUS)).map_err(|error| {
                format!(
                    "there is no book before the current one ({error}): it takes two of `{}`",
                    sync()
                )
            })
        }
        file => PriceBook::read(Path::new(file)).map_err(|error| error.to_string()),
    }
}

fn answer<T: Serialize + std::fmt::Display>(format: Format, what: &T) -> Result<(), String> {
    match format {
        Format::Table => print(&what.to_string()),
        Format::Json => {
            let text = serde_json::to_string_pretty(what)
                .map_err(|error| format!("the answer could not be printed: {error}"))?;
            print(&format!("{text}\n"));
        }
    }
    Ok(())
}
