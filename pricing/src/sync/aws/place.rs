//! Of which region a row is.

use super::facts::{Column, Facts};
use crate::sync::Dropped;

/// The region of a row, where it is one: not a local zone, an edge location or everywhere.
///
/// Files of before 2021 have no region code; there the name of the location decides. `requested` is
/// the region whose file it is: a location with a name that is not known is that region, in its own
/// file, unless that region's name is known to be another.
///
/// # Errors
/// It is no region, or another than the requested.
pub(super) fn region<'a>(
    row: &'a dyn Facts,
    requested: Option<&'a str>,
) -> Result<&'a str, Dropped> {
    let first = |columns: [Column; 2]| {
        columns.map(|column| row.get(column)).into_iter().find(|value| !value.is_empty())
    };
    match first([Column::LocationType, Column::FromLocationType]) {
        None | Some("AWS Region") => {}
        Some(_) => return Err(Dropped::OtherLocation),
    }
    let region = match first([Column::RegionCode, Column::FromRegionCode]) {
        Some(code) => code,
        None => named(first([Column::Location, Column::FromLocation]), requested)?,
    };
    if !is_region(region) || requested.is_some_and(|requested| requested != region) {
        return Err(Dropped::OtherLocation);
    }
    Ok(region)
}

fn named<'a>(location: Option<&str>, requested: Option<&'a str>) -> Result<&'a str, Dropped> {
    let location = location.filter(|name| !matches!(*name, "Any" | "Global"));
    let location = location.ok_or(Dropped::OtherLocation)?;
    if let Some((_, region)) = LOCATIONS.iter().find(|(name, _)| *name == location) {
        return Ok(region);
    }
    let unnamed = |region: &&str| LOCATIONS.iter().all(|(_, known)| known != region);
    requested.filter(unnamed).ok_or(Dropped::OtherLocation)
}

/// Whether a code is that of a region: it ends in its only number (`us-gov-west-1`). Local zones
/// (`us-west-2-lax-1`) and Wavelength zones (`us-east-1-wl1-chi1`) have more behind it.
pub(super) fn is_region(code: &str) -> bool {
    let mut parts = code.split('-').rev();
    let number = parts
        .next()
        .is_some_and(|last| !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit()));
    let mut words = 0;
    let named = parts.all(|part| {
        words += 1;
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase())
    });
    number && named && words >= 2
}

/// The names of regions in price lists, as they are or were.
/// <https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html>
const LOCATIONS: [(&str, &str); 49] = [
    ("AWS GovCloud (US)", "us-gov-west-1"),
    ("AWS GovCloud (US-East)", "us-gov-east-1"),
    ("AWS GovCloud (US-West)", "us-gov-west-1"),
    ("Africa (Cape Town)", "af-south-1"),
    ("Asia Pacific (Hong Kong)", "ap-east-1"),
    ("Asia Pacific (Hyderabad)", "ap-south-2"),
    ("Asia Pacific (Jakarta)", "ap-southeast-3"),
    ("Asia Pacific (Malaysia)", "ap-southeast-5"),
    ("Asia Pacific (Melbourne)", "ap-southeast-4"),
    ("Asia Pacific (Mumbai)", "ap-south-1"),
    ("Asia Pacific (New Zealand)", "ap-southeast-6"),
    ("Asia Pacific (Osaka)", "ap-northeast-3"),
    ("Asia Pacific (Osaka-Local)", "ap-northeast-3"),
    ("Asia Pacific (Seoul)", "ap-northeast-2"),
    ("Asia Pacific (Singapore)", "ap-southeast-1"),
    ("Asia Pacific (Sydney)", "ap-southeast-2"),
    ("Asia Pacific (Taipei)", "ap-east-2"),
    ("Asia Pacific (Thailand)", "ap-southeast-7"),
    ("Asia Pacific (Tokyo)", "ap-northeast-1"),
    ("Canada (Central)", "ca-central-1"),
    ("Canada West (Calgary)", "ca-west-1"),
    ("China (Beijing)", "cn-north-1"),
    ("China (Ningxia)", "cn-northwest-1"),
    ("EU (Frankfurt)", "eu-central-1"),
    ("EU (Ireland)", "eu-west-1"),
    ("EU (London)", "eu-west-2"),
    ("EU (Milan)", "eu-south-1"),
    ("EU (Paris)", "eu-west-3"),
    ("EU (Spain)", "eu-south-2"),
    ("EU (Stockholm)", "eu-north-1"),
    ("EU (Zurich)", "eu-central-2"),
    ("Europe (Frankfurt)", "eu-central-1"),
    ("Europe (Ireland)", "eu-west-1"),
    ("Europe (London)", "eu-west-2"),
    ("Europe (Milan)", "eu-south-1"),
    ("Europe (Paris)", "eu-west-3"),
    ("Europe (Spain)", "eu-south-2"),
    ("Europe (Stockholm)", "eu-north-1"),
    ("Europe (Zurich)", "eu-central-2"),
    ("Israel (Tel Aviv)", "il-central-1"),
    ("Mexico (Central)", "mx-central-1"),
    ("Middle East (Bahrain)", "me-south-1"),
    ("Middle East (UAE)", "me-central-1"),
    ("South America (Sao Paulo)", "sa-east-1"),
    ("US East (N. Virginia)", "us-east-1"),
    ("US East (Ohio)", "us-east-2"),
    ("US West (N. California)", "us-west-1"),
    ("US West (Oregon)", "us-west-2"),
    ("US-East (N. Virginia)", "us-east-1"),
];

