//! What a look-up takes and gives.

use jiff::civil::Date;
use rust_decimal::Decimal;

/// Every dimension that changes a price. All strings are the vendor's own spelling.
///
/// Term and tenancy are no part of the key: the tables hold on-demand prices of shared tenancy only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PriceKey<'a> {
    /// Provider and service: `aws/ec2`.
    pub service: &'a str,
    /// What is priced: `m5.large`, `gp3/storage`.
    pub sku: &'a str,
    /// The region: `eu-west-1`.
    pub region: &'a str,
    /// Operating system, engine and deployment, or architecture; empty where none matters.
    pub variant: &'a str,
    /// The unit as the vendor bills it: `hour`, `GB-Mo`.
    pub unit: &'a str,
}

/// One price of the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row<'a> {
    /// Provider and service: `aws/ec2`.
    pub service: &'a str,
    /// What is priced.
    pub sku: &'a str,
    /// The region.
    pub region: &'a str,
    /// Operating system, engine and deployment, or architecture; empty where none matters.
    pub variant: &'a str,
    /// The unit as the vendor bills it. `GiBps-mo` is 1,024 MiB/s for a month.
    pub unit: &'a str,
    /// For one `unit`, in `currency`, exact.
    pub price: Decimal,
    /// The currency of the price: `USD`. Costs are added up in USD only.
    pub currency: &'a str,
    /// The day on which the price was last seen to hold: when its source was taken, or when the
    /// row was.
    pub as_of: Date,
    /// The day since which the price holds, where the source tells it apart from `as_of`.
    pub effective: Option<Date>,
    /// The id of the source; `PriceBook::source` tells what it stands for.
    pub source: &'a str,
}
