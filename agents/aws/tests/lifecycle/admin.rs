//! The admin port of the real agent.

use std::net::{TcpListener, TcpStream};
use std::sync::atomic::Ordering;

use crate::support::agent::Agent;
use crate::support::aws::Aws;
use crate::support::documents::hourly;
use crate::support::facts::{self, decimal};
use crate::support::fleet::Fleet;
use crate::support::http::closed_port;
use crate::support::page::Page;
use crate::{gated, healthy};

#[test]
fn it_shows_what_the_agent_saw_and_what_waits() {
    let (rule, gate) = gated("DescribeInstances");
    let aws = Aws::scripted(Fleet::healthy(), vec![rule]);
    let agent = Agent::of(&aws).variable("OPENFINOPS_API_TIMEOUT", "60");
    let running = agent.serve(&closed_port(), &["--listen", "127.0.0.1:0"]);
    let page = Page::of(&running);
    assert_eq!(page.get("/healthz"), (200, "ok\n".to_owned()));
    assert_eq!(page.get("/readyz"), (200, "ready\n".to_owned()));
    assert_eq!(page.metric("cycles_total"), Some(decimal("0")));
    assert_eq!(page.metric("cost_usd_per_hour{service=\"ec2\"}"), None, "not known is not zero");
    assert!(page.get("/").1.contains("not registered yet"));

    gate.store(true, Ordering::Relaxed);
    running.wait_for_cycles(1);
    running.wait_for("the cycle's figures", || page.metric("scopes"));
    assert_eq!(page.get("/readyz").0, 200);
    let (status, html) = page.get("/");
    assert!(status == 200 && html.contains("<table"), "{html}");
    for (service, monthly) in facts::healthy() {
        let cost = page.metric(&format!("cost_usd_per_hour{{service=\"{service}\"}}"));
        assert_eq!(
            cost.map(|cost| cost.round_dp(6).normalize()),
            Some(hourly(monthly)),
            "{service}"
        );
        assert!(html.to_lowercase().contains(service), "no {service} in:\n{html}");
    }
    assert_eq!(page.metric("cycles_total"), Some(decimal("1")));
    assert_eq!(page.metric("registered"), Some(decimal("0")));
    assert_eq!(page.metric("outbox_documents{sink=\"server\"}"), Some(decimal("1")));
    assert_eq!(page.metric("sink_up{sink=\"server\"}"), Some(decimal("0")));
    assert!(html.contains("Degraded"), "{html}");

    // Every interval of a reload is the same port.
    running.signal("HUP");
    running.wait_for_cycles(2);
    running.wait_for("the second cycle", || {
        page.metric("cycles_total").filter(|cycles| *cycles >= decimal("2"))
    });
    running.terminate();
    assert!(TcpStream::connect(page.address()).is_err(), "nobody listens any more");
}

#[test]
fn a_place_where_it_cannot_listen_is_one_sentence() {
    let (agent, _aws) = healthy();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let ran = agent.run(&["--server", "none", "--listen", &address]);
    ran.assert_one_sentence(2, &["cannot listen on", &address, "--listen"]);
    // An address of documentation (RFC 5737) is no machine's.
    let ran = agent.run(&["--server", "none", "--listen", "192.0.2.1:9464"]);
    ran.assert_one_sentence(2, &["cannot listen on 192.0.2.1:9464", "--listen"]);
    for nonsense in ["nonsense", "127.0.0.1", ":9464", "localhost:9464"] {
        let ran = agent.run(&["--server", "none", "--listen", nonsense]);
        ran.assert_one_sentence(2, &["flag --listen", nonsense, "127.0.0.1:9464"]);
    }
}

#[test]
fn a_single_cycle_has_no_status_page() {
    let ran = Agent::new().run(&["--once", "--listen", "127.0.0.1:0"]);
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(2), ""), "{ran:?}");
    assert!(ran.stderr.contains("--once") && ran.stderr.contains("--listen"), "{ran:?}");
}
