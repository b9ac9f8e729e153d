//! Metadata servers that refuse, lie, babble or say nothing.

use std::net::TcpListener;
use std::time::Duration;

use finops_core::identity::Outcome;
use serde_json::json;

use crate::support::*;

const EC2: &str = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
const GCE: &str = "GCE_METADATA_HOST";
const AZURE: &str = "AZURE_METADATA_SERVICE_ENDPOINT";

#[tokio::test]
async fn a_refused_token_fails_with_what_to_switch_on_and_nothing_else_is_asked() {
    let server = Server::start([(TOKEN, Reply::Text(403, String::new()))]).await;
    let collected = Machine::new().collect([(EC2, &server.url())]).await;
    assert_eq!(outcome(&collected, "ec2"), Outcome::Failed);
    let text = trouble(&collected, "ec2");
    assert!(text.contains("403") && text.contains("--http-endpoint enabled"), "{text}");
    assert_eq!(server.requests().len(), 1, "version 1 is never asked");
    assert_eq!(collected.identity.provider(), "local");
}

#[tokio::test]
async fn a_document_that_cannot_be_had_is_put_together_from_single_values() {
    let whole = instance().to_string();
    for document in [
        Reply::Text(500, String::new()),
        text(&whole[..60]),
        Reply::Cut(whole),
        text("<html>busy</html>"),
        text("{}"),
        Reply::Flood(10_000_000),
    ] {
        let server = ec2(document).await;
        let collected = Machine::new().collect([(EC2, &server.url())]).await;
        assert_eq!(collected.identity.cloud, fields(instance_cloud()));
        let text = trouble(&collected, "ec2");
        assert!(text.starts_with("the instance identity document: "), "{text}");
    }
}

#[tokio::test]
async fn a_trouble_quotes_nothing_of_an_answer() {
    let server = azure(text("{\"compute\": \"hunter2\"}")).await;
    let collected = Machine::new().collect([(AZURE, &server.url())]).await;
    let text = trouble(&collected, "azure");
    assert!(text.contains("another form, at 1:") && !text.contains("hunter2"), "{text}");
}

#[tokio::test]
async fn a_page_is_no_hostname() {
    let server = Server::start([
        (TOKEN, text("t")),
        (DOCUMENT, body(&instance())),
        ("GET /latest/meta-data/local-hostname", text("<html><body>Sign in</body></html>")),
        ("GET /latest/meta-data/local-ipv4", text("172.31.23.45")),
    ])
    .await;
    let collected = Machine::new().collect([(EC2, &server.url())]).await;
    let host = json!({ "ip": "172.31.23.45", "public_ip": null });
    assert_eq!(collected.identity.host, fields(host));
    assert!(trouble(&collected, "ec2").starts_with("local-hostname: "));
}

#[tokio::test]
async fn a_redirect_is_named_and_never_followed() {
    let other = ec2(body(&instance())).await;
    let target = format!("{}/latest/api/token", other.url());
    let server = Server::start([
        (TOKEN, Reply::Redirect(target.clone())),
        ("GET /metadata/instance?api-version=2021-02-01", Reply::Redirect(target.clone())),
        ("GET /computeMetadata/v1/instance/?recursive=true", Reply::Redirect(target.clone())),
    ])
    .await;
    let (url, address) = (server.url(), server.address.to_string());
    let collected = Machine::new().collect([(EC2, &url), (AZURE, &url), (GCE, &address)]).await;
    for detector in ["ec2", "gcp", "azure"] {
        assert_eq!(outcome(&collected, detector), Outcome::Failed);
        assert!(trouble(&collected, detector).contains(&target), "{detector}");
    }
    assert!(other.requests().is_empty());
}

#[tokio::test]
async fn ten_megabytes_are_no_answer() {
    let server = azure(Reply::Flood(10_000_000)).await;
    let collected = Machine::new().collect([(AZURE, &server.url())]).await;
    assert_eq!(outcome(&collected, "azure"), Outcome::Failed);
    assert!(trouble(&collected, "azure").contains("longer than 1024 KiB"));
}

