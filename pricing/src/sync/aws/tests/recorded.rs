//! Price lists that AWS published, where they are at hand: `OPENFINOPS_PRICE_SAMPLES` names their
//! folder, else it is looked for beside the project's.

use std::path::{Path, PathBuf};

use super::*;

fn document(name: &str) -> Option<Vec<u8>> {
    let named = std::env::var_os("OPENFINOPS_PRICE_SAMPLES").map(PathBuf::from);
    let beside = || {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2)?;
        Some(root.join("shared/pricing/samples"))
    };
    let folder = named.or_else(beside).filter(|folder| folder.is_dir())?;
    let path = folder.join(name);
    Some(std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

#[test]
fn a_published_list_of_volumes_is_read_row_by_row() {
    let Some(text) = document("aws_offer_AmazonEC2_eu-west-3_excerpt.csv") else {
        return;
    };
    let (harvest, published) = read("AmazonEC2", "eu-west-3", &text);
    assert_eq!(published.unwrap().version, "20201019204802");
    assert_eq!(
        lines(&harvest),
        [
            "aws/ebs gp2/storage  GB-Mo eu-west-3 0.116",
            "aws/ebs io1/iops  IOPS-Mo eu-west-3 0.076",
            "aws/ebs io1/storage  GB-Mo eu-west-3 0.145",
            "aws/ebs st1/storage  GB-Mo eu-west-3 0.053",
            "aws/ebs standard/io-requests  IO eu-west-3 0.000000058",
        ]
    );
    assert_eq!(harvest.dropped(), dropped([]));
}

#[test]
fn a_published_list_of_functions_is_read_price_by_price() {
    let Some(text) = document("aws_offer_AWSLambda_excerpt.json") else {
        return;
    };
    let mut harvest = Harvest::new(TODAY);
    let mut document = text.as_slice();
    let published = read_offer("AWSLambda", None, "USD", &mut document, &mut harvest);
    assert_eq!(published.unwrap().version, "20161207235208");
    let mut expected: Vec<String> = ["ap-northeast-2", "ap-south-1", "ap-southeast-2", "us-east-2"]
        .map(|region| format!("aws/lambda Lambda Requests x86 request {region} 0.0000002"))
        .to_vec();
    for region in ["ap-northeast-1", "ap-northeast-2", "ap-southeast-1", "sa-east-1", "us-west-2"] {
        expected.push(format!("aws/lambda Lambda Duration x86 GB-second {region} 0.0000166667"));
    }
    expected.sort();
    assert_eq!(lines(&harvest), expected);
    // Three transfers between regions, and the requests that are free everywhere.
    let counts = [(Dropped::OtherProduct, 3), (Dropped::OtherLocation, 1)];
    assert_eq!(harvest.dropped(), dropped(counts));
}

/// Six products: capacity that is reserved and unused, a volume, and four that were shortened and
/// have no day from which they hold.
#[test]
fn a_published_answer_of_get_products_is_read_product_by_product() {
    let Some(text) = document("aws_getproducts_response.json") else {
        return;
    };
    let mut harvest = Harvest::new(TODAY);
    let mut document = text.as_slice();
    read_offer("AmazonEC2", None, "USD", &mut document, &mut harvest).unwrap();
    assert_eq!(lines(&harvest), ["aws/ebs gp3/storage  GB-Mo af-south-1 0.1047"]);
    let counts = [(Dropped::OtherTenancy, 1), (Dropped::Unreadable, 4)];
    assert_eq!(harvest.dropped(), dropped(counts));
}
