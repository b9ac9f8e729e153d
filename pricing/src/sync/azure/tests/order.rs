//! The order of items and where a page ends never change what is harvested.

use proptest::prelude::*;

use super::*;

/// Tiers, duplicates, older prices, and items of other kinds, of the list of storage.
fn samples() -> Vec<Sample> {
    let hot = Sample {
        service: "Storage",
        product: "General Block Blob v2",
        sku: "Hot LRS",
        meter: "Hot LRS Data Stored",
        arm_sku: "",
        unit: "1 GB/Month",
        ..MACHINE
    };
    let disk = Sample {
        product: "Premium SSD Managed Disks",
        sku: "P10 LRS",
        meter: "P10 LRS Disk",
        unit: "1/Month",
        ..hot
    };
    let flat = Sample { product: "Tables", sku: "Standard LRS", meter: "LRS Data Stored", ..hot };
    let open = Sample { product: "Queues v2", ..flat };
    vec![
        hot,
        Sample { tier: "51200.0", price: "0.09", ..hot },
        Sample { tier: "512000.0", price: "0.08", ..hot },
        Sample { tier: "512000", price: "0.07", since: "2016-01-01T00:00:00Z", ..hot },
        disk,
        Sample { price: "20.01", since: "2020-01-01T00:00:00Z", ..disk },
        Sample { price: "19", since: "2018-01-01T00:00:00Z", ..disk },
        Sample { kind: "Reservation", price: "200", ..disk },
        flat,
        Sample { tier: "1024.0", ..flat },
        open,
        Sample { tier: "1024.0", price: "0.01", ..open },
        Sample { tier: "1024.0", price: "0.02", ..open },
        Sample { product: "Bandwidth", ..hot },
    ]
}

fn in_pages(items: &[String], size: usize) -> (Vec<String>, Vec<(Dropped, u64)>) {
    let mut harvest = Harvest::new(TODAY);
    let mut parser = parser("Storage", "eastus");
    for page in items.chunks(size) {
        parser.page(body(page).as_bytes(), &mut harvest).unwrap();
    }
    parser.finish(&mut harvest).unwrap();
    (rows(&harvest), dropped(&harvest))
}

proptest! {
    #[test]
    fn any_order_in_pages_of_any_size_gives_the_same(
        shuffled in Just(samples()).prop_shuffle(),
        size in 1_usize..20,
    ) {
        let json = |samples: &[Sample]| samples.iter().map(Sample::json).collect::<Vec<_>>();
        let expected = in_pages(&json(&samples()), 1_000);
        prop_assert_eq!(in_pages(&json(&shuffled), size), expected);
    }

    #[test]
    fn nonsense_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = parser("Storage", "eastus").page(&bytes, &mut Harvest::new(TODAY));
    }

    #[test]
    fn a_damaged_page_never_panics(at in any::<prop::sample::Index>(), with in any::<u8>()) {
        let mut page = body(&samples().iter().map(Sample::json).collect::<Vec<_>>()).into_bytes();
        let at = at.index(page.len());
        page[at] = with;
        let mut harvest = Harvest::new(TODAY);
        let mut parser = parser("Storage", "eastus");
        if parser.page(&page, &mut harvest).is_ok() {
            let _ = parser.finish(&mut harvest);
        }
    }
}

#[test]
fn what_the_mixed_list_gives_is_known() {
    let json: Vec<String> = samples().iter().map(Sample::json).collect();
    let (rows, dropped) = in_pages(&json, 3);
    let expected = [
        "azure/disk Premium SSD Managed Disks/P10 LRS Disk eastus: 20.01 1/Month",
        "azure/storage General Block Blob v2/Hot LRS/Data Stored/tier-0GB eastus: 0.096 1 GB/Month",
        "azure/storage General Block Blob v2/Hot LRS/Data Stored/tier-512000GB eastus: 0.08 1 GB/Month",
        "azure/storage General Block Blob v2/Hot LRS/Data Stored/tier-51200GB eastus: 0.09 1 GB/Month",
        "azure/storage Tables/Standard LRS/LRS Data Stored eastus: 0.096 1 GB/Month",
    ];
    assert_eq!(rows, expected);
    let expected = [
        (Dropped::NotOnDemand, 1),
        (Dropped::OtherProduct, 1),
        // The tier of queues with two prices, and the other one, which would reach too far.
        (Dropped::Ambiguous, 2),
        // Two older disks, an older tier, and one of the two prices of queues.
        (Dropped::Superseded, 4),
    ];
    assert_eq!(dropped, expected);
}
