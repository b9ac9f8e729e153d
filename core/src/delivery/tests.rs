//! Delivery to scripted sinks, under a clock that jumps while nothing is to be done. Work on the
//! database keeps it from jumping.

mod scripted;

use std::sync::mpsc;
use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use scripted::{Answer, Lab, Scripted};

const INTERVAL: Duration = Duration::from_secs(300);
const HOUR: Duration = Duration::from_secs(3600);

/// Runs the delivery for `span`.
async fn run_for(lab: &Lab, span: Duration) {
    let ending = CancellationToken::new();
    let registration = scripted::registration();
    let running = lab.delivery.run(&registration, Duration::from_secs(120), &ending);
    let _ = timeout(span, running).await;
}

#[tokio::test(start_paused = true)]
async fn each_scope_is_sent_in_order() {
    let sink = Scripted::new("one", |_, _| Answer::Taken);
    let lab = Lab::new(&[&sink], 10);
    for number in 0..30 {
        lab.store(["a", "b", "c"][number % 3]).await;
    }
    let receipt = lab.delivery.drain().await;
    assert_eq!((receipt.delivered, receipt.kept, receipt.refused), (30, 0, 0));
    assert_eq!(sink.taken(), lab.stored());
}

#[tokio::test(start_paused = true)]
async fn what_is_stored_is_the_last_inventory_too() {
    let sink = Scripted::new("one", |_, _| Answer::Taken);
    let lab = Lab::new(&[&sink], 10);
    for scope in ["a", "b", "a"] {
        lab.store(scope).await;
    }
    let answered = lab.delivery.outbox().read(crate::inventory::answered).unwrap().unwrap();
    let scopes: Vec<_> = answered.iter().map(|one| (&*one.region, &*one.service)).collect();
    assert_eq!(scopes, [("a", "things"), ("b", "things")]);
}

