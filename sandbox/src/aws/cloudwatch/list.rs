//! `ListMetrics`: the memory that agents on instances report, and the sizes of buckets.
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html>

use super::cbor::{Reader, Writer};
use crate::aws::Aws;
use crate::aws::ec2::{Instance, State};
use crate::aws::place::Place;
use crate::aws::s3::{self, Bucket};
use crate::cloud::Call;
use crate::http::Request;

/// The most metrics of a page.
const PAGE: usize = 500;
/// The instances whose number is a multiple of this have an agent of CloudWatch's own.
const REPORTING: u64 = 50;

/// Whether the running instance of this number reports its memory.
pub(in crate::aws) fn reports_memory(index: u64) -> bool {
    index.is_multiple_of(REPORTING)
}

/// What is listed so far, and where the next page goes on.
struct Page {
    writer: Writer,
    count: usize,
    next: Option<u64>,
}

/// The answer; `None` where the question cannot be read.
pub(super) fn answer(aws: &Aws, request: &Request, call: &Call) -> Option<Vec<u8>> {
    let (mut namespace, mut name, mut token) = ("", "", "");
    Reader::new(&request.body).map(|key, value| {
        match key {
            "Namespace" => namespace = value.text()?,
            "MetricName" => name = value.text()?,
            "NextToken" => token = value.text()?,
            _ => value.skip()?,
        }
        Some(())
    })?;
    let start = if token.is_empty() { 0 } else { token.parse().ok()? };
    let mut page = Page { writer: Writer::with_capacity(PAGE * 200), count: 0, next: None };
    page.writer.map(1);
    page.writer.text("Metrics");
    page.writer.open_list();
    let place = aws.place(call);
    match (namespace, name, &place) {
        ("CWAgent", "mem_used_percent", Some(place)) => memory(&mut page, aws, place, start),
        ("AWS/S3", "BucketSizeBytes", Some(place)) => sizes(&mut page, aws, place, start),
        _ => {}
    }
    page.writer.end();
    let Page { mut writer, next, .. } = page;
    if let Some(next) = next {
        // The map has one entry more than was said at its beginning.
        writer.bytes[0] += 1;
        writer.entry("NextToken", &next.to_string());
    }
    Some(writer.bytes)
}

impl Page {
    fn metric(&mut self, namespace: &str, name: &str, dimensions: &[(&str, &str)]) {
        self.count += 1;
        self.writer.map(3);
        self.writer.entry("Namespace", namespace);
        self.writer.entry("MetricName", name);
        self.writer.text("Dimensions");
        self.writer.list(dimensions.len());
        for (name, value) in dimensions {
            self.writer.map(2);
            self.writer.entry("Name", name);
            self.writer.entry("Value", value);
        }
    }
}

fn memory(page: &mut Page, aws: &Aws, place: &Place, start: u64) {
    let mut number = start;
    while number * REPORTING < aws.instances(place) {
        if page.count == PAGE {
            page.next = Some(number);
            return;
        }
        let instance = Instance::of(aws, place, number * REPORTING);
        if instance.state == State::Running {
            let image = instance.image();
            let dimensions = [
                ("ImageId", image.as_str()),
                ("InstanceId", instance.id.as_str()),
                ("InstanceType", instance.type_name()),
            ];
            page.metric("CWAgent", "mem_used_percent", &dimensions);
        }
        number += 1;
    }
}

/// All types of a bucket are on one page: the token is the number of a bucket.
fn sizes(page: &mut Page, aws: &Aws, place: &Place, start: u64) {
    for index in s3::here(aws, place).skip_while(|index| *index < start) {
        let bucket = Bucket::of(aws, place, index);
        if page.count + bucket.storage.len() > PAGE {
            page.next = Some(index);
            return;
        }
        for (kind, _) in &bucket.storage {
            let dimensions = [("BucketName", bucket.name.as_str()), ("StorageType", kind)];
            page.metric("AWS/S3", "BucketSizeBytes", &dimensions);
        }
    }
}
