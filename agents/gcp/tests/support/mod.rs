//! What the black-box tests share: a scripted Google Cloud, a fleet to describe, and the real binary.
//!
//! Nothing here uses the agent's own code: replies are written in Google's published shapes, and
//! what is expected is worked out from price facts.

// Each test file is a crate of its own and uses a part of this.
#![allow(dead_code)]

pub(crate) mod agent;
pub(crate) mod documents;
pub(crate) mod expectations;
pub(crate) mod facts;
pub(crate) mod fleet;
pub(crate) mod google;
pub(crate) mod key;

// The other agents' tests have these; they fit as they are.
#[path = "../../../azure/tests/support/binary.rs"]
pub(crate) mod binary;
#[path = "../../../azure/tests/support/foreign.rs"]
pub(crate) mod foreign;
#[path = "../../../aws/tests/support/http.rs"]
pub(crate) mod http;
#[path = "../../../aws/tests/support/openfinops.rs"]
pub(crate) mod openfinops;
#[path = "../../../aws/tests/support/running.rs"]
pub(crate) mod running;
#[path = "../../../aws/tests/support/tls.rs"]
pub(crate) mod tls;
