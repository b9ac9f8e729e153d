//! What happens to the calls of one client.

use std::time::Duration;

/// What happens to a call.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fault {
    /// The connection's end before anything is done.
    Reset,
    /// Nothing is done, and nothing is said for as long as the client waits.
    Silence,
    /// Nothing is done but say so.
    Status(u16),
    /// A page of what stands between.
    Page,
    /// It is done, and half of the answer comes.
    Cut,
    /// It is done, and the connection ends without an answer.
    AnswerLost,
    /// It is done, and nothing is said for as long as the client waits.
    AnswerNever,
    /// It is done so much later, whether or not the client still waits.
    Late(Duration),
}

/// Which calls a fault happens to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum On {
    All,
    Writes,
    /// Writes by which the Lease gets another interval.
    Claims,
}

/// The faults of every client.
#[derive(Default)]
pub(super) struct Faults {
    all: Vec<Planned>,
}

struct Planned {
    client: String,
    on: On,
    fault: Fault,
    left: usize,
}

impl Faults {
    pub(super) fn add(&mut self, client: &str, on: On, fault: Fault, times: usize) {
        self.all.push(Planned { client: client.to_owned(), on, fault, left: times });
    }

    pub(super) fn remove(&mut self, client: &str) {
        self.all.retain(|planned| planned.client != client);
    }

    pub(super) fn has(&self, client: &str) -> bool {
        self.all.iter().any(|planned| planned.client == client)
    }

    /// What happens to this call.
    pub(super) fn next(&mut self, client: &str, write: bool, claim: bool) -> Option<Fault> {
        let fits = |planned: &&mut Planned| {
            planned.client == client
                && match planned.on {
                    On::All => true,
                    On::Writes => write,
                    On::Claims => claim,
                }
        };
        let planned = self.all.iter_mut().find(fits)?;
        planned.left -= 1;
        let fault = planned.fault;
        self.all.retain(|planned| planned.left > 0);
        Some(fault)
    }
}
