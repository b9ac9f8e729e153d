//! What speaks for a cloud without a network: the machine's firmware and the token's issuer.

use super::super::service_account;
use super::super::surroundings::Surroundings;

/// Azure's machines all have this asset tag:
/// <https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service>.
const AZURE_TAG: &str = "7783-7084-3265-9085-8269-3286-77";

/// What EC2's firmware calls its maker.
const AMAZON: &str = "Amazon EC2";

/// Who made the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Maker {
    /// Amazon EC2.
    Amazon,
    /// Google Compute Engine.
    Google,
    /// Azure.
    Microsoft,
}

/// Who issued the token of the pod's service account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Issuer {
    /// A cluster of EKS.
    Eks { region: String },
    /// A cluster of GKE, with its location: a region or a zone.
    Gke { project: String, location: String, cluster: String },
    /// A cluster of AKS.
    Aks { region: String },
    /// Some other cluster.
    Other,
}

/// Whether this runs in a pod.
pub(in super::super) fn in_kubernetes(around: &Surroundings) -> bool {
    around.variable("KUBERNETES_SERVICE_HOST").is_some()
}

/// Who made the machine, as its firmware says.
pub(super) fn maker(around: &Surroundings) -> Option<Maker> {
    let dmi = |name: &str| around.file(&format!("/sys/class/dmi/id/{name}")).unwrap_or_default();
    let amazon =
        ["sys_vendor", "bios_vendor", "board_vendor"].map(dmi).contains(&AMAZON.to_owned())
            || dmi("product_version").contains("amazon")
            || xen(around);
    if amazon {
        return Some(Maker::Amazon);
    }
    if ["Google Compute Engine", "Google"].contains(&dmi("product_name").as_str()) {
        return Some(Maker::Google);
    }
    (dmi("chassis_asset_tag") == AZURE_TAG).then_some(Maker::Microsoft)
}

/// Older instances run on Xen, whose uuid begins so:
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/identify_ec2_instances.html>.
fn xen(around: &Surroundings) -> bool {
    around.file("/sys/hypervisor/uuid").is_some_and(|uuid| uuid.starts_with("ec2"))
}

/// Who issued the service account's token, if one is mounted. A token of before Kubernetes 1.21
/// names no cluster.
pub(super) fn issuer(around: &Surroundings) -> Option<Issuer> {
    let issuer = service_account::claims(around)?.issuer?;
    Some(read_issuer(issuer.strip_prefix("https://")?))
}

fn read_issuer(issuer: &str) -> Issuer {
    let (host, path) = issuer.split_once('/').unwrap_or((issuer, ""));
    eks(host).or_else(|| gke(host, path)).or_else(|| aks(host)).unwrap_or(Issuer::Other)
}

/// `oidc.eks.us-east-1.amazonaws.com/id/…`, in China `….amazonaws.com.cn`.
fn eks(host: &str) -> Option<Issuer> {
    let rest = host.strip_prefix("oidc.eks.")?;
    let region =
        rest.strip_suffix(".amazonaws.com").or_else(|| rest.strip_suffix(".amazonaws.com.cn"))?;
    Some(Issuer::Eks { region: region_name(region)? })
}

/// `container.googleapis.com/v1/projects/P/locations/L/clusters/C`.
fn gke(host: &str, path: &str) -> Option<Issuer> {
    if host != "container.googleapis.com" {
        return None;
    }
    let parts: Vec<&str> = path.split('/').collect();
    let &[_, "projects", project, "locations" | "zones", location, "clusters", cluster] =
        parts.as_slice()
    else {
        return None;
    };
    let word = super::super::client::word;
    Some(Issuer::Gke {
        project: word(project)?,
        location: region_name(location)?,
        cluster: word(cluster)?,
    })
}

/// `eastus.oic.prod-aks.azure.com/…`, before that `….hcp.eastus.azmk8s.io`.
fn aks(host: &str) -> Option<Issuer> {
    let region = match host.strip_suffix(".oic.prod-aks.azure.com") {
        Some(region) => region,
        None => host.strip_suffix(".azmk8s.io")?.rsplit_once(".hcp.")?.1,
    };
    Some(Issuer::Aks { region: region_name(region)? })
}

/// `name`, if it can be a region's.
pub(super) fn region_name(name: &str) -> Option<String> {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    let short = (2..=64).contains(&name.len());
    (short && name.chars().all(fits)).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_clouds_issuer_is_known_by_its_host() {
        let eks = |region: &str| Issuer::Eks { region: region.to_owned() };
        let aks = |region: &str| Issuer::Aks { region: region.to_owned() };
        assert_eq!(read_issuer("oidc.eks.us-east-1.amazonaws.com/id/ABC"), eks("us-east-1"));
        assert_eq!(read_issuer("oidc.eks.cn-north-1.amazonaws.com.cn/id/A"), eks("cn-north-1"));
        assert_eq!(read_issuer("eastus.oic.prod-aks.azure.com/tenant/id/"), aks("eastus"));
        assert_eq!(read_issuer("shop-1a2b.hcp.westeurope.azmk8s.io"), aks("westeurope"));
        assert_eq!(
            read_issuer(
                "container.googleapis.com/v1/projects/p-1/locations/us-central1/clusters/c-1"
            ),
            Issuer::Gke {
                project: "p-1".to_owned(),
                location: "us-central1".to_owned(),
                cluster: "c-1".to_owned(),
            }
        );
    }

    #[test]
    fn an_issuer_that_only_looks_like_a_clouds_is_another() {
        for issuer in [
            "kubernetes.default.svc.cluster.local",
            "oidc.eks.us-east-1.amazonaws.com.example.org/id/ABC",
            "example.org/oidc.eks.us-east-1.amazonaws.com",
            "oidc.eks..amazonaws.com/",
            "container.googleapis.com/v1/projects/p-1",
            "azmk8s.io",
        ] {
            assert_eq!(read_issuer(issuer), Issuer::Other, "{issuer}");
        }
    }

    #[test]
    fn firmware_names_the_maker_and_a_laptops_names_none() {
        let made = |file: &str, text: &str| {
            let root = tempfile::tempdir().unwrap();
            let path = root.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, format!("{text}\n")).unwrap();
            maker(&Surroundings::scripted([], root.path(), "host"))
        };
        assert_eq!(made("sys/class/dmi/id/board_vendor", "Amazon EC2"), Some(Maker::Amazon));
        assert_eq!(made("sys/class/dmi/id/product_version", "4.11.amazon"), Some(Maker::Amazon));
        assert_eq!(made("sys/hypervisor/uuid", "ec2e1916-9099"), Some(Maker::Amazon));
        assert_eq!(made("sys/class/dmi/id/product_name", "Google"), Some(Maker::Google));
        assert_eq!(made("sys/class/dmi/id/chassis_asset_tag", AZURE_TAG), Some(Maker::Microsoft));
        assert_eq!(made("sys/class/dmi/id/sys_vendor", "LENOVO"), None);
    }
}
