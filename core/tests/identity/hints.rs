//! Who is asked at all.

use crate::support::*;

#[tokio::test]
async fn on_a_laptop_nobody_is_asked() {
    let collected = Machine::new().collect([("AWS_REGION", "us-east-1")]).await;
    let asked: Vec<&str> = collected.reports.iter().map(|report| report.detector).collect();
    assert_eq!(asked, ["local"]);
}

#[tokio::test]
async fn each_detector_is_asked_on_its_sign_alone() {
    for (variables, expected) in [
        ([("AWS_LAMBDA_FUNCTION_NAME", "nightly"), ("AWS_REGION", "us-east-1")], "lambda"),
        ([("AWS_EXECUTION_ENV", "AWS_ECS_FARGATE"), ("AWS_REGION", "us-east-1")], "ecs"),
    ] {
        let collected = Machine::new().collect(variables).await;
        let asked: Vec<&str> = collected.reports.iter().map(|report| report.detector).collect();
        assert_eq!(asked, [expected, "local"]);
    }
}

#[tokio::test]
async fn a_forbidden_service_gets_no_request() {
    let server = ec2(body(&instance())).await;
    let url = server.url();
    for forbidding in [
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_EXECUTION_ENV", "AWS_ECS_FARGATE"),
        ("AWS_LAMBDA_FUNCTION_NAME", "nightly"),
        ("ENABLE_CLOUD_METADATA", "false"),
    ] {
        let variables = [("AWS_EC2_METADATA_SERVICE_ENDPOINT", url.as_str()), forbidding];
        Machine::new().collect(variables).await;
        assert!(server.requests().is_empty(), "{forbidding:?}");
    }
}
