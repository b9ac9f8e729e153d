//! Software that Azure bills with a machine, and for which the list has no price.

use super::Machine;

/// The image that a machine was made from. All `None` for one of one's own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Image<'a> {
    /// `RedHat`, `Canonical`, …
    pub publisher: Option<&'a str>,
    /// `RHEL`, `ubuntu-24_04-lts`, …
    pub offer: Option<&'a str>,
    /// `9-lvm`, `ubuntu-pro`, …
    pub sku: Option<&'a str>,
}

/// A marketplace offer (`plan`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Offer<'a> {
    /// Who sells it.
    pub publisher: Option<&'a str>,
    /// What.
    pub product: Option<&'a str>,
    /// Which plan of it.
    pub name: Option<&'a str>,
}

/// Whether Windows runs with a licence of one's own, and so costs what Linux costs.
/// <https://learn.microsoft.com/azure/virtual-machines/windows/hybrid-use-benefit-licensing>
pub(super) fn has_own_windows(license_type: Option<&str>) -> bool {
    license_type.is_some_and(|kind| {
        kind.eq_ignore_ascii_case("Windows_Server") || kind.eq_ignore_ascii_case("Windows_Client")
    })
}

/// Why software on the image has no price, where Azure bills some with the machine: SQL Server in
/// its editions that cost, BizTalk Server, and whatever a marketplace offer sells.
/// <https://learn.microsoft.com/azure/azure-sql/virtual-machines/windows/pricing-guidance>
pub(super) fn software(machine: &Machine<'_>) -> Option<String> {
    let words = Words::of(&machine.image);
    let free = ["byol", "sqldev", "developer", "express", "evaluation"];
    let name = match words.publisher.as_str() {
        "microsoftsqlserver" if !words.any(&free) => "SQL Server",
        "microsoftbiztalkserver" if !words.any(&free) => "BizTalk Server",
        _ => return offer(machine.offer.as_ref()?),
    };
    Some(format!("no list price for {name}, which Azure bills with the machine"))
}

fn offer(offer: &Offer<'_>) -> Option<String> {
    let product = offer.product.or(offer.name)?;
    let publisher = offer.publisher.unwrap_or("an unknown publisher");
    // Red Hat's and SUSE's offers for subscriptions of one's own cost nothing on Azure.
    if product.to_lowercase().contains("byos") {
        return None;
    }
    Some(format!(
        "no list price for the marketplace offer {product} of {publisher}: what it sells, if \
         anything, is billed with the machine"
    ))
}

/// An image in lower case.
pub(super) struct Words {
    pub(super) publisher: String,
    pub(super) offer: String,
    pub(super) sku: String,
}

impl Words {
    pub(super) fn of(image: &Image<'_>) -> Self {
        let lower = |text: Option<&str>| text.unwrap_or_default().to_lowercase();
        Self { publisher: lower(image.publisher), offer: lower(image.offer), sku: lower(image.sku) }
    }

    /// Its offer or its sku contains one of the words.
    pub(super) fn any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.offer.contains(word) || self.sku.contains(word))
    }
}
