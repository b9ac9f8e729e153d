//! Writing JSON into a string, without a tree of it first.

use std::fmt::{Display, Write as _};

use crate::http::{Reply, Request};

/// Google's content type.
const JSON: &str = "application/json; charset=UTF-8";

/// 200 with a body.
pub(super) fn reply(body: String) -> Reply {
    Reply::of(JSON, body)
}

/// Starts another item of a list.
pub(super) fn comma(into: &mut String) {
    if !into.ends_with(['[', '{']) {
        into.push(',');
    }
}

/// A fingerprint: bytes in base64, of which eight hexadecimal digits are six.
pub(super) struct Fingerprint(pub(super) u64);

impl Display for Fingerprint {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{:08x}", self.0 & 0xffff_ffff)
    }
}

/// Labels as an object. [`crate::names::labels`] gives nothing that has to be escaped.
pub(super) fn labels(into: &mut String, labels: &[(&str, &str)]) {
    into.push('{');
    for (key, value) in labels {
        comma(into);
        let _ = write!(into, "\"{key}\":\"{value}\"");
    }
    into.push('}');
}

/// `"key":"value"`, where neither has anything to escape.
pub(super) fn text(into: &mut String, key: &str, value: impl Display) {
    comma(into);
    // Writing to a string does not fail.
    let _ = write!(into, "\"{key}\":\"{value}\"");
}

/// How enums are wanted: by their names, or as numbers (`$alt=json;enum-encoding=int`).
/// <https://cloud.google.com/apis/docs/system-parameters>
#[derive(Debug, Clone, Copy)]
pub(super) struct Enums {
    numbers: bool,
}

impl Enums {
    /// As `request` wants them.
    pub(super) fn of(request: &Request) -> Self {
        let alt = request.parameter("$alt").or_else(|| request.parameter("alt"));
        Self { numbers: alt.is_some_and(|alt| alt.contains("enum-encoding=int")) }
    }

    /// `"key":"NAME"` or `"key":3`.
    pub(super) fn word(self, into: &mut String, key: &str, (name, number): (&str, u32)) {
        match self.numbers {
            true => {
                comma(into);
                let _ = write!(into, "\"{key}\":{number}");
            }
            false => text(into, key, name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enums_are_names_or_numbers_as_they_are_wanted() {
        for (numbers, expected) in [(false, r#"{"state":"ACTIVE"}"#), (true, r#"{"state":1}"#)] {
            let mut into = String::from("{");
            Enums { numbers }.word(&mut into, "state", ("ACTIVE", 1));
            into.push('}');
            assert_eq!(into, expected);
        }
    }
}
