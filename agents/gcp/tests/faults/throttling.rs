//! Too many requests.

use std::sync::atomic::Ordering;
use std::time::Duration;

use serde_json::json;

use crate::support::documents::failed;
use crate::support::expectations::assert_all;
use crate::support::fleet::{EDGE, Fleet, MAIN};
use crate::support::google::errors::{refusal, throttled};
use crate::support::google::rules::{closed_for, every, first};
use crate::support::{documents, expectations};
use crate::{assert_failed, collection, cycle, is_instances, is_metrics};

#[test]
fn who_says_come_again_in_a_second_is_asked_again_after_a_second_and_not_before() {
    let fleet = Fleet::small().shared();
    let of_main = |call: &_| is_instances(call) && call.is_of(MAIN);
    let (rule, refused) =
        closed_for(Duration::from_secs(1), of_main, |_| throttled(1), || throttled(1));
    let (ran, _google) = cycle(&fleet, vec![rule]);
    assert_all(&fleet, &ran.assert_well().documents());
    assert_eq!(refused.load(Ordering::Relaxed), 0, "asked before the second was over");
}

#[test]
fn throttled_requests_are_repeated_and_counted() {
    let fleet = Fleet::small().shared();
    let (ran, google) = cycle(&fleet, vec![first(2, is_metrics, |_| throttled(1))]);
    let documents = ran.assert_well().documents();
    assert_all(&fleet, &documents);
    assert_eq!(collection(&documents, "throttled"), 2);
    assert_eq!(collection(&documents, "retries"), 2);
    assert_eq!(collection(&documents, "api_calls"), google.work().len() as u64);
}

#[test]
fn a_rate_limit_that_is_said_with_403_is_waited_for_too() {
    let fleet = Fleet::small().shared();
    let rule = first(1, is_instances, |_| {
        refusal(
            403,
            "PERMISSION_DENIED",
            "Quota exceeded for quota metric 'Read requests'.",
            "RATE_LIMIT_EXCEEDED",
            &json!({}),
        )
    });
    let (ran, _google) = cycle(&fleet, vec![rule]);
    assert_all(&fleet, &ran.assert_well().documents());
}

#[test]
fn throttling_without_end_fails_its_service_and_a_day_is_not_waited_for() {
    for seconds in [0, 86_400] {
        let fleet = Fleet::small().shared();
        let rule =
            every(|call| is_instances(call) && call.is_of(MAIN), move |_| throttled(seconds));
        let (ran, google) = cycle(&fleet, vec![rule]);
        ran.assert_status(3);
        let documents = ran.documents();
        let main = documents::of(&documents, MAIN);
        assert_eq!(failed(main), ["compute"]);
        assert_failed(main, "compute", "RATE_LIMIT_EXCEEDED");
        expectations::assert_services(&fleet, main, MAIN, &["compute"]);
        expectations::assert_project(&fleet, documents::of(&documents, EDGE), EDGE);
        let calls = google.calls_to("/projects/shop-main/aggregated/instances").len();
        assert!(calls <= 3, "{calls} calls");
    }
}
