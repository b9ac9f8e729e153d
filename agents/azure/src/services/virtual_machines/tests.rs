use serde_json::{Value as Json, json};

use super::*;
use crate::metrics::Figure;
use crate::services::sample::{GROUP, hourly, scope, scope_without, unpriced};

/// A Linux machine of 0.12 USD an hour in West Europe (`Standard_D2s_v3`) as Resource Graph tells.
fn machine(name: &str, power: &str, more: Json) -> Json {
    let mut properties = json!({
        "vmId": "6d0c",
        "hardwareProfile": {"vmSize": "Standard_D2s_v3"},
        "storageProfile": {
            "osDisk": {
                "osType": "Linux", "diskSizeGB": 64,
                "managedDisk": {"storageAccountType": "Premium_LRS", "id": "/disk"},
            },
            "dataDisks": [],
        },
        "provisioningState": "Succeeded",
        "extended": {"instanceView": {"powerState": {"code": format!("PowerState/{power}")}}},
    });
    merge(&mut properties, more);
    json!({
        "id": format!("{GROUP}/providers/Microsoft.Compute/virtualMachines/{name}"),
        "name": name, "type": "microsoft.compute/virtualmachines", "location": "westeurope",
        "zones": ["2"], "tags": {"team": "shop"}, "properties": properties,
    })
}

fn merge(into: &mut Json, more: Json) {
    match (into, more) {
        (Json::Object(into), Json::Object(more)) => {
            for (key, value) in more {
                merge(into.entry(key).or_insert(Json::Null), value);
            }
        }
        (into, more) => *into = more,
    }
}

fn set(name: &str, more: Json) -> Json {
    let mut row = json!({
        "id": format!("{GROUP}/providers/Microsoft.Compute/virtualMachineScaleSets/{name}"),
        "name": name, "type": "Microsoft.Compute/virtualMachineScaleSets",
        "location": "westeurope", "sku": {"name": "Standard_D2s_v3", "capacity": 2},
        "properties": {
            "orchestrationMode": "Uniform",
            "virtualMachineProfile": {"storageProfile": {"osDisk": {"osType": "Linux"}}},
        },
    });
    merge(&mut row, more);
    row
}

fn instance(set: &str, number: u32, power: &str, more: Json) -> Json {
    let id = format!(
        "{GROUP}/providers/Microsoft.Compute/virtualMachineScaleSets/{set}/virtualMachines/{number}"
    );
    let mut row = json!({
        "id": id, "name": format!("{set}_{number}"), "instanceId": number.to_string(),
        "type": "Microsoft.Compute/virtualMachineScaleSets/virtualMachines",
        "location": "westeurope",
        "properties": {"instanceView": {"statuses": [
            {"code": "ProvisioningState/succeeded"}, {"code": format!("PowerState/{power}")},
        ]}},
    });
    merge(&mut row, more);
    row
}

fn listed(rows: impl IntoIterator<Item = Json>) -> Vec<Resource> {
    machines(&scope(rows)).unwrap()
}

fn one(row: Json) -> Resource {
    listed([row]).remove(0)
}

#[test]
fn a_running_machine_costs_its_size_and_tells_what_it_is() {
    let machine = one(machine("shop-1", "running", json!({})));
    assert_eq!(hourly(&machine), "0.12");
    assert_eq!(
        &*machine.id,
        "/subscriptions/s-1/resourcegroups/web/providers/microsoft.compute/virtualmachines/shop-1"
    );
    assert_eq!(machine.name.as_deref(), Some("shop-1"));
    assert_eq!((machine.state.as_deref(), machine.zone.as_deref()), (Some("running"), Some("2")));
    assert_eq!(machine.tags.get("team"), Some("shop"));
    let text = |key| machine.attributes.text(key);
    assert_eq!(text("vm_size"), Some("Standard_D2s_v3"));
    assert_eq!((text("os_type"), text("priority")), (Some("Linux"), Some("Regular")));
    assert_eq!((text("resource_group"), text("location")), (Some("Web"), Some("westeurope")));
    assert_eq!(text("os_disk_type"), Some("Premium_LRS"));
    assert_eq!(machine.attributes.integer("os_disk_size"), Some(64));
}

