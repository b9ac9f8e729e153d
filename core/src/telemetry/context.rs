//! A place in a trace, as W3C's Trace Context writes it.
//! <https://www.w3.org/TR/trace-context/#traceparent-header>

use std::fmt;
use std::str::FromStr;

use opentelemetry::trace::{SpanId, TraceId};

use super::settings::PARENT_VARIABLE;

/// A span of a trace, to be handed to another process: `traceparent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceContext {
    /// The trace, 16 bytes that are not all zero.
    pub trace_id: TraceId,
    /// The span that the next one is below of, 8 bytes that are not all zero.
    pub span_id: SpanId,
    /// Whether the trace is recorded here.
    pub sampled: bool,
}

/// Why a text is no `traceparent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ContextError {
    /// It does not read `00-<32 digits>-<16 digits>-<2 digits>`, each digit of `0-9a-f`.
    #[error("it does not read 00-<32 digits>-<16 digits>-<2 digits> with digits of 0-9 and a-f")]
    Form,
    /// Its version is `ff`, which the recommendation forbids.
    #[error("its version is ff, which is no version")]
    Version,
    /// Its trace or its span is all zeros.
    #[error("its trace or its span is all zeros")]
    Zero,
}

/// How long a `traceparent` of version 00 is, in characters.
const LENGTH: usize = 55;

impl TraceContext {
    /// The caller's place in its trace, as `TRACEPARENT` says. One that cannot be read is left out.
    #[must_use]
    pub fn of_the_environment() -> Option<Self> {
        std::env::var(PARENT_VARIABLE).ok()?.parse().ok()
    }
}

impl FromStr for TraceContext {
    type Err = ContextError;

    /// Reads version 00 exactly, and of a later version the part that every version has.
    fn from_str(text: &str) -> Result<Self, ContextError> {
        let bytes = text.as_bytes();
        let version = hex(text.get(..2)).ok_or(ContextError::Form)?;
        if version == 0xff {
            return Err(ContextError::Version);
        }
        let ends = match bytes.get(LENGTH) {
            None => bytes.len() == LENGTH,
            Some(&next) => version > 0 && next == b'-',
        };
        if !ends || [2, 35, 52].iter().any(|&at| bytes[at] != b'-') {
            return Err(ContextError::Form);
        }
        let trace_id = hex(text.get(3..35)).ok_or(ContextError::Form)?;
        let span_id = hex(text.get(36..52)).ok_or(ContextError::Form)?;
        let flags = hex(text.get(53..LENGTH)).ok_or(ContextError::Form)?;
        if trace_id == 0 || span_id == 0 {
            return Err(ContextError::Zero);
        }
        let span_id = u64::try_from(span_id).expect("sixteen digits are eight bytes");
        let (trace_id, span_id) = (TraceId::from(trace_id), SpanId::from(span_id));
        Ok(Self { trace_id, span_id, sampled: flags & 1 == 1 })
    }
}

impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{}-{}-{:02x}", self.trace_id, self.span_id, u8::from(self.sampled))
    }
}

/// The number that lowercase digits write.
fn hex(digits: Option<&str>) -> Option<u128> {
    let digits = digits?;
    let plain = digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
    plain.then(|| u128::from_str_radix(digits, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    const SPAN: &str = "00f067aa0ba902b7";

    #[test]
    fn the_recommendations_own_example_goes_there_and_back() {
        let text = format!("00-{TRACE}-{SPAN}-01");
        let context: TraceContext = text.parse().unwrap();
        assert_eq!(context.trace_id.to_string(), TRACE);
        assert_eq!(context.span_id.to_string(), SPAN);
        assert!(context.sampled);
        assert_eq!(context.to_string(), text);
    }

    #[test]
    fn only_the_lowest_flag_says_that_it_is_sampled() {
        for (flags, sampled) in [("00", false), ("01", true), ("02", false), ("03", true)] {
            let context: TraceContext = format!("00-{TRACE}-{SPAN}-{flags}").parse().unwrap();
            assert_eq!(context.sampled, sampled, "{flags}");
        }
    }

    #[test]
    fn a_later_version_may_say_more() {
        for text in [format!("cc-{TRACE}-{SPAN}-01"), format!("cc-{TRACE}-{SPAN}-01-what-comes")] {
            assert!(text.parse::<TraceContext>().unwrap().sampled, "{text}");
        }
    }

    #[test]
    fn what_the_recommendation_forbids_is_refused() {
        let upper = TRACE.to_uppercase();
        let zeros = "0".repeat(32);
        for (text, why) in [
            (format!("ff-{TRACE}-{SPAN}-01"), ContextError::Version),
            (format!("00-{zeros}-{SPAN}-01"), ContextError::Zero),
            (format!("00-{TRACE}-0000000000000000-01"), ContextError::Zero),
            (format!("00-{upper}-{SPAN}-01"), ContextError::Form),
            (format!("00-{TRACE}-{SPAN}-01-more"), ContextError::Form),
            (format!("00-{TRACE}-{SPAN}-01-"), ContextError::Form),
            (format!("cc-{TRACE}-{SPAN}-01.more"), ContextError::Form),
            (format!("00-{TRACE}-{SPAN}-0"), ContextError::Form),
            (format!("00-{TRACE}-{SPAN}"), ContextError::Form),
            (format!("0-{TRACE}-{SPAN}-001"), ContextError::Form),
            (format!("00_{TRACE}_{SPAN}_01"), ContextError::Form),
            (format!("00-{TRACE}-{SPAN}-0x"), ContextError::Form),
            (format!(" 00-{TRACE}-{SPAN}-01"), ContextError::Form),
            (format!("00-+{}-{SPAN}-01", &TRACE[1..]), ContextError::Form),
            ("é".repeat(30), ContextError::Form),
            (String::new(), ContextError::Form),
        ] {
            assert_eq!(text.parse::<TraceContext>(), Err(why), "{text}");
        }
    }
}