#[cfg(test)]
mod tests {
    use super::super::facts::Owned;
    use super::*;

    fn row(facts: &[(Column, &str)]) -> Owned {
        let mut row = Owned::default();
        facts.iter().for_each(|(column, value)| row.set(*column, (*value).to_owned()));
        row
    }

    #[test]
    fn zones_are_no_regions() {
        for code in ["us-east-1", "us-gov-west-1", "cn-northwest-1", "eusc-de-east-1"] {
            assert!(is_region(code), "{code}");
        }
        for code in ["us-west-2-lax-1", "us-east-1-wl1-chi1", "aws-global", "", "1", "-1"] {
            assert!(!is_region(code), "{code}");
        }
    }

    #[test]
    fn los_angeles_is_not_oregon() {
        let zone = row(&[
            (Column::LocationType, "AWS Local Zone"),
            (Column::RegionCode, "us-west-2-lax-1"),
        ]);
        assert_eq!(region(&zone, Some("us-west-2")), Err(Dropped::OtherLocation));
        let coded = row(&[(Column::RegionCode, "us-west-2-lax-1")]);
        assert_eq!(region(&coded, Some("us-west-2")), Err(Dropped::OtherLocation));
        let typed =
            row(&[(Column::LocationType, "AWS Outposts"), (Column::RegionCode, "us-west-2")]);
        assert_eq!(region(&typed, Some("us-west-2")), Err(Dropped::OtherLocation));
    }

    #[test]
    fn an_older_file_names_the_location() {
        let old = |name| row(&[(Column::Location, name), (Column::LocationType, "AWS Region")]);
        let paris = old("EU (Paris)");
        assert_eq!(region(&paris, Some("eu-west-3")), Ok("eu-west-3"));
        assert_eq!(region(&paris, None), Ok("eu-west-3"));
        assert_eq!(region(&paris, Some("eu-west-1")), Err(Dropped::OtherLocation));
        for nowhere in ["Any", "Global", ""] {
            assert_eq!(region(&old(nowhere), Some("eu-west-3")), Err(Dropped::OtherLocation));
        }
        // A region that is younger than this program, in its own file and in another's.
        let young = old("Moon (Far Side)");
        assert_eq!(region(&young, Some("moon-west-1")), Ok("moon-west-1"));
        assert_eq!(region(&young, Some("eu-west-3")), Err(Dropped::OtherLocation));
        assert_eq!(region(&young, None), Err(Dropped::OtherLocation));
    }
}
