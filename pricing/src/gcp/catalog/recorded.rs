//! Pages that others published, where they are at hand: `OPENFINOPS_GCP_REPLIES` names their folder,
//! else it is looked for beside the project's.

use std::path::{Path, PathBuf};

use jiff::civil::{Date, date};

use super::{CatalogError, page};
use crate::sync::Dropped;

const TODAY: Date = date(2026, 11, 20);

fn body(name: &str) -> Option<Vec<u8>> {
    let named = std::env::var_os("OPENFINOPS_GCP_REPLIES").map(PathBuf::from);
    let beside = || {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2)?;
        Some(root.join("shared/fixtures/gcp"))
    };
    let folder = named.or_else(beside).filter(|folder| folder.is_dir())?;
    let path = folder.join(name);
    Some(std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}

/// Three rows of it are in USD, four in rupiahs, counted by hand.
#[test]
fn a_published_page_is_read_as_far_as_it_is_in_dollars() {
    let Some(body) = body("opencost_billing_skus_list.json") else {
        return;
    };
    let page = page(&body, TODAY).unwrap();
    let prices: Vec<(&str, String)> = page
        .rows
        .iter()
        .map(|sku| (&*sku.sku_id, sku.tiers[0].price.normalize().to_string()))
        .collect();
    let expected = [
        ("039F-D0DA-4055", "2.933908"),
        ("2390-DCAF-DA38", "0.004237"),
        ("2922-40C5-B19F", "0.031611"),
    ];
    assert_eq!(prices, expected.map(|(id, price)| (id, price.to_owned())));
    assert_eq!(page.refused.len(), 4);
    assert!(
        page.refused
            .iter()
            .all(|refused| refused.reason.contains("IDR") && refused.why == Dropped::OtherCurrency)
    );
    assert!(page.next_page_token.is_some());
}

#[test]
fn a_published_refusal_is_told_in_googles_words() {
    let Some(body) = body("opencost_billing_error_400.json") else {
        return;
    };
    let Err(CatalogError::Refused { code, status, message }) = page(&body, TODAY) else {
        panic!("not refused")
    };
    assert_eq!((code, &*status), (Some(400), "INVALID_ARGUMENT"));
    assert_eq!(message, "API key not valid. Please pass a valid API key.");
}
