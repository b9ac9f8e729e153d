//! From configuration to scopes: credentials, roles, regions.

use std::sync::Arc;
use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_smithy_types::error::display::DisplayErrorContext;
use aws_smithy_types::error::metadata::ProvideErrorMetadata as _;

use finops_core::agent::AgentError;
use finops_core::model::{Scope, ServiceFailure};
use finops_pricing::aws;

use crate::call_spans::CallSpans;
use crate::config::{AwsConfig, Regions, RoleConfig, region_remedy};
use crate::failure::failure;
use crate::whole::WholeAnswers;

/// The region of an agent that was told none.
const DEFAULT_REGION: &str = "us-east-1";
/// How long finding credentials may take. The SDK's chain ends at the metadata service, which
/// nothing answers outside EC2.
const CREDENTIALS_TIMEOUT: Duration = Duration::from_secs(7);
/// The longest wait before a call is tried again. AWS fills the buckets of requests every second: four
/// callers that sleep for some seconds each ask for less than it fills in.
/// <https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html>
const LONGEST_WAIT: Duration = Duration::from_secs(2);

/// A scope that is ready to be collected, or the reason why its account cannot be.
pub(crate) struct Target {
    /// Which account and region.
    pub scope: Scope,
    /// Whether it also collects what is global to the account.
    pub home: bool,
    /// How to ask, or why not.
    pub access: Result<SdkConfig, ServiceFailure>,
}

/// The scopes of one cycle.
///
/// # Errors
/// There are no credentials, AWS does not know them or cannot be reached, or a region does not
/// exist. A role that cannot be assumed is not an error: its scopes fail each for itself.
pub(crate) async fn targets(
    config: &AwsConfig,
    base: &SdkConfig,
) -> Result<Vec<Target>, AgentError> {
    find_credentials(base).await?;
    let names: Vec<&str> = match &config.regions {
        Regions::Named(names) => names.iter().map(String::as_str).collect(),
        Regions::Default | Regions::All => vec![region_of(base)],
    };
    for name in names.into_iter().filter(|name| !aws::is_known_region(name)) {
        must_exist(base, name).await?;
    }
    let own = own_account(base).await?;
    let mut targets = Vec::new();
    push(&mut targets, config, own, Ok(base.clone())).await?;
    for role in &config.roles {
        let account: Arc<str> = role.account_id().into();
        push(&mut targets, config, account, assume(base, role).await).await?;
    }
    // Two roles of one account, or a role of the agent's own, would count everything twice.
    let mut seen = std::collections::HashSet::new();
    targets.retain(|target| seen.insert(target.scope.clone()));
    Ok(targets)
}

/// The SDK's own configuration: its credentials chain, our timeouts and retries.
pub(crate) async fn load(config: &AwsConfig) -> SdkConfig {
    let named = match &config.regions {
        Regions::Named(names) => Some(names.iter().find(|name| aws::is_known_region(name))),
        Regions::Default | Regions::All => None,
    };
    let region = match named {
        Some(Some(name)) => Region::new(name.clone()),
        // A region that nobody knows cannot be asked whether it exists.
        Some(None) => Region::from_static(DEFAULT_REGION),
        None => profile_region().await.unwrap_or(Region::from_static(DEFAULT_REGION)),
    };
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(3))
        .operation_attempt_timeout(config.api_timeout)
        // All tries of one call together: a service that never answers must not hold up the cycle.
        // The constant leaves room for the waits between tries.
        .operation_timeout(config.api_timeout * 2 + Duration::from_secs(20))
        .build();
    // The SDK's adaptive mode was tried once and cut off too early to say anything.
    let retries = RetryConfig::standard()
        .with_max_attempts(config.api_attempts)
        .with_initial_backoff(Duration::from_millis(500))
        .with_max_backoff(LONGEST_WAIT);
    aws_config::defaults(BehaviorVersion::latest())
        .region(region)
        .timeout_config(timeouts)
        .retry_config(retries)
        .load()
        .await
}

/// The region that the SDK's own configuration is for.
pub(crate) fn region_of(sdk: &SdkConfig) -> &str {
    sdk.region().map_or(DEFAULT_REGION, |region| region.as_ref())
}

/// The region of the environment or the profile; the metadata service is not asked.
async fn profile_region() -> Option<Region> {
    use aws_config::environment::EnvironmentVariableRegionProvider;
    use aws_config::meta::region::RegionProviderChain;
    use aws_config::profile::ProfileFileRegionProvider;
    RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new())
        .or_else(ProfileFileRegionProvider::builder().build())
        .region()
        .await
}

async fn own_account(base: &SdkConfig) -> Result<Arc<str>, AgentError> {
    let config = aws_sdk_sts::config::Builder::from(base)
        .interceptor(WholeAnswers)
        .interceptor(CallSpans)
        .build();
    let client = aws_sdk_sts::Client::from_conf(config);
    let identity = client.get_caller_identity().send().await;
    let identity = identity.map_err(|error| {
        let refused = error.code().is_some();
        let failure = failure("sts:GetCallerIdentity", &error);
        let text = sentence("AWS does not say whose credentials these are", &failure);
        if refused { AgentError::Setup(text) } else { AgentError::Cloud(text) }
    })?;
    identity.account().map(Arc::from).ok_or_else(|| {
        let text = "AWS does not say whose credentials these are: the answer to \
                    sts:GetCallerIdentity names no account; check proxies and endpoints";
        AgentError::Cloud(text.to_owned())
    })
}

