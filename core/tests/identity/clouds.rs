//! The guides' documents, key for key, where the metadata servers answer with the guides' values.

use serde_json::{Value, json};

use crate::support::*;

#[tokio::test]
async fn an_instance_of_ec2_is_the_guides() {
    let server = ec2(body(&instance())).await;
    let collected =
        Machine::new().collect([("AWS_EC2_METADATA_SERVICE_ENDPOINT", &server.url())]).await;
    assert_eq!(collected.identity.cloud, fields(instance_cloud()));
    assert_eq!(
        collected.identity.host,
        fields(json!({
            "name": "ip-172-31-23-45.ec2.internal",
            "ip": "172.31.23.45",
            "public_ip": "54.91.123.45",
        }))
    );
    assert!(collected.identity.k8s.is_empty());
}

#[tokio::test]
async fn ec2_is_asked_by_version_2_alone() {
    let server = ec2(body(&instance())).await;
    Machine::new().collect([("AWS_EC2_METADATA_SERVICE_ENDPOINT", &server.url())]).await;
    let requests = server.requests();
    assert_eq!(requests[0].line, TOKEN);
    assert_eq!(requests[0].headers["x-aws-ec2-metadata-token-ttl-seconds"], "60");
    assert_eq!(requests.len(), 5, "the document and three values with one token: {requests:?}");
    for request in &requests[1..] {
        assert_eq!(request.headers["x-aws-ec2-metadata-token"], "AQAEAToken==", "{request:?}");
    }
}

#[tokio::test]
async fn an_instance_without_a_public_address_says_null() {
    let server = Server::start([
        (TOKEN, text("t")),
        (DOCUMENT, body(&instance())),
        ("GET /latest/meta-data/local-hostname", text("ip-172-31-23-45.ec2.internal")),
        ("GET /latest/meta-data/local-ipv4", text("172.31.23.45")),
    ])
    .await;
    let collected =
        Machine::new().collect([("AWS_EC2_METADATA_SERVICE_ENDPOINT", &server.url())]).await;
    assert_eq!(collected.identity.host["public_ip"], Value::Null);
    assert_eq!(trouble(&collected, "ec2"), "");
}

#[tokio::test]
async fn a_task_of_ecs_is_the_guides() {
    let task = json!({
        "Cluster": "default",
        "TaskARN": "arn:aws:ecs:us-east-1:123456789012:task/default/158d1c8083dd49d6b527399fd6414f5c",
        "AvailabilityZone": "us-east-1a",
        "Containers": [
            { "DockerId": "sidecar-1", "Networks": [{ "NetworkMode": "awsvpc",
                "IPv4Addresses": ["10.9.9.9"] }] },
            { "DockerId": "own-2", "Networks": [{ "NetworkMode": "awsvpc",
                "IPv4Addresses": ["172.31.45.67"],
                "PrivateDNSName": "ip-172-31-45-67.ec2.internal" }] },
        ],
    });
    let server = Server::start([("GET /v4/own-2/task", body(&task))]).await;
    let endpoint = format!("{}/v4/own-2", server.url());
    let variables = [
        ("ECS_CONTAINER_METADATA_URI_V4", endpoint.as_str()),
        ("AWS_EXECUTION_ENV", "AWS_ECS_FARGATE"),
    ];
    let collected = Machine::new().collect(variables).await;
    assert_eq!(
        collected.identity.cloud,
        fields(json!({
            "provider": "aws",
            "region": "us-east-1",
            "availability_zone": "us-east-1a",
            "account.id": "123456789012",
            "platform": "ecs",
            "metadata_source": "ECS metadata",
        }))
    );
    let host = json!({ "name": "ip-172-31-45-67.ec2.internal", "ip": "172.31.45.67" });
    assert_eq!(collected.identity.host, fields(host));
}

#[tokio::test]
async fn an_instance_of_google_is_the_guides() {
    let server = gce().await;
    let address = server.address.to_string();
    let collected = Machine::new().collect([("GCE_METADATA_HOST", address.as_str())]).await;
    assert_eq!(
        collected.identity.cloud,
        fields(json!({
            "provider": "gcp",
            "region": "us-central1",
            "availability_zone": "us-central1-a",
            "account.id": "my-project-12345",
            "instance.id": "1234567890123456789",
            "machine.type": "n1-standard-4",
            "platform": "compute",
            "metadata_source": "GCE metadata",
        }))
    );
    assert_eq!(
        collected.identity.host,
        fields(json!({ "name": "instance-1", "ip": "10.128.0.2" }))
    );
    for request in server.requests() {
        assert_eq!(request.headers["metadata-flavor"], "Google");
    }
    let document = serde_json::to_string(&collected.identity).unwrap();
    assert!(!document.contains("ssh-rsa") && !document.contains("TOKEN=x"), "{document}");
}

