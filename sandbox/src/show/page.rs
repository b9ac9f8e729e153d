//! The sandbox's own status page: HTML without scripts.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use super::figures;
use crate::control::Truths;
use crate::counts::Counts;
use crate::faults::Faults;
use crate::receiver::Receiver;
use crate::size::Size;
use crate::truth::Sum;

const HEAD: &str = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
    <meta http-equiv=\"refresh\" content=\"30\"><title>Sandbox</title><style>\
    body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}\
    table{border-collapse:collapse;margin:.5rem 0 1.5rem}\
    th,td{padding:.2rem .8rem;text-align:right;border-bottom:1px solid #ddd}\
    th:first-child,td:first-child{text-align:left;padding-left:0}\
    th{font-weight:600}code{background:#f3f3f3;padding:.1rem .3rem}h2{margin-top:2rem}\
    </style></head><body>\n<h1>Sandbox</h1>\n";

/// What the page shows.
pub struct Page {
    /// How large the fleets are.
    pub size: Size,
    /// Where each cloud answers.
    pub urls: BTreeMap<&'static str, String>,
    /// What each fleet costs.
    pub truths: Truths,
    /// What was asked.
    pub counts: Arc<Counts>,
    /// What goes wrong.
    pub faults: Arc<Faults>,
    /// What the agents deliver to, and where it is.
    pub receiver: (Arc<Receiver>, String),
    /// Where the status pages of agents that stay are.
    pub agents: Arc<Mutex<BTreeMap<&'static str, String>>>,
}

impl Page {
    /// The page.
    #[must_use]
    pub fn html(&self) -> String {
        let mut html = HEAD.to_owned();
        let Size { seed, resources, accounts, regions, .. } = self.size;
        // Writing to a string does not fail.
        let _ = writeln!(
            html,
            "<p>{} resources of each cloud in {accounts} accounts and {regions} regions, seed {seed}. \
             Also for scripts: <a href=\"/truth\">/truth</a>, <a href=\"/counts\">/counts</a>, \
             <a href=\"/faults\">/faults</a>, <a href=\"/agents\">/agents</a>.</p>",
            figures::count(resources)
        );
        self.clouds(&mut html);
        self.faults(&mut html);
        self.agents(&mut html);
        self.truths(&mut html);
        self.receiver(&mut html);
        html.push_str("</body></html>\n");
        html
    }

    fn clouds(&self, html: &mut String) {
        let headings = ["cloud", "address", "requests", "refused", "throttled", "bytes sent"];
        let names = self.urls.iter().map(|(name, url)| (*name, url.as_str()));
        let rows = names.chain([(crate::receiver::NAME, self.receiver.1.as_str())]);
        let row = |(name, url): (&str, &str)| {
            let counts = self.counts.of(name);
            let sum = |of: fn(&crate::counts::Count) -> u64| {
                figures::count(counts.values().map(of).sum())
            };
            vec![
                escaped(name),
                escaped(url),
                sum(|count| count.requests),
                sum(|count| count.refused),
                sum(|count| count.throttled),
                sum(|count| count.bytes_out),
            ]
        };
        table(html, "Clouds", &headings, rows.map(row));
    }

    fn faults(&self, html: &mut String) {
        html.push_str("<h2>What goes wrong</h2>\n");
        let rules = self.faults.rules();
        if rules.is_empty() {
            html.push_str(
                "<p>Nothing. <code>curl -X PUT …/faults --data 'aws:throttled=30%'</code> changes that.</p>\n",
            );
            return;
        }
        html.push_str("<ul>");
        for rule in rules {
            let _ = write!(html, "<li><code>{}</code></li>", escaped(&rule.to_string()));
        }
        html.push_str("</ul>\n");
    }

    fn agents(&self, html: &mut String) {
        let agents = self.agents.lock().unwrap_or_else(PoisonError::into_inner);
        if agents.is_empty() {
            return;
        }
        html.push_str("<h2>Agents' status pages</h2>\n<ul>");
        for (name, url) in agents.iter() {
            let (name, url) = (escaped(name), escaped(url));
            let _ = write!(html, "<li>{name}-agent: <a href=\"{url}\">{url}</a></li>");
        }
        html.push_str("</ul>\n");
    }

    fn truths(&self, html: &mut String) {
        let row = |name: &str, sum: &Sum| {
            let mut cells = vec![escaped(name)];
            cells.extend(sums(sum));
            cells
        };
        let rows = self.truths.iter().map(|(name, truth)| row(name, &truth().total()));
        table(
            html,
            "The truth",
            &["cloud", "resources", "USD a month", "unpriced", "partly priced"],
            rows,
        );
    }

    fn receiver(&self, html: &mut String) {
        let report = self.receiver.0.totals();
        let headings = [
            "agent",
            "documents",
            "repeats",
            "resources",
            "USD a month",
            "unpriced",
            "partly priced",
        ];
        let rows = report.agents.iter().map(|(name, agent)| {
            let mut cells =
                vec![escaped(name), figures::count(agent.documents), figures::count(agent.repeats)];
            cells.extend(sums(&agent.total));
            cells
        });
        table(html, "Delivered in the last cycle", &headings, rows);
        let url = escaped(&self.receiver.1);
        let _ = writeln!(html, "<p>By service: <a href=\"{url}/totals\">{url}/totals</a></p>");
    }
}

fn sums(sum: &Sum) -> [String; 4] {
    [
        figures::count(sum.count),
        figures::monthly(sum.monthly),
        figures::count(sum.unpriced),
        figures::count(sum.partly_priced),
    ]
}

/// A table of cells that are escaped.
fn table(
    html: &mut String,
    title: &str,
    headings: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
) {
    let _ = write!(html, "<h2>{title}</h2>\n<table><tr>");
    headings.iter().for_each(|heading| {
        let _ = write!(html, "<th>{heading}</th>");
    });
    html.push_str("</tr>\n");
    for row in rows {
        html.push_str("<tr>");
        row.iter().for_each(|cell| {
            let _ = write!(html, "<td>{cell}</td>");
        });
        html.push_str("</tr>\n");
    }
    html.push_str("</table>\n");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
