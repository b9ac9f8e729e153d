//! JSON, as one value and as one a line.

use serde_json::{Map, Value};

use super::ParseError;
use super::position::{Output, clipped};
use super::records::{Parsed, record, room};

/// One value, or what `pointer` finds in it.
pub(super) fn document(output: &Output<'_>, pointer: Option<&str>) -> Result<Parsed, ParseError> {
    let text = output.rest();
    if text.trim().is_empty() {
        return Err(first(format!("nothing was printed; {EXPECTED}")));
    }
    let mut value: Value =
        serde_json::from_str(text).map_err(|error| located(output, output.start(), &error))?;
    if let Some(pointer) = pointer {
        let found = value.pointer_mut(pointer).map(Value::take);
        value = found.ok_or_else(|| first(format!("nothing is at \"{}\"", clipped(pointer))))?;
    }
    match value {
        Value::Object(object) => Ok(Parsed::Object(object)),
        Value::Array(elements) => list(elements).map_err(first),
        scalar => Ok(Parsed::Object(Map::from_iter([("value".to_owned(), scalar)]))),
    }
}

const EXPECTED: &str = "one JSON value was expected";

fn list(elements: Vec<Value>) -> Result<Parsed, String> {
    let numbered = elements.into_iter().enumerate();
    let records = numbered.map(|(index, element)| {
        room(index)?;
        record(element).map_err(|problem| format!("element {}: {problem}", index + 1))
    });
    records.collect::<Result<_, _>>().map(Parsed::Records)
}

/// One value a line.
pub(super) fn lines(output: &Output<'_>, comment: Option<&str>) -> Result<Parsed, ParseError> {
    let mut records = Vec::new();
    for line in output.content(comment) {
        let at_line = |problem| output.error_at(line.offset, problem);
        room(records.len()).map_err(at_line)?;
        let value = serde_json::from_str(line.text)
            .map_err(|error| located(output, line.offset, &error))?;
        records.push(record(value).map_err(at_line)?);
    }
    Ok(Parsed::Records(records))
}

/// An error about the value as a whole: serde's values do not know where they were.
fn first(problem: String) -> ParseError {
    ParseError { line: 1, column: 1, problem }
}

