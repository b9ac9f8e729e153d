//! What Azure Monitor knows.

use rust_decimal::Decimal;

use super::thing::Thing;

/// What a figure is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Worth {
    /// The mean of every period.
    Average(Decimal),
    /// The sum of every period.
    Total(Decimal),
    /// The sum of an hour, evenly.
    Hour(Decimal),
    /// Worked out once a day.
    Day(Decimal),
}

/// One figure.
#[derive(Debug, Clone)]
pub(crate) struct Figure {
    /// What comes after the resource's identifier: `/blobServices/default`.
    pub(crate) part: &'static str,
    pub(crate) metric: &'static str,
    pub(crate) dimensions: Vec<(&'static str, String)>,
    pub(crate) worth: Worth,
}

/// All figures of one target.
#[derive(Debug)]
pub(crate) struct Figures {
    pub(crate) subscription: &'static str,
    pub(crate) location: &'static str,
    /// `microsoft.storage/storageaccounts/blobservices`
    pub(crate) namespace: String,
    pub(crate) list: Vec<Figure>,
}

impl Figures {
    /// The targets of a thing, by their identifiers in lower case: the thing itself, and the
    /// services of a storage account.
    pub(super) fn of(thing: &Thing) -> Vec<(String, Self)> {
        let parts: &[&str] = match thing.type_name {
            "Microsoft.Storage/storageAccounts" => &[
                "",
                "/blobServices/default",
                "/fileServices/default",
                "/tableServices/default",
                "/queueServices/default",
            ],
            _ => &[""],
        };
        let target = |part: &&str| {
            let own = part.split('/').nth(1).map(|own| format!("/{own}")).unwrap_or_default();
            let found = Self {
                subscription: thing.subscription,
                location: thing.location,
                namespace: format!("{}{own}", thing.type_name).to_lowercase(),
                list: thing.figures.iter().filter(|it| it.part == *part).cloned().collect(),
            };
            (format!("{}{part}", thing.id).to_lowercase(), found)
        };
        parts.iter().map(target).collect()
    }
}
