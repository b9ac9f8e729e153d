//! Registering: until it succeeds, again and again, and never in the way of documents.

use crate::healthy;
use crate::support::agent::Agent;
use crate::support::http::Reply;
use crate::support::openfinops::{OpenFinOps, REGISTER, refusal};
use crate::support::running::{Running, wait_until};

/// Starts an agent with a heartbeat of a second.
fn serve(agent: Agent, server: &OpenFinOps) -> (Agent, Running) {
    let agent = agent.variable("OPENFINOPS_HEARTBEAT", "1");
    let running = agent.serve(&server.url(), &[]);
    (agent, running)
}

/// A server that answers registrations, and nothing else, as `script` says.
fn registering(script: impl Fn(usize) -> Option<Reply> + Send + Sync + 'static) -> OpenFinOps {
    OpenFinOps::scripted(move |path, before| if path == REGISTER { script(before) } else { None })
}

#[test]
fn documents_are_delivered_although_registrations_are_refused() {
    for status in [400, 401, 404] {
        let server = registering(move |_| Some(refusal(status, "unknown agent type")));
        let (agent, _aws) = healthy();
        let (agent, running) = serve(agent, &server);
        wait_until("a document came", || !server.documents().is_empty());
        wait_until("it is asked again", || server.requests(REGISTER).len() >= 3);
        let refused = running.wait_for_log("the registration was refused");
        assert_eq!(refused["level"], "ERROR");
        let error = refused["fields"]["error"].as_str().unwrap();
        assert!(error.contains("unknown agent type"), "{refused}");
        assert_eq!(running.logged("the registration was refused"), 1, "told once, not each time");
        assert!(agent.waiting().is_empty());
        running.terminate();
    }
}

#[test]
fn documents_are_delivered_although_registering_fails_at_the_server() {
    let server = registering(|_| Some(refusal(500, "no such table: agents")));
    let (agent, _aws) = healthy();
    let (agent, running) = serve(agent, &server);
    wait_until("a document came", || !server.documents().is_empty());
    wait_until("nothing waits", || agent.waiting().is_empty());
    let failed = running.wait_for_log("the registration failed at the server");
    assert!(failed["fields"]["error"].as_str().unwrap().contains("no such table"), "{failed}");
    running.terminate();
}

#[test]
fn a_refused_registration_is_tried_until_it_is_taken() {
    let server = registering(|before| (before < 2).then(|| refusal(400, "not yet")));
    let (agent, _aws) = healthy();
    let (_agent, running) = serve(agent, &server);
    running.wait_for_log("registered");
    assert!(server.requests(REGISTER).len() >= 3);
    running.terminate();
}

#[test]
fn a_server_that_is_down_at_first_is_registered_with_when_it_comes() {
    let server = OpenFinOps::scripted(|_, before| (before == 0).then_some(Reply::Reset));
    let (agent, _aws) = healthy();
    let (agent, running) = serve(agent, &server);
    wait_until("it is told again", || server.requests(REGISTER).len() >= 2);
    running.wait_for_log("registered");
    running.wait_for_cycles(1);
    wait_until("nothing waits", || agent.waiting().is_empty());
    running.terminate();
}

#[test]
fn a_server_that_forgets_is_told_again_and_again() {
    let server = OpenFinOps::healthy();
    let (agent, _aws) = healthy();
    let (_agent, running) = serve(agent, &server);
    wait_until("four registrations", || server.requests(REGISTER).len() >= 4);
    assert_eq!(running.logged("registered"), 1, "a heartbeat is no news");
    let requests = server.requests(REGISTER);
    assert!(requests.windows(2).all(|pair| pair[0].body == pair[1].body));
    running.terminate();
}
