use serde_json::{Value, json};

use super::super::{Format, MAX_RECORDS, Rules, parse as read};
use super::*;

fn samples(output: &str) -> Value {
    let parsed = read(output.as_bytes(), &Rules::new(Format::Prometheus)).unwrap();
    parsed.into_data().remove("samples").unwrap()
}

fn one(line: &str) -> Value {
    let mut samples = samples(line);
    assert_eq!(samples.as_array().unwrap().len(), 1, "{line}");
    samples[0].take()
}

fn refused(output: &str) -> ParseError {
    read(output.as_bytes(), &Rules::new(Format::Prometheus)).unwrap_err()
}

const NODE_EXPORTER: &str = r#"# HELP node_cpu_seconds_total Seconds the CPUs spent in each mode.
# TYPE node_cpu_seconds_total counter
node_cpu_seconds_total{cpu="0",mode="idle"} 1.36471245e+06
node_cpu_seconds_total{cpu="0",mode="user"} 20534.07
# HELP node_load1 1m load average.
# TYPE node_load1 gauge
node_load1 0.21
# HELP node_scrape_collector_success node_exporter: Whether a collector succeeded.
# TYPE node_scrape_collector_success gauge
node_scrape_collector_success{collector="arp"} 1
"#;

#[test]
fn what_node_exporter_serves() {
    assert_eq!(
        samples(NODE_EXPORTER),
        json!([
            {"name": "node_cpu_seconds_total", "labels": {"cpu": "0", "mode": "idle"}, "value": 1_364_712.45},
            {"name": "node_cpu_seconds_total", "labels": {"cpu": "0", "mode": "user"}, "value": 20_534.07},
            {"name": "node_load1", "labels": {}, "value": 0.21},
            {"name": "node_scrape_collector_success", "labels": {"collector": "arp"}, "value": 1.0},
        ])
    );
}

#[test]
fn what_the_documentation_shows() {
    let output = r#"
# Escaping in label values:
msdos_file_access_time_seconds{path="C:\\DIR\\FILE.TXT",error="Cannot find file:\n\"FILE.TXT\""} 1.458255915e9

# Minimalistic line:
metric_without_timestamp_and_labels 12.47

# A weird metric from before the epoch:
something_weird{problem="division by zero"} +Inf -3982045
"#;
    assert_eq!(
        samples(output),
        json!([
            {
                "name": "msdos_file_access_time_seconds",
                "labels": {
                    "path": "C:\\DIR\\FILE.TXT",
                    "error": "Cannot find file:\n\"FILE.TXT\"",
                },
                "value": 1_458_255_915.0,
            },
            {"name": "metric_without_timestamp_and_labels", "labels": {}, "value": 12.47},
            {
                "name": "something_weird", "labels": {"problem": "division by zero"},
                "value": null, "special": "+Inf", "timestamp": -3_982_045,
            },
        ])
    );
}

#[test]
fn what_json_cannot_write_has_a_name() {
    for (text, special) in
        [("NaN", "NaN"), ("+Inf", "+Inf"), ("Inf", "+Inf"), ("-Inf", "-Inf"), ("nan", "NaN")]
    {
        let sample = one(&format!("a {text}\n"));
        assert_eq!(sample, json!({"name": "a", "labels": {}, "value": null, "special": special}));
    }
}

#[test]
fn blanks_may_be_anywhere_and_the_last_comma_may_stay() {
    let expected = json!({
        "name": "a:b_1", "labels": {"x": "1", "_y": "é}"}, "value": -0.5, "timestamp": 7,
    });
    assert_eq!(one("a:b_1{x=\"1\",_y=\"é}\"} -.5 7"), expected);
    assert_eq!(one("\ta:b_1 { x = \"1\" ,\t_y=\"é}\" , }  -5e-1\t7 \r\n"), expected);
    assert_eq!(one("a{} 1"), one("a 1"));
}

