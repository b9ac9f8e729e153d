//! Amazon EC2, by its metadata service in version 2 alone:
//! <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html>.
//!
//! Version 1, which needs no token, is never asked: it answers whoever can make this machine fetch
//! a URL.

use futures::future::join;
use serde::Deserialize;
use serde_json::Value;

use super::super::client::{Client, Fault, word};
use super::super::finding::{Finding, Part, Trouble};
use super::super::surroundings::Surroundings;
use super::signs::{Maker, maker};
use super::{Asking, put};

/// What to do where the service does not answer: from a container its answers have one hop more.
pub(super) const REMEDY: &str = "in a container the service needs a hop limit of 2: aws ec2 modify-instance-metadata-options --instance-id <id> --http-put-response-hop-limit 2";
const SWITCHED_OFF: &str = "the metadata service is off for this instance: aws ec2 modify-instance-metadata-options --instance-id <id> --http-endpoint enabled";

const ENDPOINT: &str = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
const DEFAULT: &str = "http://169.254.169.254";
const DEFAULT_IPV6: &str = "http://[fd00:ec2::254]";

/// The instance identity document.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    account_id: Option<String>,
    availability_zone: Option<String>,
    image_id: Option<String>,
    instance_id: Option<String>,
    instance_type: Option<String>,
    region: Option<String>,
}

/// Whether the firmware is EC2's, or an endpoint is given; not where it may not be asked, and not
/// on Fargate and Lambda, which have none.
pub(super) fn worth_asking(around: &Surroundings) -> bool {
    let serverless = around.variable("AWS_EXECUTION_ENV") == Some("AWS_ECS_FARGATE")
        || super::lambda::worth_asking(around);
    let forbidden = around.switch("AWS_EC2_METADATA_DISABLED") == Some(true);
    let sign = around.variable(ENDPOINT).is_some() || maker(around) == Some(Maker::Amazon);
    sign && !forbidden && !serverless
}

/// The instance, and its name and addresses.
pub(super) async fn detect(asking: &Asking) -> Finding {
    let client = match super::client(asking) {
        Ok(client) => client,
        Err(trouble) => return Finding::Failed(trouble),
    };
    let base = endpoint(&asking.around);
    match token(client, &base).await {
        Ok(token) => Service { client, base, token }.describe().await,
        Err(trouble) => Finding::Failed(trouble),
    }
}

fn endpoint(around: &Surroundings) -> String {
    let ipv6 = around
        .variable("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE")
        .is_some_and(|mode| mode.eq_ignore_ascii_case("ipv6"));
    let default = if ipv6 { DEFAULT_IPV6 } else { DEFAULT };
    around.variable(ENDPOINT).unwrap_or(default).trim_end_matches('/').to_owned()
}

/// A token for a minute, without which the service says nothing.
async fn token(client: &Client, base: &str) -> Result<String, Trouble> {
    let url = format!("{base}/latest/api/token");
    let answer = client.put(&url, &[("X-aws-ec2-metadata-token-ttl-seconds", "60")]).await;
    answer.and_then(|answer| answer.word()).map_err(|fault| {
        let trouble = fault.on("the metadata service's token");
        match fault {
            Fault::Status(403) => trouble.hint(SWITCHED_OFF),
            fault if fault.is_silence() => trouble.hint(REMEDY),
            _ => trouble.hint("something else answers at the metadata service's address"),
        }
    })
}

struct Service<'a> {
    client: &'a Client,
    base: String,
    token: String,
}

