//! Pages of Azure's and Google's price lists, of any bytes.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use async_trait::async_trait;
use finops_pricing::sync::azure::Azure;
use finops_pricing::sync::gcp::Gcp;
use finops_pricing::sync::{
    Fetch, FetchError, ParseError, Parser, Published, TableRequest, Vendor, Wanted,
};
use url::Url;

use super::Input;
use super::harvested::Outcome;

/// What stands between two pages: no text of JSON has it.
const BETWEEN: u8 = 0x1e;

/// One byte chooses the table, and the rest is its pages.
pub(super) fn check_retail_prices(input: &mut Input<'_>) {
    let vendor = Azure::at(address());
    let wanted = within("eastus");
    let table = input.choose(&[0, 1, 2, 3, 4, 5, 6]);
    let outcome = check_table(|| requests(&vendor, &wanted).swap_remove(table), input.0);
    outcome.check_count(8 * input.0.len());
}

/// One byte chooses the table and one the regions, and the rest is its pages.
pub(super) fn check_billing_catalog(input: &mut Input<'_>) {
    let vendor = Gcp::new(address(), None);
    let table = input.choose(&[0, 1, 2, 3, 4]);
    let regions = input.choose(&[None, Some("us-east1")]);
    let wanted = regions.map_or_else(Wanted::everything, within);
    check_table(|| requests(&vendor, &wanted).swap_remove(table), input.0);
}

fn address() -> Url {
    "https://prices.example/".parse().expect("a constant address")
}

fn within(region: &str) -> Wanted {
    Wanted { regions: Some([region.to_owned()].into()), ..Wanted::everything() }
}

/// Reads the pages of a table twice, and holds what came of it against what the table says of itself.
fn check_table(table: impl Fn() -> TableRequest, input: &[u8]) -> Outcome {
    let outcome = Outcome::of(|harvest| read(table(), input, harvest));
    let again = Outcome::of(|harvest| read(table(), input, harvest));
    assert_eq!(outcome, again, "reading again gives another outcome");
    let covers = table().covers;
    for (service, _) in outcome.places() {
        assert!(covers.iter().any(|covered| covered.service == service), "{service}");
    }
    outcome
}

fn read(
    table: TableRequest,
    input: &[u8],
    harvest: &mut finops_pricing::sync::Harvest,
) -> Result<Published, ParseError> {
    let Parser::Pages(mut parser) = table.parser else { panic!("{} has pages", table.id) };
    for page in input.split(|byte| *byte == BETWEEN) {
        parser.page(page, harvest)?;
    }
    parser.finish(harvest)
}

/// The tables of a vendor that has no index.
fn requests(vendor: &dyn Vendor, wanted: &Wanted) -> Vec<TableRequest> {
    let plan = pin!(vendor.plan(&Nothing, wanted));
    match plan.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(plan) => plan.expect("nothing is fetched that could fail").requests,
        Poll::Pending => panic!("nothing is fetched that could take time"),
    }
}

/// Fetches nothing.
struct Nothing;

#[async_trait]
impl Fetch for Nothing {
    async fn small(&self, url: &Url) -> Result<Vec<u8>, FetchError> {
        panic!("{url} is asked for")
    }
}
