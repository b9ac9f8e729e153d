//! The smallest call that shows whether metrics can be read.

use serde::de::IgnoredAny;

use crate::arm::{ArmError, Azure, Meter, Operation};
use crate::inventory::probe::NOBODY;

/// What reading metrics needs: a part of the role Monitoring Reader.
pub(crate) const PERMISSION: &str = "Microsoft.Insights/metrics/read";

/// Asks for a figure of a machine that does not exist.
pub(crate) async fn probe(
    azure: &Azure,
    meter: &Meter,
    subscription: &str,
) -> Result<(), ArmError> {
    let operation = Operation { permission: PERMISSION, api_version: "2024-02-01" };
    let path = format!(
        "/subscriptions/{subscription}/resourceGroups/{NOBODY}/providers/Microsoft.Compute/virtualMachines/\
         {NOBODY}/providers/Microsoft.Insights/metrics"
    );
    let query = [("metricnames", "Percentage CPU")];
    azure.get::<IgnoredAny>(meter, operation, &path, &query).await.map(|_| ())
}