impl Service<'_> {
    async fn describe(&self) -> Finding {
        let mut troubles = Vec::new();
        let host = async {
            let names = ["local-hostname", "local-ipv4", "public-ipv4"];
            let [name, ip, public] = names.map(|name| self.value(name));
            futures::join!(name, ip, public)
        };
        let (document, (name, ip, public)) = join(self.document(), host).await;
        let mut part = Part::default();
        match document {
            Ok(document) => instance(&mut part, &document),
            Err(fault) => {
                let trouble = fault.on("the instance identity document");
                let Some(document) = self.piece_by_piece().await else {
                    return Finding::Failed(trouble.hint(REMEDY));
                };
                troubles.push(trouble.hint("single values were asked for instead"));
                instance(&mut part, &document);
            }
        }
        let mut keep = |key: &str, value: Result<Option<String>, Fault>| match value {
            Ok(value) => value,
            Err(fault) => {
                troubles.push(fault.on(key));
                None
            }
        };
        put(&mut part.host, "name", keep("local-hostname", name));
        put(&mut part.host, "ip", keep("local-ipv4", ip));
        // That there is none is known; that it could not be learned is not the same.
        match public {
            Ok(public) => {
                part.host.insert("public_ip".to_owned(), public.map_or(Value::Null, Value::from));
            }
            Err(fault) => troubles.push(fault.on("public-ipv4")),
        }
        Finding::Here(Box::new(part), troubles)
    }

    async fn document(&self) -> Result<Document, Fault> {
        let path = "dynamic/instance-identity/document";
        let document: Document = self.get(path).await?.json()?;
        match document.instance_id.as_deref().and_then(word) {
            Some(_) => Ok(document),
            None => Err(Fault::Strange("it names no instance".to_owned())),
        }
    }

    /// The document's values one by one; `None` where there is not even an instance id.
    async fn piece_by_piece(&self) -> Option<Document> {
        let paths = [
            "instance-id",
            "instance-type",
            "placement/region",
            "placement/availability-zone",
            "ami-id",
        ];
        let [id, kind, region, zone, image] = paths.map(|path| self.known(path));
        let (id, kind, region, zone, image, account) =
            futures::join!(id, kind, region, zone, image, self.owner());
        Some(Document {
            account_id: account,
            availability_zone: zone,
            image_id: image,
            instance_id: Some(id?),
            instance_type: kind,
            region,
        })
    }

    /// The account that owns the first network interface.
    async fn owner(&self) -> Option<String> {
        let mac = self.known("mac").await?;
        self.known(&format!("network/interfaces/macs/{mac}/owner-id")).await
    }

    async fn known(&self, path: &str) -> Option<String> {
        self.value(path).await.ok().flatten()
    }

    /// One value of the metadata; `None` where the instance has none.
    async fn value(&self, path: &str) -> Result<Option<String>, Fault> {
        match self.get(&format!("meta-data/{path}")).await {
            Ok(answer) => answer.word().map(Some),
            Err(Fault::Status(404)) => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    async fn get(&self, path: &str) -> Result<super::super::client::Answer, Fault> {
        let url = format!("{}/latest/{path}", self.base);
        self.client.get(&url, &[("X-aws-ec2-metadata-token", &self.token)]).await
    }
}

fn instance(part: &mut Part, document: &Document) {
    let cloud = &mut part.cloud;
    let mut known = |key, value: &Option<String>| put(cloud, key, value.as_deref().and_then(word));
    known("region", &document.region);
    known("availability_zone", &document.availability_zone);
    known("account.id", &document.account_id);
    known("instance.id", &document.instance_id);
    known("machine.type", &document.instance_type);
    known("image.id", &document.image_id);
    put(cloud, "provider", Some("aws"));
    put(cloud, "platform", Some("ec2"));
    put(cloud, "metadata_source", Some("IMDSv2"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fargate_lambda_and_a_prohibition_keep_the_service_from_being_asked() {
        let given = (ENDPOINT, "http://127.0.0.1:1");
        let asked = |more: (&str, &str)| {
            worth_asking(&Surroundings::scripted([given, more], "/nowhere", "host"))
        };
        assert!(asked(("LANG", "C")));
        assert!(!asked(("AWS_EXECUTION_ENV", "AWS_ECS_FARGATE")));
        assert!(!asked(("AWS_LAMBDA_FUNCTION_NAME", "nightly")));
        assert!(!asked(("AWS_EC2_METADATA_DISABLED", "true")));
    }

    #[test]
    fn the_endpoint_follows_its_mode_unless_it_is_given() {
        let mode = ("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6");
        let ipv6 = Surroundings::scripted([mode], "/", "host");
        assert_eq!(endpoint(&ipv6), DEFAULT_IPV6);
        let given = Surroundings::scripted([mode, (ENDPOINT, "http://127.0.0.1:1/")], "/", "host");
        assert_eq!(endpoint(&given), "http://127.0.0.1:1");
    }
}
