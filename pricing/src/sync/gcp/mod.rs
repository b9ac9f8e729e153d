//! The Cloud Billing Catalog of Google Cloud.
