//! Random ids, and which traces are recorded.

use std::cell::RefCell;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;

use fastrand::Rng;
use opentelemetry::trace::{SpanId, TraceId};

thread_local! {
    /// Two, so that a trace's 16 bytes come from as many bytes of state.
    static RANDOM: RefCell<[Rng; 2]> = RefCell::new([seeded(), seeded()]);
}

/// A generator of its own. The standard library's hash keys come from the system's random numbers.
fn seeded() -> Rng {
    Rng::with_seed(RandomState::new().hash_one(std::process::id()))
}

/// A new trace's id, never zero.
pub(super) fn trace_id() -> TraceId {
    let id = random(|[high, low]| (u128::from(high.u64(..)) << 64) | u128::from(low.u64(1..)));
    TraceId::from(id)
}

/// A new span's id, never zero.
pub(super) fn span_id() -> SpanId {
    SpanId::from(random(|[_, low]| low.u64(1..)))
}

fn random<T>(draw: impl Fn(&mut [Rng; 2]) -> T) -> T {
    // A thread at its end may make spans when its own memory is gone.
    RANDOM
        .try_with(|kept| draw(&mut kept.borrow_mut()))
        .unwrap_or_else(|_| draw(&mut [seeded(), seeded()]))
}

/// Whether the trace is among the share `ratio`: decided by the id alone, as OpenTelemetry's
/// `TraceIdRatioBased` does, so that every process decides the same.
pub(super) fn among(ratio: f64, trace: TraceId) -> bool {
    let bytes = trace.to_bytes();
    let low = u64::from_be_bytes(bytes[8..].try_into().expect("sixteen bytes have a second half"));
    // At a ratio of 1 the bound is above every id.
    (low >> 1) < (ratio * (1u64 << 63) as f64) as u64
}

#[cfg(test)]
mod tests {
    use opentelemetry::trace::SpanKind;
    use opentelemetry_sdk::trace::{Sampler, SamplingDecision, ShouldSample as _};

    use super::*;

    #[test]
    fn the_decision_is_opentelemetrys() {
        for ratio in [0.0, 1e-9, 0.1, 0.5, 0.999, 1.0] {
            let sampler = Sampler::TraceIdRatioBased(ratio);
            for _ in 0..1_000 {
                let id = trace_id();
                let theirs =
                    sampler.should_sample(None, id, "", &SpanKind::Internal, &[], &[]).decision;
                assert_eq!(among(ratio, id), theirs == SamplingDecision::RecordAndSample, "{id}");
            }
        }
    }

    #[test]
    fn the_bounds_of_a_half_are_where_they_should_be() {
        assert!(among(0.5, TraceId::from(0x7fff_ffff_ffff_ffff)));
        assert!(!among(0.5, TraceId::from(0x8000_0000_0000_0000)));
        assert!(among(1.0, TraceId::from(u128::MAX)));
        assert!(!among(0.0, TraceId::from(1)));
    }

    #[test]
    fn ids_of_threads_differ() {
        let here: Vec<_> = (0..100).map(|_| trace_id()).collect();
        let there = std::thread::spawn(|| (0..100).map(|_| trace_id()).collect::<Vec<_>>());
        assert!(there.join().unwrap().iter().all(|id| !here.contains(id)));
    }
}
