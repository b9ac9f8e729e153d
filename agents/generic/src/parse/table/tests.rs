use serde_json::{Value, json};

use super::super::{Format, MAX_NAME_BYTES, MAX_RECORDS, Rules, parse as read};
use super::*;

fn rules(delimiter: Delimiter, columns: &[&str], header: bool) -> Rules {
    let columns = columns.iter().map(|&name| name.to_owned()).collect();
    Rules::new(Format::Table(Table { delimiter, columns, header }))
}

fn csv(columns: &[&str], header: bool) -> Rules {
    rules(Delimiter::Byte(b','), columns, header)
}

fn aligned(columns: &[&str], header: bool) -> Rules {
    rules(Delimiter::Whitespace, columns, header)
}

fn records(output: &str, rules: &Rules) -> Value {
    let mut data = read(output.as_bytes(), rules).unwrap().into_data();
    data.remove("records").unwrap()
}

fn refused(output: &str, rules: &Rules) -> ParseError {
    read(output.as_bytes(), rules).unwrap_err()
}

fn place(output: &str, rules: &Rules) -> (usize, usize) {
    let error = refused(output, rules);
    (error.line, error.column)
}

/// `nvidia-smi --query-gpu=index,name,utilization.gpu,memory.used --format=csv,nounits`
const NVIDIA: &str = "index, name, utilization.gpu [%], memory.used [MiB]\n\
                      0, NVIDIA A100-SXM4-40GB, 87, 31245\n\
                      1, NVIDIA A100-SXM4-40GB, [N/A], 4\n";

/// `df -P`
const DF: &str = "Filesystem     1024-blocks     Used Available Capacity Mounted on\n\
                  /dev/nvme0n1p2   490617784 88123456 377498232      19% /\n\
                  //nas/big share 1000000000        0 1000000000       0% /mnt/big share\n\
                  tmpfs              8135432        0   8135432       0% /dev/shm\n";

/// `sinfo -h -o '%P|%D|%t|%c|%m'`
const SINFO: &str = "gpu*|4|idle|64|515000\ncpu|12|mix|128|257000+\n";

#[test]
fn what_nvidia_smi_prints() {
    assert_eq!(
        records(NVIDIA, &csv(&[], true)),
        json!([
            {"index": 0, "name": "NVIDIA A100-SXM4-40GB", "utilization.gpu [%]": 87, "memory.used [MiB]": 31245},
            {"index": 1, "name": "NVIDIA A100-SXM4-40GB", "utilization.gpu [%]": "[N/A]", "memory.used [MiB]": 4},
        ])
    );
}

#[test]
fn given_names_take_the_place_of_the_header() {
    let renamed = csv(&["gpu", "model", "busy", "used_mib"], true);
    let expected =
        json!({"gpu": 0, "model": "NVIDIA A100-SXM4-40GB", "busy": 87, "used_mib": 31245});
    assert_eq!(records(NVIDIA, &renamed)[0], expected);
}

#[test]
fn a_table_without_header_needs_names() {
    let pipes =
        rules(Delimiter::Byte(b'|'), &["partition", "nodes", "state", "cpus", "mib"], false);
    assert_eq!(
        records(SINFO, &pipes),
        json!([
            {"partition": "gpu*", "nodes": 4, "state": "idle", "cpus": 64, "mib": 515_000},
            {"partition": "cpu", "nodes": 12, "state": "mix", "cpus": 128, "mib": "257000+"},
        ])
    );
    for rules in [csv(&[], false), aligned(&[], false)] {
        let error = refused(SINFO, &rules);
        assert_eq!((error.line, error.column), (1, 1));
        assert!(error.problem.starts_with("no columns"), "{error}");
    }
}

#[test]
fn tabs_leave_empty_fields_null() {
    let tabs = rules(Delimiter::Byte(b'\t'), &["name", "size", "note"], false);
    assert_eq!(
        records("tank\t 12 \t\r\n\t\t\n \t7\tx\n", &tabs),
        json!([
            {"name": "tank", "size": 12, "note": null},
            {"name": null, "size": null, "note": null},
            {"name": null, "size": 7, "note": "x"},
        ])
    );
}

#[test]
fn quotes_protect_delimiters_quotes_and_line_ends() {
    let output = "a,b\n\"x, y\",\"say \"\"hi\"\"\"\n\"two\nlines\",2\n";
    assert_eq!(
        records(output, &csv(&[], true)),
        json!([{"a": "x, y", "b": "say \"hi\""}, {"a": "two\nlines", "b": 2}])
    );
    assert_eq!(place(&format!("{output}3\n"), &csv(&[], true)), (5, 2));
    assert_eq!(place("a,b\n\"two\nlines\",2,3\n", &csv(&[], true)), (3, 10));
}

#[test]
fn a_quote_that_is_not_closed_is_named_where_it_opens() {
    let error = refused("a,b\n1,\"é\n2,3\n", &csv(&[], true));
    assert_eq!(error.to_string(), "line 2, column 3: the quote is not closed");
    assert_eq!(records("a\n\"1\"", &csv(&[], true)), json!([{"a": 1}]));
}

#[test]
fn comments_and_empty_lines_are_no_rows() {
    let rules = Rules { comment: Some("--".to_owned()), ..csv(&[], true) };
    let output = "-- \"of\n\na,b\r\n\r\n--,\n  \n1,2\n\"x\n-- y\",3\n--\n";
    assert_eq!(records(output, &rules), json!([{"a": 1, "b": 2}, {"a": "x\n-- y", "b": 3}]));
    let error = refused("-- one\na,b\n-- two\n\n1\n", &rules);
    assert_eq!((error.line, error.column), (5, 2));
}

