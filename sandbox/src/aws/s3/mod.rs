//! S3: the buckets of an account, wherever they are.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html>

mod bucket;
mod cost;

use std::fmt::Write as _;

use http::StatusCode;

use super::page::{number_of, page};
use super::place::{Place, REGIONS};
use super::{Aws, BUCKETS, xml};
use crate::cloud::Call;
use crate::http::{Reply, Request};
use crate::size::part;
pub(super) use bucket::Bucket;
pub(super) use cost::sum;

/// The most buckets of a page.
const PAGE: u64 = 10_000;
const NAMESPACE: &str = "http://s3.amazonaws.com/doc/2006-03-01/";

/// How many buckets the account of a place has.
pub(super) fn count(aws: &Aws, place: &Place) -> u64 {
    part(aws.size.of_share(BUCKETS), aws.size.accounts, place.account_index)
}

/// The numbers of the buckets that are in the region of a place.
pub(super) fn here(aws: &Aws, place: &Place) -> impl Iterator<Item = u64> + use<> {
    let step = usize::try_from(aws.size.regions).unwrap_or(1);
    (place.region_index..count(aws, place)).step_by(step)
}

/// The bucket of this name, where it is in the region of the place.
pub(super) fn find(aws: &Aws, place: &Place, name: &str) -> Option<Bucket> {
    let index = number_of(name).filter(|index| *index < count(aws, place))?;
    let bucket = Bucket::of(aws, place, index);
    Some(bucket).filter(|bucket| bucket.name == name && bucket.region == place.region)
}

pub(super) fn answer(aws: &Aws, request: &Request, call: &Call) -> Reply {
    // Any region may be asked for the account's buckets.
    let place = Place::find(&aws.size, &call.account, REGIONS[0]);
    match (call.operation.as_str(), place) {
        ("ListBuckets", place) => list(aws, request, place.as_ref()),
        ("GetBucketLocation", Some(place)) => location(aws, request, &place),
        _ => xml::s3_error(
            "NotImplemented",
            "A header you provided implies functionality that is not implemented",
        )
        .status(StatusCode::NOT_IMPLEMENTED),
    }
}

fn list(aws: &Aws, request: &Request, place: Option<&Place>) -> Reply {
    let all = place.map_or(0, |place| count(aws, place));
    let (token, wanted) =
        (request.parameter("continuation-token"), request.parameter("max-buckets"));
    let (range, next) = page(token.as_deref(), wanted.as_deref(), PAGE, all);
    let mut body = String::with_capacity(200_000);
    let _ = write!(
        body,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListAllMyBucketsResult xmlns=\"{NAMESPACE}\">\
         <Owner><ID>75aa57f09aa0c8caeab4f8c24e99d10f8e7faeebf76c078efc7c6caea54ba06a</ID></Owner><Buckets>"
    );
    if let Some(place) = place {
        for index in range {
            let Bucket { name, region, .. } = Bucket::of(aws, place, index);
            let _ = write!(
                body,
                "<Bucket><Name>{name}</Name><CreationDate>2024-02-03T10:00:00.000Z</CreationDate>\
                 <BucketRegion>{region}</BucketRegion>\
                 <BucketArn>arn:aws:s3:::{name}</BucketArn></Bucket>"
            );
        }
    }
    body.push_str("</Buckets>");
    if let Some(next) = next {
        xml::element(&mut body, "ContinuationToken", next);
    }
    body.push_str("</ListAllMyBucketsResult>");
    Reply::of("application/xml", body)
}

/// The oldest regions have names of their own here
/// (<https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html>).
fn location(aws: &Aws, request: &Request, place: &Place) -> Reply {
    let name = request.path.trim_matches('/');
    let index = number_of(name).filter(|index| *index < count(aws, place));
    let bucket = index.map(|index| Bucket::of(aws, place, index));
    let Some(bucket) = bucket.filter(|bucket| bucket.name == name) else {
        return xml::s3_error("NoSuchBucket", "The specified bucket does not exist")
            .status(StatusCode::NOT_FOUND);
    };
    let constraint = match bucket.region {
        "us-east-1" => "",
        other => other,
    };
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<LocationConstraint xmlns=\"{NAMESPACE}\">{constraint}\
         </LocationConstraint>"
    );
    Reply::of("application/xml", body)
}
