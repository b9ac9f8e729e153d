//! The file, with every mistake.

use std::path::Path;

use jiff::civil::Date;
use rust_decimal::Decimal;

use finops_core::config::{
    Branch, Checker, ConfigError, ConfigErrors, Kind, Layers, Place, Setting, Written,
};

use super::Overrides;
use super::error::OverridesError;
use super::key::WrittenKey;
use super::own::{OwnPrice, OwnPrices};
use super::pattern::{Pattern, Scope};
use super::percentage::Percentage;
use super::period::Period;
use crate::exact::exact;
use crate::own::{MOST, MOST_PLACES};

/// The most decimal places of a percentage.
pub(super) const PERCENT_PLACES: u32 = 4;
/// The largest markup, in percent.
const MOST_MARKUP: Decimal = Decimal::from_parts(1_000, 0, 0, false, 0);

/// What the file may have.
static SETTINGS: [Setting; 4] = [
    tree("discounts", "Percentages off list prices, by service."),
    tree("prices", "Prices that were agreed on for single keys."),
    tree(
        "edp",
        "A percentage off everything that is bought of a vendor, after all other discounts.",
    ),
    tree("markup", "A percentage that is added at the end."),
];

const fn tree(key: &'static str, help: &'static str) -> Setting {
    let kind = Kind::Tree;
    Setting { key, aliases: &[], environment: &[], kind, default: None, help, example: "" }
}

/// Reads the text of the file `path`.
pub(super) fn read(path: &Path, text: &str, as_of: Date) -> Result<Overrides, OverridesError> {
    let mut layers = Layers::new(&SETTINGS);
    layers.text(path, text);
    let mut checker = Checker::new(layers);
    let overrides = Overrides {
        source: path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into(),
        as_of,
        prices: prices(&mut checker),
        discounts: discounts(&mut checker),
        edp: overall(&mut checker, "edp", "EDP", Decimal::ONE_HUNDRED),
        markup: overall(&mut checker, "markup", "markup", MOST_MARKUP),
    };
    match checker.finish() {
        Ok(()) => Ok(overrides),
        Err(ConfigErrors(mistakes)) => {
            let mut mistakes: Vec<_> = mistakes.into_iter().map(of_this_file).collect();
            mistakes.sort_by_key(|mistake| place(&mistake.place));
            Err(OverridesError::Mistakes(mistakes))
        }
    }
}

/// Line and column.
fn place(place: &Place) -> (u64, u64) {
    match place {
        Place::File { line, column, .. } => (*line, *column),
        _ => (0, 0),
    }
}

/// What would be right is not in the example of the agent's own file.
fn of_this_file(mistake: ConfigError) -> ConfigError {
    let remedy = mistake.remedy.replace("`config example`", "docs/prices.md");
    ConfigError { remedy, ..mistake }
}

fn discounts(checker: &mut Checker) -> Vec<Percentage> {
    let mut discounts: Vec<Percentage> = Vec::new();
    for mut branch in checker.branches("discounts") {
        let service = branch.required("service", "write `service: aws/ec2`");
        let service = service.and_then(|written| service_pattern(&branch, &written));
        let sku = pattern(&mut branch, "sku", "m5.large");
        let region = pattern(&mut branch, "region", "eu-west-1");
        let percent = percent(&mut branch, Decimal::ONE_HUNDRED);
        let label = label(&mut branch, "discount");
        let period = period(&mut branch);
        if let (Some(service), Some(percent)) = (service, percent) {
            let scope = Scope { services: vec![service], sku, region };
            let same = |other: &Percentage| other.scope == scope && other.period.overlaps(period);
            if let Some(other) = discounts.iter().find(|other| same(other)) {
                let problem = format!("is of the very prices that `{}` is of", other.label);
                branch.mistake(problem, "keep one of the two, or give them `from` and `until`");
            }
            discounts.push(Percentage { scope, percent, label, period });
        }
        branch.finish();
    }
    discounts
}

