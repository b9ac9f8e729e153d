//! The tagging API: tags of functions and buckets, 100 resources a page.
//! <https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html>

use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::lambda::Function;
use super::s3::{self, Bucket};
use super::{Aws, FUNCTIONS, refusals};
use crate::cloud::Call;
use crate::http::{Reply, Request};

/// The most resources of a page.
const PAGE: usize = 100;

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Question {
    resource_type_filters: Vec<String>,
    resources_per_page: Option<usize>,
    pagination_token: Option<String>,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    pagination_token: String,
    resource_tag_mapping_list: Vec<Mapping>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Mapping {
    #[serde(rename = "ResourceARN")]
    resource_arn: String,
    tags: Vec<Tag>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    key: &'static str,
    value: &'static str,
}

pub(super) fn answer(aws: &Aws, request: &Request, call: &Call) -> Reply {
    let question: Question = match serde_json::from_slice(&request.body) {
        Ok(question) if call.operation == "GetResources" => question,
        _ => {
            return refusals::json_error("InvalidParameterException", "The request is not valid")
                .status(StatusCode::BAD_REQUEST);
        }
    };
    let place = aws.place(call);
    let answer = match (question.resource_type_filters.first().map(String::as_str), &place) {
        (Some("lambda:function"), Some(place)) => {
            answer_with(&question, 0..aws.count(FUNCTIONS, place), |index| {
                let function = Function::of(place, index);
                (function.arn(place), function.tags)
            })
        }
        (Some("s3"), Some(place)) => answer_with(&question, s3::here(aws, place), |index| {
            let Bucket { name, tags, .. } = Bucket::of(aws, place, index);
            (format!("arn:aws:s3:::{name}"), tags)
        }),
        _ => Answer::default(),
    };
    Reply::of("application/x-amz-json-1.1", serde_json::to_vec(&answer).unwrap_or_default())
}

/// A page of those that have tags: what has none is not listed. The token is the number of the
/// resource that the next page begins with.
fn answer_with(
    question: &Question,
    all: impl Iterator<Item = u64>,
    tags: impl Fn(u64) -> (String, Vec<(&'static str, &'static str)>),
) -> Answer {
    let token = question.pagination_token.as_deref().unwrap_or_default();
    let start: u64 = token.parse().unwrap_or_default();
    let most = question.resources_per_page.unwrap_or(PAGE).clamp(1, PAGE);
    let mut answer = Answer::default();
    for index in all.skip_while(|index| *index < start) {
        if answer.resource_tag_mapping_list.len() == most {
            answer.pagination_token = index.to_string();
            break;
        }
        let (resource_arn, tags) = tags(index);
        if !tags.is_empty() {
            let tags = tags.into_iter().map(|(key, value)| Tag { key, value }).collect();
            answer.resource_tag_mapping_list.push(Mapping { resource_arn, tags });
        }
    }
    answer
}
