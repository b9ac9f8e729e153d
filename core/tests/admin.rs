//! The admin port as clients meet it: over TCP, with a sample agent behind it.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

#[path = "../examples/admin_page/sample.rs"]
mod sample;

use std::future::pending;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use finops_core::admin::{Readiness, Source, View, serve};
use futures::future::BoxFuture;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::sample::{Mood, Sample};

struct Port {
    address: SocketAddr,
    stop: CancellationToken,
    served: JoinHandle<std::io::Result<()>>,
}

async fn port(source: impl Source) -> Port {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let served = tokio::spawn(serve(listener, Arc::new(source), stop.clone()));
    Port { address, stop, served }
}

/// Sends `bytes` and reads until the port ends the connection.
async fn raw(port: &Port, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(port.address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    // A connection that the port gives up may end in a reset.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}

/// Head and body of the answer to `method` on `path`.
async fn ask(port: &Port, method: &str, path: &str) -> (String, String) {
    let request = format!("{method} {path} HTTP/1.1\r\nhost: agent\r\n\r\n");
    let answer = raw(port, request.as_bytes()).await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}

#[tokio::test]
async fn each_path_answers_with_its_type() {
    let port = port(Sample(Mood::Degraded)).await;
    for (path, media_type, beginning) in [
        ("/healthz", "text/plain; charset=utf-8", "ok\n"),
        ("/readyz", "text/plain; charset=utf-8", "ready\n"),
        ("/metrics", "text/plain; version=0.0.4; charset=utf-8", "# HELP openfinops_agent_"),
        ("/", "text/html; charset=utf-8", "<!doctype html>"),
    ] {
        let (head, body) = ask(&port, "GET", path).await;
        assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{path}: {head}");
        assert!(head.contains(&format!("content-type: {media_type}\r\n")), "{path}: {head}");
        assert!(body.starts_with(beginning), "{path}: {body}");
    }
}

#[tokio::test]
async fn every_answer_has_the_headers_that_keep_browsers_careful() {
    let port = port(Sample(Mood::Healthy)).await;
    for (method, path) in [("GET", "/"), ("GET", "/metrics"), ("GET", "/x"), ("POST", "/")] {
        let (head, _) = ask(&port, method, path).await;
        for header in [
            "cache-control: no-store",
            "connection: close",
            "content-security-policy: default-src 'none';",
            "referrer-policy: no-referrer",
            "x-content-type-options: nosniff",
            "x-frame-options: DENY",
        ] {
            assert!(head.contains(&format!("\r\n{header}")), "{method} {path}: {head}");
        }
    }
}

#[tokio::test]
async fn other_paths_are_not_found_and_other_methods_not_allowed() {
    let port = port(Sample(Mood::Healthy)).await;
    for path in ["/favicon.ico", "/metrics/", "//", "/healthz/../"] {
        let (head, body) = ask(&port, "GET", path).await;
        assert!(head.starts_with("HTTP/1.1 404 "), "{path}: {head}");
        assert_eq!(body, "try /, /healthz, /readyz or /metrics\n");
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        let (head, _) = ask(&port, method, "/metrics").await;
        assert!(head.starts_with("HTTP/1.1 405 "), "{method}: {head}");
        assert!(head.contains("allow: GET,HEAD"), "{method}: {head}");
    }
}

#[tokio::test]
async fn head_has_the_length_and_no_body() {
    let port = port(Sample(Mood::Healthy)).await;
    let (head, body) = ask(&port, "HEAD", "/healthz").await;
    assert!(head.starts_with("HTTP/1.1 200 ") && head.contains("content-length: 3"), "{head}");
    assert_eq!(body, "");
}

#[tokio::test]
async fn an_agent_that_is_stuck_says_why_it_is_not_ready() {
    let port = port(Sample(Mood::Failing)).await;
    let (head, body) = ask(&port, "GET", "/readyz").await;
    assert!(head.starts_with("HTTP/1.1 503 "), "{head}");
    assert_eq!(
        body,
        "neither registered with the server nor able to queue\n\
         no cycle finished for 2 hours; one is due every 5 minutes\n"
    );
    let (head, _) = ask(&port, "GET", "/healthz").await;
    assert!(head.starts_with("HTTP/1.1 200 "), "the process lives: {head}");
}

#[tokio::test]
async fn slow_clients_hold_up_nobody() {
    let port = port(Sample(Mood::Healthy)).await;
    let mut slow = Vec::new();
    for _ in 0..20 {
        let mut stream = TcpStream::connect(port.address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nhost: ").await.unwrap();
        slow.push(stream);
    }
    let (head, _) = tokio::time::timeout(Duration::from_secs(2), ask(&port, "GET", "/healthz"))
        .await
        .expect("others are answered at once");
    assert!(head.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn a_client_that_dribbles_is_cut_off_and_all_slots_are_freed() {
    let port = port(Sample(Mood::Healthy)).await;
    let mut slow = Vec::new();
    for _ in 0..40 {
        slow.push(TcpStream::connect(port.address).await.unwrap());
    }
    let started = Instant::now();
    // All 32 slots are taken; this one waits until the first of them ends.
    let waiting = ask(&port, "GET", "/healthz");
    let dribble = async {
        loop {
            for stream in &mut slow {
                let _ = stream.write_all(b"G").await;
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    };
    let (head, _) = tokio::select! {
        answer = waiting => answer,
        () = dribble => unreachable!("it never ends"),
        () = tokio::time::sleep(Duration::from_secs(25)) => panic!("still waiting"),
    };
    assert!(head.starts_with("HTTP/1.1 200 "));
    assert!(started.elapsed() > Duration::from_secs(8), "the slots were taken until then");
}

#[tokio::test]
async fn a_request_that_is_too_long_is_not_read_to_its_end() {
    let port = port(Sample(Mood::Healthy)).await;
    let request = format!("GET / HTTP/1.1\r\nhost: a\r\ncookie: {}\r\n\r\n", "x".repeat(64 * 1024));
    let answer = raw(&port, request.as_bytes()).await;
    assert!(!answer.contains("200 OK"), "{answer}");
    let body = b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000000\r\n\r\nxxx";
    assert!(raw(&port, body).await.starts_with("HTTP/1.1 405 "));
}

#[tokio::test]
async fn a_connection_carries_one_request_and_no_http_2() {
    let port = port(Sample(Mood::Healthy)).await;
    let twice = b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\nGET /healthz HTTP/1.1\r\nhost: a\r\n\r\n";
    assert_eq!(raw(&port, twice).await.matches("HTTP/1.1 200 ").count(), 1);
    let settings = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0";
    assert_eq!(raw(&port, settings).await, "");
}

#[tokio::test]
async fn stopping_ends_serving_within_a_second_also_with_slow_clients() {
    let port = port(Sample(Mood::Healthy)).await;
    let mut slow = TcpStream::connect(port.address).await.unwrap();
    slow.write_all(b"GET / HTTP/1.1\r\nhost: ").await.unwrap();
    let (head, _) = ask(&port, "GET", "/healthz").await;
    assert!(head.starts_with("HTTP/1.1 200 "));
    port.stop.cancel();
    let served = tokio::time::timeout(Duration::from_secs(3), port.served).await;
    served.expect("it ends").unwrap().unwrap();
    assert!(TcpStream::connect(port.address).await.is_err(), "nobody listens any more");
}

/// A source that never answers.
struct Stuck;

impl Source for Stuck {
    fn view(&self) -> BoxFuture<'_, View> {
        Box::pin(pending())
    }

    fn ready(&self) -> Readiness {
        Sample(Mood::Healthy).ready()
    }
}

#[tokio::test]
async fn a_source_that_does_not_answer_is_not_waited_for() {
    let port = port(Stuck).await;
    let (head, body) = ask(&port, "GET", "/metrics").await;
    assert!(head.starts_with("HTTP/1.1 503 "), "{head}");
    assert_eq!(body, "the agent is too busy to answer; try again\n");
}
