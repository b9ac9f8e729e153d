//! Machines of which each is another matter of price, in West Europe.

use serde_json::{Value, json};

use super::expected::Cost;
use super::machines::{Machine, image};
use super::sets::Set;
use super::thing::{Place, Thing};
use crate::support::facts::{MONTH, ULTRA_RESERVATION, decimal, machine, times};

/// A price of an hour in West Europe as a month's.
fn month(size: &str, os: &str) -> rust_decimal::Decimal {
    machine("westeurope", size, os) * decimal(MONTH)
}

/// One machine of every sort.
pub(crate) fn every_sort(place: &Place) -> Vec<Thing> {
    let d4 = |name: &str, os| Machine::new(name, "Standard_D4s_v5", os);
    let linux = |name: &str| d4(name, "Linux");
    let windows = |name: &str| d4(name, "Windows");
    let cost = |os: &str| Cost::Priced(month("Standard_D4s_v5", os));
    let host = format!("{}/providers/Microsoft.Compute/hostGroups/own/hosts/one", place.id());
    let mut things = licences(place);
    let more: Vec<(Machine, Cost)> = vec![
        (
            linux("spot").more(json!({ "priority": "Spot", "evictionPolicy": "Deallocate",
                                       "billingProfile": { "maxPrice": -1.0 } })),
            Cost::Unpriced("spot"),
        ),
        (linux("on-own-host").more(json!({ "host": { "id": host } })), Cost::Unpriced("host")),
        (linux("of-no-known-state").power(None), Cost::Unpriced("state")),
        (linux("starting").power(Some("starting")), cost("Linux")),
        (linux("deallocating").power(Some("deallocating")), Cost::nothing()),
        (windows("stopped").power(Some("stopped")), cost("Windows")),
        (windows("deallocated").power(Some("deallocated")), Cost::nothing()),
        (
            Machine::new("fewer-cores", "Standard_E8-2ads_v5", "Linux"),
            Cost::Priced(month("Standard_E8ads_v5", "Linux")),
        ),
        (
            Machine::new("fewer-cores-windows", "Standard_E8-4ads_v5", "Windows"),
            Cost::Priced(month("Standard_E8ads_v5", "Windows")),
        ),
        (
            Machine::new("small-letters", "standard_d2s_v3", "Linux"),
            Cost::Priced(month("Standard_D2s_v3", "Linux")),
        ),
        (
            Machine::new("of-the-future", "Standard_D4qz_v9", "Linux"),
            Cost::Unpriced("Standard_D4qz_v9"),
        ),
        (
            // Ready for ultra disks, and without one: each of eight vCPUs is charged.
            Machine::new("ultra-ready", "Standard_D8s_v5", "Linux")
                .more(json!({ "additionalCapabilities": { "ultraSSDEnabled": true } })),
            Cost::Priced(
                month("Standard_D8s_v5", "Linux") + times(&["8", ULTRA_RESERVATION, MONTH]),
            ),
        ),
        (
            Machine { os_disk: Value::Null, ..linux("unmanaged") },
            Cost::Partly(month("Standard_D4s_v5", "Linux"), &["unmanaged_disks"], "disk"),
        ),
        (Machine { zone: Some("2"), ..linux("in-a-zone") }, cost("Linux")),
    ];
    for (number, (machine, cost)) in more.into_iter().enumerate() {
        things.push(machine.at(place, number, cost));
    }
    let set = Set::flexible(place, "flexible");
    let member = json!({ "virtualMachineScaleSet": { "id": set.id } });
    things.push(
        linux("flexible_1a2b")
            .more(member)
            .at(place, 60, cost("Linux"))
            .says("scale_set", "flexible"),
    );
    things.push(set);
    things
}

