//! A thing of each kind, each time with one of its keys being something else, in a project of its
//! own: Google's library reads a page as a whole or not at all.

use serde_json::{Value, json};

use super::{ATTIC, DATA, EDGE, Fleet, Thing};
use super::{buckets, clusters, databases, disks, functions, odd, snapshots};

/// What a key can be instead.
fn others() -> [Value; 6] {
    [
        Value::Null,
        json!(-1),
        json!(1e300),
        json!("nonsense/with spaces"),
        json!([7, null]),
        json!({ "name": 7, "id": [] }),
    ]
}

/// The kinds, of each one thing that has about every key.
fn originals() -> Vec<Thing> {
    let first = |things: Vec<Thing>, name: &str| {
        things.into_iter().find(|thing| thing.name == name).unwrap()
    };
    vec![
        first(odd::every_sort(), "tier-1"),
        first(disks::every_kind(ATTIC), "extreme"),
        first(snapshots::every_kind(ATTIC), "nightly"),
        clusters::standard(EDGE, "kitchen", "us-central1-a", 2),
        first(functions::every_kind(EDGE), "resize"),
        first(functions::services(EDGE), "api"),
        databases::mysql(DATA, "mysql"),
        buckets::plain(DATA, "plain"),
    ]
}

impl Fleet {
    /// Projects with one mutant of each kind, as many as there are of the kind that has most.
    pub(crate) fn mutants() -> Self {
        let kinds: Vec<Vec<Thing>> = originals().iter().map(mutations).collect();
        let most = kinds.iter().map(Vec::len).max().unwrap();
        let mut fleet = Self { projects: Vec::new(), things: Vec::new() };
        for number in 0..most {
            // For as long as the test runs.
            let project: &'static str = Box::leak(format!("mutant-{number:04}").into_boxed_str());
            fleet.projects.push(project);
            let own = kinds.iter().filter_map(|mutants| mutants.get(number));
            fleet.things.extend(own.map(|mutant| Thing { project, ..mutant.clone() }));
        }
        fleet
    }
}

/// The thing, each time with one of its keys being something else, down to the fourth level.
fn mutations(original: &Thing) -> Vec<Thing> {
    let mut places = Vec::new();
    pointers(&original.body, "", 4, &mut places);
    let mut all = Vec::new();
    for place in places {
        for other in others() {
            let mut mutant = original.clone();
            *mutant.body.pointer_mut(&place).unwrap() = other;
            all.push(mutant);
        }
    }
    all
}

/// The places within a value, as JSON pointers.
fn pointers(value: &Value, above: &str, depth: usize, into: &mut Vec<String>) {
    if depth == 0 {
        return;
    }
    let mut each = |key: String, value: &Value| {
        let key = key.replace('~', "~0").replace('/', "~1");
        let place = format!("{above}/{key}");
        into.push(place.clone());
        pointers(value, &place, depth - 1, into);
    };
    match value {
        Value::Object(object) => {
            object.iter().for_each(|(key, value)| each(key.clone(), value));
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(index, value)| each(index.to_string(), value));
        }
        _ => {}
    }
}