async fn find_credentials(base: &SdkConfig) -> Result<(), AgentError> {
    let remedy = "set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run where a \
                  role is attached";
    let Some(provider) = base.credentials_provider() else {
        return Err(AgentError::Setup(format!("no AWS credentials are configured; {remedy}")));
    };
    match tokio::time::timeout(CREDENTIALS_TIMEOUT, provider.provide_credentials()).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => {
            let cause = why_none(&error);
            Err(AgentError::Setup(format!("no AWS credentials were found{cause}; {remedy}")))
        }
        Err(_) => {
            let seconds = CREDENTIALS_TIMEOUT.as_secs();
            let text = format!("no AWS credentials were found within {seconds} seconds; {remedy}");
            Err(AgentError::Setup(text))
        }
    }
}

/// The reason on one line, where there is more than that nothing is configured: of that the SDK
/// tells with every place where it looked.
fn why_none(error: &CredentialsError) -> String {
    if matches!(error, CredentialsError::CredentialsNotLoaded(_)) {
        let profile = std::env::var("AWS_PROFILE").ok().filter(|name| !name.is_empty());
        return profile.map_or_else(String::new, |name| format!(", not in profile {name} either"));
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    let cause = cause.to_string();
    format!(" ({})", cause.split_whitespace().collect::<Vec<_>>().join(" "))
}

async fn assume(base: &SdkConfig, role: &RoleConfig) -> Result<SdkConfig, ServiceFailure> {
    let mut builder = AssumeRoleProvider::builder(&role.role_arn)
        .session_name(&role.session_name)
        .configure(base);
    if let Some(id) = &role.external_id {
        builder = builder.external_id(id);
    }
    let provider = SharedCredentialsProvider::new(builder.build().await);
    let assumed = tokio::time::timeout(CREDENTIALS_TIMEOUT * 2, provider.provide_credentials());
    let reason = match assumed.await {
        Ok(Ok(_)) => {
            return Ok(base.to_builder().credentials_provider(provider).build());
        }
        Ok(Err(error)) => DisplayErrorContext(&error).to_string(),
        Err(_) => "STS did not answer in time".to_owned(),
    };
    Err(ServiceFailure {
        error: format!("AssumeRole: {} cannot be assumed: {}", role.role_arn, shorten(&reason)),
        hint: Some(format!(
            "grant sts:AssumeRole on {} to the agent, and let the role's trust policy name it",
            role.role_arn
        )),
    })
}

/// The part of an SDK's error chain that a person can use.
fn shorten(reason: &str) -> String {
    let reason = reason.split(" (").next().unwrap_or(reason);
    reason.chars().take(200).collect()
}

async fn push(
    targets: &mut Vec<Target>,
    config: &AwsConfig,
    account: Arc<str>,
    access: Result<SdkConfig, ServiceFailure>,
) -> Result<(), AgentError> {
    let names = match &access {
        Ok(sdk) => region_names(config, sdk).await?,
        // Nobody can be asked which regions the account has enabled.
        Err(_) => match &config.regions {
            Regions::Named(names) => names.clone(),
            Regions::Default | Regions::All => vec![DEFAULT_REGION.to_owned()],
        },
    };
    for (index, name) in names.into_iter().enumerate() {
        let scope =
            Scope { provider: "aws", account_id: Arc::clone(&account), region: name.into() };
        targets.push(Target { scope, home: index == 0, access: access.clone() });
    }
    Ok(())
}

async fn region_names(config: &AwsConfig, sdk: &SdkConfig) -> Result<Vec<String>, AgentError> {
    match &config.regions {
        Regions::Default => Ok(vec![region_of(sdk).to_owned()]),
        Regions::Named(names) => Ok(names.clone()),
        Regions::All => enabled_regions(sdk).await,
    }
}

fn ec2(sdk: &SdkConfig) -> aws_sdk_ec2::Client {
    let config = aws_sdk_ec2::config::Builder::from(sdk)
        .interceptor(WholeAnswers)
        .interceptor(CallSpans)
        .build();
    aws_sdk_ec2::Client::from_conf(config)
}

async fn enabled_regions(sdk: &SdkConfig) -> Result<Vec<String>, AgentError> {
    let answer = ec2(sdk).describe_regions().send().await;
    let answer = answer.map_err(|error| {
        let failure = failure("ec2:DescribeRegions", &error);
        AgentError::Cloud(sentence("AWS does not say which regions are enabled", &failure))
    })?;
    let mut names: Vec<String> = answer
        .regions()
        .iter()
        .filter_map(|region| region.region_name().map(str::to_owned))
        .collect();
    names.sort();
    if names.is_empty() {
        return Err(AgentError::Cloud("AWS says that no region is enabled".to_owned()));
    }
    Ok(names)
}

/// A region that this build has never heard of may be new: AWS decides.
async fn must_exist(sdk: &SdkConfig, name: &str) -> Result<(), AgentError> {
    // The profile's region may be the one in question.
    let home = sdk.to_builder().region(Region::from_static(DEFAULT_REGION)).build();
    let client = ec2(if aws::is_known_region(region_of(sdk)) { sdk } else { &home });
    let asked = client.describe_regions().all_regions(true).send();
    let remedy = region_remedy(name);
    match tokio::time::timeout(CREDENTIALS_TIMEOUT, asked).await {
        Ok(Ok(answer)) => {
            let known = answer.regions().iter().any(|region| region.region_name() == Some(name));
            if known {
                return Ok(());
            }
            Err(AgentError::Setup(format!("AWS has no region \"{name}\"; {remedy}")))
        }
        Ok(Err(_)) | Err(_) => Err(AgentError::Setup(format!(
            "\"{name}\" is no region known here, and AWS could not be asked; {remedy}"
        ))),
    }
}

fn sentence(what: &str, failure: &ServiceFailure) -> String {
    match &failure.hint {
        Some(hint) => format!("{what}: {}; {hint}", failure.error),
        None => format!("{what}: {}", failure.error),
    }
}
