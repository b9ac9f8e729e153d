//! What the tests of long runs share: an agent without a cloud, and this process's memory.

// Each test file is a crate of its own and uses a part of this.
#![allow(dead_code, reason = "each test uses a part")]

pub(crate) mod agent;
pub(crate) mod memory;
pub(crate) mod sink;

use std::future::Future;
use std::time::{Duration, Instant};

/// Asks again and again until the answer is something, for at most five minutes.
pub(crate) async fn until<T, F: Future<Output = Option<T>>>(
    what: &str,
    mut ask: impl FnMut() -> F,
) -> T {
    let deadline = Instant::now() + Duration::from_secs(300);
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "never: {what}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}
