//! Accounts and regions, and who asks from where.

use crate::draw::Draw;
use crate::http::Request;
use crate::size::Size;

/// The regions, in the order in which a fleet spreads over them.
pub const REGIONS: [&str; 25] = [
    "us-east-1",
    "eu-west-1",
    "us-west-2",
    "eu-central-1",
    "ap-southeast-1",
    "ap-northeast-1",
    "us-east-2",
    "ap-south-1",
    "eu-west-2",
    "sa-east-1",
    "ca-central-1",
    "ap-southeast-2",
    "eu-north-1",
    "eu-west-3",
    "us-west-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "eu-south-1",
    "af-south-1",
    "ap-east-1",
    "me-south-1",
    "eu-central-2",
    "eu-south-2",
    "ap-south-2",
    "ap-southeast-3",
];

/// The most accounts that a fleet has.
pub const ACCOUNTS: u64 = 1_000;

/// The access key of the first account; those of assumed roles are `ASIA` and the account.
pub(super) const ACCESS_KEY: &str = "AKIASANDBOX000000000";

/// The access key of a role's session in an account.
pub(super) fn session_key(account: &str) -> String {
    format!("ASIA{account}")
}

/// The number of an account.
#[must_use]
pub fn account_id(index: u64) -> String {
    format!("{:012}", 100_000_000_001 + index * 1_111_111)
}

/// An account in a region.
#[derive(Debug, Clone)]
pub struct Place {
    /// The account's number.
    pub account: String,
    /// The region.
    pub region: &'static str,
    /// Among all places: account by account.
    pub index: u64,
    /// The account's number among the accounts.
    pub account_index: u64,
    /// The region's among [`REGIONS`].
    pub region_index: u64,
    /// For [`Draw::of`].
    pub number: u64,
    /// The same for what is the account's in all regions.
    pub account_number: u64,
    /// The seed of the fleet.
    pub seed: u64,
}

impl Place {
    pub(super) fn new(size: &Size, account: u64, region: u64) -> Self {
        let id = account_id(account);
        let name = REGIONS[usize::try_from(region).unwrap_or_default()];
        let number = Draw::place(format_args!("{id} {name}"));
        let account_number = Draw::place(&id);
        Self {
            account: id,
            region: name,
            index: account * size.regions + region,
            account_index: account,
            region_index: region,
            number,
            account_number,
            seed: size.seed,
        }
    }

    pub(super) fn find(size: &Size, account: &str, region: &str) -> Option<Self> {
        let account = (0..size.accounts).find(|index| account_id(*index) == account)?;
        let region = REGIONS.iter().position(|name| *name == region)? as u64;
        (region < size.regions).then(|| Self::new(size, account, region))
    }

    /// The numbers of something here.
    pub(super) fn draw(&self, what: &str, index: u64) -> Draw {
        Draw::of(self.seed, self.number, what, index)
    }
}

/// Who signed a request, for what: `Credential=KEY/20261122/eu-west-1/ec2/aws4_request`.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html>
#[derive(Debug)]
pub(super) struct Signer<'r> {
    pub(super) account: std::borrow::Cow<'r, str>,
    pub(super) region: &'r str,
    pub(super) service: &'r str,
}

impl<'r> Signer<'r> {
    pub(super) fn of(request: &'r Request) -> Self {
        let header = request.header("authorization");
        let credential = header.split_once("Credential=").map_or("", |(_, rest)| rest);
        let credential = credential.split(',').next().unwrap_or_default();
        let mut parts = credential.split('/');
        let mut part = || parts.next().unwrap_or_default();
        let (key, _day, region, service) = (part(), part(), part(), part());
        let account = match key.strip_prefix("ASIA") {
            Some(account) => account.into(),
            None => account_id(0).into(),
        };
        Self { account, region, service }
    }
}
