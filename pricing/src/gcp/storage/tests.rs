use super::*;

const GIB: u64 = 1 << 30;

fn stored(class: &str, gibibytes: u64) -> Stored {
    Stored { class: class.into(), bytes: Decimal::from(gibibytes * GIB) }
}

fn at(location: &str, list: &[(&str, u64)]) -> Bucket {
    Bucket {
        location: location.into(),
        data_locations: Vec::new(),
        autoclass: false,
        stored: Ok(list.iter().map(|(class, size)| stored(class, *size)).collect()),
        soft_deleted: Ok(Vec::new()),
    }
}

fn costs(described: &Bucket) -> Costs {
    bucket(&ListPrices::gcp(), described)
}

fn month(costs: &Costs, component: &str) -> String {
    costs.component(component).unwrap().exact_monthly().normalize().to_string()
}

#[test]
fn each_class_has_its_price() {
    let classes = [
        ("STANDARD", 100),
        ("NEARLINE", 100),
        ("COLDLINE", 100),
        ("ARCHIVE", 1_000),
        ("DURABLE_REDUCED_AVAILABILITY", 10),
    ];
    let costs = costs(&at("EUROPE-NORTH1", &classes));
    assert_eq!(month(&costs, "storage_standard"), "2"); // 100 × 0.02
    assert_eq!(month(&costs, "storage_nearline"), "1"); // 100 × 0.01
    assert_eq!(month(&costs, "storage_coldline"), "0.4"); // 100 × 0.004
    assert_eq!(month(&costs, "storage_archive"), "1.2"); // 1,000 × 0.0012
    assert_eq!(month(&costs, "storage_durable_reduced_availability"), "0.2"); // 10 × 0.02
    assert!(costs.unpriced.is_empty());
    let key = &costs.lines[0].price.sku_key;
    assert_eq!(&**key, "gcp/storage/standard/storage/europe-north1/od/GiB-Mo");
}

#[test]
fn multi_regions_and_predefined_dual_regions_have_prices_of_their_own() {
    for (location, class, component, expected) in [
        ("US", "STANDARD", "storage_standard", "2.6"), // 100 × 0.026
        ("EU", "ARCHIVE", "storage_archive", "0.24"),  // 100 × 0.0024
        ("ASIA", "COLDLINE", "storage_coldline", "0.875"), // 100 × 0.00875
        ("NAM4", "STANDARD", "storage_standard", "4.4"), // 100 × 0.044
        ("EUR4", "NEARLINE", "storage_nearline", "2.2"), // 100 × 0.022
        ("asia1", "STANDARD", "storage_standard", "5.06"), // 100 × 0.0506
    ] {
        let costs = costs(&at(location, &[(class, 100)]));
        assert_eq!(month(&costs, component), expected, "{location}");
    }
}

#[test]
fn every_row_of_storage_is_reached_by_a_location() {
    let prices = ListPrices::gcp();
    let mut reached = 0;
    for row in prices.book().service_rows("gcp/storage").filter(|row| row.unit == "GiB-Mo") {
        let location = match row.region {
            "europe-multi" => "eu",
            other => other.strip_suffix("-multi").unwrap_or(other),
        };
        let class = match row.sku.split(['-', '/']).next().unwrap() {
            "dra" => "durable_reduced_availability",
            other => other,
        };
        let costs = costs(&at(location, &[(class, 1)]));
        assert_eq!(costs.lines[0].price.unit_price, row.price, "{} {}", row.sku, row.region);
        reached += 1;
    }
    assert_eq!(reached, 245);
}

#[test]
fn what_standard_was_called_is_standard() {
    let costs = costs(&at("US", &[("MULTI_REGIONAL", 60), ("STANDARD", 40), ("REGIONAL", 0)]));
    assert_eq!(month(&costs, "storage_standard"), "2.6"); // (60 + 40) × 0.026
    assert_eq!(costs.lines.len(), 1);
}

#[test]
fn soft_deleted_objects_are_billed_as_stored() {
    let mut described = at("us-central1", &[("STANDARD", 100)]);
    described.soft_deleted = Ok(vec![stored("STANDARD", 50), stored("NEARLINE", 10)]);
    let priced = costs(&described);
    assert_eq!(month(&priced, "storage_standard"), "3"); // 150 × 0.02
    assert_eq!(month(&priced, "storage_nearline"), "0.1"); // 10 × 0.01
    described.soft_deleted = Err("no metric");
    let priced = costs(&described);
    assert_eq!(month(&priced, "storage_standard"), "2"); // 100 × 0.02
    assert_eq!(priced.unpriced[0].component, "soft_deleted");
}

#[test]
fn a_configurable_dual_region_does_not_have_its_continents_price() {
    let mut described = at("US", &[("STANDARD", 1)]);
    described.data_locations = vec!["US-EAST1".into(), "US-WEST1".into()];
    let priced = costs(&described);
    assert!(priced.is_unpriced());
    assert!(priced.unpriced[0].reason.contains("US-EAST1 and US-WEST1"));
    described.stored = Ok(Vec::new());
    assert_eq!(costs(&described), Costs::free());
}

#[test]
fn unknown_locations_and_classes_are_unpriced() {
    let elsewhere = costs(&at("moon-west1", &[("STANDARD", 1)]));
    assert!(elsewhere.unpriced[0].reason.contains("moon-west1"));
    let class = costs(&at("US", &[("RAPID", 1), ("GLACIER", 0)]));
    assert_eq!(class.unpriced.len(), 1);
    assert_eq!(&*class.unpriced[0].reason, "unknown storage class \"RAPID\"");
}

#[test]
fn what_was_not_measured_is_unpriced() {
    let mut described = at("US", &[]);
    assert_eq!(costs(&described), Costs::free());
    described.stored = Err("no metric");
    assert_eq!(costs(&described), Costs::unpriced("storage", "no metric"));
    described.stored = Ok(vec![Stored { class: "STANDARD".into(), bytes: Decimal::NEGATIVE_ONE }]);
    assert!(costs(&described).unpriced[0].reason.contains("negative"));
}

#[test]
fn the_fee_of_autoclass_has_no_price() {
    let described = Bucket { autoclass: true, ..at("us-east1", &[("STANDARD", 1)]) };
    let priced = costs(&described);
    assert_eq!(priced.unpriced[0].component, "autoclass");
    assert_eq!(month(&priced, "storage_standard"), "0.02");
}
