//! Addresses of requests, made of parts that cannot change where they lead.

use url::{Url, form_urlencoded};

use super::guard::{Place, is_region};

/// What stands for a region in `endpoints.metrics`.
const REGION: &str = "{region}";
/// Put in for a region where only the rest of the address matters. No host of Azure has it.
const STAND_IN: &str = "regionstandsin0here";

/// The address of `path` below `base`, with a query.
///
/// # Errors
/// What is wrong with the path, for a person: a part of it would lead elsewhere.
pub(super) fn below(base: &Url, path: &str, query: &[(&str, &str)]) -> Result<Url, String> {
    let mut url = base.clone();
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let odd = |part: &&str| {
        part.is_empty() || matches!(*part, "." | "..") || part.chars().any(char::is_control)
    };
    if parts.iter().any(odd) {
        return Err("it has an empty part, dots or control characters".to_owned());
    }
    url.path_segments_mut()
        .map_err(|()| "the endpoint has no path".to_owned())?
        .pop_if_empty()
        .extend(parts);
    let query: Vec<String> =
        query.iter().map(|(key, value)| format!("{}={}", encoded(key), encoded(value))).collect();
    url.set_query((!query.is_empty()).then(|| query.join("&")).as_deref());
    url.set_fragment(None);
    Ok(url)
}

/// Percent-encoded, spaces too: not all of Azure's services read a plus as a space.
fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

/// The address that a list goes on at.
///
/// # Errors
/// It leads elsewhere, or nowhere.
pub(super) fn further(place: &Place, link: &str) -> Result<Url, String> {
    let url = Url::parse(link).map_err(|_| "it is no address".to_owned())?;
    if place.holds(&url) {
        return Ok(url);
    }
    Err(format!("it is {}://{}", url.scheme(), url.host_str().unwrap_or_default()))
}

/// The address of the metrics API in a region.
///
/// # Errors
/// The region is not made of letters and digits, or the setting is no address.
pub(super) fn of_region(template: &str, region: &str) -> Result<Url, String> {
    if !is_region(region) {
        return Err(format!("{region:?} is no region's name"));
    }
    let region = region.to_ascii_lowercase();
    Url::parse(&template.replace(REGION, &region)).map_err(|_| {
        format!("endpoints.metrics does not give an address with {region} in place of {REGION}")
    })
}

/// All that the metrics API's addresses have in common; `None` where the setting is no address.
pub(super) fn of_regions(template: &str) -> Option<Place> {
    let like = Url::parse(&template.replace(REGION, STAND_IN)).ok()?;
    let host = like.host_str()?.to_owned();
    Some(match host.split_once(STAND_IN) {
        Some((prefix, suffix)) => {
            Place::Regions { prefix: prefix.to_owned(), suffix: suffix.to_owned(), like }
        }
        None => Place::Origin(like),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> Url {
        "https://management.example.org/base/".parse().unwrap()
    }

    #[test]
    fn paths_and_queries_are_encoded_below_the_base() {
        let query = [("api-version", "2024-02-01"), ("$filter", "Tier eq '*'"), ("a", "b+c&d")];
        let url = below(&base(), "/subscriptions/s 1/x:get?#%2e", &query).unwrap();
        assert_eq!(
            url.as_str(),
            "https://management.example.org/base/subscriptions/s%201/x:get%3F%23%252e\
             ?api-version=2024-02-01&%24filter=Tier%20eq%20%27*%27&a=b%2Bc%26d"
        );
    }

    #[test]
    fn paths_that_would_lead_elsewhere_are_refused() {
        for path in ["/a/../b", "/a//b", "/a/./b", "", "/a/b\n", "/a/"] {
            assert!(below(&base(), path, &[]).is_err(), "{path:?}");
        }
        let back = below(&base(), "/a\\..\\b/@evil.example.org/%2e%2e", &[]).unwrap();
        assert_eq!(back.host_str(), Some("management.example.org"));
        assert_eq!(back.path(), "/base/a%5C..%5Cb/@evil.example.org/%252e%252e");
    }

    #[test]
    fn regions_are_put_into_the_host_or_the_path() {
        let template = "https://{region}.metrics.example.org:8443/x";
        let url = of_region(template, "WestEurope").unwrap();
        assert_eq!(url.as_str(), "https://westeurope.metrics.example.org:8443/x");
        assert!(of_regions(template).unwrap().holds(&url));
        for odd in ["", "a.b", "a/b", "evil.example.org/", "west europe", "é"] {
            assert!(of_region(template, odd).is_err(), "{odd}");
        }
        let fixed = "https://private.example.org/{region}/";
        let url = of_region(fixed, "eastus").unwrap();
        assert_eq!(url.as_str(), "https://private.example.org/eastus/");
        assert!(of_regions(fixed).unwrap().holds(&url));
    }
}
