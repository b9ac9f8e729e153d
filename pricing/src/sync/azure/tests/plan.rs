//! What is asked for.

use super::*;

/// The API has no index, and so nothing may be fetched while it is planned.
struct NoFetch;

#[async_trait]
impl Fetch for NoFetch {
    async fn small(&self, url: &Url) -> Result<Vec<u8>, FetchError> {
        panic!("{url} was asked for")
    }
}

fn plan(services: Option<&[&str]>, regions: Option<&[&str]>) -> Plan {
    let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let wanted = Wanted { services: services.map(set), regions: regions.map(set) };
    let planning = Azure::new().plan(&NoFetch, &wanted).into_inner();
    planning.unwrap()
}

/// A future that waits for nothing.
trait IntoInner {
    type Output;
    fn into_inner(self) -> Self::Output;
}

impl<F: Future> IntoInner for F {
    type Output = F::Output;
    fn into_inner(self) -> F::Output {
        futures::FutureExt::now_or_never(self).expect("nothing is waited for")
    }
}

fn ids(plan: &Plan) -> Vec<&str> {
    plan.requests.iter().map(|request| request.id.as_str()).collect()
}

#[test]
fn a_table_is_a_service_in_a_region() {
    let plan = plan(None, Some(&["eastus", "westeurope"]));
    let expected = [
        "Virtual Machines/eastus",
        "Virtual Machines/westeurope",
        "Virtual Machines Licenses/Global",
        "Storage/eastus",
        "Storage/westeurope",
        "Azure Kubernetes Service/eastus",
        "Azure Kubernetes Service/westeurope",
        "Functions/eastus",
        "Functions/westeurope",
        "SQL Database/eastus",
        "SQL Database/westeurope",
        "SQL Database/Global",
    ];
    assert_eq!(ids(&plan), expected);
    assert!(plan.missing.is_empty());
}

#[test]
fn services_of_one_list_share_its_table() {
    for service in ["azure/disk", "azure/storage"] {
        let plan = plan(Some(&[service]), Some(&["East US", "eastus"]));
        assert!(ids(&plan).contains(&"Storage/eastus"), "{:?}", ids(&plan));
        let covers = |service: &str| Coverage {
            service: service.to_owned(),
            region: Some("eastus".to_owned()),
        };
        let table = plan.requests.iter().find(|table| table.id == "Storage/eastus").unwrap();
        assert_eq!(table.covers, [covers("azure/disk"), covers("azure/storage")]);
        assert_eq!(table.currency, "USD");
    }
    let machines = plan(Some(&["azure/vm"]), Some(&["eastus", "Global"]));
    assert_eq!(ids(&machines), ["Virtual Machines/eastus", "Virtual Machines Licenses/Global"]);
    assert!(plan(Some(&["aws/ec2"]), None).requests.is_empty());
}

#[test]
fn everything_is_every_region_with_a_price_of_machines() {
    let plan = plan(Some(&["azure/aks"]), None);
    // 58 of the embedded book, and four that it does not have.
    assert_eq!(plan.requests.len(), 62);
    for region in ["westeurope", "denmarkeast", "usgovvirginia"] {
        let id = format!("Azure Kubernetes Service/{region}");
        assert!(ids(&plan).contains(&id.as_str()), "{region}");
    }
}

#[test]
fn the_query_is_encoded_and_names_service_region_kind_and_currency() {
    let plan = plan(Some(&["azure/vm"]), Some(&["EastUS"]));
    let expected = "https://prices.azure.com/api/retail/prices?api-version=2023-01-01-preview\
                    &currencyCode=%27USD%27&$filter=serviceName%20eq%20%27Virtual%20Machines%27\
                    %20and%20armRegionName%20eq%20%27eastus%27\
                    %20and%20priceType%20eq%20%27Consumption%27";
    assert_eq!(plan.requests[0].url.as_str(), expected);
    let everywhere = plan.requests[1].url.as_str();
    assert!(everywhere.contains("Licenses") && !everywhere.contains("armRegionName"));
    assert!(plan.requests.iter().all(|request| request.authorization.is_none()));
}

#[test]
fn another_address_and_an_odd_region_stay_a_query() {
    let base: Url = "http://127.0.0.1:7000/prices".parse().unwrap();
    let first = query::first_page(&base, "Storage", Some("o'brien & co+1#x"));
    assert_eq!((first.host_str(), first.fragment()), (Some("127.0.0.1"), None));
    let filter = first.query_pairs().find(|(name, _)| name == "$filter").unwrap().1.into_owned();
    let expected = "serviceName eq 'Storage' and armRegionName eq 'o''brien & co+1#x' and \
                    priceType eq 'Consumption'";
    assert_eq!(filter, expected);
}