#[tokio::test(start_paused = true)]
async fn black_holes_everywhere_end_by_the_deadline() {
    // The system takes connections that nobody accepts.
    let hole = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = hole.local_addr().unwrap().to_string();
    let url = format!("http://{address}");
    let task = format!("{url}/v4/x");
    let start = tokio::time::Instant::now();
    let machine = Machine::new();
    let collector = machine
        .collector([
            (EC2, url.as_str()),
            (GCE, &address),
            (AZURE, &url),
            ("ECS_CONTAINER_METADATA_URI_V4", &task),
            ("AWS_REGION", "us-east-1"),
        ])
        .cache(None);
    let collected = collector.deadline(Duration::from_secs(1)).collect().await;
    // On the paused clock only waits count.
    assert!(start.elapsed() <= Duration::from_secs(1), "{:?}", start.elapsed());
    for detector in ["ec2", "gcp", "azure"] {
        assert_eq!(outcome(&collected, detector), Outcome::Failed);
        let text = trouble(&collected, detector);
        assert!(text.contains("no answer within 950 ms"), "{text}");
    }
    assert!(trouble(&collected, "ec2").contains("--http-put-response-hop-limit 2"));
    let cloud = json!({
        "provider": "aws", "region": "us-east-1", "platform": "ecs", "metadata_source": "env",
    });
    assert_eq!(collected.identity.cloud, fields(cloud));
}

#[tokio::test]
async fn what_one_value_keeps_to_itself_does_not_cost_the_others() {
    let server = Server::start([
        (TOKEN, text("t")),
        (DOCUMENT, body(&instance())),
        ("GET /latest/meta-data/local-hostname", text("ip-172-31-23-45.ec2.internal")),
        ("GET /latest/meta-data/local-ipv4", text("172.31.23.45")),
        ("GET /latest/meta-data/public-ipv4", Reply::Silence),
    ])
    .await;
    let machine = Machine::new();
    let collector = machine.collector([(EC2, &server.url())]).cache(None);
    let collected = collector.deadline(Duration::from_secs(1)).collect().await;
    assert_eq!(collected.identity.cloud, fields(instance_cloud()));
    assert!(!collected.identity.host.contains_key("public_ip"), "not known is not none");
    assert!(trouble(&collected, "ec2").starts_with("public-ipv4: no answer"));
}

#[tokio::test]
async fn a_server_without_googles_header_is_not_googles() {
    let server = Server::start([
        ("GET /computeMetadata/v1/instance/?recursive=true", text("{\"id\": 1}")),
        ("GET /computeMetadata/v1/project/project-id", text("my-project")),
    ])
    .await;
    let address = server.address.to_string();
    let collected = Machine::new().collect([(GCE, address.as_str())]).await;
    assert_eq!(outcome(&collected, "gcp"), Outcome::Failed);
    assert!(trouble(&collected, "gcp").contains("Metadata-Flavor"));
    assert_eq!(collected.identity.provider(), "local");
}

#[tokio::test]
async fn of_two_clouds_that_answer_the_first_counts_alone() {
    let (aws, google) = (ec2(body(&instance())).await, gce().await);
    let address = google.address.to_string();
    let collected = Machine::new().collect([(EC2, &aws.url()), (GCE, &address)]).await;
    assert_eq!(collected.identity.cloud, fields(instance_cloud()));
    assert_eq!(collected.identity.host["ip"], "172.31.23.45");
    assert!(trouble(&collected, "gcp").contains("found to be aws already"));
}

#[tokio::test]
async fn a_task_endpoint_elsewhere_is_not_asked() {
    let variables = [
        ("ECS_CONTAINER_METADATA_URI_V4", "http://metadata.example.org/v4/x"),
        ("AWS_REGION", "us-east-1"),
    ];
    let collected = Machine::new().collect(variables).await;
    assert_eq!(collected.identity.cloud["platform"], "ecs");
    assert!(trouble(&collected, "ecs").contains("is not asked"));
}

#[tokio::test]
async fn a_refused_connection_says_what_to_do() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let collected = Machine::new().collect([(GCE, closed.as_str())]).await;
    let text = trouble(&collected, "gcp");
    assert!(text.contains("refused") && text.contains("metadata.google.internal"), "{text}");
}