#[test]
fn the_power_state_of_lists_counts_as_well() {
    let view = json!({"extended": null, "instanceView": {"statuses": [
        {"code": "ProvisioningState/succeeded", "level": "Info"}, {}, {"code": "PowerState/running"},
    ]}});
    let machine = one(machine("shop-1", "", view));
    assert_eq!((machine.state.as_deref(), &*hourly(&machine)), (Some("running"), "0.12"));
}

#[test]
fn what_is_allocated_costs_and_what_is_released_does_not() {
    for power in ["starting", "running", "stopping", "stopped"] {
        assert_eq!(hourly(&one(machine("a", power, json!({})))), "0.12", "{power}");
    }
    for power in ["creating", "deallocating", "deallocated"] {
        assert_eq!(hourly(&one(machine("a", power, json!({})))), "0", "{power}");
    }
    for power in ["", "dreaming"] {
        let machine = one(machine("a", power, json!({})));
        assert!(machine.costs.is_unpriced());
        assert!(unpriced(&machine)[0].1.contains("power state"), "{power}");
    }
}

#[test]
fn windows_costs_its_price_unless_the_licence_is_ones_own() {
    let windows = json!({"storageProfile": {"osDisk": {"osType": "Windows"}}});
    // Standard_D2s_v3 in westeurope: 0.212 with Windows.
    assert_eq!(hourly(&one(machine("a", "running", windows.clone()))), "0.212");
    let mut own = windows;
    merge(&mut own, json!({"licenseType": "Windows_Server"}));
    let machine = one(machine("a", "running", own));
    assert_eq!(hourly(&machine), "0.12");
    assert_eq!(machine.attributes.text("license_type"), Some("Windows_Server"));
}

#[test]
fn spot_machines_dedicated_hosts_and_unknown_priorities_are_unpriced() {
    for (more, word) in [
        (json!({"priority": "Spot"}), "spot"),
        (json!({"host": {"id": "/host"}}), "dedicated host"),
        (json!({"priority": "Someday"}), "someday"),
        (json!({"storageProfile": {"osDisk": {"osType": null}}}), "operating system"),
        (json!({"hardwareProfile": null}), "size"),
    ] {
        let machine = one(machine("a", "running", more));
        assert!(machine.costs.is_unpriced());
        assert!(unpriced(&machine)[0].1.contains(word), "{:?}", unpriced(&machine));
    }
}

#[test]
fn what_is_billed_beside_the_size_is_named() {
    let image = json!({"storageProfile": {"imageReference":
        {"publisher": "RedHat", "offer": "RHEL", "sku": "9-lvm", "version": "latest"}}});
    assert_eq!(unpriced(&one(machine("a", "running", image)))[0].0, "license");
    let mut row = machine("a", "running", json!({}));
    merge(&mut row, json!({"plan": {"name": "m", "product": "wall", "publisher": "acme"}}));
    assert_eq!(unpriced(&one(row))[0].0, "software");
    let vhd = json!({"storageProfile": {"osDisk": {"vhd": {"uri": "https://x/y.vhd"}}}});
    let machine = one(machine("a", "deallocated", vhd));
    assert_eq!(unpriced(&machine)[0].0, "unmanaged_disks");
    assert_eq!(machine.attributes.text("os_disk_type"), Some("unmanaged"));
}

#[test]
fn an_ephemeral_disk_is_named_and_costs_nothing() {
    let disk = json!({"storageProfile": {"osDisk": {"diffDiskSettings": {"option": "Local"}}}});
    let machine = one(machine("a", "running", disk));
    assert_eq!(machine.attributes.text("os_disk_type"), Some("ephemeral"));
    assert_eq!(hourly(&machine), "0.12");
}