#[test]
fn openmetrics_counts_seconds_ends_and_has_exemplars() {
    let output = "# TYPE foo histogram\n# UNIT foo seconds\n\
                  foo_bucket{le=\"0.1\"} 8 # {trace_id=\"KOO5S4vxi0o\"} 0.067\n\
                  foo_bucket{le=\"1\"} 10 1520879607.789 # {} 9.8 1520879607.789\n\
                  # EOF\n!!! not read\n";
    assert_eq!(
        samples(output),
        json!([
            {"name": "foo_bucket", "labels": {"le": "0.1"}, "value": 8.0},
            {"name": "foo_bucket", "labels": {"le": "1"}, "value": 10.0,
             "timestamp": 1_520_879_607_789_i64},
        ])
    );
    assert_eq!(samples("# EOF"), json!([]));
}

#[test]
fn mistakes_have_their_place() {
    for (line, column, problem) in [
        ("5xx_total 1", 1, "a metric's name was expected"),
        ("größe 1", 3, "\"öße\" is no value"),
        ("{a=\"1\"} 1", 1, "a metric's name was expected"),
        ("a", 2, "the value is missing"),
        ("a{b=\"é\"}", 9, "the value is missing"),
        ("a # {} 1", 3, "the value is missing"),
        ("a 1.2.3", 3, "\"1.2.3\" is no value"),
        ("a 0x10", 3, "\"0x10\" is no value"),
        ("a 1e999", 3, "the value is too large for a float"),
        ("a 1 1.5", 5, "\"1.5\" is no time in milliseconds"),
        ("a 1 99999999999999999999", 5, "\"99999999999999999999\" is no time in milliseconds"),
        ("a 1 2 3", 7, "the line should end here"),
        ("a{b=\"1} 2", 5, "the quote is not closed"),
        ("a{b=\"\\t\"} 2", 6, "a backslash stands in front of \\, \" or n only"),
        ("a{b=\"\\", 6, "a backslash stands in front of \\, \" or n only"),
        ("a{b=1} 2", 5, "'\"' was expected"),
        ("a{b} 2", 4, "'=' was expected"),
        ("a{é=\"1\"} 2", 3, "a label's name or \"}\" was expected"),
        ("a{1=\"1\"} 2", 3, "a label's name or \"}\" was expected"),
        ("a{,} 2", 3, "a label's name or \"}\" was expected"),
        ("a{b=\"1\" c=\"2\"} 2", 9, "\",\" or \"}\" was expected"),
        ("a{b=\"1\",b=\"2\"} 2", 9, "the label \"b\" was there before"),
        ("a{b=\"1\"", 8, "\",\" or \"}\" was expected"),
        ("a{", 3, "a label's name or \"}\" was expected"),
        ("# TYPE", 7, "TYPE does not name a metric"),
        ("# TYPE a-b gauge", 8, "TYPE does not name a metric"),
        ("# TYPE ab ", 11, "TYPE does not say which"),
        ("# HELP 5xx many", 8, "HELP does not name a metric"),
    ] {
        let error = refused(&format!("up 1\n{line}\n"));
        assert_eq!(
            (error.line, error.column, error.problem.as_str()),
            (2, column, problem),
            "{line}"
        );
    }
}

#[test]
fn a_time_of_openmetrics_is_near() {
    for time in ["x", "inf", "NaN", "1e300", "9007199254741"] {
        let error = refused(&format!("a 1 {time}\n# EOF\n"));
        assert_eq!(error.problem, format!("\"{time}\" is no time in seconds"));
    }
    assert_eq!(one("a 1 -0.0015\n# EOF\n")["timestamp"], -2);
}

#[test]
fn other_comments_say_what_they_like() {
    assert_eq!(samples("#\n# TYPES of 7\n# HELPED\n#!x\n"), json!([]));
}

#[test]
fn nothing_printed_is_no_samples() {
    assert_eq!(samples(" \n\t\n"), json!([]));
}

#[test]
fn too_many_samples_are_refused() {
    let full = "a 1\n".repeat(MAX_RECORDS);
    assert_eq!(samples(&full).as_array().unwrap().len(), MAX_RECORDS);
    let error = refused(&format!("{full}# fine\na 1\n"));
    assert_eq!((error.line, error.column), (10_002, 1));
}
