//! What the black-box tests share: a scripted Azure, a tenant to describe, and the real binary.
//!
//! Nothing here uses the agent's own code: replies are written in Microsoft's published shapes, and
//! what is expected is worked out from price facts.

// Each test file is a crate of its own and uses a part of this.
#![allow(dead_code)]

pub(crate) mod agent;
pub(crate) mod azure;
pub(crate) mod binary;
pub(crate) mod documents;
pub(crate) mod expectations;
pub(crate) mod facts;
pub(crate) mod foreign;
pub(crate) mod identity;
pub(crate) mod tenant;

// The AWS agent's tests have these; they fit as they are.
#[path = "../../../aws/tests/support/http.rs"]
pub(crate) mod http;
#[path = "../../../aws/tests/support/openfinops.rs"]
pub(crate) mod openfinops;
#[path = "../../../aws/tests/support/running.rs"]
pub(crate) mod running;
#[path = "../../../aws/tests/support/tls.rs"]
pub(crate) mod tls;
