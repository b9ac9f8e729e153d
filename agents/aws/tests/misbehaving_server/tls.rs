//! TLS that cannot be trusted, and TLS that can.

use crate::support::agent::Agent;
use crate::support::aws::Aws;
use crate::support::http::{Reply, Server};
use crate::support::openfinops::OpenFinOps;
use crate::support::tls::{Authority, Identity, start};
use crate::{hasty, once};

/// A server that takes everything, as `identity`.
fn serving(identity: Identity) -> Server {
    start(identity, |_| Reply::of(200, "application/json", "{}"))
}

/// An agent on a machine that trusts `authority`, and its AWS.
fn trusting(authority: &Authority) -> (Agent, Aws) {
    let (agent, aws) = hasty();
    let file = agent.file("authorities.pem", &authority.pem());
    (agent.variable("SSL_CERT_FILE", file), aws)
}

/// The document is kept, for a reason with these words.
fn assert_kept(agent: &Agent, url: &str, words: &[&str]) {
    let ran = once(agent, url);
    ran.assert_one_sentence(4, &[words, &[url, "1 document is kept"]].concat());
    assert_eq!(agent.waiting().len(), 1);
}

fn https(server: &Server, host: &str) -> String {
    format!("https://{host}:{}", server.port())
}

#[test]
fn a_private_authority_that_the_machine_trusts_is_trusted() {
    let authority = Authority::new();
    let (agent, _aws) = trusting(&authority);
    let server = serving(authority.signs("localhost", 2090));
    let ran = once(&agent, &https(&server, "localhost"));
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    assert!(agent.outbox().is_empty());
}

#[test]
fn a_certificate_that_nobody_vouches_for_is_not_trusted() {
    let (agent, _aws) = trusting(&Authority::new());
    let server = serving(Identity::self_signed("localhost"));
    assert_kept(&agent, &https(&server, "localhost"), &["certificate", "UnknownIssuer"]);
    let server = serving(Authority::new().signs("localhost", 2090));
    let (agent, _aws) = trusting(&Authority::new());
    assert_kept(&agent, &https(&server, "localhost"), &["certificate"]);
}

#[test]
fn an_expired_certificate_is_not_trusted() {
    let authority = Authority::new();
    let (agent, _aws) = trusting(&authority);
    let server = serving(authority.signs("localhost", 2021));
    assert_kept(&agent, &https(&server, "localhost"), &["certificate", "expired"]);
}

#[test]
fn a_certificate_of_another_name_is_not_trusted() {
    let authority = Authority::new();
    let (agent, _aws) = trusting(&authority);
    let server = serving(authority.signs("finops.example", 2090));
    assert_kept(&agent, &https(&server, "localhost"), &["certificate", "finops.example"]);
}

#[test]
fn a_server_without_tls_is_not_spoken_to_in_clear_text() {
    let (agent, _aws) = hasty();
    let server = OpenFinOps::healthy();
    let url = server.url().replace("http:", "https:");
    assert_kept(&agent, &url, &["cannot be reached"]);
    assert!(server.documents().is_empty());
}

#[test]
fn a_server_with_tls_that_is_spoken_to_without_is_one_sentence() {
    let (agent, _aws) = hasty();
    let server = serving(Identity::self_signed("localhost"));
    assert_kept(&agent, &server.url(), &["cannot be reached"]);
}