#[test]
fn being_ready_for_ultra_disks_costs_while_there_are_none() {
    let ready = |disks: Json| {
        let more = json!({
            "additionalCapabilities": {"ultraSSDEnabled": true},
            "storageProfile": {"dataDisks": disks},
        });
        machine("a", "running", more)
    };
    // 0.12 and 2 processors × 0.0078.
    assert_eq!(hourly(&one(ready(json!([])))), "0.1356");
    let premium = json!([{"lun": 0, "managedDisk": {"storageAccountType": "Premium_LRS"}}]);
    assert_eq!(hourly(&one(ready(premium))), "0.1356");
    let ultra = json!([{"lun": 0, "managedDisk": {"storageAccountType": "UltraSSD_LRS"}}]);
    assert_eq!(hourly(&one(ready(ultra))), "0.12");
    let unnamed = json!([{"lun": 0, "managedDisk": {"id": "/Disks/Fast"}}]);
    assert_eq!(unpriced(&one(ready(unnamed.clone())))[0].0, "ultra_disk_reservation");
    let disk = json!({
        "id": "/disks/fast", "type": "Microsoft.Compute/disks", "sku": {"name": "UltraSSD_LRS"},
    });
    assert_eq!(hourly(&listed([ready(unnamed), disk])[0]), "0.12");
}

#[test]
fn data_disks_are_listed() {
    let disks = json!([{"lun": 3, "name": "data", "diskSizeGB": 512,
                        "managedDisk": {"storageAccountType": "StandardSSD_LRS"}}]);
    let machine = one(machine("a", "running", json!({"storageProfile": {"dataDisks": disks}})));
    let Some(Value::List(disks)) = machine.attributes.get("data_disks") else { panic!() };
    let Value::Record(disk) = &disks[0] else { panic!() };
    assert_eq!((disk.text("name"), disk.text("type")), (Some("data"), Some("StandardSSD_LRS")));
    assert_eq!((disk.integer("size_gb"), disk.integer("lun")), (Some(512), Some(3)));
}

#[test]
fn an_instance_of_a_uniform_set_has_from_its_set_what_it_does_not_say() {
    let spot = json!({"properties": {"virtualMachineProfile": {"priority": "Spot"}}});
    let own_size = json!({"sku": {"name": "Standard_D4s_v3"}});
    let machines = listed([
        set("web", json!({})),
        instance("web", 1, "running", json!({})),
        instance("web", 2, "deallocated", json!({})),
        instance("web", 3, "running", own_size),
        set("cheap", spot),
        instance("cheap", 0, "running", json!({})),
    ]);
    assert_eq!(hourly(&machines[0]), "0.12");
    assert_eq!(machines[0].attributes.text("scale_set"), Some("web"));
    assert_eq!(machines[0].attributes.text("vm_size"), Some("Standard_D2s_v3"));
    assert_eq!(hourly(&machines[1]), "0");
    // Standard_D4s_v3: 0.24.
    assert_eq!(hourly(&machines[2]), "0.24");
    assert!(unpriced(&machines[3])[0].1.contains("spot"));
    assert_eq!(machines[3].attributes.text("priority"), Some("Spot"));
}

#[test]
fn an_instance_without_its_set_is_never_priced_as_regular() {
    let machine = one(instance("gone", 1, "running", json!({"sku": {"name": "Standard_D2s_v3"}})));
    assert_eq!(unpriced(&machine), [("compute", "its scale set is not known")]);
}

