//! Who the agent is in the tests, and what must never show.

/// The tenant.
pub(crate) const TENANT: &str = "0e5a8c1b-7d21-4b6e-9a43-51c2f60d7e01";
/// The application.
pub(crate) const CLIENT: &str = "7c1d2e3f-40a5-4b16-8c27-d3e4f5a6b701";
/// Its secret.
pub(crate) const SECRET: &str = "scripted~client~secret";
/// What Kubernetes says the pod is.
pub(crate) const ASSERTION: &str = "scripted.federated.assertion";
/// How every token begins.
pub(crate) const TOKEN: &str = "scripted-access-token";
