//! One instance: what it is and what it costs.

use std::net::Ipv4Addr;

use crate::aws::Aws;
use crate::aws::catalog::{self, System, TYPES};
use crate::aws::place::Place;
use crate::draw::Draw;
use crate::names;
use crate::truth::Cost;

use super::spot;

/// An instance.
#[derive(Debug)]
pub(crate) struct Instance {
    /// `i-` and 17 hexadecimal digits.
    pub(crate) id: String,
    /// Where in [`TYPES`].
    pub(crate) kind: usize,
    pub(crate) state: State,
    /// The letter of its zone.
    pub(crate) zone: char,
    pub(crate) system: System,
    pub(crate) tenancy: &'static str,
    pub(crate) spot: bool,
    /// An address that AWS handed out at launch.
    pub(crate) assigned: Option<Ipv4Addr>,
    pub(crate) elastic: Option<Elastic>,
    pub(crate) private: Ipv4Addr,
    pub(crate) name: Option<String>,
    pub(crate) tags: Vec<(&'static str, &'static str)>,
    /// Seconds since 1970.
    pub(crate) launched: i64,
    /// For what nobody looks at: identifiers of images, networks and the like.
    pub(crate) bits: u64,
}

/// An Elastic IP address.
#[derive(Debug)]
pub(crate) struct Elastic {
    pub(crate) address: Ipv4Addr,
    /// Whether the account brought it along: AWS does not charge for those.
    pub(crate) own_pool: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Running,
    Stopped,
    Stopping,
    Pending,
    ShuttingDown,
    Terminated,
}

impl State {
    const EXISTING: &'static [(u64, Self)] = &[
        (860, Self::Running),
        (120, Self::Stopped),
        (5, Self::Stopping),
        (10, Self::Pending),
        (5, Self::ShuttingDown),
    ];

    /// Its code and name
    /// (<https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceState.html>).
    pub(crate) const fn words(self) -> (u16, &'static str) {
        match self {
            Self::Pending => (0, "pending"),
            Self::Running => (16, "running"),
            Self::ShuttingDown => (32, "shutting-down"),
            Self::Terminated => (48, "terminated"),
            Self::Stopping => (64, "stopping"),
            Self::Stopped => (80, "stopped"),
        }
    }
}

/// The second at which the youngest instance of a fleet was launched: 2026-11-01 07:00 UTC.
const YOUNGEST: i64 = 1_793_516_400;

impl Instance {
    /// The instance number `index` of a place; from the place's count on, they are terminated.
    pub(crate) fn of(aws: &Aws, place: &Place, index: u64) -> Self {
        let mut draw = place.draw("instance", index);
        let bits = draw.bits();
        let kind =
            TYPES.iter().position(|one| std::ptr::eq(&one.1, draw_kind(&mut draw))).unwrap_or(0);
        let exists = index < aws.instances(place);
        let state = *draw.weighted(State::EXISTING);
        let system = match *draw.weighted(System::ALL) {
            // Windows runs on x86 only.
            System::Windows | System::WindowsOwnLicence if catalog::is_arm(TYPES[kind].1) => {
                System::Linux
            }
            system => system,
        };
        let tenancy = *draw.weighted(&[(984, "default"), (10, "dedicated"), (6, "host")]);
        let spot = draw.percent(9) && system == System::Linux && tenancy == "default";
        let address = |draw: &mut Draw, first: u8| {
            let [a, b, c, ..] = draw.bits().to_le_bytes();
            Ipv4Addr::new(first, a, b, c)
        };
        let public = draw.below(100);
        let assigned = (public < 20 && state == State::Running).then(|| address(&mut draw, 54));
        let elastic = (20..27)
            .contains(&public)
            .then(|| Elastic { address: address(&mut draw, 3), own_pool: draw.percent(10) });
        Self {
            id: format!("i-{:016x}{:01x}", bits, index % 16),
            kind,
            state: if exists { state } else { State::Terminated },
            zone: *draw.one(&['a', 'b', 'c']),
            system,
            tenancy,
            spot,
            assigned: assigned.filter(|_| exists),
            elastic: elastic.filter(|_| exists),
            private: address(&mut draw, 10),
            name: draw.percent(92).then(|| names::name(&mut draw, index)),
            tags: names::tags(&mut draw),
            launched: YOUNGEST - i64::try_from(draw.below(60_000_000)).unwrap_or_default(),
            bits,
        }
    }

    /// Compute and licence while it runs, and its public addresses in any state.
    /// <https://aws.amazon.com/ec2/pricing/on-demand/>,
    /// <https://aws.amazon.com/vpc/pricing/> (Public IPv4 Address)
    pub(crate) fn cost(&self, aws: &Aws, place: &Place) -> Cost {
        let region = usize::try_from(place.region_index).unwrap_or_default();
        let mut cost = Cost::FREE;
        if self.state == State::Running {
            let listed = aws.catalog.on_demand(region, self.kind, self.system);
            cost = cost.and_hourly(match (self.tenancy, self.spot) {
                ("default", true) => spot::price(aws, place, self.kind, self.zone),
                ("default", false) => listed,
                // Dedicated tenancy has prices that no table has.
                _ => None,
            });
        }
        if self.assigned.is_some() {
            cost = cost.and_hourly(aws.catalog.address(region));
        }
        match &self.elastic {
            Some(elastic) if elastic.own_pool => cost.and(None),
            // Idle and in use cost the same.
            Some(_) => cost.and_hourly(aws.catalog.address(region)),
            None => cost,
        }
    }

    /// Its image.
    pub(crate) fn image(&self) -> String {
        format!("ami-{:016x}0", self.bits.rotate_left(9))
    }

    /// Its public address.
    pub(crate) fn public(&self) -> Option<Ipv4Addr> {
        self.assigned.or_else(|| self.elastic.as_ref().map(|elastic| elastic.address))
    }

    /// Its type's name.
    pub(crate) fn type_name(&self) -> &'static str {
        TYPES[self.kind].1
    }
}

fn draw_kind(draw: &mut Draw) -> &'static &'static str {
    draw.weighted(TYPES)
}