#[tokio::test]
async fn google_may_refuse_to_tell_all_at_once() {
    let server = Server::start([
        ("GET /computeMetadata/v1/instance/?recursive=true", Reply::Text(403, String::new())),
        ("GET /computeMetadata/v1/instance/id", google("1234567890123456789")),
        ("GET /computeMetadata/v1/instance/hostname", google("node-1.c.my-project.internal")),
        ("GET /computeMetadata/v1/instance/zone", google("projects/123/zones/us-central1-a")),
        ("GET /computeMetadata/v1/instance/attributes/cluster-name", google("shop")),
        ("GET /computeMetadata/v1/instance/attributes/cluster-location", google("us-central1")),
        ("GET /computeMetadata/v1/project/project-id", google("my-project-12345")),
    ])
    .await;
    let address = server.address.to_string();
    let variables =
        [("GCE_METADATA_HOST", address.as_str()), ("KUBERNETES_SERVICE_HOST", "10.96.0.1")];
    let collected = Machine::new().collect(variables).await;
    let identity = &collected.identity;
    assert_eq!(identity.cloud["platform"], "gke");
    assert_eq!(identity.cloud["region"], "us-central1");
    assert_eq!(identity.cloud["instance.id"], "1234567890123456789");
    assert_eq!(identity.host["name"], "node-1");
    assert_eq!(identity.k8s, fields(json!({ "cluster.name": "shop" })));
    assert_eq!(trouble(&collected, "gcp"), "");
}

#[tokio::test]
async fn a_service_of_cloud_run_has_its_name_and_no_machine() {
    let instance = r#"{ "id": "00f46b92ab1c", "region": "projects/123/regions/europe-west1",
        "zone": "projects/123/zones/europe-west1-1" }"#;
    let server = Server::start([
        ("GET /computeMetadata/v1/instance/?recursive=true", google(instance)),
        ("GET /computeMetadata/v1/project/project-id", google("my-project-12345")),
    ])
    .await;
    let address = server.address.to_string();
    let variables = [
        ("GCE_METADATA_HOST", address.as_str()),
        ("K_SERVICE", "shop"),
        ("K_REVISION", "shop-00007-abc"),
    ];
    let collected = Machine::new().collect(variables).await;
    assert_eq!(
        collected.identity.cloud,
        fields(json!({
            "provider": "gcp",
            "region": "europe-west1",
            "account.id": "my-project-12345",
            "instance.id": "00f46b92ab1c",
            "platform": "cloud_run",
            "metadata_source": "GCE metadata",
        }))
    );
    let service = json!({ "name": "shop", "version": "shop-00007-abc" });
    assert_eq!(collected.identity.service, fields(service));
}

#[tokio::test]
async fn a_machine_of_azure_is_the_guides() {
    let server = azure(body(&azure_machine())).await;
    let collected =
        Machine::new().collect([("AZURE_METADATA_SERVICE_ENDPOINT", &server.url())]).await;
    assert_eq!(
        collected.identity.cloud,
        fields(json!({
            "provider": "azure",
            "region": "eastus",
            "instance.id": "12345678-1234-1234-1234-123456789012",
            "machine.type": "Standard_D4s_v3",
            "platform": "vm",
            "metadata_source": "Azure IMDS",
        }))
    );
    assert_eq!(collected.identity.host, fields(json!({ "name": "vm-myapp-01", "ip": "10.0.0.4" })));
    assert_eq!(server.requests()[0].headers["metadata"], "true");
}

#[tokio::test]
async fn what_azure_knows_beyond_the_guide_is_there_too() {
    let mut machine = azure_machine();
    machine["compute"]["zone"] = json!("1");
    machine["compute"]["subscriptionId"] = json!("8d10da13-8125-4ba9-a717-bf7490507b3d");
    machine["network"]["interface"][0]["ipv4"]["ipAddress"][0]["publicIpAddress"] =
        json!("20.0.0.4");
    let server = azure(body(&machine)).await;
    let collected =
        Machine::new().collect([("AZURE_METADATA_SERVICE_ENDPOINT", &server.url())]).await;
    let identity = &collected.identity;
    assert_eq!(identity.cloud["availability_zone"], "eastus-1");
    assert_eq!(identity.cloud["account.id"], "8d10da13-8125-4ba9-a717-bf7490507b3d");
    assert_eq!(identity.host["public_ip"], "20.0.0.4");
}

#[tokio::test]
async fn a_laptop_is_local() {
    let collected = Machine::new().collect([]).await;
    let cloud = json!({ "provider": "local", "metadata_source": "none" });
    assert_eq!(collected.identity.cloud, fields(cloud));
    assert_eq!(collected.identity.host["name"], "dev-laptop");
    assert_eq!(collected.reports.len(), 1, "{:?}", collected.reports);
}
