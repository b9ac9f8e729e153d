//! An account in a region: everything a service needs to be collected there.

use std::sync::{Arc, Mutex, PoisonError};

use aws_config::{Region, SdkConfig};
use aws_sdk_ec2::config::retry::{RetryPartition, TokenBucket};
use jiff::Timestamp;
use tokio::sync::{Semaphore, SemaphorePermit};

use finops_core::daily::DailyFigures;
use finops_core::model::{Event, Interner, Scope, Tags};
use finops_pricing::{Adjustment, ListPrices};

use crate::call_spans::CallSpans;
use crate::meter::{Meter, TooManyRequests};
use crate::metrics::MetricBudget;
use crate::sieve::{Kept, Sieve};
use crate::whole::WholeAnswers;

/// What all scopes of a cycle share.
#[derive(Clone)]
pub(crate) struct Shared {
    /// Prices.
    pub prices: Arc<ListPrices>,
    /// The user's own prices and discounts.
    pub adjustment: Adjustment,
    /// The ceiling on paid metrics.
    pub budget: Arc<MetricBudget>,
    /// Where daily figures are kept between cycles and runs.
    pub daily: DailyFigures,
    /// The most trace events that a snapshot carries.
    pub traced: usize,
}

/// An account in a region, while it is being collected.
pub(crate) struct AwsScope {
    /// Which account and region.
    pub scope: Scope,
    /// Whether this scope also collects what is global to the account (S3).
    pub home: bool,
    /// What all scopes share.
    pub shared: Shared,
    /// Counts the calls of this scope.
    pub meter: Meter,
    /// When collecting began: one moment for every figure of the scope.
    pub now: Timestamp,
    sdk: SdkConfig,
    large_page: Semaphore,
    interner: Mutex<Interner>,
    events: Mutex<Vec<Event>>,
}

/// Makes a client of one SDK that is counted, that takes whole answers only and that retries on any
/// 429.
macro_rules! client {
    ($self:ident, $sdk:ident, $region:expr) => {{
        let region: &str = $region;
        let config = $sdk::config::Builder::from(&$self.sdk)
            .retry_partition(Self::repeats(stringify!($sdk)))
            .region(Region::new(region.to_owned()))
            .interceptor($self.meter.clone())
            .interceptor(WholeAnswers)
            .interceptor(CallSpans)
            .retry_classifier(TooManyRequests)
            .build();
        $sdk::Client::from_conf(config)
    }};
}

impl AwsScope {
    /// A scope that asks with `sdk`'s credentials.
    #[must_use]
    pub(crate) fn new(scope: Scope, home: bool, sdk: SdkConfig, shared: Shared) -> Self {
        Self {
            scope,
            home,
            shared,
            meter: Meter::default(),
            now: Timestamp::now(),
            sdk,
            large_page: Semaphore::new(1),
            interner: Mutex::default(),
            events: Mutex::default(),
        }
    }

    /// The SDK's own quota of repeats is switched off: it loses five of its 500 with each repeat that is
    /// followed by another, so that a service that throttles for a minute fails while its tries are
    /// not used up. Tries, waits and the time of a call bound what is asked.
    fn repeats(sdk: &'static str) -> RetryPartition {
        RetryPartition::custom(sdk).token_bucket(TokenBucket::unlimited()).build()
    }

    /// The region.
    #[must_use]
    pub(crate) fn region(&self) -> &Arc<str> {
        &self.scope.region
    }

    /// Prices.
    #[must_use]
    pub(crate) fn prices(&self) -> &ListPrices {
        &self.shared.prices
    }

    /// EC2 in this region.
    #[must_use]
    pub(crate) fn ec2(&self) -> aws_sdk_ec2::Client {
        client!(self, aws_sdk_ec2, self.region())
    }

    /// EC2 in this region for a long list, of which only the elements that are `kept` are read.
    #[must_use]
    pub(crate) fn ec2_sieved(&self, kept: Kept) -> aws_sdk_ec2::Client {
        let config = self.ec2().config().to_builder().interceptor(Sieve(kept)).build();
        aws_sdk_ec2::Client::from_conf(config)
    }

    /// EKS in this region.
    #[must_use]
    pub(crate) fn eks(&self) -> aws_sdk_eks::Client {
        client!(self, aws_sdk_eks, self.region())
    }

    /// Lambda in this region.
    #[must_use]
    pub(crate) fn lambda(&self) -> aws_sdk_lambda::Client {
        client!(self, aws_sdk_lambda, self.region())
    }

    /// RDS in this region.
    #[must_use]
    pub(crate) fn rds(&self) -> aws_sdk_rds::Client {
        client!(self, aws_sdk_rds, self.region())
    }

    /// S3, asked in this region.
    #[must_use]
    pub(crate) fn s3(&self) -> aws_sdk_s3::Client {
        client!(self, aws_sdk_s3, self.region())
    }

    /// CloudWatch in any region: a bucket's figures are kept where the bucket is.
    #[must_use]
    pub(crate) fn cloudwatch(&self, region: &str) -> aws_sdk_cloudwatch::Client {
        client!(self, aws_sdk_cloudwatch, region)
    }

    /// The tagging API in any region.
    #[must_use]
    pub(crate) fn tagging(&self, region: &str) -> aws_sdk_resourcegroupstagging::Client {
        client!(self, aws_sdk_resourcegroupstagging, region)
    }

    /// Waits until no other page of a large list is in memory. A page of 1,000 instances or volumes
    /// takes several times its size while the SDK reads it: to be held until the page is dropped.
    pub(crate) async fn room_for_a_page(&self) -> Option<SemaphorePermit<'_>> {
        // The semaphore is never closed, so there is always a permit.
        self.large_page.acquire().await.ok()
    }

    /// One shared copy of a text that repeats.
    #[must_use]
    pub(crate) fn share(&self, text: &str) -> Arc<str> {
        self.interner.lock().unwrap_or_else(PoisonError::into_inner).share(text)
    }

    /// Tags from keys and values.
    #[must_use]
    pub(crate) fn tags<'t>(&self, pairs: impl IntoIterator<Item = (&'t str, &'t str)>) -> Tags {
        let mut interner = self.interner.lock().unwrap_or_else(PoisonError::into_inner);
        let mut tags = Tags::default();
        for (key, value) in pairs {
            tags.push(interner.share(key), value);
        }
        tags
    }

    /// Notes something that an operator should know of.
    pub(crate) fn note(&self, event: Event) {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).push(event);
    }

    /// Takes what was noted.
    #[must_use]
    pub(crate) fn take_events(&self) -> Vec<Event> {
        std::mem::take(&mut *self.events.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
