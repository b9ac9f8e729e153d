//! The example file, written from the settings themselves.

use std::fmt::Write as _;

use super::setting::{Kind, Setting};

/// A commented YAML file with every setting at its default. It can be used as it is.
#[must_use]
pub fn example(agent: &str, settings: &[&'static Setting]) -> String {
    let mut text = format!(
        "# {agent}: every setting with its default. Lines with a # are off.\n\
         # Environment variables override this file, flags override both.\n"
    );
    let mut group = "";
    for setting in settings {
        let (parent, name) = setting.key.split_once('.').unwrap_or(("", setting.key));
        let indent = if parent.is_empty() { "" } else { "  " };
        text.push('\n');
        if parent != group && !parent.is_empty() {
            let _ = writeln!(text, "{parent}:");
        }
        group = parent;
        comment(&mut text, indent, setting.help);
        if !setting.environment.is_empty() {
            comment(&mut text, indent, &format!("Environment: {}", setting.environment.join(", ")));
        }
        if !setting.aliases.is_empty() {
            comment(&mut text, indent, &format!("Also: {}", setting.aliases.join(", ")));
        }
        entry(&mut text, indent, name, setting);
    }
    text
}

fn entry(text: &mut String, indent: &str, name: &str, setting: &Setting) {
    if let Kind::Tables(columns) = setting.kind {
        let _ = writeln!(text, "{indent}# {name}:");
        for (index, column) in columns.iter().filter(|it| !it.example.is_empty()).enumerate() {
            let dash = if index == 0 { "-" } else { " " };
            let _ = writeln!(text, "{indent}#   {dash} {}: {}", column.key, column.example);
        }
        return;
    }
    if matches!(setting.kind, Kind::Tree) {
        for line in setting.example.lines() {
            let _ = writeln!(text, "{}", format!("{indent}# {line}").trim_end());
        }
        return;
    }
    match setting.default {
        Some(default) => {
            let _ = writeln!(text, "{indent}{name}: {default}");
        }
        None => {
            let _ = writeln!(text, "{indent}# {name}: {}", setting.example);
        }
    }
}

/// Writes `sentence` as comment lines of at most 96 columns.
fn comment(text: &mut String, indent: &str, sentence: &str) {
    let mut line = format!("{indent}#");
    for word in sentence.split_whitespace() {
        if line.len() + 1 + word.len() > 96 {
            let _ = writeln!(text, "{line}");
            line = format!("{indent}#");
        }
        line.push(' ');
        line.push_str(word);
    }
    let _ = writeln!(text, "{line}");
}