#[test]
fn an_instance_of_a_flexible_set_counts_once() {
    let set_id = format!("{GROUP}/providers/Microsoft.Compute/virtualMachineScaleSets/flex");
    let member = json!({"virtualMachineScaleSet": {"id": set_id.to_uppercase()}});
    let flexible = json!({"properties": {"orchestrationMode": "Flexible"}});
    for known in [vec![set("flex", flexible)], vec![]] {
        let machines = listed(known.into_iter().chain([
            machine("flex_abc", "running", member.clone()),
            instance("flex", 0, "running", json!({})),
        ]));
        assert_eq!(machines.len(), 1);
        assert_eq!(machines[0].attributes.text("scale_set").unwrap().to_lowercase(), "flex");
        assert_eq!(hourly(&machines[0]), "0.12");
    }
}

#[test]
fn an_odd_machine_is_listed_with_the_reason() {
    let machines = listed([
        machine("odd", "running", json!({"hardwareProfile": "big"})),
        json!({"id": "/x", "type": "Microsoft.Compute/virtualMachines", "properties": null}),
        machine("fine", "running", json!({})),
    ]);
    assert!(unpriced(&machines[0])[0].1.contains("cannot be read"));
    assert!(machines[1].costs.is_unpriced());
    assert_eq!(hourly(&machines[2]), "0.12");
}

#[test]
fn what_could_not_be_listed_fails_the_service() {
    for kind in [Kind::VirtualMachine, Kind::ScaleSet, Kind::ScaleSetInstance] {
        let scope = scope_without(kind, [machine("a", "running", json!({}))]);
        assert!(machines(&scope).unwrap_err().error.contains("AuthorizationFailed"), "{kind:?}");
    }
    let scope = scope_without(Kind::Disk, [machine("a", "running", json!({}))]);
    assert_eq!(hourly(&machines(&scope).unwrap()[0]), "0.12");
}

#[test]
fn running_machines_are_asked_and_uniform_sets_as_a_whole() {
    let scope = scope([
        machine("on", "running", json!({})),
        machine("off", "deallocated", json!({})),
        set("web", json!({})),
        instance("web", 1, "running", json!({})),
        instance("web", 2, "running", json!({})),
        set("idle", json!({})),
        instance("idle", 1, "deallocated", json!({})),
    ]);
    let mut machines = machines(&scope).unwrap();
    let questions = VirtualMachines.questions(&scope, &machines);
    let about: Vec<_> = questions.iter().map(|it| (it.resource, it.query.name)).collect();
    assert_eq!(about, [(Some(0), "virtual_machines"), (None, "scale_sets")]);
    assert!(questions[1].target.ends_with("/virtualmachinescalesets/web"));

    let figure = |metric: &str, name: &[&str], value: &str| Figure {
        metric: metric.to_owned(),
        dimensions: name.iter().map(|name| (*name).to_owned()).collect(),
        value: value.parse().unwrap(),
    };
    let answers = [
        Answer::Figures(vec![figure("Percentage CPU", &[], "12.5")]),
        Answer::Figures(vec![
            figure("Percentage CPU", &["WEB_2"], "80"),
            figure("Network In Total", &["web_1"], "4096"),
            figure("Percentage CPU", &["other_1"], "1"),
        ]),
    ];
    let answered: Vec<_> = questions.into_iter().zip(answers).collect();
    VirtualMachines.settle(&scope, &mut machines, &answered);
    assert_eq!(machines[0].measured("cpu_utilization"), Some(&Value::Number(12.5)));
    assert!(machines[1].usage.is_empty());
    assert_eq!(machines[2].measured("network_in_bytes"), Some(&Value::Integer(4096)));
    assert_eq!(machines[2].measured("cpu_utilization"), None);
    assert_eq!(machines[3].measured("cpu_utilization"), Some(&Value::Integer(80)));
}

#[test]
fn unanswered_questions_leave_figures_unknown() {
    let scope = scope([machine("on", "running", json!({}))]);
    let mut machines = machines(&scope).unwrap();
    let questions = VirtualMachines.questions(&scope, &machines);
    let answered: Vec<_> = questions.into_iter().map(|it| (it, Answer::OverCeiling)).collect();
    VirtualMachines.settle(&scope, &mut machines, &answered);
    assert!(machines[0].usage.is_empty());
}
