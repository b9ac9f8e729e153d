//! `aws-agent check`: tries each permission with the smallest call that needs it.

use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use futures::future::BoxFuture;

use finops_core::cli::{Finding, Line, try_sinks};

use crate::accounts::Target;
use crate::agent::{AwsAgent, permissions};
use crate::failure::{failure, is_denied};
use crate::scope::AwsScope;

/// A name that no cluster or bucket has: asking for it shows whether asking is allowed.
const NOBODY: &str = "openfinops-permission-check";

/// Tries everything that the agent will do: each permission once for each account, in its first
/// region, and every sink.
pub(crate) async fn check(agent: &AwsAgent) -> Vec<Line> {
    let mut lines = try_sinks(agent).await;
    let targets = agent.targets().await;
    let targets = match targets {
        Ok(targets) => targets,
        Err(error) => {
            lines.push(Line::no_credentials("AWS", error));
            return lines;
        }
    };
    for target in targets.into_iter().filter(|target| target.home) {
        lines.extend(account(agent, target).await);
    }
    lines
}

async fn account(agent: &AwsAgent, target: Target) -> Vec<Line> {
    let place = target.scope.to_string();
    let sdk = match target.access {
        Ok(sdk) => sdk,
        Err(failure) => {
            let finding = Finding::Missing(failure.error);
            return vec![Line { subject: "sts:AssumeRole".to_owned(), place, finding }];
        }
    };
    let scope = AwsScope::new(target.scope, true, sdk, agent.shared(1));
    let mut lines = Vec::new();
    for action in permissions() {
        let finding = probe(&scope, action).await;
        lines.push(Line { subject: action.to_owned(), place: place.clone(), finding });
    }
    lines
}

/// Turns an answer into a finding: anything but a denial shows that the call is allowed, as long
/// as AWS answered at all.
fn found<T, E, R>(action: &str, answer: Result<T, SdkError<E, R>>) -> Finding
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: std::fmt::Debug + 'static,
{
    match answer {
        Ok(_) => Finding::Granted,
        Err(error) => {
            let code = error.code().unwrap_or_default();
            match &error {
                SdkError::ServiceError(_) if is_denied(code) => {
                    Finding::Missing(failure(action, &error).error)
                }
                SdkError::ServiceError(_) if means_allowed(code) => Finding::Granted,
                _ => Finding::Failed(failure(action, &error).error),
            }
        }
    }
}

/// Errors that only a caller who is allowed to ask gets: the thing asked for does not exist.
fn means_allowed(code: &str) -> bool {
    code.contains("NotFound")
        || code == "NoSuchBucket"
        || code.contains("InvalidParameter")
        || code.contains("ValidationError")
}

fn probe<'a>(scope: &'a AwsScope, action: &'static str) -> BoxFuture<'a, Finding> {
    Box::pin(async move {
        match action {
            "ec2:DescribeInstances" => {
                found(action, scope.ec2().describe_instances().max_results(5).send().await)
            }
            "ec2:DescribeVolumes" => {
                found(action, scope.ec2().describe_volumes().max_results(5).send().await)
            }
            "ec2:DescribeAddresses" => found(action, scope.ec2().describe_addresses().send().await),
            "ec2:DescribeRegions" => found(action, scope.ec2().describe_regions().send().await),
            "ec2:DescribeSpotPriceHistory" => {
                found(action, scope.ec2().describe_spot_price_history().max_results(5).send().await)
            }
            "eks:ListClusters" => {
                found(action, scope.eks().list_clusters().max_results(1).send().await)
            }
            _ if action.starts_with("eks:") => probe_cluster(scope, action).await,
            _ => probe_others(scope, action).await,
        }
    })
}

/// Asks about a cluster that exists, where there is one.
async fn probe_cluster(scope: &AwsScope, action: &'static str) -> Finding {
    let client = scope.eks();
    let listed = client.list_clusters().max_results(1).send().await;
    let name = listed.ok().and_then(|listed| listed.clusters().first().cloned());
    let name = name.unwrap_or_else(|| NOBODY.to_owned());
    match action {
        "eks:DescribeCluster" => found(action, client.describe_cluster().name(name).send().await),
        "eks:ListNodegroups" => {
            found(action, client.list_nodegroups().cluster_name(name).send().await)
        }
        _ => {
            let asked = client.describe_nodegroup().cluster_name(name).nodegroup_name(NOBODY);
            found(action, asked.send().await)
        }
    }
}

async fn probe_others(scope: &AwsScope, action: &'static str) -> Finding {
    let region = scope.region();
    match action {
        "lambda:ListFunctions" => {
            found(action, scope.lambda().list_functions().max_items(1).send().await)
        }
        "rds:DescribeDBInstances" => {
            found(action, scope.rds().describe_db_instances().max_records(20).send().await)
        }
        "rds:DescribeDBClusters" => {
            found(action, scope.rds().describe_db_clusters().max_records(20).send().await)
        }
        "s3:ListAllMyBuckets" => {
            found(action, scope.s3().list_buckets().max_buckets(1).send().await)
        }
        "s3:GetBucketLocation" => {
            // Bucket names are everybody's: this one is nobody's unless somebody means mischief.
            let bucket = format!("{NOBODY}-{}-{:08x}", scope.scope.account_id, fastrand::u32(..));
            found(action, scope.s3().get_bucket_location().bucket(bucket).send().await)
        }
        "cloudwatch:ListMetrics" => {
            found(action, scope.cloudwatch(region).list_metrics().namespace("AWS/EC2").send().await)
        }
        "cloudwatch:GetMetricData" => {
            use crate::metrics::{Importance, Metric, Question, Statistic, Window, fetch};
            let question = Question {
                resource: 0,
                key: "check",
                metric: Metric {
                    namespace: "AWS/EC2",
                    name: "CPUUtilization",
                    dimensions: Vec::new(),
                    statistic: Statistic::Average,
                    window: Window::Latest,
                },
                importance: Importance::Cost,
                rate: finops_core::model::CostRate::ZERO,
            };
            let client = scope.cloudwatch(region);
            match fetch(&client, &scope.meter, scope.now, &[&question], 1).await.1 {
                None => Finding::Granted,
                Some(failure)
                    if failure.hint.as_deref() == Some("grant cloudwatch:GetMetricData") =>
                {
                    Finding::Missing(failure.error)
                }
                Some(failure) => Finding::Failed(failure.error),
            }
        }
        "tag:GetResources" => {
            found(action, scope.tagging(region).get_resources().resources_per_page(1).send().await)
        }
        other => Finding::Failed(format!("{other} has no probe")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_denial_is_told_from_a_missing_thing() {
        assert!(means_allowed("ResourceNotFoundException"));
        assert!(means_allowed("NoSuchBucket"));
        assert!(!means_allowed("AccessDeniedException"));
        assert!(!means_allowed("ExpiredToken"));
    }
}