/// Uniform sets whose instances say little themselves.
pub(crate) fn sets(place: &Place) -> Vec<Thing> {
    let windows = |name, license: Value| Set {
        profile: json!({
            "licenseType": license,
            "storageProfile": { "osDisk": { "osType": "Windows", "createOption": "FromImage" },
                "imageReference": image("MicrosoftWindowsServer", "WindowsServer", "2022") } }),
        says_nothing: true,
        ..Set::linux(name, "Standard_D4s_v5", 2)
    };
    let cost = |os| Cost::Priced(month("Standard_D4s_v5", os));
    let mut things = windows("windows-set", Value::Null).at(place, &cost("Windows"));
    things.extend(windows("own-windows-set", json!("Windows_Server")).at(place, &cost("Linux")));
    let mut off = Set::linux("off", "Standard_D4s_v5", 2).at(place, &Cost::nothing());
    for instance in off.iter_mut().filter(|it| it.expected.is_some()) {
        instance.power = Some("deallocated");
        let keys = &mut instance.expected.as_mut().unwrap().keys;
        keys.insert("power_state", json!("deallocated"));
        keys.insert("cpu_utilization", Value::Null);
    }
    things.extend(off);
    things
}

/// Machines with software that somebody is paid for.
fn licences(place: &Place) -> Vec<Thing> {
    let d4 = |name: &str, os| Machine::new(name, "Standard_D4s_v5", os);
    let own = |kind: &str| json!({ "licenseType": kind });
    let linux = month("Standard_D4s_v5", "Linux");
    let windows = month("Standard_D4s_v5", "Windows");
    let red_hat = image("RedHat", "RHEL", "9-lvm-gen2");
    let sql_server = image("MicrosoftSQLServer", "sql2022-ws2022", "standard-gen2");
    let mut offered = d4("from-the-marketplace", "Linux")
        .image(image("fortinet", "fortinet_fortigate-vm_v5", "fortinet_fg-vm_payg_2023"))
        .at(place, 50, Cost::Partly(linux, &["software"], "fortinet"));
    offered.keys.insert(
        "plan",
        json!({ "publisher": "fortinet", "product": "fortinet_fortigate-vm_v5",
                "name": "fortinet_fg-vm_payg_2023" }),
    );
    vec![
        d4("windows", "Windows").at(place, 51, Cost::Priced(windows)),
        d4("own-windows", "Windows")
            .more(own("Windows_Server"))
            .at(place, 52, Cost::Priced(linux))
            .says("license_type", "Windows_Server"),
        d4("own-desktop", "Windows").more(own("Windows_Client")).at(place, 53, Cost::Priced(linux)),
        d4("red-hat", "Linux").image(red_hat.clone()).at(
            place,
            54,
            Cost::Partly(linux, &["license"], "Red Hat"),
        ),
        d4("own-red-hat", "Linux").image(red_hat).more(own("RHEL_BYOS")).at(
            place,
            55,
            Cost::Priced(linux),
        ),
        d4("sql-server", "Windows").image(sql_server).at(
            place,
            56,
            Cost::Partly(windows, &["software"], "SQL Server"),
        ),
        offered,
    ]
}

/// Rows that make no sense.
pub(crate) fn nonsense(place: &Place) -> Vec<Thing> {
    let mut machine =
        Machine::new("nonsense", "Standard_D2s_v5", "Linux").at(place, 57, Cost::Unpriced(""));
    machine.keys.insert("properties", json!({ "hardwareProfile": 7, "storageProfile": "none" }));
    machine.power = None;
    machine.figures.clear();
    machine.expected.as_mut().unwrap().keys.clear();
    let disk = Thing::new(place, "Microsoft.Compute/disks", "nonsense-disk")
        .with("sku", json!({ "name": "Premium_LRS" }))
        .properties(json!({ "diskSizeGB": "large" }))
        .costs("disks", Cost::Unpriced(""));
    let empty = Thing::new(place, "Microsoft.ContainerService/managedClusters", "nonsense-cluster")
        .properties(Value::Null)
        // Without a tier a cluster is free.
        .costs("clusters", Cost::nothing());
    vec![machine, disk, empty]
}
