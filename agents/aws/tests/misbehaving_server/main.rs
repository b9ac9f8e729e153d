//! Servers that refuse, fail, stall, flood and lie: each answer means one thing for the document,
//! every run ends in time, and what no server took is in the outbox.

// Helpers outside of test functions unwrap too: a panic is how a test fails.
#![allow(clippy::unwrap_used)]

#[path = "../support/mod.rs"]
mod support;

mod answers;
mod one_document;
mod patience;
mod slow;
mod tls;

use std::time::Duration;

use support::agent::{Agent, Ran};
use support::aws::Aws;
use support::fleet::Fleet;
use support::http::Reply;
use support::openfinops::{INGEST, OpenFinOps};

/// What one cycle met and left.
struct Met {
    agent: Agent,
    _aws: Aws,
    server: OpenFinOps,
    ran: Ran,
}

/// An agent whose servers have a second to answer, and its AWS.
fn hasty() -> (Agent, Aws) {
    let aws = Aws::with(Fleet::healthy());
    (Agent::of(&aws).variable("OPENFINOPS_SEND_TIMEOUT", "1"), aws)
}

/// One cycle; its end must come within a generous bound.
fn once(agent: &Agent, server: &str) -> Ran {
    agent.run_within(30, &["--once", "--server", server, "--output", "none"])
}

/// One cycle whose documents, and nothing else, are answered like this.
fn meet(answer: impl Fn(usize) -> Option<Reply> + Send + Sync + 'static) -> Met {
    let (agent, aws) = hasty();
    let server = OpenFinOps::ingesting(answer);
    let ran = once(&agent, &server.url());
    Met { agent, _aws: aws, server, ran }
}

impl Met {
    /// How often the document was sent.
    fn sent(&self) -> usize {
        self.server.requests(INGEST).len()
    }

    /// The server took it.
    fn assert_delivered(&self) {
        assert_eq!((self.ran.status, self.ran.stderr.as_str()), (Some(0), ""), "{:?}", self.ran);
        assert!(self.agent.outbox().is_empty());
        self.assert_same_document();
    }

    /// It waits for the next run; the user is told why, in one sentence with these words.
    fn assert_kept(&self, words: &[&str]) {
        let folder = self.agent.data_dir();
        let place = [folder.to_str().unwrap(), "1 document is kept", "the next run sends it"];
        self.ran.assert_one_sentence(4, &[words, &place].concat());
        let lines = self.agent.outbox();
        assert!(lines.len() == 1 && lines[0].contains("waiting"), "{lines:?}");
        self.assert_same_document();
    }

    /// It is a dead letter; the user is told why, in one sentence with these words.
    fn assert_refused(&self, words: &[&str]) {
        self.ran.assert_one_sentence(4, &[words, &["aws-agent outbox list"]].concat());
        let lines = self.agent.outbox();
        assert!(lines.len() == 1 && lines[0].contains("refused: "), "{lines:?}");
        for word in words {
            assert!(lines[0].contains(word), "no {word:?} in: {}", lines[0]);
        }
        assert_eq!(self.sent(), 1, "what is refused for good is not sent again");
        self.assert_same_document();
    }

    /// However often it was sent, it was the same under the same key.
    fn assert_same_document(&self) {
        let sent = self.server.requests(INGEST);
        for pair in sent.windows(2) {
            assert_eq!(pair[0].body, pair[1].body);
            assert_eq!(pair[0].header("idempotency-key"), pair[1].header("idempotency-key"));
        }
        assert!(self.ran.took < Duration::from_secs(25), "{:?}", self.ran);
    }
}
