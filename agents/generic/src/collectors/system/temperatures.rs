//! What the machine's sensors say of its warmth.

use serde_json::{Value, json};
use sysinfo::Components;

use crate::collectors::figures::tenths;

/// The sensors that the kernel knows, in degrees Celsius. `max` is the most that a sensor noted, or
/// that was seen since the agent started; `critical` is where the hardware protects itself. A
/// virtual machine has none.
pub(super) fn data(sensors: &mut Components) -> Value {
    sensors.refresh(true);
    let rounded = |celsius: Option<f32>| celsius.map(|it| tenths(f64::from(it)));
    let mut found: Vec<_> = sensors.list().iter().collect();
    found.sort_by(|one, other| one.label().cmp(other.label()));
    found
        .into_iter()
        .map(|sensor| {
            json!({
                "label": sensor.label(),
                "celsius": rounded(sensor.temperature()),
                "max": rounded(sensor.max()),
                "critical": rounded(sensor.critical()),
            })
        })
        .collect()
}
