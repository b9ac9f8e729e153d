//! Identities as the guide's examples have them.

use std::sync::Arc;

use finops_core::identity::{Fields, Identity};
use serde_json::{Value, json};

fn fields(value: Value) -> Fields {
    serde_json::from_value(value).unwrap()
}

fn resource() -> Fields {
    fields(json!({
        "telemetry.sdk.name": "openfinops-agents",
        "telemetry.sdk.version": "0.1.0",
        "runtime.name": "rust",
        "runtime.version": "1.94.1",
        "os.type": "linux",
        "os.description": "Linux 5.10.0",
    }))
}

fn process() -> Fields {
    fields(json!({
        "pid": 3421,
        "executable": "/usr/bin/user-api",
        "command_line": "user-api --port 8000",
    }))
}

/// An instance of EC2.
pub(crate) fn ec2() -> Arc<Identity> {
    Arc::new(Identity {
        cloud: fields(json!({
            "provider": "aws",
            "region": "us-east-1",
            "availability_zone": "us-east-1a",
            "account.id": "123456789012",
            "instance.id": "i-0b123456789abcdef",
            "machine.type": "t3.large",
            "image.id": "ami-0ff8a91507f77f867",
            "platform": "ec2",
            "metadata_source": "IMDSv2",
        })),
        host: fields(json!({
            "name": "ip-172-31-23-45.ec2.internal",
            "ip": "172.31.23.45",
            "public_ip": "54.91.123.45",
        })),
        k8s: Fields::new(),
        process: process(),
        resource: resource(),
        service: fields(json!({ "name": "user-api", "version": "1.2.3" })),
        environment: "prod".to_owned(),
    })
}

/// A pod of EKS.
pub(crate) fn eks() -> Arc<Identity> {
    Arc::new(Identity {
        cloud: fields(json!({
            "provider": "aws", "region": "us-east-1", "platform": "eks", "metadata_source": "env",
        })),
        host: fields(json!({ "name": "ip-172-31-45-67.ec2.internal", "ip": "172.31.45.67" })),
        k8s: fields(json!({
            "cluster.name": "prod-eks-cluster",
            "namespace.name": "user-services",
            "pod.name": "user-api-deployment-7b8c9d-abcde",
            "pod_labels": { "app": "user-api", "version": "v1.2.3" },
            "deployment_name": "user-api",
            "container.name": "user-api",
            "node.name": "ip-172-31-45-67.ec2.internal",
            "services": ["user-api", "user-api-internal"],
        })),
        process: process(),
        resource: resource(),
        service: fields(json!({ "name": "user-api", "version": "1.2.3" })),
        environment: "prod".to_owned(),
    })
}
