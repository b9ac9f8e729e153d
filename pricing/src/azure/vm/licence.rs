//! Licences of operating systems other than Windows that Azure bills with a machine.
//!
//! They cost by the machine's processors, the same in every region.
//! <https://azure.microsoft.com/pricing/details/virtual-machines/red-hat/>

use crate::ListPrices;
use crate::azure::size::Size;
use crate::book::PriceKey;
use crate::prices::Found;

use super::software::Words;
use super::{Machine, System};

const RED_HAT: &str = "Red Hat Enterprise Linux";
const UBUNTU_PRO: &str = "Ubuntu Pro";

/// The licences whose product in Microsoft's list is known.
pub(crate) const LICENCE_PRODUCTS: &[&str] = &[RED_HAT, UBUNTU_PRO];

/// The region of what costs the same everywhere.
const EVERYWHERE: &str = "Global";

/// The most processors at which a price for so many and more begins.
const MOST_AND_MORE: u32 = 8;

/// A licence that is billed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Licence {
    /// Of what, for a person.
    name: &'static str,
    /// What Microsoft's list calls it; `None` where it may be one of several.
    product: Option<&'static str>,
}

/// The licence of the machine's operating system, where Azure bills one beside Windows'.
///
/// The licence type decides, else the image: those of Red Hat and SUSE are billed unless they are
/// made for subscriptions of one's own (`byos`), and so is Ubuntu Pro.
/// <https://learn.microsoft.com/azure/virtual-machines/linux/azure-hybrid-benefit-linux>
pub(super) fn of(machine: &Machine<'_>) -> Option<Licence> {
    if machine.system == System::Windows {
        return None;
    }
    let kind = machine.license_type.unwrap_or_default().to_uppercase();
    Some(match kind.as_str() {
        "RHEL_BYOS" | "SLES_BYOS" => return None,
        "UBUNTU_PRO" => ubuntu_pro(),
        "RHEL_BASE" => Licence { name: RED_HAT, product: Some(RED_HAT) },
        // For SAP, with high availability, with longer support: each has a price of its own.
        kind if kind.starts_with("RHEL") => Licence { name: RED_HAT, product: None },
        kind if kind.starts_with("SLES") => suse(),
        _ => of_image(&Words::of(&machine.image))?,
    })
}

fn of_image(words: &Words) -> Option<Licence> {
    let own = ["byos", "opensuse"];
    let on_sql = words.publisher == "microsoftsqlserver";
    if (words.publisher == "redhat" && !words.any(&own)) || (on_sql && words.any(&["rhel"])) {
        // The offers without an addition; their skus name one: `810sap-gen2`.
        let plain = matches!(words.offer.as_str(), "rhel" | "rhel-raw" | "rhel-arm64")
            && !words.any(&["sap", "ha", "eus"]);
        Some(Licence { name: RED_HAT, product: plain.then_some(RED_HAT) })
    } else if (words.publisher == "suse" && !words.any(&own)) || (on_sql && words.any(&["sles"])) {
        Some(suse())
    } else if (words.publisher == "canonical" || on_sql) && words.any(&["ubuntu-pro", "ubuntupro"])
        || words.publisher == "canonical" && words.sku.starts_with("pro-")
    {
        Some(ubuntu_pro())
    } else {
        None
    }
}

fn ubuntu_pro() -> Licence {
    Licence { name: UBUNTU_PRO, product: Some(UBUNTU_PRO) }
}

/// Which of SUSE's products (Basic, Standard, Priority) an image is billed as is not documented.
fn suse() -> Licence {
    Licence { name: "SUSE Linux Enterprise Server", product: None }
}

impl Licence {
    /// The price of an hour for a machine of that size: the one for exactly its processors, else
    /// for a range that they are in, else for so many and more.
    ///
    /// Which processors of a constrained size count is not documented.
    pub(super) fn price(self, prices: &ListPrices, size: &str) -> Found {
        let size = Size::parse(size).filter(|size| !size.is_constrained());
        let count = size.and_then(|size| size.all_vcpus());
        let found = self.product.zip(count).and_then(|(product, count)| {
            let price = |end: String, variant| {
                let (service, unit) = ("azure/vm-license", "hour");
                let sku = &format!("{product}/{end}");
                prices.price(&PriceKey { service, sku, region: EVERYWHERE, variant, unit }).ok()
            };
            price(format!("{count}-vcpu"), "")
                .or_else(|| price(format!("{count}-vcpu"), "range"))
                .or_else(|| {
                    let least = (1..=count.min(MOST_AND_MORE)).rev();
                    least
                        .map(|least| format!("{least}-vcpu-and-more"))
                        .find_map(|end| price(end, ""))
                })
        });
        found.ok_or_else(|| {
            let name = self.name;
            format!("no list price for the licence of {name}, which Azure bills with the machine")
                .into()
        })
    }
}
