//! The same agent over the same fleet, once on the sandbox and once on moto: two servers that know
//! nothing of one another, and the same records. `scripts/test` prepares the interpreter.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::agent::{documents, environment, run};
use super::support::Sandbox;

/// What moto decides by itself, and why: not compared.
const MOTOS_OWN: &[(&str, &str, &str)] = &[
    ("ec2/instances", "launch_time", "it is launched when it is made"),
    ("ec2/instances", "private_ip", "moto's own networks have their own addresses"),
    ("ebs/volumes", "created_at", "it is made now"),
    ("eks/clusters", "created_at", "it is made now"),
    ("eks/clusters", "endpoint", "moto makes up a name"),
    ("eks/clusters", "platform_version", "moto has one for all clusters"),
    ("lambda/functions", "last_modified", "it is made now"),
    ("lambda/functions", "code_size", "the code is an empty program"),
    ("rds/databases", "backup_retention_period", "moto does not keep it for members of clusters"),
    ("rds/clusters", "storage_type", "moto names one where AWS names none"),
    ("rds/clusters", "multi_az", "moto works it out from zones that it chooses"),
    ("s3/buckets", "created_date", "it is made now"),
];

/// The project's root.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The interpreter that has moto.
fn python() -> Command {
    let path = std::env::var_os("OPENFINOPS_LAB_PYTHON");
    Command::new(path.expect("OPENFINOPS_LAB_PYTHON is not set: run this with scripts/test"))
}

/// moto, empty; it ends when this is dropped.
struct Moto {
    child: Child,
    url: String,
}

impl Moto {
    fn start() -> Self {
        let mut child = python()
            .arg(root().join("lab/serve.py"))
            .arg("moto")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("moto starts");
        let mut line = String::new();
        let output = child.stdout.take().expect("it is piped");
        BufReader::new(output).read_line(&mut line).expect("it says where it is");
        let url = line.trim().strip_prefix("READY ").expect("it is ready").to_owned();
        Self { child, url }
    }

    /// Builds the sandbox's fleet here; gives the identifiers it got and what was left out.
    fn build(&self, sandbox: &str) -> Value {
        let done = python()
            .arg(root().join("lab/sandbox_fleet.py"))
            .args(["--sandbox", sandbox, "--endpoint", &self.url])
            .output()
            .expect("the fleet is built");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        serde_json::from_slice(&done.stdout).expect("JSON")
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A record of the documents: `us-east-1/ec2/instances/i-…`, and its fields.
type Records = BTreeMap<String, Value>;

#[tokio::test]
async fn the_sandbox_and_moto_are_the_same_to_the_agent() {
    // A seed whose one Aurora cluster and one cluster of EKS are such as moto can hold.
    let flags = ["--resources", "240", "--accounts", "1", "--regions", "2", "--seed", "21"];
    let (sandbox, moto) = (Sandbox::start(&flags), Moto::start());
    let mut variables = environment(&sandbox).await;
    let built = moto.build(&variables["AWS_ENDPOINT_URL"]);
    let here = collect(&variables);
    variables.insert("AWS_ENDPOINT_URL".to_owned(), moto.url.clone());
    let there = collect(&variables);
    let back: BTreeMap<&str, &str> = built["ids"]
        .as_object()
        .expect("identifiers")
        .iter()
        .map(|(ours, motos)| (motos.as_str().expect("an identifier"), ours.as_str()))
        .collect();
    let left_out = built["left_out"].as_object().expect("what is left out");
    let mut ours = records(&here, &BTreeMap::new());
    let all = ours.len();
    ours.retain(|name, _| !left_out.contains_key(&described(name)));
    assert!(ours.len() * 3 > all * 2, "most of the fleet is left out: {left_out:#?}");
    for list in ["ec2/instances", "ebs/volumes", "eks/clusters", "lambda/functions"] {
        assert!(ours.keys().any(|name| name.contains(list)), "there are no {list}");
    }
    for list in ["rds/databases", "rds/clusters", "s3/buckets"] {
        assert!(ours.keys().any(|name| name.contains(list)), "there are no {list}");
    }
    let theirs = records(&there, &back);
    assert_eq!(ours.keys().collect::<Vec<_>>(), theirs.keys().collect::<Vec<_>>());
    for (name, ours) in &ours {
        assert_eq!(compared(name, ours), compared(name, &theirs[name]), "{name}");
    }
}

/// A cycle over both regions.
fn collect(variables: &BTreeMap<String, String>) -> Vec<Value> {
    let mut variables = variables.clone();
    // moto takes its time.
    variables.insert("OPENFINOPS_API_TIMEOUT".to_owned(), "120".to_owned());
    let regions = ["--region", "us-east-1", "--region", "eu-west-1"];
    let arguments = [&["--once", "--server", "none", "--output", "json"], &regions[..]].concat();
    let ran = run(&arguments, &variables);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    documents(&ran)
}

/// Every record of all documents, with identifiers translated by `back`.
fn records(documents: &[Value], back: &BTreeMap<&str, &str>) -> Records {
    let mut records = Records::new();
    for document in documents {
        for (service, found) in document["services"].as_object().expect("services") {
            let lists = found.as_object().into_iter().flatten();
            for (list, values) in lists.filter_map(|(list, it)| Some((list, it.as_array()?))) {
                for record in values {
                    let record = translated(record, back);
                    let name = identifier(&record);
                    let region = record["region"].as_str().expect("a region");
                    records.insert(format!("{region}/{service}/{list}/{name}"), record);
                }
            }
        }
    }
    records
}

fn translated(record: &Value, back: &BTreeMap<&str, &str>) -> Value {
    let mut record = record.clone();
    for field in ["instance_id", "volume_id", "attached_to"] {
        let known = record[field].as_str().and_then(|id| back.get(id));
        if let Some(ours) = known {
            record[field] = Value::from(*ours);
        }
    }
    record
}

fn identifier(record: &Value) -> String {
    let fields = [
        "instance_id",
        "volume_id",
        "cluster_name",
        "function_name",
        "db_identifier",
        "cluster_identifier",
        "bucket_name",
    ];
    let found = fields.iter().find_map(|field| record[*field].as_str());
    found.expect("a record has a name").to_owned()
}

/// The name of a record in the fleet's description.
fn described(name: &str) -> String {
    name.replace("/rds/clusters/", "/database_clusters/")
        .replace("/ec2/", "/")
        .replace("/ebs/", "/")
        .replace("/eks/", "/")
        .replace("/lambda/", "/")
        .replace("/rds/", "/")
        .replace("/s3/", "/")
}

/// A record without what moto decides by itself. Of a public address only whether there is one
/// counts, and of gp2 its IOPS do not: EC2 tells them, moto does not.
fn compared(name: &str, record: &Value) -> Value {
    let mut record = record.clone();
    for (list, field, _reason) in MOTOS_OWN {
        if name.contains(list) {
            record.as_object_mut().expect("a record").remove(*field);
        }
    }
    if record["public_ip"].is_string() {
        record["public_ip"] = Value::from(true);
    }
    // moto has one licence for all of Aurora.
    if record["engine"].as_str().is_some_and(|engine| engine.starts_with("aurora")) {
        record["license_model"] = Value::Null;
    }
    if record["volume_type"] == "gp2" {
        record["iops"] = Value::Null;
    }
    record
}
