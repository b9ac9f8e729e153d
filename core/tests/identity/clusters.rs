//! Clusters of Kubernetes as far as environment and token tell.

use serde_json::json;

use crate::support::*;

const POD: (&str, &str) = ("KUBERNETES_SERVICE_HOST", "10.96.0.1");

fn eks(region: &str) -> serde_json::Value {
    json!({ "provider": "aws", "region": region, "platform": "eks", "metadata_source": "env" })
}

#[tokio::test]
async fn a_pod_of_eks_is_the_guides_by_its_region() {
    let collected = Machine::new().collect([POD, ("AWS_REGION", "us-east-1")]).await;
    assert_eq!(collected.identity.cloud, fields(eks("us-east-1")));
}

#[tokio::test]
async fn a_token_of_eks_needs_no_region() {
    let machine = Machine::new();
    machine.token_of("https://oidc.eks.us-west-2.amazonaws.com/id/ABC");
    let collected = machine.collect([POD]).await;
    assert_eq!(collected.identity.cloud, fields(eks("us-west-2")));
}

#[tokio::test]
async fn credentials_as_eks_mounts_them_are_a_sign() {
    for credentials in [
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "/var/run/secrets/eks.amazonaws.com/serviceaccount/token"),
        (
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
            "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token",
        ),
    ] {
        let collected =
            Machine::new().collect([POD, credentials, ("AWS_REGION", "eu-west-1")]).await;
        assert_eq!(collected.identity.cloud, fields(eks("eu-west-1")));
    }
}

#[tokio::test]
async fn a_region_makes_no_eks_of_somebody_elses_cluster() {
    let region = ("AWS_REGION", "us-east-1");
    let machine = Machine::new();
    machine.token_of("https://kubernetes.default.svc.cluster.local");
    let elsewhere = machine.collect([POD, region]).await;
    let cloud = json!({ "provider": "local", "platform": "kubernetes", "metadata_source": "env" });
    assert_eq!(elsewhere.identity.cloud, fields(cloud));
    let machine = Machine::new();
    let tag = "7783-7084-3265-9085-8269-3286-77";
    machine.write("/sys/class/dmi/id/chassis_asset_tag", tag);
    let server = azure(body(&azure_machine())).await;
    let variables = [POD, region, ("AZURE_METADATA_SERVICE_ENDPOINT", &server.url())];
    let azure = machine.collect(variables).await;
    assert_eq!(azure.identity.provider(), "azure");
}

#[tokio::test]
async fn a_token_of_gke_names_project_region_and_cluster_and_the_server_the_rest() {
    let machine = Machine::new();
    machine.token_of(
        "https://container.googleapis.com/v1/projects/my-project-12345/locations/us-central1-a/clusters/shop",
    );
    let server = gce().await;
    let address = server.address.to_string();
    let collected = machine.collect([POD, ("GCE_METADATA_HOST", &address)]).await;
    let identity = &collected.identity;
    assert_eq!(
        identity.cloud,
        fields(json!({
            "provider": "gcp",
            "region": "us-central1",
            "availability_zone": "us-central1-a",
            "account.id": "my-project-12345",
            "instance.id": "1234567890123456789",
            "machine.type": "n1-standard-4",
            "platform": "gke",
            "metadata_source": "GCE metadata",
        }))
    );
    assert_eq!(identity.k8s["cluster.name"], "shop");
}

#[tokio::test]
async fn a_node_of_aks_names_its_cluster() {
    let mut node = azure_machine();
    node["compute"]["resourceGroupName"] = json!("MC_group_shop_eastus");
    let server = azure(body(&node)).await;
    let variables = [POD, ("AZURE_METADATA_SERVICE_ENDPOINT", &server.url())];
    let collected = Machine::new().collect(variables).await;
    assert_eq!(collected.identity.cloud["platform"], "aks");
    assert_eq!(collected.identity.k8s["cluster.name"], "shop");
}

#[tokio::test]
async fn a_token_of_aks_is_enough_where_the_service_is_silent() {
    let machine = Machine::new();
    machine.token_of("https://eastus.oic.prod-aks.azure.com/tenant/id/");
    let server = azure(Reply::Text(500, String::new())).await;
    let variables = [POD, ("AZURE_METADATA_SERVICE_ENDPOINT", &server.url())];
    let collected = machine.collect(variables).await;
    let cloud = json!({
        "provider": "azure", "region": "eastus", "platform": "aks", "metadata_source": "env",
    });
    assert_eq!(collected.identity.cloud, fields(cloud));
}

#[tokio::test]
async fn the_given_name_of_a_cluster_beats_all_others() {
    let mut node = azure_machine();
    node["compute"]["resourceGroupName"] = json!("MC_group_shop_eastus");
    let server = azure(body(&node)).await;
    let variables = [
        POD,
        ("AZURE_METADATA_SERVICE_ENDPOINT", &server.url()),
        ("K8S_CLUSTER_NAME", "prod-cluster"),
    ];
    let collected = Machine::new().collect(variables).await;
    assert_eq!(collected.identity.k8s["cluster.name"], "prod-cluster");
}
