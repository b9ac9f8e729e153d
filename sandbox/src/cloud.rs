//! What a simulated cloud is, and how its answers reach the port.

use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::BoxFuture;

use crate::counts::Counts;
use crate::faults::{Fate, Faults, Refusal};
use crate::http::{Answering, Reply, Request};
use crate::recorder::Recorder;
use crate::truth::Truth;

/// What is asked for: what faults and counts go by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The service: `ec2`, `resourcegraph`, `compute`; `tokens` and `metadata` for what identities
    /// need.
    pub service: &'static str,
    /// The operation, in the vendor's words.
    pub operation: String,
    /// The account, subscription or project that asks or is asked about; "" where there is none.
    pub account: String,
    /// The region that is asked; "" where the answer is the same everywhere.
    pub region: String,
}

/// A simulated cloud.
pub trait Cloud: Send + Sync + 'static {
    /// `aws`, `azure`, `gcp`.
    fn name(&self) -> &'static str;

    /// What a request asks for.
    fn call(&self, request: &Request) -> Call;

    /// The answer where nothing is wrong.
    fn answer(&self, request: &Request, call: &Call) -> Reply;

    /// A refusal in the vendor's own form for this service.
    fn refuse(&self, call: &Call, refusal: Refusal) -> Reply;

    /// What the fleet costs, added up over all of it.
    fn truth(&self) -> Truth;
}

/// A cloud behind its faults, counted.
pub struct Port<C> {
    /// The cloud.
    pub cloud: Arc<C>,
    /// What goes wrong.
    pub faults: Arc<Faults>,
    /// What was asked.
    pub counts: Arc<Counts>,
    /// The same word for word, on demand.
    pub recorder: Arc<Recorder>,
}

impl<C: Cloud> Answering for Port<C> {
    fn answer(self: Arc<Self>, request: Request) -> BoxFuture<'static, Fate> {
        async move {
            self.recorder.note(self.cloud.name(), &request);
            let call = self.cloud.call(&request);
            let answer = || self.cloud.answer(&request, &call);
            let refuse = |refusal| self.cloud.refuse(&call, refusal);
            let fate = self.faults.fate(self.cloud.name(), &call, answer, refuse).await;
            self.counts.note(self.cloud.name(), &call, request.body.len(), &fate);
            fate
        }
        .boxed()
    }
}
