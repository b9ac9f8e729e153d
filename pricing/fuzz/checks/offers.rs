//! AWS's price lists, of any bytes.

use finops_pricing::sync::aws::{read_offer, read_savings_plans};

use super::Input;
use super::harvested::Outcome;

/// The price lists that are known.
const OFFERS: [&str; 9] = [
    "AmazonEC2",
    "AmazonRDS",
    "AWSLambda",
    "AmazonEKS",
    "AmazonS3",
    "AmazonS3GlacierDeepArchive",
    "AmazonVPC",
    "AWSELB",
    "AWSDataTransfer",
];

/// One byte chooses the offer and one the region, and the rest is a CSV or a JSON.
pub(super) fn check_offer(input: &mut Input<'_>) {
    let offer = input.choose(&OFFERS);
    let region = input.choose(&[Some("eu-west-1"), None, Some("us-east-1")]);
    let read = || {
        let mut document = input.0;
        Outcome::of(|harvest| read_offer(offer, region, "USD", &mut document, harvest))
    };
    let outcome = read();
    assert_eq!(outcome, read(), "reading again gives another outcome");
    for (service, of_row) in outcome.places() {
        assert!(service.starts_with("aws/"), "{service}");
        assert!(region.is_none_or(|region| region == of_row), "{of_row}");
    }
    outcome.check_count(2 * input.0.len());
}

/// The input is a JSON of savings plans.
pub(super) fn check_savings_plans(input: &[u8]) {
    let read = || {
        let mut document = input;
        Outcome::of(|harvest| read_savings_plans("eu-west-1", "USD", &mut document, harvest))
    };
    let outcome = read();
    assert_eq!(outcome, read(), "reading again gives another outcome");
    for place in outcome.places() {
        assert_eq!(place, ("aws/ec2-savings-plan", "eu-west-1"));
    }
    outcome.check_count(input.len());
}
