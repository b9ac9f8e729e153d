//! A host in a rack.

use std::fmt::Write as _;

use rust_decimal::Decimal;

use super::SITE;
use super::rates::{ELECTRICITY, MODELS};
use crate::draw::Draw;
use crate::names;
use crate::truth::Cost;

/// Hosts in a rack.
const RACK: u64 = 16;

/// The columns that [`Host::write`] writes.
pub(super) const COLUMNS: &str = "id,name,rack,team,state,gpus,h100,a100,l40s,watts";

/// Who the hosts belong to, as the owners write it; some have a comma or quotes in it.
const TEAMS: &[&str] = &[
    "research",
    "search, ranking",
    "платформа",
    "数据平台",
    "決済チーム",
    "فريق البحث",
    "Zoë's \"lab\"",
    "ομάδα δεδομένων",
];

/// A host with GPUs of one model.
#[derive(Debug)]
pub(super) struct Host {
    index: u64,
    name: String,
    team: &'static str,
    /// Its place in [`MODELS`]; `None` of a model without a contract.
    model: Option<usize>,
    gpus: u64,
    state: &'static str,
    /// What it draws; `None` where its meter is silent.
    watts: Option<u64>,
}

impl Host {
    pub(super) fn of(seed: u64, index: u64) -> Self {
        let mut draw = Draw::of(seed, Draw::place(SITE), "host", index);
        let model =
            *draw.weighted(&[(40, Some(0)), (35, Some(1)), (21, Some(2)), (4, None::<usize>)]);
        let gpus = *draw.weighted(&[(20, 1), (15, 2), (25, 4), (40, 8)]);
        let idle = draw.percent(15);
        let drawn = gpus * if idle { 70 } else { 300 + draw.below(400) } + 250;
        // Every thirtieth meter is silent, and half of those of hosts without a contract.
        let silent = draw.below(100) < if model.is_none() { 50 } else { 3 };
        let team: &&'static str = draw.one(TEAMS);
        Self {
            index,
            name: names::name(&mut draw, index),
            team: *team,
            model,
            gpus,
            state: if idle { "idle" } else { "allocated" },
            watts: (!silent).then_some(drawn),
        }
    }

    /// Its GPUs by their contract, and its electricity. It is paid for idle or not.
    pub(super) fn cost(&self) -> Cost {
        let mut cost = Cost::FREE;
        cost = match self.model {
            Some(model) => cost.and_hourly(Some(MODELS[model].hourly * Decimal::from(self.gpus))),
            None => cost.and(None),
        };
        let kilowatts = self.watts.map(|watts| Decimal::new(watts.cast_signed(), 3));
        cost.and_hourly(kilowatts.map(|kilowatts| kilowatts * ELECTRICITY))
    }

    /// Writes its row: what is not known is empty.
    pub(super) fn write(&self, into: &mut String) {
        let Self { index, name, gpus, state, .. } = self;
        let rack = index / RACK;
        // Writing to a string does not fail.
        let _ = write!(into, "rack{rack:03}-host{:02},{name},rack{rack:03},\"", index % RACK);
        into.push_str(&self.team.replace('"', "\"\""));
        let _ = write!(into, "\",{state},{gpus}");
        for column in 0..MODELS.len() {
            let _ = match self.model {
                Some(model) if model == column => write!(into, ",{gpus}"),
                Some(_) => write!(into, ",0"),
                None => write!(into, ","),
            };
        }
        into.push(',');
        if let Some(watts) = self.watts {
            let _ = write!(into, "{watts}");
        }
        into.push('\n');
    }
}
