//! Any machine: its name and its address.

use std::net::{IpAddr, UdpSocket};

use super::super::finding::{Finding, Part};
use super::super::surroundings::Surroundings;
use super::put;
use super::signs::in_kubernetes;

/// Addresses for documentation, which nobody has: only the route there is looked up.
const ELSEWHERE: [(&str, &str); 2] = [("0.0.0.0:0", "192.0.2.1:9"), ("[::]:0", "[2001:db8::1]:9")];

/// The host's name and address, and no cloud.
pub(super) fn detect(around: &Surroundings) -> Finding {
    let mut part = Part::default();
    put(&mut part.cloud, "provider", Some("local"));
    let pod = in_kubernetes(around);
    put(&mut part.cloud, "platform", pod.then_some("kubernetes"));
    put(&mut part.cloud, "metadata_source", Some(if pod { "env" } else { "none" }));
    put(&mut part.host, "name", Some(around.hostname()).filter(|name| !name.is_empty()));
    put(&mut part.host, "ip", address().map(|address| address.to_string()));
    Finding::Here(Box::new(part), Vec::new())
}

/// The address that packets to other machines come from. Connecting a UDP socket looks the route
/// up and sends nothing; without a route there is no address.
fn address() -> Option<IpAddr> {
    ELSEWHERE.iter().find_map(|(from, to)| {
        let socket = UdpSocket::bind(from).ok()?;
        socket.connect(to).ok()?;
        let address = socket.local_addr().ok()?.ip();
        (!address.is_loopback() && !address.is_unspecified()).then_some(address)
    })
}
