//! The list of services, against itself and the documents' contract.

use std::collections::BTreeSet;

use super::SERVICES;

#[test]
fn every_service_has_its_own_name_lists_and_permissions() {
    let mut names = BTreeSet::new();
    for service in SERVICES {
        let view = service.view();
        assert!(names.insert(view.service), "{} twice", view.service);
        assert!(!view.lists.is_empty() && !view.counts.is_empty(), "{}", view.service);
        assert!(!service.permissions().is_empty(), "{}", view.service);
        for list in view.lists {
            let keys: BTreeSet<_> = list.fields.iter().map(|field| field.key).collect();
            assert_eq!(keys.len(), list.fields.len(), "a key twice in {}", list.list);
        }
    }
}
