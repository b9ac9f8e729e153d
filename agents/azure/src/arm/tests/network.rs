//! The transport itself: TLS, sizes, answers that are cut.

use azure_core::http::{AsyncRawResponse, HttpClient as _, Method, Request};

use super::server::Server;
use crate::arm::{Lost, Network, Trouble};
use crate::config::AzureConfig;

async fn get(network: &Network, address: &str) -> Result<AsyncRawResponse, Lost> {
    let request = Request::new(address.parse().unwrap(), Method::Get);
    network
        .execute_request(&request)
        .await
        .map_err(|error| Lost::within(&error).cloned().expect("every failure says why"))
}

fn trusting(server: &Server) -> Network {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, &server.authority).unwrap();
    Network::to_azure(&AzureConfig { ca_file: Some(file), ..AzureConfig::default() }).unwrap()
}

fn answer(head: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {head}\r\nconnection: close\r\n\r\n{body}").into_bytes()
}

#[tokio::test]
async fn certificates_of_the_ca_file_are_trusted_and_others_are_not() {
    let server = Server::start(answer("200 OK\r\ncontent-length: 2", "{}"));
    let answer = get(&trusting(&server), &server.address).await.unwrap();
    assert_eq!(u16::from(answer.status()), 200);
    let strangers = Network::to_azure(&AzureConfig::default()).unwrap();
    let lost = get(&strangers, &server.address).await.unwrap_err();
    assert_eq!(lost.trouble, Trouble::Unreachable);
    assert!(lost.remedy.contains("tls.ca_file"), "{lost:?}");
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn a_cut_answer_is_no_answer() {
    let server = Server::start(answer("200 OK\r\ncontent-length: 50", "{\"value\": []}"));
    let lost = get(&trusting(&server), &server.address).await.unwrap_err();
    assert_eq!(lost.trouble, Trouble::BadReply, "{lost:?}");
}

#[tokio::test]
async fn an_answer_that_is_too_long_is_not_read_to_its_end() {
    for head in ["200 OK\r\ncontent-length: 100", "200 OK"] {
        let server = Server::start(answer(head, &" ".repeat(100)));
        let network = trusting(&server);
        assert!(get(&network, &server.address).await.is_ok_and(|got| got.status() == 200));
        let lost = get(&network.with_largest(99), &server.address).await.unwrap_err();
        assert_eq!(lost.trouble, Trouble::BadReply);
        assert_eq!(lost.cause, "the answer is longer than 99 bytes");
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let server = Server::start(answer("302 Found\r\nlocation: /other\r\ncontent-length: 0", ""));
    let answer = get(&trusting(&server), &server.address).await.unwrap();
    assert_eq!((u16::from(answer.status()), server.requests()), (302, 1));
}

#[tokio::test]
async fn nobody_at_the_other_end_is_unreachable() {
    let network = Network::to_azure(&AzureConfig::default()).unwrap();
    let lost = get(&network, "https://127.0.0.1:9/").await.unwrap_err();
    assert_eq!(lost.trouble, Trouble::Unreachable);
    let lost = get(&network, "http://127.0.0.1:9/").await.unwrap_err();
    assert!(lost.cause.contains("127.0.0.1"), "{lost:?}");
}

#[test]
fn a_ca_file_that_cannot_be_used_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "no certificate\n").unwrap();
    for (file, problem) in
        [(folder.path().join("missing.pem"), "cannot be read"), (empty, "holds no certificate")]
    {
        let config = AzureConfig { ca_file: Some(file), ..AzureConfig::default() };
        let error = Network::to_azure(&config).unwrap_err().to_string();
        assert!(error.contains("tls.ca_file") && error.contains(problem), "{error}");
    }
}
