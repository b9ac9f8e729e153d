//! STS: who asks, and roles.

use http::StatusCode;

use super::place::session_key;
use super::xml;
use crate::cloud::Call;
use crate::http::{Reply, Request};

const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

pub(super) fn answer(request: &Request, call: &Call) -> Reply {
    match call.operation.as_str() {
        "GetCallerIdentity" => {
            let account = &call.account;
            let identity = format!(
                "<Arn>arn:aws:sts::{account}:assumed-role/openfinops-agent/sandbox</Arn>\
                 <UserId>AROASANDBOX:sandbox</UserId><Account>{account}</Account>"
            );
            xml::query(NAMESPACE, "GetCallerIdentity", &identity)
        }
        "AssumeRole" => assume(&request.field("RoleArn").unwrap_or_default()),
        other => xml::error("sts", "InvalidAction", &format!("Could not find operation {other}"))
            .status(StatusCode::BAD_REQUEST),
    }
}

fn assume(role: &str) -> Reply {
    let account = role.split(':').nth(4).unwrap_or_default();
    let session = format!(
        "<AssumedRoleUser><AssumedRoleId>AROASANDBOX:sandbox</AssumedRoleId>\
         <Arn>arn:aws:sts::{account}:assumed-role/openfinops-agent/sandbox</Arn></AssumedRoleUser>\
         <Credentials><AccessKeyId>{}</AccessKeyId><SecretAccessKey>sandbox</SecretAccessKey>\
         <SessionToken>sandbox</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>",
        session_key(account)
    );
    xml::query(NAMESPACE, "AssumeRole", &session)
}
