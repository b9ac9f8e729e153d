//! The smallest call that shows whether metrics can be read.

use serde::de::IgnoredAny;

use super::request::READ;
use crate::arm::{ArmError, Azure, Meter};
use crate::inventory::probe::NOBODY;

/// Asks for a figure of a machine that does not exist.
pub(crate) async fn probe(
    azure: &Azure,
    meter: &Meter,
    subscription: &str,
) -> Result<(), ArmError> {
    let path = format!(
        "/subscriptions/{subscription}/resourceGroups/{NOBODY}/providers/Microsoft.Compute/virtualMachines/\
         {NOBODY}/providers/Microsoft.Insights/metrics"
    );
    let query = [("metricnames", "Percentage CPU")];
    azure.get::<IgnoredAny>(meter, READ, &path, &query).await.map(|_| ())
}
