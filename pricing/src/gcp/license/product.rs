//! Which licences Google bills, by their URLs.

/// The projects of images whose licences cost nothing.
/// <https://cloud.google.com/compute/docs/images/os-details>
const FREE_PROJECTS: &[&str] = &[
    "almalinux-cloud",
    "centos-cloud",
    "compute-image-tools",
    "coreos-cloud",
    "cos-cloud",
    "debian-cloud",
    "deeplearning-platform-release",
    "fedora-cloud",
    "fedora-coreos-cloud",
    "gke-node-images",
    "opensuse-cloud",
    "oracle-linux-cloud",
    "rocky-linux-cloud",
    "ubuntu-os-cloud",
    "ubuntu-os-gke-cloud",
    "vm-options",
];

/// What a licence is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Product {
    /// Nothing is billed: it is free, or a subscription of one's own.
    Free,
    /// Windows Server.
    Windows,
    /// Red Hat Enterprise Linux.
    RedHat,
    /// SUSE Linux Enterprise Server.
    Suse,
    /// Billed, or perhaps billed, at a price that the list does not have. For a person.
    Unlisted(String),
}

impl Product {
    /// The product of a licence's URL, `…/projects/rhel-cloud/global/licenses/rhel-9-server`.
    pub(super) fn of(url: &str) -> Self {
        let url = url.trim().to_lowercase();
        let parts: Vec<&str> = url.split('/').collect();
        let [.., "projects", project, "global", "licenses", name] = parts.as_slice() else {
            return Self::Unlisted(format!("the licence {url}"));
        };
        let (project, name) = (*project, *name);
        if own_subscription(name) || project.ends_with("-byos-cloud") {
            return Self::Free;
        }
        match project {
            _ if FREE_PROJECTS.contains(&project) => Self::Free,
            "windows-cloud" => Self::Windows,
            "rhel-cloud" if numbered(name, "rhel-", "-server") => Self::RedHat,
            "suse-cloud" if numbered(name, "sles-", "") => Self::Suse,
            "windows-sql-cloud" if free_sql_server(name) => Self::Free,
            "windows-sql-cloud" => Self::Unlisted(format!("SQL Server ({name})")),
            "rhel-sap-cloud" => Self::Unlisted(format!("Red Hat's Linux for SAP ({name})")),
            "suse-sap-cloud" => Self::Unlisted(format!("SUSE's Linux for SAP ({name})")),
            "ubuntu-os-pro-cloud" => Self::Unlisted(format!("Ubuntu Pro ({name})")),
            _ => Self::Unlisted(format!("the licence {name} of the project {project}")),
        }
    }
}

fn own_subscription(name: &str) -> bool {
    name.contains("byos") || name.contains("byol")
}

fn free_sql_server(name: &str) -> bool {
    name.ends_with("-express") || name.ends_with("-developer")
}

/// Whether a name is `start`, a number and `end`.
fn numbered(name: &str, start: &str, end: &str) -> bool {
    let number = name.strip_prefix(start).and_then(|rest| rest.strip_suffix(end));
    number.is_some_and(|number| {
        !number.is_empty() && number.chars().all(|digit| digit.is_ascii_digit())
    })
}
