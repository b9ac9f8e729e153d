//! What the black-box tests share: two scripted servers, a fleet to describe, and the real binary.
//!
//! Nothing here uses the agent's own code: replies are written in the vendor's recorded shapes, and
//! what is expected is worked out from price facts.

// Each test file is a crate of its own and uses a part of this.
#![allow(dead_code)]

pub(crate) mod agent;
pub(crate) mod aws;
pub(crate) mod cbor;
pub(crate) mod documents;
pub(crate) mod facts;
pub(crate) mod failed;
pub(crate) mod fault;
pub(crate) mod fleet;
pub(crate) mod http;
pub(crate) mod openfinops;
pub(crate) mod page;
pub(crate) mod priced;
pub(crate) mod replies;
pub(crate) mod running;
pub(crate) mod slow;
pub(crate) mod systemd;
pub(crate) mod tls;
