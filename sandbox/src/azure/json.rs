//! Rows as Azure Resource Manager's lists and Resource Graph write them, straight into one text.

use std::fmt::Write as _;

use super::kind::Kind;
use super::place::{Place, REGIONS};

/// Who asks for a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Resource Graph, by the agents' columns.
    Graph,
    /// A list of Azure Resource Manager.
    List,
    /// The same with `$expand=instanceView`.
    Expanded,
    /// The same with `statusOnly=true`.
    States,
}

/// What all types have in common.
/// <https://learn.microsoft.com/azure/azure-resource-manager/templates/resource-declaration>
#[derive(Debug, Clone)]
pub(super) struct Head<'a> {
    pub(super) id: &'a str,
    pub(super) name: &'a str,
    pub(super) kind: Kind,
    /// Where in [`REGIONS`].
    pub(super) region: usize,
    pub(super) tags: &'a [(&'a str, &'a str)],
    /// `functionapp,linux`, `StorageV2`.
    pub(super) word: Option<&'a str>,
    /// JSON.
    pub(super) sku: Option<&'a str>,
    pub(super) zone: Option<u64>,
    pub(super) managed_by: Option<&'a str>,
    /// JSON.
    pub(super) plan: Option<&'a str>,
}

impl<'a> Head<'a> {
    pub(super) const fn new(id: &'a str, name: &'a str, kind: Kind, region: usize) -> Self {
        Self {
            id,
            name,
            kind,
            region,
            tags: &[],
            word: None,
            sku: None,
            zone: None,
            managed_by: None,
            plan: None,
        }
    }

    /// Writes the row; `properties` writes what is between the braces of that key.
    pub(super) fn write(
        &self,
        into: &mut String,
        place: &Place,
        form: Form,
        properties: impl FnOnce(&mut String),
    ) {
        match form {
            Form::Graph => self.for_graph(into),
            Form::List | Form::Expanded | Form::States => self.for_list(into, form),
        }
        into.push_str(",\"properties\":{");
        properties(into);
        into.push('}');
        if form == Form::Graph {
            let _ = write!(into, ",\"subscriptionId\":\"{}\"", place.id);
        }
        into.push('}');
    }

    /// Every column is there: what a row has not is an empty text in some and null in others.
    fn for_graph(&self, into: &mut String) {
        let Self { id, name, kind, region, .. } = self;
        let (type_name, location) = (kind.small_name(), REGIONS[*region].0);
        let _ = write!(
            into,
            "{{\"id\":\"{id}\",\"name\":\"{name}\",\"type\":\"{type_name}\",\"location\":\"{location}\",\
             \"tags\":"
        );
        if self.tags.is_empty() {
            into.push_str("null");
        } else {
            tags(into, self.tags);
        }
        let (word, owner) = (self.word.unwrap_or_default(), self.managed_by.unwrap_or_default());
        let sku = self.sku.unwrap_or("null");
        let _ = write!(into, ",\"kind\":\"{word}\",\"sku\":{sku},\"zones\":");
        match self.zone {
            Some(zone) => {
                let _ = write!(into, "[\"{zone}\"]");
            }
            None => into.push_str("null"),
        }
        let plan = self.plan.unwrap_or("null");
        let _ = write!(into, ",\"managedBy\":\"{owner}\",\"plan\":{plan}");
    }

    /// Only what there is. Web apps and their plans have regions as people read them.
    fn for_list(&self, into: &mut String, form: Form) {
        let Self { id, name, kind, region, .. } = self;
        let (region, display) = REGIONS[*region];
        let location = if matches!(kind, Kind::Site | Kind::Plan) { display } else { region };
        let type_name = kind.type_name();
        let _ = write!(
            into,
            "{{\"name\":\"{name}\",\"id\":\"{id}\",\"type\":\"{type_name}\",\"location\":\"{location}\""
        );
        if form == Form::States {
            return;
        }
        if !self.tags.is_empty() {
            into.push_str(",\"tags\":");
            tags(into, self.tags);
        }
        let texts = [("kind", self.word), ("managedBy", self.managed_by)];
        for (key, text) in texts.into_iter().filter_map(|(key, text)| Some((key, text?))) {
            let _ = write!(into, ",\"{key}\":\"{text}\"");
        }
        let documents = [("sku", self.sku), ("plan", self.plan)];
        for (key, text) in documents.into_iter().filter_map(|(key, text)| Some((key, text?))) {
            let _ = write!(into, ",\"{key}\":{text}");
        }
        if let Some(zone) = self.zone {
            let _ = write!(into, ",\"zones\":[\"{zone}\"]");
        }
    }
}

/// `{"team":"web"}`
pub(super) fn tags(into: &mut String, tags: &[(&str, &str)]) {
    into.push('{');
    for (index, (key, value)) in tags.iter().enumerate() {
        if index > 0 {
            into.push(',');
        }
        text(into, key);
        into.push(':');
        text(into, value);
    }
    into.push('}');
}

/// A text in quotation marks.
pub(super) fn text(into: &mut String, text: &str) {
    into.push('"');
    for letter in text.chars() {
        if matches!(letter, '"' | '\\') {
            into.push('\\');
        }
        into.push(letter);
    }
    into.push('"');
}

/// A time of the year 2026, or of the three before it, as Azure writes it.
pub(super) fn time(bits: u64) -> String {
    let (year, month, day) = (2026 - bits % 3, 1 + bits / 8 % 10, 1 + bits / 128 % 28);
    let (hour, minute, rest) = (bits / 4_096 % 24, bits / 131_072 % 60, bits / 8_388_608 % 60);
    format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{rest:02}.1234567+00:00")
}

/// An identifier of the form `8-4-4-4-12`.
pub(super) fn uuid(bits: u64) -> String {
    let mixed = bits.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    format!(
        "{:08x}-{:04x}-4{:03x}-a{:03x}-{:012x}",
        bits >> 32,
        bits >> 16 & 0xffff,
        bits & 0xfff,
        mixed >> 52,
        mixed & 0xffff_ffff_ffff
    )
}
