//! What the API is asked.
//! <https://learn.microsoft.com/rest/api/cost-management/retail-prices/azure-retail-prices>

use url::Url;
use url::form_urlencoded::byte_serialize;

use super::CURRENCY;

/// Where the API answers. It is open to all.
pub(super) const ADDRESS: &str = "https://prices.azure.com/api/retail/prices";

/// The version whose items have the prices with savings plans in them.
const VERSION: &str = "2023-01-01-preview";

/// The address of the first page: a service's prices for consumption, in one region or, with
/// `None`, in all of them. Names are matched exactly, case and all.
pub(super) fn first_page(base: &Url, service: &str, region: Option<&str>) -> Url {
    let mut filter = format!("serviceName eq {}", quoted(service));
    if let Some(region) = region {
        filter.push_str(&format!(" and armRegionName eq {}", quoted(region)));
    }
    filter.push_str(" and priceType eq 'Consumption'");
    let query = [
        ("api-version", VERSION.to_owned()),
        ("currencyCode", quoted(CURRENCY)),
        ("$filter", filter),
    ];
    let query = query.map(|(name, value)| format!("{name}={}", encoded(&value))).join("&");
    let mut address = base.clone();
    address.set_query(Some(&query));
    address
}

/// A text of OData: an apostrophe in it is written twice.
/// <https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part2-url-conventions.html>
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Percent-encoded; a blank as `%20`, since `+` is one in forms only.
fn encoded(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}
