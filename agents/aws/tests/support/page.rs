//! The admin port as a browser or Prometheus sees it.

use std::io::{Read, Write};
use std::net::TcpStream;

use rust_decimal::Decimal;

use super::facts::decimal;
use super::running::Running;

/// The admin port of a running agent.
pub(crate) struct Page {
    address: String,
}

impl Page {
    /// That of an agent which was told to listen on any port.
    pub(crate) fn of(running: &Running) -> Self {
        let line = running.wait_for_log("the status page is served");
        Self { address: line["fields"]["address"].as_str().unwrap().to_owned() }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Status and body of the answer to a path.
    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: agent\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, body.to_owned())
    }

    /// The value of a metric with its labels: `cost_usd_per_hour{service="ec2"}`.
    pub(crate) fn metric(&self, name: &str) -> Option<Decimal> {
        let (_, text) = self.get("/metrics");
        let beginning = format!("openfinops_agent_{name} ");
        let value = text.lines().find_map(|line| line.strip_prefix(&beginning));
        value.map(decimal)
    }
}
