//! Tags of services whose lists leave them out, 100 resources a call.

use std::collections::HashMap;

use finops_core::model::{Event, ServiceFailure, Tags};

use crate::failure::failure;
use crate::pages;
use crate::scope::AwsScope;

pub(super) const ACTION: &str = "tag:GetResources";

/// The tags of every resource of `kind` (`lambda:function`, `s3`) in `region`, by ARN. Where they
/// cannot be read the resources go without, and an event says so.
pub(super) async fn tags(
    scope: &AwsScope,
    service: &'static str,
    kind: &str,
    region: &str,
) -> HashMap<String, Tags> {
    match read(scope, kind, region).await {
        Ok(tags) => tags,
        Err(ServiceFailure { error, hint }) => {
            let mut event = Event::now("tags_failed", Some(service), error);
            event.hint = hint;
            scope.note(event);
            HashMap::new()
        }
    }
}

async fn read(
    scope: &AwsScope,
    kind: &str,
    region: &str,
) -> Result<HashMap<String, Tags>, ServiceFailure> {
    let mut pages = scope
        .tagging(region)
        .get_resources()
        .resource_type_filters(kind)
        .resources_per_page(100)
        .into_paginator()
        .send();
    let mut count = pages::Count::default();
    let mut tags = HashMap::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| failure(ACTION, &error))?;
        count.next(ACTION, page.pagination_token())?;
        for mapping in page.resource_tag_mapping_list() {
            let Some(arn) = mapping.resource_arn() else {
                continue;
            };
            let pairs = mapping.tags().iter().map(|tag| (tag.key(), tag.value()));
            tags.insert(arn.to_owned(), scope.tags(pairs));
        }
    }
    Ok(tags)
}
