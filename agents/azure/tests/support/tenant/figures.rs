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
    /// The metrics of its type that it does not have, by what it is sold as.
    pub(crate) lacks: &'static [&'static str],
    pub(crate) list: Vec<Figure>,
}

/// What databases and pools of each purchasing model have no figures of.
/// <https://learn.microsoft.com/azure/azure-sql/database/monitoring-sql-database-azure-monitor-reference>
fn lacks(thing: &Thing) -> &'static [&'static str] {
    if !thing.type_name.starts_with("Microsoft.Sql/servers/") {
        return &[];
    }
    let sku = thing.keys.get("sku");
    let word = |key: &str| sku.and_then(|sku| sku[key].as_str()).unwrap_or_default().to_owned();
    match (word("tier").as_str(), word("name").contains("_S_")) {
        ("Basic" | "Standard" | "Premium", _) => &[
            "app_cpu_billed",
            "full_backup_size_bytes",
            "diff_backup_size_bytes",
            "log_backup_size_bytes",
        ],
        ("Hyperscale", _) => &[
            "dtu_consumption_percent",
            "storage",
            "app_cpu_billed",
            "full_backup_size_bytes",
            "diff_backup_size_bytes",
            "log_backup_size_bytes",
        ],
        (_, true) => &["dtu_consumption_percent"],
        _ => &["dtu_consumption_percent", "app_cpu_billed"],
    }
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
                lacks: lacks(thing),
                list: thing.figures.iter().filter(|it| it.part == *part).cloned().collect(),
            };
            (format!("{}{part}", thing.id).to_lowercase(), found)
        };
        parts.iter().map(target).collect()
    }
}
