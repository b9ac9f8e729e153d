//! `docs/plugins.md` names every key.

use std::collections::BTreeSet;
use std::path::Path;

use regex::Regex;

use super::repository;

/// The keys of `plugins`, `parse`, `resources`, `rates` and `machine`, and those beside them.
const KEYS: &[(&str, &[&str])] = &[
    (
        "plugins",
        &[
            "plugins",
            "name",
            "description",
            "enabled",
            "command",
            "shell",
            "parse",
            "interval",
            "timeout",
            "max_output",
            "directory",
            "env",
            "pass_env",
            "user",
            "success_exit",
            "resources",
        ],
    ),
    (
        "rules",
        &[
            "format",
            "skip_lines",
            "comment",
            "numbers",
            "records",
            "delimiter",
            "columns",
            "header",
            "separator",
            "pattern",
        ],
    ),
    (
        "resources",
        &["id", "name", "kind", "tags", "where", "hourly_cost", "rate", "per_unit", "divide_by"],
    ),
    ("rates", &["rates", "price", "unit", "source", "as_of", "currency", "description"]),
    (
        "machine",
        &[
            "machine",
            "vcpu",
            "memory",
            "disk",
            "gpu",
            "flat",
            "power",
            "hardware",
            "tags",
            "rate",
            "watts",
            "overhead",
            "plugin",
            "field",
            "purchase_price",
            "residual_value",
            "lifetime",
            "purchased",
        ],
    ),
];

fn page() -> String {
    std::fs::read_to_string(repository().join("docs/plugins.md")).unwrap()
}

#[test]
fn every_key_is_described() {
    let page = page();
    let beside = ["plugins_directory", "plugin_concurrency", "custom_commands", "collectors"];
    for key in KEYS.iter().flat_map(|(_, keys)| keys.iter()).chain(&beside) {
        assert!(page.contains(&format!("`{key}`")), "docs/plugins.md does not name `{key}`");
    }
}

/// A key is what a function that reads settings is given first, or second after the branch.
#[test]
fn no_key_of_the_code_is_missing_here() {
    let call = Regex::new(r#"\w\(\s*(?:&mut \w+, |\w+, )?"([a-z_]+)"[,)]"#).unwrap();
    for (file, keys) in KEYS {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/config/{file}.rs"));
        let code = std::fs::read_to_string(&path).unwrap();
        let read: BTreeSet<&str> =
            call.captures_iter(&code).map(|found| found.get(1).unwrap().as_str()).collect();
        let listed: BTreeSet<&str> = keys.iter().copied().collect();
        let unlisted: Vec<_> = read.difference(&listed).collect();
        assert!(unlisted.is_empty(), "{file}.rs reads {unlisted:?}; add them here and to the page");
        let gone: Vec<_> = listed.difference(&read).collect();
        assert!(gone.is_empty(), "{file}.rs does not read {gone:?}");
    }
}

#[test]
fn every_format_and_every_example_is_named() {
    let page = page();
    for format in ["json", "jsonl", "csv", "tsv", "key_value", "prometheus", "regex", "text"] {
        assert!(page.contains(&format!("`{format}`")), "docs/plugins.md does not name `{format}`");
    }
    for example in super::files(&repository().join("deploy/examples")) {
        let link = format!("(../deploy/examples/{example})");
        assert!(page.contains(&link), "docs/plugins.md has no link to {example}");
    }
}