#[tokio::test(start_paused = true)]
async fn a_document_that_the_server_fails_on_holds_up_its_scope_only_and_is_put_aside() {
    let sink = Scripted::new("one", |region, before| match (region, before) {
        ("bad", 0..12) => Answer::Fails,
        _ => Answer::Taken,
    });
    let lab = Lab::new(&[&sink], 10);
    for scope in ["bad", "good", "bad", "good"] {
        lab.store(scope).await;
    }
    let stored = lab.stored();
    run_for(&lab, Duration::from_secs(1)).await;
    assert_eq!(sink.taken(), [stored[1].clone(), stored[3].clone()], "others were held up");
    run_for(&lab, INTERVAL * 20).await;
    // Twelve failures, then it is a dead letter and what came after it goes.
    assert_eq!(sink.taken(), [stored[1].clone(), stored[3].clone(), stored[2].clone()]);
    assert_eq!(sink.tries_of("bad"), 13);
    let depth = lab.delivery.outbox().depth("one").unwrap();
    assert_eq!((depth.documents, depth.dead_letters), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn a_sink_that_is_down_is_tried_about_once_an_interval() {
    let sink = Scripted::registering("one", |_, _| Answer::Down(None), |_| Answer::Down(None));
    let lab = Lab::new(&[&sink], 10);
    for scope in ["a", "b", "c", "d", "e"] {
        lab.store(scope).await;
    }
    // Until waits have grown to an interval.
    run_for(&lab, HOUR).await;
    let all = || sink.tries() + sink.registrations();
    let before = all();
    run_for(&lab, INTERVAL * 10).await;
    // A document and a registration about once an interval each.
    let tries = all() - before;
    assert!((8..=28).contains(&tries), "{tries} tries in ten intervals");
    assert!(sink.taken().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_server_that_registers_and_takes_nothing_is_left_alone_too() {
    let sink = Scripted::registering("one", |_, _| Answer::Down(None), |_| Answer::Taken);
    let lab = Lab::new(&[&sink], 10);
    lab.store("a").await;
    run_for(&lab, HOUR).await;
    let before = sink.tries();
    run_for(&lab, INTERVAL * 10).await;
    // One document's worth of tries about once an interval, and the heartbeats are not counted.
    let tries = sink.tries() - before;
    assert!(tries <= 16, "{tries} tries in ten intervals");
}

#[tokio::test(start_paused = true)]
async fn a_server_that_fails_on_everything_is_down_and_no_document_is_to_blame() {
    let sink = Scripted::registering("one", |_, _| Answer::Fails, |_| Answer::Taken);
    let lab = Lab::new(&[&sink], 10);
    for scope in ["a", "b", "c", "d", "e", "f"] {
        lab.store(scope).await;
    }
    run_for(&lab, INTERVAL * 50).await;
    let depth = lab.delivery.outbox().depth("one").unwrap();
    assert_eq!((depth.documents, depth.dead_letters), (6, 0));
    // Three documents are tried about once an interval.
    assert!(sink.tries() <= 3 * 75, "{} tries in fifty intervals", sink.tries());
}

#[tokio::test(start_paused = true)]
async fn of_one_scope_alone_a_document_is_put_aside_after_twelve_failures() {
    let sink = Scripted::new("one", |_, before| match before {
        0..12 => Answer::Fails,
        _ => Answer::Taken,
    });
    let lab = Lab::new(&[&sink], 10);
    lab.store("a").await;
    lab.store("a").await;
    run_for(&lab, INTERVAL * 20).await;
    let depth = lab.delivery.outbox().depth("one").unwrap();
    assert_eq!((depth.documents, depth.dead_letters), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn the_wait_that_a_sink_asks_for_is_kept() {
    let asked = Duration::from_secs(900);
    let sink = Scripted::new("one", move |_, before| match before {
        0 => Answer::Down(Some(asked)),
        _ => Answer::Taken,
    });
    let lab = Lab::new(&[&sink], 10);
    lab.store("a").await;
    let began = Instant::now();
    run_for(&lab, HOUR).await;
    let times = sink.times();
    assert_eq!(times.len(), 2);
    assert!(times[1] - times[0] >= asked, "{:?}", times[1] - times[0]);
    assert!(times[1] - began <= asked + Duration::from_secs(10), "jitter is on top");
}

#[tokio::test(start_paused = true)]
async fn a_sink_that_hangs_holds_up_no_other() {
    let hanging = Scripted::new("hanging", |_, _| Answer::Hangs);
    let down = Scripted::new("down", |_, _| Answer::Down(None));
    let good = Scripted::new("good", |_, _| Answer::Taken);
    let lab = Lab::new(&[&hanging, &down, &good], 10);
    let began = Instant::now();
    let running = run_for(&lab, HOUR);
    let storing = async {
        for _ in 0..20 {
            lab.store("a").await;
            sleep(Duration::from_secs(60)).await;
        }
    };
    futures::join!(running, storing);
    assert_eq!(good.taken(), lab.stored());
    let latest = *good.times().last().unwrap();
    assert!(latest - began <= Duration::from_secs(20 * 60), "{:?}", latest - began);
    assert_eq!(hanging.tries(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_backlog_goes_out_as_a_burst_and_then_at_the_rate() {
    let sink = Scripted::new("one", |_, _| Answer::Taken);
    let lab = Lab::new(&[&sink], 10);
    for _ in 0..150 {
        lab.store("a").await;
    }
    let began = Instant::now();
    run_for(&lab, Duration::from_secs(60)).await;
    let times = sink.times();
    assert_eq!(times.len(), 150);
    for (sent, at) in times.iter().enumerate() {
        let allowed = 100.0 + 10.0 * (*at - began).as_secs_f64();
        assert!((sent as f64) < allowed + 0.1, "document {sent} after {:?}", *at - began);
    }
    let last = (times[149] - began).as_secs_f64();
    assert!((4.9..=6.0).contains(&last), "the last of 150 after {last} s");
}

#[tokio::test(start_paused = true)]
async fn the_agent_registers_again_as_often_as_the_heartbeat_says() {
    let sink = Scripted::registering("one", |_, _| Answer::Taken, |_| Answer::Taken);
    let lab = Lab::new(&[&sink], 10);
    run_for(&lab, HOUR).await;
    // Every two minutes with up to a tenth less.
    assert!((30..=34).contains(&sink.registrations()), "{}", sink.registrations());
    assert!(lab.delivery.is_registered());
}

#[tokio::test(start_paused = true)]
async fn a_registration_that_failed_is_made_up_for_and_sending_follows() {
    let from = |first: usize| {
        move |before| if before < first { Answer::Down(None) } else { Answer::Taken }
    };
    let (third, fifth) = (from(3), from(5));
    let sink = Scripted::registering("one", move |_, before| third(before), fifth);
    let lab = Lab::new(&[&sink], 10);
    lab.store("a").await;
    run_for(&lab, HOUR).await;
    assert!(lab.delivery.is_registered());
    assert_eq!(sink.taken(), lab.stored());
    let status = &lab.delivery.status().await[0];
    assert_eq!((status.delivered, status.trouble.is_none()), (1, true));
}

#[tokio::test(start_paused = true)]
async fn sending_until_all_is_stored_ends_whether_or_not_the_sink_works() {
    for answer in [Answer::Taken, Answer::Down(None), Answer::Fails] {
        let sink = Scripted::new("one", move |_, _| answer);
        let lab = Lab::new(&[&sink], 10);
        let stored = CancellationToken::new();
        let storing = async {
            for scope in ["a", "b", "a"] {
                lab.store(scope).await;
                sleep(Duration::from_secs(1)).await;
            }
            stored.cancel();
        };
        let sending = lab.delivery.send_until(&stored);
        let (receipt, ()) = timeout(HOUR, async { futures::join!(sending, storing) })
            .await
            .expect("it ends with what is stored");
        let expected = if answer == Answer::Taken { 3 } else { 0 };
        assert_eq!((receipt.delivered, receipt.kept), (expected, 3 - expected), "{answer:?}");
        assert_eq!(receipt.problem.is_some(), expected == 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_that_cannot_be_written_down_is_no_reason_to_ask_without_end() {
    let sink = Scripted::new("one", |_, _| Answer::Refused);
    let lab = Lab::new(&[&sink], 10);
    lab.store("a").await;
    lab.read_only(true);
    run_for(&lab, INTERVAL * 10).await;
    assert!(sink.tries() <= 12, "{} tries in ten intervals", sink.tries());
    lab.read_only(false);
    run_for(&lab, INTERVAL * 2).await;
    let depth = lab.delivery.outbox().depth("one").unwrap();
    assert_eq!((depth.documents, depth.dead_letters), (0, 1));
}

#[test]
fn a_sink_that_was_down_and_has_nothing_left_to_take_costs_nothing() {
    let (done, waiting) = mpsc::channel();
    // In a thread of its own: work without a rest holds the paused clock, and would never end.
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap();
        runtime.block_on(async {
            let sink = Scripted::new("one", |_, _| Answer::Down(None));
            let lab = Lab::new(&[&sink], 10);
            lab.store("a").await;
            run_for(&lab, Duration::from_secs(60)).await;
            // As an operator does to the document that waited.
            lab.drop_everything();
            run_for(&lab, HOUR).await;
        });
        done.send(()).unwrap();
    });
    waiting.recv_timeout(Duration::from_secs(60)).expect("it works without a rest");
}