fn prices(checker: &mut Checker) -> OwnPrices {
    let mut prices = OwnPrices::default();
    for mut branch in checker.branches("prices") {
        let written = branch.required("key", "write `key: aws/ec2/m5.large/us-east-1/linux/hour`");
        let key = written.as_ref().and_then(|written| key(&branch, written));
        let usd = usd(&mut branch);
        let label = label(&mut branch, "negotiated price");
        let period = period(&mut branch);
        if let (Some(written), Some(key), Some(usd)) = (written, key, usd) {
            // The largest number of units is a power of two or of ten: the quotient is finite.
            let usd = (usd / Decimal::from(key.per)).normalize();
            if prices.add(OwnPrice { key, usd, label, period }).is_err() {
                let remedy = "keep one of the two, or give them `from` and `until`";
                branch.wrong(&written, "has a price above", remedy);
            }
        }
        branch.finish();
    }
    prices
}

/// A percentage over everything, or over some services.
fn overall(
    checker: &mut Checker,
    key: &'static str,
    default_label: &str,
    most: Decimal,
) -> Option<Percentage> {
    let mut branch = checker.branch(key)?;
    let written = branch.texts("services");
    let services = written.iter().filter_map(|written| service_pattern(&branch, written)).collect();
    let percent = percent(&mut branch, most);
    let label = label(&mut branch, default_label);
    let period = period(&mut branch);
    branch.finish();
    let scope = Scope { services, ..Scope::default() };
    Some(Percentage { scope, percent: percent?, label, period })
}

fn service_pattern(branch: &Branch, written: &Written) -> Option<Pattern> {
    let pattern = Pattern::service(&written.text);
    if pattern.is_none() {
        let problem = format!("is \"{}\"", written.text);
        branch.wrong(written, problem, "write a service like aws/ec2, or aws/*, azure/*, gcp/*, *");
    }
    pattern
}

fn pattern(branch: &mut Branch, key: &'static str, example: &str) -> Option<Pattern> {
    let expected = format!("{example}, or its beginning and a star: {}*", &example[..2]);
    branch.parsed(key, &expected, Pattern::read)
}

fn key(branch: &Branch, written: &Written) -> Option<WrittenKey> {
    WrittenKey::read(written.text.trim())
        .inspect_err(|(problem, remedy)| {
            branch.wrong(written, format!("\"{}\" {problem}", written.text), *remedy);
        })
        .ok()
}

fn percent(branch: &mut Branch, most: Decimal) -> Option<Decimal> {
    if !branch.has("percent") {
        branch.mistake("has no `percent`", "write `percent: 12.5`");
        return None;
    }
    let expected = format!("a number from 0 to {most} with at most {PERCENT_PLACES} places: 12.5");
    branch.parsed("percent", &expected, |text| number(text, most, PERCENT_PLACES))
}

fn usd(branch: &mut Branch) -> Option<Decimal> {
    if !branch.has("usd") {
        branch.mistake("has no `usd`", "write `usd: 0.081`, for one unit of the key");
        return None;
    }
    let expected = format!("USD for one unit, at most {MOST_PLACES} places: 0.081");
    branch.parsed("usd", &expected, |text| number(text, MOST, MOST_PLACES))
}

/// An exact number from 0 to `most`.
fn number(text: &str, most: Decimal, places: u32) -> Option<Decimal> {
    let number = exact(text)?.normalize();
    let fits = number >= Decimal::ZERO && number <= most && number.scale() <= places;
    fits.then_some(number)
}

fn label(branch: &mut Branch, default: &str) -> String {
    let label = branch.text("label").map(|label| label.trim().to_owned());
    label.filter(|label| !label.is_empty()).unwrap_or_else(|| default.to_owned())
}

fn period(branch: &mut Branch) -> Period {
    let period = Period { from: branch.date("from"), until: branch.date("until") };
    if period.is_backwards() {
        branch.mistake("ends before it begins", "let `until` be no day before `from`");
    }
    period
}
