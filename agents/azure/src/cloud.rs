//! Which Azure: the public one or a sovereign one, and where its services answer.

use url::Url;

/// One of Microsoft's clouds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cloud {
    /// The public cloud.
    #[default]
    Public,
    /// Azure Government.
    UsGov,
    /// Azure operated by 21Vianet.
    China,
}

impl Cloud {
    /// The words by which a cloud is configured.
    pub const NAMES: &'static [&'static str] = &["public", "usgov", "china"];

    /// The cloud of a word.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "public" => Some(Self::Public),
            "usgov" => Some(Self::UsGov),
            "china" => Some(Self::China),
            _ => None,
        }
    }

    /// Where it answers, as Microsoft lists it:
    /// <https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure>,
    /// <https://learn.microsoft.com/azure/china/resources-developer-guide>.
    #[must_use]
    pub fn endpoints(self) -> Endpoints {
        let (authority, arm, metrics) = match self {
            Self::Public => (
                "https://login.microsoftonline.com/",
                "https://management.azure.com/",
                "https://{region}.metrics.monitor.azure.com/",
            ),
            Self::UsGov => (
                "https://login.microsoftonline.us/",
                "https://management.usgovcloudapi.net/",
                "https://{region}.metrics.monitor.azure.us/",
            ),
            Self::China => (
                "https://login.chinacloudapi.cn/",
                "https://management.chinacloudapi.cn/",
                "https://{region}.metrics.monitor.azure.cn/",
            ),
        };
        let fixed = |text: &str| Url::parse(text).expect("a constant that is an address");
        Endpoints { authority: fixed(authority), arm: fixed(arm), metrics: metrics.to_owned() }
    }

    /// What tokens for Azure Resource Manager are asked for.
    #[must_use]
    pub fn arm_audience(self) -> &'static str {
        match self {
            Self::Public => "https://management.azure.com/.default",
            Self::UsGov => "https://management.usgovcloudapi.net/.default",
            Self::China => "https://management.chinacloudapi.cn/.default",
        }
    }

    /// What tokens for the metrics batch API are asked for.
    #[must_use]
    pub fn metrics_audience(self) -> &'static str {
        match self {
            Self::Public => "https://metrics.monitor.azure.com/.default",
            Self::UsGov => "https://metrics.monitor.azure.us/.default",
            Self::China => "https://metrics.monitor.azure.cn/.default",
        }
    }
}

/// Where Azure's services answer; https only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    /// Gives out tokens.
    pub authority: Url,
    /// Azure Resource Manager and Resource Graph.
    pub arm: Url,
    /// The metrics batch API; `{region}` stands for a region's name.
    pub metrics: String,
}
