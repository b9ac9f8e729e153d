//! Answers as a client reads them, page by page.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::{HeaderMap, Method};
use serde_json::{Value, json};

use super::*;

fn aws(resources: u64) -> Aws {
    Aws::new(Size { seed: 7, resources, accounts: 1, regions: 2, mix: Mix::All })
}

fn ask(aws: &Aws, service: &str, path: &str, query: &str, body: &Value) -> Reply {
    let credential = format!("Credential=AKIA/20261122/us-east-1/{service}/aws4_request, x");
    let mut headers = HeaderMap::new();
    headers.insert("authorization", credential.parse().unwrap());
    headers
        .insert("x-amz-target", "ResourceGroupsTaggingAPI_20170126.GetResources".parse().unwrap());
    let request = Request {
        method: Method::GET,
        path: path.to_owned(),
        query: query.to_owned(),
        headers,
        body: Bytes::from(body.to_string()),
    };
    aws.answer(&request, &aws.call(&request))
}

fn json_of(reply: &Reply) -> Value {
    serde_json::from_slice(&reply.body).unwrap()
}

fn text_of(reply: &Reply) -> String {
    String::from_utf8(reply.body.to_vec()).unwrap()
}

#[test]
fn clusters_and_node_groups_are_listed_to_the_end() {
    let aws = aws(100_000);
    let all = |path: &str, list: &str| {
        let (mut names, mut token) = (BTreeSet::new(), String::new());
        loop {
            let page =
                json_of(&ask(&aws, "eks", path, &format!("maxResults=100{token}"), &json!({})));
            let listed = page[list].as_array().unwrap();
            assert!(listed.len() <= 100);
            names.extend(listed.iter().map(|name| name.as_str().unwrap().to_owned()));
            match page["nextToken"].as_str() {
                Some(next) => token = format!("&nextToken={next}"),
                None => return names,
            }
        }
    };
    let clusters = all("/clusters", "clusters");
    assert_eq!(clusters.len(), 250);
    let groups = |name: &String| all(&format!("/clusters/{name}/node-groups"), "nodegroups");
    let largest = clusters.iter().map(groups).max_by_key(BTreeSet::len).unwrap();
    assert_eq!(largest.len(), 103);
}

#[test]
fn what_is_not_there_is_not_found() {
    let aws = aws(1_000);
    for path in ["/clusters/nobody-0000", "/clusters/nobody-0000/node-groups/workers-000"] {
        let reply = ask(&aws, "eks", path, "", &json!({}));
        assert_eq!(reply.status, StatusCode::NOT_FOUND);
        let kind = ("x-amzn-errortype", "ResourceNotFoundException".to_owned());
        assert!(reply.headers.contains(&kind), "{:?}", reply.headers);
    }
    let reply = ask(&aws, "s3", "/nobody-0000", "location", &json!({}));
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    assert!(text_of(&reply).contains("<Code>NoSuchBucket</Code>"));
}

#[test]
fn a_bucket_is_where_its_list_says() {
    let aws = aws(1_000);
    let list = text_of(&ask(&aws, "s3", "/", "max-buckets=15", &json!({})));
    assert!(list.contains("<ContinuationToken>15</ContinuationToken>"), "{list}");
    let mut seen = 0;
    for entry in list.split("<Bucket>").skip(1) {
        let between =
            |start: &str, end: &str| entry.split_once(start).unwrap().1.split_once(end).unwrap().0;
        let name = between("<Name>", "</Name>");
        let region = between("<BucketRegion>", "</BucketRegion>");
        let answer = text_of(&ask(&aws, "s3", &format!("/{name}"), "location", &json!({})));
        // The first region has no name here.
        let named = if region == "us-east-1" { "/\">" } else { region };
        assert!(answer.contains(&format!("{named}</LocationConstraint>")), "{answer}");
        seen += 1;
    }
    assert_eq!(seen, 15);
}

#[test]
fn only_what_has_tags_is_listed_with_them() {
    let aws = aws(10_000);
    let (mut listed, mut pages, mut token) = (0, 0, String::new());
    loop {
        let question = json!({ "ResourceTypeFilters": ["lambda:function"], "ResourcesPerPage": 100,
            "PaginationToken": token });
        let page = json_of(&ask(&aws, "tagging", "/", "", &question));
        let mappings = page["ResourceTagMappingList"].as_array().unwrap();
        assert!(mappings.iter().all(|it| !it["Tags"].as_array().unwrap().is_empty()));
        listed += mappings.len();
        pages += 1;
        token = page["PaginationToken"].as_str().unwrap().to_owned();
        if token.is_empty() {
            break;
        }
    }
    // 400 functions are in the region; a few have none.
    assert!((350..400).contains(&listed), "{listed}");
    assert_eq!(pages, 4);
}
