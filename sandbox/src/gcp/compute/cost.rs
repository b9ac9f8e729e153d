//! What an instance costs. Its persistent disks cost by themselves.
//! <https://cloud.google.com/compute/vm-instance-pricing>

use rust_decimal::Decimal;

use super::instance::Instance;
use super::state::{Billed, Licence, Purchase};
use super::types::Sort;
use crate::gcp::Gcp;
use crate::truth::Cost;

/// GiB of a local disk. <https://cloud.google.com/compute/docs/disks/local-ssd>
const LOCAL_DISK: u64 = 375;

impl Instance {
    /// Everything while it runs, and what is kept of it while it does not.
    pub(crate) fn cost(&self, gcp: &Gcp) -> Cost {
        let cost = Cost::FREE;
        match self.state.billed {
            Billed::Unknown => cost.and(None),
            Billed::Whole => self.licences(gcp, self.parts(gcp, self.addresses(gcp, cost))),
            Billed::Kept | Billed::Suspended => {
                let cost = self.addresses(gcp, cost);
                // Neither what is kept of local disks nor of memory has a list price.
                let unlisted = self.preserved || self.state.billed == Billed::Suspended;
                if unlisted { cost.and(None) } else { cost }
            }
        }
    }

    /// <https://cloud.google.com/vpc/network-pricing#ipaddress>
    fn addresses(&self, gcp: &Gcp, cost: Cost) -> Cost {
        if self.addresses == 0 {
            return cost;
        }
        let price = gcp.catalog.address(self.zone.region_number());
        let price = price.filter(|_| self.purchase.has_list_addresses());
        cost.and_hourly(price.map(|price| price * Decimal::from(self.addresses)))
    }

    /// The machine, its graphics processors and local disks.
    fn parts(&self, gcp: &Gcp, cost: Cost) -> Cost {
        let region = self.zone.region_number();
        if self.purchase != Purchase::OnDemand {
            // Nothing but on demand has list prices.
            return cost.and(None);
        }
        let sort = self.machine_type().sort;
        let mut cost = cost.and_hourly(gcp.catalog.machine(region, self.kind));
        if let Sort::Custom(size) = sort
            && size.quarters > size.ordinary * self.machine_type().processors
        {
            // Extended memory.
            cost = cost.and(None);
        }
        if let Some((kind, count)) = self.gpus {
            let comes_along = sort == Sort::Gpu(kind);
            if !comes_along {
                let price = gcp.catalog.gpu(region, kind);
                cost = cost.and_hourly(price.map(|price| price * Decimal::from(count)));
            }
        }
        if self.local_disks > 0 && !matches!(sort, Sort::LocalDisks(_)) {
            let gib = Decimal::from(self.local_disks * LOCAL_DISK);
            cost = cost.and(gcp.catalog.local_disk(region).map(|price| price * gib));
        }
        cost
    }

    /// Licences cost the same however the machine is paid for.
    /// <https://cloud.google.com/compute/disks-image-pricing#premiumimages>
    fn licences(&self, gcp: &Gcp, mut cost: Cost) -> Cost {
        let listed = gcp.catalog.licences(self.kind);
        let seen = Decimal::from(self.machine_type().processors / 2);
        let windows = match self.halved {
            true => gcp.catalog.windows().map(|price| price * seen),
            false => listed.windows,
        };
        cost = match self.licence {
            Licence::Debian
            | Licence::Ubuntu
            | Licence::ContainerOptimized
            | Licence::RedHatOwn => cost,
            Licence::Windows => cost.and_hourly(windows),
            Licence::SqlServer => cost.and_hourly(windows).and(None),
            // What hidden processors do to it is documented nowhere.
            Licence::RedHat => cost.and_hourly(listed.red_hat.filter(|_| !self.halved)),
            Licence::Suse => cost.and_hourly(listed.suse),
            Licence::UbuntuPro | Licence::Marketplace => cost.and(None),
        };
        // Neither of these has a list price.
        if self.confidential || self.fast_network { cost.and(None) } else { cost }
    }
}
