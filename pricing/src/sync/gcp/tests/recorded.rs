//! Pages that others published, where they are at hand: `OPENFINOPS_GCP_REPLIES` names their folder,
//! else they are looked for beside the project's.

use std::path::{Path, PathBuf};

use super::*;

fn body(folder: &str, name: &str) -> Option<Vec<u8>> {
    let named = std::env::var_os("OPENFINOPS_GCP_REPLIES").map(PathBuf::from);
    let beside = || {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2)?;
        Some(root.join("shared").join(folder))
    };
    let path = named.or_else(beside).filter(|folder| folder.is_dir())?.join(name);
    std::fs::read(path).ok()
}

fn harvested(folder: &str, name: &str) -> Option<Harvest> {
    let body = body(folder, name)?;
    let skus: Value = serde_json::from_slice(&body).unwrap();
    let skus = skus["skus"].as_array().unwrap();
    Some(read("compute", only(&["gcp/compute"]), &[skus]).unwrap())
}

/// A2's processor, memory and graphics processor in three regions; four rows are in rupiahs.
fn check_a2(harvest: &Harvest) {
    for region in ["us-central1", "us-east1", "us-west1"] {
        let of = |sku, variant, unit| price(harvest, ["gcp/compute", sku, variant, unit, region]);
        assert_eq!(of("a2/core", "linux", "vCPU-hour").as_deref(), Some("0.031611"));
        assert_eq!(of("a2/ram", "linux", "GiB-hour").as_deref(), Some("0.004237"));
        assert_eq!(of("gpu/nvidia-tesla-a100", "", "hour").as_deref(), Some("2.933908"));
        // 12 × 0.031611 + 85 × 0.004237 + 2.933908.
        assert_eq!(of("a2-highgpu-1g", "linux", "hour").as_deref(), Some("3.673385"));
    }
    // Three prices and five types in three regions.
    assert_eq!(harvest.len(), 24);
    assert_eq!(
        harvest
            .find(["gcp/compute", "a2/core", "linux", "vCPU-hour", "us-east1"])
            .unwrap()
            .effective,
        date(2023, 3, 24)
    );
}

#[test]
fn a_published_page_is_read_row_for_row() {
    let Some(harvest) = harvested("fixtures/gcp", "opencost_billing_skus_list.json") else {
        return;
    };
    check_a2(&harvest);
    assert_eq!(harvest.dropped(), BTreeMap::from([(Dropped::OtherCurrency, 4)]));
}

#[test]
fn another_published_page_has_traffic_too() {
    let Some(harvest) = harvested("pricing/samples", "gcp_skus_response.json") else {
        return;
    };
    check_a2(&harvest);
    let expected = [(Dropped::OtherCurrency, 4), (Dropped::OtherProduct, 1)];
    assert_eq!(harvest.dropped(), BTreeMap::from(expected));
}

#[test]
fn a_published_refusal_is_told_with_the_remedy() {
    let Some(body) = body("fixtures/gcp", "opencost_billing_error_400.json") else {
        return;
    };
    let url = "https://catalog.example/skus".parse().unwrap();
    let mut parser = CatalogPages::new(&LISTS[0], url, Wanted::everything());
    let error = parser.page(&body, &mut Harvest::new(TODAY)).unwrap_err().to_string();
    assert!(error.contains("400 INVALID_ARGUMENT: API key not valid."), "{error}");
    assert!(error.contains("set an API key"), "{error}");
}
