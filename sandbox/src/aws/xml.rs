//! Writing XML: fast, and escaped where a person's text is in it.

use std::fmt::{Display, Write as _};

use crate::http::Reply;

/// `<name>value</name>`; `value` is known to need no escaping.
pub(super) fn element(into: &mut String, name: &str, value: impl Display) {
    // Writing to a string does not fail.
    let _ = write!(into, "<{name}>{value}</{name}>");
}

/// The same of any text.
pub(super) fn text(into: &mut String, name: &str, value: &str) {
    let _ = write!(into, "<{name}>");
    escape(into, value);
    let _ = write!(into, "</{name}>");
}

fn escape(into: &mut String, value: &str) {
    if !value.contains(['&', '<', '>', '"', '\'']) {
        return into.push_str(value);
    }
    for each in value.chars() {
        match each {
            '&' => into.push_str("&amp;"),
            '<' => into.push_str("&lt;"),
            '>' => into.push_str("&gt;"),
            '"' => into.push_str("&quot;"),
            '\'' => into.push_str("&apos;"),
            other => into.push(other),
        }
    }
}

/// Tags as EC2 lists them.
pub(super) fn tags(into: &mut String, tags: &[(&str, &str)]) {
    into.push_str("<tagSet>");
    for (key, value) in tags {
        into.push_str("<item>");
        text(into, "key", key);
        text(into, "value", value);
        into.push_str("</item>");
    }
    into.push_str("</tagSet>");
}

/// An answer of EC2's: the set's items are `items`, `next` is the token of the next page.
pub(super) fn ec2(operation: &str, set: &str, items: &str, next: Option<&str>) -> Reply {
    let mut body = String::with_capacity(items.len() + 400);
    body.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ =
        write!(body, "<{operation}Response xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\">");
    element(&mut body, "requestId", "8f7724cf-496f-496e-8fe3-000000000000");
    let _ = write!(body, "<{set}>{items}</{set}>");
    if let Some(next) = next {
        element(&mut body, "nextToken", next);
    }
    let _ = write!(body, "</{operation}Response>");
    Reply::of("text/xml;charset=UTF-8", body)
}

/// An answer of the query protocol that RDS and STS speak.
pub(super) fn query(namespace: &str, operation: &str, result: &str) -> Reply {
    let body = format!(
        "<{operation}Response xmlns=\"{namespace}\"><{operation}Result>{result}</{operation}Result>\
         <ResponseMetadata><RequestId>9a2b0000-0000-0000-0000-000000000000</RequestId>\
         </ResponseMetadata></{operation}Response>"
    );
    Reply::of("text/xml", body)
}

/// A refusal: EC2 has a form of its own, RDS and STS share one.
pub(super) fn error(service: &str, code: &str, message: &str) -> Reply {
    let body = match service {
        "ec2" => format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>{code}</Code>\
             <Message>{message}</Message></Error></Errors><RequestID>ea966190</RequestID></Response>"
        ),
        _ => format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message>\
             </Error><RequestId>ea966190</RequestId></ErrorResponse>"
        ),
    };
    Reply::of("text/xml;charset=UTF-8", body)
}

/// A refusal of S3's.
pub(super) fn s3_error(code: &str, message: &str) -> Reply {
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message>\
         <RequestId>4442587FB7D0A2F9</RequestId><HostId>sandbox</HostId></Error>"
    );
    Reply::of("application/xml", body)
}
