//! The role that the documentation tells people to make, against the calls that the agent makes.

use std::collections::BTreeSet;

use crate::support::agent::Agent;
use crate::support::fleet::Fleet;
use crate::support::google::Google;

/// The permissions of the role: the items of `includedPermissions`.
fn role() -> BTreeSet<String> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/iam/gcp-agent-role.yaml");
    let text = std::fs::read_to_string(path).unwrap();
    let (_, list) = text.split_once("includedPermissions:").unwrap();
    let lines = list.lines().skip(1).map(str::trim);
    let items = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    items
        .map_while(|line| line.strip_prefix("- "))
        .map(|item| item.split('#').next().unwrap().trim().to_owned())
        .collect()
}

#[test]
fn the_role_lists_and_names_each_permission() {
    for permission in role() {
        let verb = permission.rsplit('.').next().unwrap();
        assert!(
            ["list", "searchAllResources"].contains(&verb),
            "{permission} is more than listing"
        );
        for secret in ["objects", "secrets", "keys", "iam."] {
            assert!(!permission.contains(secret), "{permission} reads data");
        }
    }
}

#[test]
fn the_agent_calls_what_the_role_allows_and_needs_all_of_it() {
    let google = Google::of(Fleet::whole().shared());
    Agent::of(&google).collect().assert_well();
    Agent::of(&google).run(&["check", "--server", "none"]);
    let called: BTreeSet<String> = google
        .work()
        .iter()
        .map(|call| call.permission().unwrap_or_else(|| panic!("{} is unknown", call.path)).into())
        .collect();
    let allowed = role();
    let missing: Vec<&String> = called.difference(&allowed).collect();
    assert!(missing.is_empty(), "called and not in the role: {missing:?}");
    let unused: Vec<&String> = allowed.difference(&called).collect();
    assert!(unused.is_empty(), "in the role and never called: {unused:?}");
}
