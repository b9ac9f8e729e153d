//! What each product of the price lists is in the book: one file for each service.

mod ebs;
mod ec2;
mod eks;
mod elb;
mod lambda;
mod rds;
mod rds_storage;
mod s3;
mod transfer;
mod vpc;

use super::facts::{Column, Facts};
use super::listing::Listing;
use crate::sync::{Dropped, Harvest};

/// A price list of AWS, and what of the book it fills.
pub(super) struct Offer {
    /// The code in the index: `AmazonEC2`.
    pub(super) code: &'static str,
    /// The services for whose sake it is read.
    pub(super) services: &'static [&'static str],
    /// The services of which it holds all prices, but for those of a list that goes with it.
    pub(super) covers: &'static [&'static str],
    /// The columns without which its products cannot be told apart, besides [`COMMON`].
    pub(super) needs: &'static [Column],
    /// What a product of it is in the book.
    pub(super) listing: for<'a> fn(&'a dyn Facts) -> Result<Listing<'a>, Dropped>,
    /// Rows that follow from others, when all are read.
    pub(super) finish: fn(&mut Harvest),
}

/// The columns without which no price can be read.
pub(super) const COMMON: [Column; 6] = [
    Column::TermType,
    Column::EffectiveDate,
    Column::Unit,
    Column::PricePerUnit,
    Column::Currency,
    Column::UsageType,
];

/// The price lists that are read, by the codes of
/// <https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/index.json>.
///
/// NAT gateways are in the list of EC2 and belong to `aws/vpc`, which the list of VPC covers: they
/// are there when both are synced. The storage of Glacier Deep Archive is not in the list of S3,
/// but in one of its own.
pub(super) const OFFERS: [Offer; 9] = [
    Offer {
        code: "AmazonEC2",
        services: &["aws/ec2", "aws/ebs"],
        covers: &["aws/ec2", "aws/ebs"],
        needs: &[
            Column::ProductFamily,
            Column::InstanceType,
            Column::Tenancy,
            Column::OperatingSystem,
            Column::PreInstalledSoftware,
            Column::LicenseModel,
        ],
        listing: elastic_compute_cloud,
        finish: ec2::premiums,
    },
    Offer {
        code: "AmazonRDS",
        services: &["aws/rds", "aws/rds-storage"],
        covers: &["aws/rds", "aws/rds-storage"],
        needs: &[
            Column::ProductFamily,
            Column::InstanceType,
            Column::DatabaseEngine,
            Column::DatabaseEdition,
            Column::LicenseModel,
            Column::DeploymentOption,
        ],
        listing: relational_databases,
        finish: nothing,
    },
    Offer {
        code: "AWSLambda",
        services: &["aws/lambda"],
        covers: &["aws/lambda"],
        needs: &[Column::Group, Column::StartingRange, Column::EndingRange],
        listing: lambda::listing,
        finish: nothing,
    },
    Offer {
        code: "AmazonEKS",
        services: &["aws/eks"],
        covers: &["aws/eks"],
        needs: &[],
        listing: eks::listing,
        finish: nothing,
    },
    Offer {
        code: "AmazonS3",
        services: &["aws/s3"],
        covers: &["aws/s3"],
        needs: &[Column::StartingRange, Column::EndingRange],
        listing: s3::listing,
        finish: nothing,
    },
    Offer {
        code: "AmazonS3GlacierDeepArchive",
        services: &["aws/s3"],
        covers: &[],
        needs: &[Column::StartingRange, Column::EndingRange],
        listing: s3::listing,
        finish: nothing,
    },
    Offer {
        code: "AmazonVPC",
        services: &["aws/vpc"],
        covers: &["aws/vpc"],
        needs: &[],
        listing: vpc::address,
        finish: nothing,
    },
    Offer {
        code: "AWSELB",
        services: &["aws/elb"],
        covers: &["aws/elb"],
        needs: &[Column::ProductFamily],
        listing: elb::listing,
        finish: nothing,
    },
    Offer {
        code: "AWSDataTransfer",
        services: &["aws/datatransfer"],
        covers: &["aws/datatransfer"],
        needs: &[
            Column::StartingRange,
            Column::EndingRange,
            Column::TransferType,
            Column::ToLocation,
        ],
        listing: transfer::listing,
        finish: nothing,
    },
];

fn nothing(_: &mut Harvest) {}

fn elastic_compute_cloud(row: &dyn Facts) -> Result<Listing<'_>, Dropped> {
    match row.get(Column::ProductFamily) {
        "Compute Instance" | "Compute Instance (bare metal)" => ec2::listing(row),
        "Dedicated Host" => Err(Dropped::OtherTenancy),
        "NAT Gateway" => vpc::nat_gateway(row),
        _ => ebs::listing(row),
    }
}

fn relational_databases(row: &dyn Facts) -> Result<Listing<'_>, Dropped> {
    match row.get(Column::ProductFamily) {
        "Database Instance" => rds::listing(row),
        _ => rds_storage::listing(row),
    }
}