#[test]
fn skipped_lines_may_hold_anything_and_count() {
    let rules = Rules { skip_lines: 2, ..csv(&[], true) };
    assert_eq!(records("\"\"\"\n,,,\na\n1\n", &rules), json!([{"a": 1}]));
    assert_eq!(place("\"\n,,,\na\n1,2\n", &rules), (4, 3));
}

#[test]
fn a_row_that_does_not_fit_is_named_where_it_departs() {
    let rules = csv(&["größe", "b"], false);
    let error = refused("1,2\nüü, ä,3,4\n", &rules);
    assert_eq!(error.to_string(), "line 2, column 7: more fields than columns: 4 for 2");
    let error = refused("1,2\nüü  \r\n", &rules);
    assert_eq!(error.to_string(), "line 2, column 3: fewer fields than columns: 1 for 2");
}

#[test]
fn names_of_a_header_are_there_and_differ() {
    assert_eq!(place("a,,c\n", &csv(&[], true)), (1, 3));
    assert_eq!(place("a,b, a\n", &csv(&[], true)), (1, 5));
    assert_eq!(place("a  b a\n", &aligned(&[], true)), (1, 6));
    let long = "x".repeat(MAX_NAME_BYTES);
    assert_eq!(records(&format!("{long}\n1\n"), &csv(&[], true)), json!([{long.as_str(): 1}]));
    assert!(refused(&format!("{long}y\n1\n"), &csv(&[], true)).problem.contains("128 bytes"));
}

#[test]
fn what_df_prints() {
    let names = ["filesystem", "blocks", "used", "available", "capacity", "mount"];
    let ours = DF.replace("big share 1", "big_share 1");
    assert_eq!(
        records(&ours, &aligned(&names, true)),
        json!([
            {"filesystem": "/dev/nvme0n1p2", "blocks": 490_617_784, "used": 88_123_456,
             "available": 377_498_232, "capacity": "19%", "mount": "/"},
            {"filesystem": "//nas/big_share", "blocks": 1_000_000_000, "used": 0,
             "available": 1_000_000_000, "capacity": "0%", "mount": "/mnt/big share"},
            {"filesystem": "tmpfs", "blocks": 8_135_432, "used": 0, "available": 8_135_432,
             "capacity": "0%", "mount": "/dev/shm"},
        ])
    );
}

#[test]
fn a_header_of_more_words_than_columns_is_noticed() {
    let error = refused(DF, &aligned(&[], true));
    assert_eq!(error.to_string(), "line 2, column 57: fewer fields than columns: 6 for 7");
}

#[test]
fn aligned_rows_are_as_wide_as_their_header() {
    let output = "  PID  %CPU COMMAND\n\n    1   0.0 systemd\n  812  12.5 nginx\t\r\n";
    assert_eq!(
        records(output, &aligned(&[], true)),
        json!([
            {"PID": 1, "%CPU": 0.0, "COMMAND": "systemd"},
            {"PID": 812, "%CPU": 12.5, "COMMAND": "nginx"},
        ])
    );
    assert_eq!(place("A B\n1 2  3 4\n", &aligned(&[], true)), (2, 6));
    assert_eq!(place("1\n", &aligned(&["a", "b"], false)), (1, 2));
}

#[test]
fn nothing_printed_is_no_rows_where_the_names_are_known() {
    for delimiter in [Delimiter::Byte(b','), Delimiter::Whitespace] {
        for header in [true, false] {
            assert_eq!(records(" \n", &rules(delimiter, &["a"], header)), json!([]));
        }
        let error = refused("", &rules(delimiter, &[], true));
        assert!(error.problem.contains("no header line"), "{error}");
        assert_eq!(place("\n\n", &rules(delimiter, &[], true)), (3, 1));
    }
}

#[test]
fn a_byte_order_mark_in_the_middle_is_text() {
    let rules = Rules { comment: Some("#".to_owned()), ..csv(&["a"], false) };
    let expected = json!([{"a": "\u{feff}x"}, {"a": "\u{feff}"}, {"a": "\u{feff}\"y\""}]);
    assert_eq!(records("#\n\u{feff}x\n\n\u{feff}\n#\n\u{feff}\"y\"\n", &rules), expected);
}

#[test]
fn a_delimiter_that_quotes_or_ends_lines_is_refused() {
    for byte in [b'"', b'\n', b'\r', 0xe9] {
        let error = refused("a\n", &rules(Delimiter::Byte(byte), &["a"], false));
        assert!(error.problem.contains("cannot be a delimiter"), "{error}");
    }
}

#[test]
fn too_many_rows_are_refused() {
    for rules in [csv(&["a"], false), aligned(&["a"], false)] {
        let full = "1\n".repeat(MAX_RECORDS);
        assert_eq!(read(full.as_bytes(), &rules).unwrap().records().len(), MAX_RECORDS);
        assert_eq!(place(&format!("{full}2\n"), &rules), (10_001, 1));
    }
}

#[test]
fn numbers_may_stay_text() {
    let rules = Rules { numbers: false, ..csv(&["a", "b"], false) };
    assert_eq!(records("1, \n", &rules), json!([{"a": "1", "b": ""}]));
}
