//! The lists of the catalogue: one for each of Google's services.
//! <https://cloud.google.com/billing/docs/reference/rest/v1/services/list>

/// One of Google's price lists.
#[derive(Debug)]
pub(super) struct List {
    /// The service's id in the catalogue.
    pub(super) id: &'static str,
    /// The service's name, also that of the table.
    pub(super) name: &'static str,
    /// What `mappings/gcp_skus.tsv` calls it.
    pub(super) short: &'static str,
    /// The services of the price book that it has all prices of.
    pub(super) covers: &'static [&'static str],
    /// What its table has beside what is listed, for a person.
    pub(super) derived: &'static str,
}

/// Cloud Run is not among them: no rule has a use for its prices.
pub(super) const LISTS: &[List] = &[
    List {
        id: "6F81-5844-456A",
        name: "Compute Engine",
        short: "compute",
        covers: &["gcp/compute", "gcp/compute-license", "gcp/disk", "gcp/network"],
        derived: "; machine types and their licences are worked out from their parts",
    },
    List {
        id: "95FF-2EF5-5EA1",
        name: "Cloud Storage",
        short: "storage",
        covers: &["gcp/storage"],
        derived: "",
    },
    List {
        id: "9662-B51E-5089",
        name: "Cloud SQL",
        short: "sql",
        covers: &["gcp/cloudsql"],
        derived: "",
    },
    List {
        id: "CCD8-9BF1-090E",
        name: "Kubernetes Engine",
        short: "kubernetes",
        covers: &["gcp/gke"],
        derived: "",
    },
    List {
        id: "29E7-DA93-CA13",
        name: "Cloud Run Functions",
        short: "functions",
        covers: &["gcp/functions"],
        derived: "",
    },
];