/// `error`, met in text that begins at `start` of the output. Its column counts bytes.
fn located(output: &Output<'_>, start: usize, error: &serde_json::Error) -> ParseError {
    let text = &output.whole()[start..];
    let line_start: usize =
        text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    // Column 0 is the line end in front of the line.
    let wanted = (line_start + error.column()).saturating_sub(1);
    let offset = start + text.floor_char_boundary(wanted.min(text.len()));
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    output.error_at(offset, message.strip_suffix(&place).unwrap_or(&message))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{Format, MAX_RECORDS, Rules, parse};
    use super::*;

    fn read(output: &str, pointer: Option<&str>) -> Result<Parsed, ParseError> {
        let records = pointer.map(str::to_owned);
        parse(output.as_bytes(), &Rules::new(Format::Json { records }))
    }

    fn data(output: &str, pointer: Option<&str>) -> Value {
        Value::Object(read(output, pointer).unwrap().into_data())
    }

    fn refused(output: &str, pointer: Option<&str>) -> ParseError {
        read(output, pointer).unwrap_err()
    }

    fn read_lines(output: &str) -> Result<Parsed, ParseError> {
        parse(output.as_bytes(), &Rules::new(Format::Jsonl))
    }

    const SMARTCTL: &str = r#"{
  "json_format_version": [1, 0],
  "device": {"name": "/dev/nvme0", "protocol": "NVMe"},
  "smart_status": {"passed": true},
  "nvme_smart_health_information_log": {"temperature": 38, "percentage_used": 3},
  "ata_smart_attributes": {"table": [
    {"id": 5, "name": "Reallocated_Sector_Ct", "raw": {"value": 0}},
    {"id": 194, "name": "Temperature_Celsius", "raw": {"value": 31}}
  ]}
}
"#;

    #[test]
    fn an_object_is_the_figures() {
        let whole = data(SMARTCTL, None);
        assert_eq!(whole["smart_status"], json!({"passed": true}));
        assert_eq!(whole["nvme_smart_health_information_log"]["temperature"], 38);
    }

    #[test]
    fn a_pointer_finds_the_records_and_leaves_the_rest() {
        let records = data(SMARTCTL, Some("/ata_smart_attributes/table"));
        assert_eq!(
            records,
            json!({"records": [
                {"id": 5, "name": "Reallocated_Sector_Ct", "raw": {"value": 0}},
                {"id": 194, "name": "Temperature_Celsius", "raw": {"value": 31}},
            ]})
        );
        let device = data(SMARTCTL, Some("/device"));
        assert_eq!(device, json!({"name": "/dev/nvme0", "protocol": "NVMe"}));
        assert_eq!(data(SMARTCTL, Some("/device/name")), json!({"value": "/dev/nvme0"}));
        assert_eq!(data(SMARTCTL, Some("")), data(SMARTCTL, None));
    }

    #[test]
    fn a_pointer_that_finds_nothing_is_named() {
        for pointer in ["/jobs", "/device/", "device", "/json_format_version/2"] {
            let error = refused(SMARTCTL, Some(pointer));
            assert_eq!((error.line, error.column), (1, 1));
            assert!(error.problem.contains(pointer), "{error}");
        }
    }

    #[test]
    fn a_list_is_records_and_values_without_names_get_one() {
        let expected = json!({"records": [{"a": 1}, {"value": 2.5}, {"value": null}]});
        assert_eq!(data(r#"[{"a": 1}, 2.5, null]"#, None), expected);
        assert_eq!(data("[]", None), json!({"records": []}));
        assert_eq!(data("\u{feff} 42\r\n", None), json!({"value": 42}));
        assert_eq!(data("\"up\"", None), json!({"value": "up"}));
    }

    #[test]
    fn a_list_in_a_list_is_refused() {
        let error = refused("[{}, [1]]", None);
        assert_eq!(
            error.to_string().split(';').next(),
            Some("line 1, column 1: element 2: a record is a list")
        );
    }

    #[test]
    fn nothing_printed_is_no_value() {
        for output in ["", " \n\t\r\n", "\u{feff}"] {
            assert!(refused(output, None).problem.starts_with("nothing was printed"));
        }
    }

    #[test]
    fn mistakes_have_their_place_in_characters() {
        let error = refused("{\n  \"Größe\": 3,\n  \"é\": nul\n}", None);
        assert_eq!((error.line, error.column), (3, 11));
        assert_eq!(error.problem, "expected ident");
        let error = refused("{\"a\": 1} {\"b\": 2}", None);
        assert_eq!((error.line, error.column), (1, 10));
        assert_eq!(error.problem, "trailing characters");
    }

    #[test]
    fn a_value_that_is_cut_short_ends_where_it_ends() {
        for (output, place) in [("{\"a\": [1,", (1, 9)), ("[\n", (1, 2)), ("\"é", (1, 2))] {
            let error = refused(output, None);
            assert_eq!((error.line, error.column), place, "{error}");
        }
    }

    #[test]
    fn skipped_lines_count_in_places() {
        let rules = Rules { skip_lines: 2, ..Rules::new(Format::Json { records: None }) };
        let error = parse(b"Loading...\n----\n[1,\n?]", &rules).unwrap_err();
        assert_eq!((error.line, error.column), (4, 1));
        assert!(parse(b"Loading...\n----\n[1]", &rules).is_ok());
    }

    #[test]
    fn numbers_too_large_for_a_float_are_refused() {
        let error = refused("[1e308, 1e309]", None);
        assert_eq!(error.problem, "number out of range");
        assert_eq!(
            data("123456789012345678901234567890", None),
            json!({"value": 1.2345678901234568e29})
        );
    }

    #[test]
    fn nesting_ends_somewhere() {
        let error = refused(&"[".repeat(100_000), None);
        assert_eq!(error.problem, "recursion limit exceeded");
    }

    #[test]
    fn too_many_records_are_refused() {
        let full = format!("[{}1]", "1,".repeat(MAX_RECORDS - 1));
        assert_eq!(read(&full, None).unwrap().records().len(), MAX_RECORDS);
        let over = format!("[{}1]", "1,".repeat(MAX_RECORDS));
        assert!(refused(&over, None).problem.contains("more than 10000 records"));
        let error = read_lines(&"{}\n".repeat(MAX_RECORDS + 1)).unwrap_err();
        assert_eq!((error.line, error.column), (10_001, 1));
    }

    #[test]
    fn each_line_is_a_record() {
        let output = "{\"gpu\": 0, \"watts\": 61.5}\r\n\r\n  {\"gpu\": 1, \"watts\": null}\n7";
        let data = Value::Object(read_lines(output).unwrap().into_data());
        assert_eq!(
            data,
            json!({"records": [
                {"gpu": 0, "watts": 61.5}, {"gpu": 1, "watts": null}, {"value": 7},
            ]})
        );
        assert_eq!(read_lines("\n \n").unwrap(), Parsed::Records(Vec::new()));
    }

    #[test]
    fn a_wrong_line_is_named() {
        let error = read_lines("{}\n{\"a\": }\n{}\n").unwrap_err();
        assert_eq!((error.line, error.column), (2, 7));
        let error = read_lines("{}\n\n[1]\n").unwrap_err();
        assert_eq!((error.line, error.column), (3, 1));
        assert!(error.problem.starts_with("a record is a list"));
    }

    #[test]
    fn lines_that_are_comments_are_dropped() {
        let rules = Rules { comment: Some("#".to_owned()), ..Rules::new(Format::Jsonl) };
        let parsed = parse(b"# gpu\n{\"a\": 1}\n#{\n", &rules).unwrap();
        assert_eq!(parsed.records().len(), 1);
    }
}
