//! Savings plans.

use super::super::file::SavingsFile;
use super::super::savings::Wanted;
use super::*;
use crate::sync::FileParser;

/// Two plans, one of which is of no product that is known.
const PLANS: &str = r#"{
  "formatVersion": "v1.0",
  "publicationDate": "2026-10-30T08:00:00Z",
  "version": "20261030080000",
  "regionCode": "eu-west-1",
  "products": [
    {"sku": "PLAN", "productFamily": "ComputeSavingsPlans", "serviceCode": "ComputeSavingsPlans",
     "usageType": "ComputeSP:1yrNoUpfront", "operation": "",
     "attributes": {"purchaseOption": "No Upfront", "granularity": "hourly", "purchaseTerm": "1yr"}},
    {"sku": "OWN",
     "attributes": {"productFamily": "EC2InstanceSavingsPlans", "purchaseOption": "All Upfront", "purchaseTerm": "3yr", "instanceType": "m5"}},
    {"sku": "LEARN", "productFamily": "MachineLearningSavingsPlans",
     "attributes": {"purchaseOption": "All Upfront", "purchaseTerm": "3yr"}}
  ],
  "terms": {"savingsPlan": [
    {"sku": "PLAN", "description": "1 year No Upfront Compute Savings Plan",
     "effectiveDate": "2026-01-01T00:00:00Z", "leaseContractLength": {"duration": 1, "unit": "year"},
     "rates": [
       {"discountedSku": "A", "discountedUsageType": "EU-BoxUsage:m5.large",
        "discountedOperation": "RunInstances", "discountedServiceCode": "AmazonEC2",
        "rateCode": "PLAN.A", "unit": "Hrs", "discountedRate": {"price": "0.0782", "currency": "USD"},
        "discountedRegionCode": "eu-west-1", "discountedInstanceType": "m5.large"},
       {"discountedUsageType": "EU-BoxUsage:m5.large", "discountedOperation": "RunInstances:0010",
        "discountedServiceCode": "AmazonEC2", "unit": "Hrs",
        "discountedRate": {"price": "0.1", "currency": "USD"}},
       {"discountedUsageType": "EU-DedicatedUsage:m5.large", "discountedOperation": "RunInstances",
        "discountedServiceCode": "AmazonEC2", "unit": "Hrs",
        "discountedRate": {"price": "0.2", "currency": "USD"}},
       {"discountedUsageType": "EU-Lambda-GB-Second", "discountedOperation": "",
        "discountedServiceCode": "AWSLambda", "unit": "Lambda-GB-Second",
        "discountedRate": {"price": "0.2", "currency": "USD"}},
       {"discountedUsageType": "EUW2-BoxUsage:m5.large", "discountedOperation": "RunInstances",
        "discountedServiceCode": "AmazonEC2", "unit": "Hrs", "discountedRegionCode": "eu-west-2",
        "discountedRate": {"price": "0.2", "currency": "USD"}},
       "no rate"
     ]},
    {"sku": "OWN", "effectiveDate": "2026-01-01", "rates": [
       {"discountedUsageType": "EU-BoxUsage:m5.large", "discountedOperation": "RunInstances:0002",
        "discountedServiceCode": "AmazonEC2", "unit": "Hrs",
        "discountedRate": {"price": 0.07, "currency": "USD"}}]},
    {"sku": "LEARN", "effectiveDate": "2026-01-01", "rates": [
       {"discountedUsageType": "EU-BoxUsage:m5.large", "discountedOperation": "RunInstances",
        "discountedServiceCode": "AmazonEC2", "unit": "Hrs",
        "discountedRate": {"price": "0.01", "currency": "USD"}}]}
  ]}
}"#;

fn outcome(text: &str) -> (Harvest, Result<Published, ParseError>) {
    let mut harvest = Harvest::new(TODAY);
    let mut document = text.as_bytes();
    let mut parser = SavingsFile(Wanted { region: "eu-west-1".to_owned(), currency: "USD" });
    let published = parser.parse(&mut document, &mut harvest);
    (harvest, published)
}

#[test]
fn rates_are_listed_by_instance_platform_and_commitment() {
    let (harvest, published) = outcome(PLANS);
    assert_eq!(published.unwrap().version, "20261030080000");
    assert_eq!(
        lines(&harvest),
        [
            "aws/ec2-savings-plan m5.large Red Hat Enterprise Linux/compute/1yr/no-upfront hour \
             eu-west-1 0.1",
            "aws/ec2-savings-plan m5.large linux/compute/1yr/no-upfront hour eu-west-1 0.0782",
            "aws/ec2-savings-plan m5.large windows/ec2-instance/3yr/all-upfront hour eu-west-1 \
             0.07",
        ]
    );
    let counts = [
        (Dropped::OtherTenancy, 1),
        (Dropped::OtherProduct, 2),
        (Dropped::OtherLocation, 1),
        (Dropped::Unreadable, 1),
    ];
    assert_eq!(harvest.dropped(), dropped(counts));
}

#[test]
fn what_is_cut_off_or_no_list_of_plans_is_refused() {
    for end in 0..PLANS.len() {
        let (_, cut) = outcome(&PLANS[..end]);
        assert!(matches!(cut, Err(ParseError::CutOff(_))), "{end}: {cut:?}");
    }
    let refused = |text: &str| outcome(text).1.unwrap_err();
    assert_eq!(refused("{}"), ParseError::Missing("products".to_owned()));
    assert_eq!(refused("{\"products\": []}"), ParseError::Missing("terms".to_owned()));
    for other in ["{\"products\": {}}", "<html>", "a,b\n"] {
        assert!(matches!(refused(other), ParseError::NotAPriceList(_)), "{other}");
    }
    let early = "{\"products\": [], \"terms\": {\"savingsPlan\": [{\"rates\": []}]}}";
    assert!(matches!(refused(early), ParseError::Missing(_)));
}

#[test]
fn a_rate_of_no_instance_is_unreadable() {
    let of = |instance: &str| {
        format!("EU-BoxUsage:{instance}\", \"discountedOperation\": \"RunInstances:0010")
    };
    let nothing = PLANS.replace(&of("m5.large"), &of(""));
    assert!(nothing.len() < PLANS.len());
    let (harvest, published) = outcome(&nothing);
    published.unwrap();
    assert_eq!(lines(&harvest).len(), 2);
    assert_eq!(harvest.dropped()[&Dropped::Unreadable], 2);
}
