//! `GetMetricData`: up to 500 metrics a call, each with the values of a span of time.

use super::cbor::{Reader, Writer};
use super::figures::{self, Asked, Series};
use crate::aws::Aws;
use crate::cloud::Call;
use crate::http::Request;

/// What a call asks for besides its metrics: seconds since 1970.
#[derive(Debug, Default, Clone, Copy)]
struct Span {
    start: i64,
    end: i64,
}

/// One query: its own name, and what it asks for.
struct Query<'b> {
    id: &'b str,
    asked: Asked<'b>,
    period: i64,
}

/// The answer; `None` where the question cannot be read.
pub(super) fn answer(aws: &Aws, request: &Request, call: &Call) -> Option<Vec<u8>> {
    let mut span = Span::default();
    let mut queries = Vec::with_capacity(500);
    Reader::new(&request.body).map(|key, value| {
        match key {
            "StartTime" => span.start = value.number()?,
            "EndTime" => span.end = value.number()?,
            "MetricDataQueries" => {
                value.list(|value| {
                    queries.push(query(value)?);
                    Some(())
                })?;
            }
            _ => value.skip()?,
        }
        Some(())
    })?;
    let place = aws.place(call);
    let mut writer = Writer::with_capacity(queries.len() * 160);
    writer.map(2);
    writer.text("Messages");
    writer.list(0);
    writer.text("MetricDataResults");
    writer.list(queries.len());
    for query in &queries {
        let series =
            place.as_ref().map_or(Series::None, |place| figures::series(aws, place, &query.asked));
        result(&mut writer, query, &series, span);
    }
    Some(writer.bytes)
}

/// Nothing is looked at twice and nothing is copied: a call has 500 of them.
fn query<'b>(reader: &mut Reader<'b>) -> Option<Query<'b>> {
    let mut query = Query { id: "", asked: Asked::default(), period: 60 };
    reader.map(|key, value| {
        match key {
            "Id" => query.id = value.text()?,
            "MetricStat" => value.map(|key, value| {
                match key {
                    "Metric" => metric(&mut query.asked, value)?,
                    "Period" => query.period = value.number()?.max(1),
                    _ => value.skip()?,
                }
                Some(())
            })?,
            _ => value.skip()?,
        }
        Some(())
    })?;
    Some(query)
}

fn metric<'b>(asked: &mut Asked<'b>, reader: &mut Reader<'b>) -> Option<()> {
    reader.map(|key, value| {
        match key {
            "Namespace" => asked.namespace = value.text()?,
            "MetricName" => asked.name = value.text()?,
            "Dimensions" => value.list(|value| dimension(asked, value))?,
            _ => value.skip()?,
        }
        Some(())
    })
}

fn dimension<'b>(asked: &mut Asked<'b>, reader: &mut Reader<'b>) -> Option<()> {
    let (mut name, mut of) = ("", "");
    reader.map(|key, value| {
        match key {
            "Name" => name = value.text()?,
            "Value" => of = value.text()?,
            _ => value.skip()?,
        }
        Some(())
    })?;
    match name {
        "StorageType" => asked.storage_type = of,
        "InstanceId"
        | "FunctionName"
        | "DBInstanceIdentifier"
        | "DBClusterIdentifier"
        | "BucketName" => asked.resource = of,
        _ => {}
    }
    Some(())
}

/// The values of one metric, the newest first, each at the beginning of its period.
fn result(writer: &mut Writer, query: &Query<'_>, series: &Series, span: Span) {
    let periods = usize::try_from((span.end - span.start).max(0) / query.period).unwrap_or(0);
    let count = series.count(periods);
    writer.map(5);
    writer.entry("Id", query.id);
    writer.entry("Label", query.asked.name);
    writer.entry("StatusCode", "Complete");
    writer.text("Timestamps");
    writer.list(count);
    for back in 1..=count {
        writer.time(span.end - query.period * i64::try_from(back).unwrap_or_default());
    }
    writer.text("Values");
    writer.list(count);
    for back in 0..count {
        writer.float(series.value(back));
    }
}
