//! What an answer that is not the expected one, or none, means to a person.

use std::io::Read as _;
use std::time::Duration;

use flate2::read::MultiGzDecoder;
use jiff::Timestamp;
use reqwest::header::{CONTENT_LENGTH, HeaderMap, RETRY_AFTER, TRANSFER_ENCODING};
use reqwest::{Response, StatusCode, Version};
use serde_json::Value;
use url::Url;

use super::{Again, Fault, encoding, shown};
use crate::sync::FetchError;

/// How much of an answer is read, to quote it.
const READ: usize = 4 * 1024;
/// How long an answer is read, to quote it.
const READ_TIME: Duration = Duration::from_secs(2);
/// How many characters of it are quoted.
const QUOTED: usize = 200;
/// How many characters are quoted of what the vendor says to a person, which has its remedy at the
/// end: Google's longest known has 350.
const MESSAGE: usize = 600;

/// An answer of another status than was expected; `own` is what to do about a refusal of what was
/// sent to be let in.
pub(super) async fn refused(url: &Url, answer: Response, own: Option<&'static str>) -> Fault {
    let status = answer.status();
    let again = match status {
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
            retry_after(answer.headers()).map_or(Again::Later, Again::After)
        }
        StatusCode::REQUEST_TIMEOUT => Again::Later,
        _ if status.is_server_error() => Again::Later,
        _ => Again::Never,
    };
    let packed = encoding(answer.headers()).unwrap_or(false);
    let text = quoted(&beginning(answer).await, packed);
    let said = if text.is_empty() { String::new() } else { format!("; the answer was: {text}") };
    // Google refuses a key that is none with 400.
    let own = own.filter(|_| matches!(status.as_u16(), 400 | 401 | 403));
    let remedy = own.unwrap_or_else(|| remedy(status));
    let problem = format!("it answered {status}; {remedy}{said}");
    let error = FetchError { url: shown(url), problem, status: Some(status.as_u16()) };
    Fault { error, again }
}

/// What to do about an answer.
fn remedy(status: StatusCode) -> &'static str {
    match status.as_u16() {
        401 | 403 => "check the credentials, and whether a proxy stands in between",
        404 | 410 => "there is nothing at this address: check the one that is configured",
        407 => "a proxy wants to know who asks: set HTTPS_PROXY with a user",
        408 | 429 => "the vendor wants fewer requests: try again later",
        200..300 => "which is no answer to this request: look for a proxy in between",
        500.. => "the vendor's service has a problem: try again later",
        _ => "check the configured address",
    }
}

/// Why there is no answer, or not the whole of it, and whether another try may have more luck.
pub(super) fn silence(error: &reqwest::Error) -> (String, Again) {
    // The innermost cause says most: `Connection refused (os error 111)`.
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    let cause = cause.to_string();
    if error.is_redirect() {
        return (cause, Again::Never);
    }
    if error.is_timeout() {
        return ("no answer in time; check the network".to_owned(), Again::Later);
    }
    if cause.contains("certificate") {
        let remedy = "a private authority belongs to the system's, or into SSL_CERT_FILE";
        return (format!("{cause}; {remedy}"), Again::Never);
    }
    let remedy = if error.is_connect() {
        "check the address and the network, and HTTPS_PROXY where one is needed"
    } else {
        "the connection broke: check the network"
    };
    (format!("{cause}; {remedy}"), Again::Later)
}

/// Where the end of the body is cannot be mistaken: HTTP/1 says its length or sends chunks.
///
/// # Errors
/// The body ends where the connection does, wherever that is.
pub(in super::super) fn is_bounded(answer: &Response) -> Result<(), String> {
    let headers = answer.headers();
    let said = headers.contains_key(CONTENT_LENGTH) || headers.contains_key(TRANSFER_ENCODING);
    if said || answer.version() > Version::HTTP_11 {
        return Ok(());
    }
    Err("the answer does not say how long it is, so that a cut would not be noticed; look for a \
         proxy in between"
        .to_owned())
}

/// The wait that the vendor asked for: a number of seconds, or a date (RFC 9110, 10.2.3).
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
    // A date that has passed asks for no wait at all.
    Some(Duration::try_from(at.duration_since(Timestamp::now())).unwrap_or_default())
}

/// The start of an answer. One that drips is cut where its time is over.
async fn beginning(mut answer: Response) -> Vec<u8> {
    let mut text = Vec::new();
    let reading = async {
        while text.len() < READ {
            match answer.chunk().await {
                Ok(Some(chunk)) => text.extend_from_slice(&chunk),
                Ok(None) | Err(_) => break,
            }
        }
    };
    let _ = tokio::time::timeout(READ_TIME, reading).await;
    text.truncate(READ);
    text
}

/// What the vendor says to a person, or else the first characters that can be printed, on one line.
fn quoted(body: &[u8], packed: bool) -> String {
    let mut unpacked = Vec::new();
    if packed {
        // What could be unpacked before the cut is what is quoted.
        let _ = MultiGzDecoder::new(body).take(READ as u64).read_to_end(&mut unpacked);
    } else {
        unpacked.extend_from_slice(body);
    }
    match message(&unpacked) {
        Some(message) => printable(&message, MESSAGE),
        None => printable(&String::from_utf8_lossy(&unpacked), QUOTED),
    }
}

fn printable(text: &str, most: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let printable = |letter: &char| !letter.is_control() && *letter != char::REPLACEMENT_CHARACTER;
    words.join(" ").chars().filter(printable).take(most).collect()
}

/// The message of an error in Google's or Microsoft's form.
/// <https://google.aip.dev/193>,
/// <https://github.com/microsoft/api-guidelines/blob/vNext/azure/Guidelines.md#handling-errors>
fn message(body: &[u8]) -> Option<String> {
    let answer: Value = serde_json::from_slice(body).ok()?;
    let error = answer.get("error").or_else(|| answer.get("Error"))?;
    let message = error.get("message").or_else(|| error.get("Message"))?.as_str()?;
    Some(message.to_owned()).filter(|message| !message.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_is_one_line_that_can_be_printed() {
        assert_eq!(
            quoted(b"<html>\n  \x1b[31mno\x07 way\xff</html>", false),
            "<html> [31mno way</html>"
        );
        assert_eq!(quoted("é".repeat(900).as_bytes(), false).chars().count(), QUOTED);
    }

    #[test]
    fn of_an_error_the_message_is_quoted_to_its_end() {
        let long = format!("Not enabled.\n{} Enable it.", "Why. ".repeat(80));
        let whole = long.split_whitespace().collect::<Vec<_>>().join(" ");
        for body in [
            serde_json::json!({ "error": { "code": 403, "details": [{}], "message": long } }),
            serde_json::json!({ "Error": { "Code": "BadRequest", "Message": long } }),
        ] {
            assert_eq!(quoted(body.to_string().as_bytes(), false), whole);
        }
        let endless = serde_json::json!({ "error": { "message": "é".repeat(9_000) } }).to_string();
        assert_eq!(quoted(endless.as_bytes(), false).chars().count(), MESSAGE);
        for other in [r#"{"error":"no"}"#, r#"{"error":{"message":" "}}"#, r#"{"error":{"mess"#] {
            assert_eq!(quoted(other.as_bytes(), false), other);
        }
    }

    #[test]
    fn a_wait_is_a_number_or_a_date() {
        let asked = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, text.parse().unwrap());
            retry_after(&headers)
        };
        assert_eq!(asked("7"), Some(Duration::from_secs(7)));
        assert_eq!(asked("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::ZERO));
        assert_eq!(asked("soon"), None);
    }
}
