//! The keys of prices, and what can be told from one.

use crate::prices::billing_unit;
use finops_core::model::Unit;

/// The vendors of whom something is bought.
const VENDORS: [&str; 3] = ["aws", "azure", "gcp"];
/// What stands between a key and its unit: on demand.
const TERM: &str = "/od/";

/// The vendor is one whose prices are known.
pub(super) fn is_vendor(name: &str) -> bool {
    VENDORS.contains(&name)
}

/// The key of a cost line, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct LineKey<'a> {
    /// Provider and service, `aws/ec2`; empty for a user's own rate.
    pub(super) service: &'a str,
    /// What stands between the service and the unit: sku, region and variant, each of which may
    /// have slashes.
    pub(super) middle: &'a str,
    /// It is the key of a list price.
    pub(super) is_list: bool,
}

impl<'a> LineKey<'a> {
    /// Takes a key apart.
    pub(super) fn of(key: &'a str) -> Self {
        let own = Self { service: "", middle: key, is_list: false };
        let Some((vendor, rest)) = key.split_once('/') else { return own };
        let Some((service, rest)) = rest.split_once('/') else { return own };
        if !is_vendor(vendor) {
            return own;
        }
        let service = &key[..vendor.len() + 1 + service.len()];
        match rest.rsplit_once(TERM) {
            Some((middle, _)) => Self { service, middle, is_list: true },
            None => Self { service, middle: rest, is_list: false },
        }
    }

    /// It is bought of a vendor.
    pub(super) fn is_bought(&self) -> bool {
        !self.service.is_empty()
    }
}

/// A key without what says that it is on demand, which a user need not write:
/// `aws/ec2/m5.large/us-east-1/linux/hour`.
pub(super) fn short(key: &str) -> String {
    match key.rsplit_once(TERM) {
        Some((front, unit)) => [front, "/", unit].concat(),
        None => key.to_owned(),
    }
}

/// A key as a user writes it, with or without `od`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WrittenKey {
    /// Without `od`.
    pub(super) short: String,
    /// With it, as cost lines have it.
    pub(super) full: String,
    /// What a cost line bills.
    pub(super) unit: Unit,
    /// How many of these are in one unit of the key.
    pub(super) per: u32,
}

impl WrittenKey {
    /// Reads a key.
    ///
    /// # Errors
    /// What is wrong with it, and what would be right.
    pub(super) fn read(text: &str) -> Result<Self, (&'static str, &'static str)> {
        const FORM: &str = "write provider/service/sku/region/variant/unit, as `pricing show` and \
                            `sku_key` have it: aws/ec2/m5.large/us-east-1/linux/hour";
        let short = short(text);
        let parts: Vec<&str> = short.split('/').collect();
        // Provider, service, sku, region and unit at least.
        if parts.len() < 5 || parts.iter().any(|part| part.is_empty()) {
            return Err(("is no key of a price", FORM));
        }
        if !is_vendor(parts[0]) {
            return Err(("is of no vendor that is known", "begin it with aws/, azure/ or gcp/"));
        }
        // A unit may have a slash itself: `1/Hour`.
        let unit = [2, 1].into_iter().find_map(|length| {
            let unit = parts[parts.len() - length..].join("/");
            billing_unit(&unit).map(|(line, per)| (unit, line, per))
        });
        let Some((name, unit, per)) = unit else {
            return Err(("ends in a unit that no cost line has", FORM));
        };
        let front = &short[..short.len() - name.len() - 1];
        if front.split('/').count() < 4 {
            return Err(("is no key of a price", FORM));
        }
        let full = [front, TERM, &name].concat();
        Ok(Self { short, full, unit, per })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_list_price_or_another_of_a_vendor_or_of_the_user() {
        let list = LineKey::of("aws/rds/db.m5.large/us-east-1/mysql/multi-az/od/hour");
        assert_eq!((list.service, list.is_list), ("aws/rds", true));
        assert_eq!(list.middle, "db.m5.large/us-east-1/mysql/multi-az");
        let spot = LineKey::of("aws/ec2-spot/m5.large/us-east-1a/Linux/UNIX/hour");
        assert_eq!((spot.service, spot.is_list), ("aws/ec2-spot", false));
        for own in ["rates/gpu", "machine/hardware", "rates/a/od/b", "gpu", ""] {
            assert!(!LineKey::of(own).is_bought() && !LineKey::of(own).is_list, "{own}");
        }
    }

    #[test]
    fn a_written_key_may_leave_out_that_it_is_on_demand() {
        let full = "aws/ec2/m5.large/us-east-1/linux/od/hour";
        let key = WrittenKey::read("aws/ec2/m5.large/us-east-1/linux/hour").unwrap();
        assert_eq!((&*key.full, key.unit, key.per), (full, Unit::Hour, 1));
        assert_eq!(WrittenKey::read(full).unwrap(), key);
        let disk = WrittenKey::read("azure/disk/P10/LRS/westeurope/1/Month").unwrap();
        assert_eq!(disk.full, "azure/disk/P10/LRS/westeurope/od/1/Month");
        let throughput = WrittenKey::read("aws/ebs/gp3/throughput/us-east-1/GiBps-mo").unwrap();
        assert_eq!(throughput.per, 1024);
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for (text, problem) in [
            ("m5.large", "no key"),
            ("aws/ec2//us-east-1/hour", "no key"),
            ("aws/ec2/us-east-1/1/Hour", "no key"),
            ("alibaba/ecs/g6/hangzhou/linux/hour", "no vendor"),
            ("aws/ec2/m5.large/us-east-1/linux/fortnight", "unit"),
        ] {
            assert!(WrittenKey::read(text).unwrap_err().0.contains(problem), "{text}");
        }
    }
}
