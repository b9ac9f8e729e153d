//! The fleet in the vendor's recorded shapes.

pub(crate) mod ec2;

use serde_json::{Value, json};

use super::aws::Call;
use super::cbor;
use super::fleet::{ACCOUNT, Database, Fleet, Function, REGION};
use super::http::Reply;

/// What AWS answers when nothing is wrong.
pub(crate) fn healthy(fleet: &Fleet, call: &Call) -> Reply {
    match (call.service.as_str(), call.operation.as_str()) {
        ("sts", "GetCallerIdentity") => caller_identity(call),
        ("sts", "AssumeRole") => assume_role(call),
        ("ec2", operation) => ec2::reply(fleet, operation),
        ("rds", "DescribeDBInstances") => databases(&fleet.databases),
        ("rds", "DescribeDBClusters") => query("DescribeDBClusters", "<DBClusters/>"),
        ("eks", "ListClusters") => {
            let names: Vec<&str> = fleet.clusters.iter().map(|(name, _)| *name).collect();
            json_reply(&json!({ "clusters": names, "nextToken": null }))
        }
        ("eks", "DescribeCluster") => cluster(fleet, call.name()),
        ("eks", "ListNodegroups") => json_reply(&json!({ "nodegroups": ["workers"] })),
        ("eks", "DescribeNodegroup") => node_group(),
        ("lambda", "ListFunctions") => {
            let functions: Vec<Value> = fleet.functions.iter().map(function).collect();
            json_reply(&json!({ "Functions": functions, "NextMarker": null }))
        }
        ("s3", "ListBuckets") => buckets(fleet),
        ("s3", "GetBucketLocation") => {
            xml("<LocationConstraint xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"/>")
        }
        ("tagging", "GetResources") => {
            json_reply(&json!({ "PaginationToken": "", "ResourceTagMappingList": [] }))
        }
        ("monitoring", "GetMetricData") => metric_data(fleet, &call.body()),
        ("monitoring", "ListMetrics") => metric_list(fleet, &call.body()),
        (service, operation) => Reply::of(501, "text/plain", format!("{service} {operation}?")),
    }
}

pub(crate) fn xml(body: &str) -> Reply {
    let body = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{body}");
    Reply::of(200, "text/xml;charset=UTF-8", body)
}

/// The envelope of the query protocol.
fn query(operation: &str, result: &str) -> Reply {
    xml(&format!(
        "<{operation}Response xmlns=\"http://amazonaws.com/doc/\"><{operation}Result>{result}\
         </{operation}Result><ResponseMetadata><RequestId>9a2b</RequestId></ResponseMetadata>\
         </{operation}Response>"
    ))
}

fn json_reply(body: &Value) -> Reply {
    Reply::of(200, "application/json", body.to_string())
}

fn cbor_reply(body: &Value) -> Reply {
    Reply::of(200, "application/cbor", cbor::encode(body)).with("smithy-protocol", "rpc-v2-cbor")
}

/// The key of an assumed role's session is `ASIA` and the role's account.
fn caller_identity(call: &Call) -> Reply {
    let account = call.access_key.strip_prefix("ASIA").unwrap_or(ACCOUNT);
    query(
        "GetCallerIdentity",
        &format!(
            "<Arn>arn:aws:iam::{account}:user/agent</Arn><UserId>AIDAEXAMPLE</UserId>\
             <Account>{account}</Account>"
        ),
    )
}

fn assume_role(call: &Call) -> Reply {
    let role = call.parameter("RoleArn").unwrap_or_default();
    let account = role.split(':').nth(4).unwrap_or_default();
    query(
        "AssumeRole",
        &format!(
            "<AssumedRoleUser><AssumedRoleId>AROAEXAMPLE:agent</AssumedRoleId><Arn>{role}/agent</Arn>\
             </AssumedRoleUser><Credentials><AccessKeyId>ASIA{account}</AccessKeyId>\
             <SecretAccessKey>secret</SecretAccessKey><SessionToken>session</SessionToken>\
             <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>"
        ),
    )
}

fn databases(databases: &[Database]) -> Reply {
    let items: String = databases.iter().map(database).collect();
    query("DescribeDBInstances", &format!("<DBInstances>{items}</DBInstances>"))
}

fn database(database: &Database) -> String {
    let Database { id, class, engine, license, storage_type, storage, .. } = database;
    let Database { multi_az, status, version, .. } = database;
    format!(
        "<DBInstance><DBInstanceIdentifier>{id}</DBInstanceIdentifier>\
         <DBInstanceClass>{class}</DBInstanceClass><Engine>{engine}</Engine>\
         <EngineVersion>{version}</EngineVersion><DBInstanceStatus>{status}</DBInstanceStatus>\
         <AllocatedStorage>{storage}</AllocatedStorage><StorageType>{storage_type}</StorageType>\
         <LicenseModel>{license}</LicenseModel><MultiAZ>{multi_az}</MultiAZ>\
         <AvailabilityZone>us-east-1a</AvailabilityZone>\
         <BackupRetentionPeriod>7</BackupRetentionPeriod>\
         <DBInstanceArn>arn:aws:rds:us-east-1:{ACCOUNT}:db:{id}</DBInstanceArn><TagList/></DBInstance>"
    )
}

fn cluster(fleet: &Fleet, name: &str) -> Reply {
    let Some((name, version)) = fleet.clusters.iter().find(|cluster| cluster.0 == name) else {
        let gone = json!({ "message": format!("No cluster found for name: {name}.") });
        return Reply::of(404, "application/json", gone.to_string())
            .with("x-amzn-errortype", "ResourceNotFoundException");
    };
    json_reply(&json!({ "cluster": {
        "name": name, "arn": format!("arn:aws:eks:{REGION}:{ACCOUNT}:cluster/{name}"),
        "createdAt": 1_760_000_000.5, "version": version, "status": "ACTIVE",
        "endpoint": "https://EXAMPLE.gr7.us-east-1.eks.amazonaws.com",
        "platformVersion": "eks.9", "tags": {},
    }}))
}

fn node_group() -> Reply {
    json_reply(&json!({ "nodegroup": {
        "nodegroupName": "workers", "version": "1.34", "status": "ACTIVE",
        "capacityType": "ON_DEMAND", "instanceTypes": ["m5.large"],
        "scalingConfig": { "minSize": 1, "maxSize": 3, "desiredSize": 2 },
    }}))
}

fn function(function: &Function) -> Value {
    let Function { name, memory, architecture } = function;
    json!({
        "FunctionName": name, "FunctionArn": format!("arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"),
        "Runtime": "python3.13", "MemorySize": memory, "Timeout": 30, "CodeSize": 2_048,
        "LastModified": "2026-10-01T08:00:00.000+0000", "Architectures": [architecture],
        "PackageType": "Zip", "State": null,
    })
}

fn buckets(fleet: &Fleet) -> Reply {
    let items: String = fleet
        .buckets
        .iter()
        .map(|(name, region)| {
            format!(
                "<Bucket><Name>{name}</Name><CreationDate>2024-02-03T10:00:00.000Z</CreationDate>\
                 <BucketRegion>{region}</BucketRegion></Bucket>"
            )
        })
        .collect();
    xml(&format!(
        "<ListAllMyBucketsResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Owner>\
         <ID>75aa57f09aa0</ID></Owner><Buckets>{items}</Buckets></ListAllMyBucketsResult>"
    ))
}

/// `Invocations/resize`: a metric's name and the values of its dimensions.
fn key(metric: &Value) -> String {
    let mut key = metric["MetricName"].as_str().unwrap_or_default().to_owned();
    for dimension in metric["Dimensions"].as_array().into_iter().flatten() {
        key.push('/');
        key.push_str(dimension["Value"].as_str().unwrap_or_default());
    }
    key
}

fn metric_data(fleet: &Fleet, asked: &Value) -> Reply {
    let queries = asked["MetricDataQueries"].as_array().into_iter().flatten();
    let results: Vec<Value> = queries
        .map(|query| {
            let values: Vec<f64> = fleet
                .metrics
                .get(key(&query["MetricStat"]["Metric"]).as_str())
                .copied()
                .into_iter()
                .collect();
            let times = vec![json!({ "$time": asked["StartTime"]["$time"] }); values.len()];
            json!({
                "Id": query["Id"], "Label": "label", "StatusCode": "Complete",
                "Timestamps": times, "Values": values,
            })
        })
        .collect();
    cbor_reply(&json!({ "MetricDataResults": results, "Messages": [] }))
}

/// The buckets' storage types; no agent reports memory.
fn metric_list(fleet: &Fleet, asked: &Value) -> Reply {
    let wanted = asked["MetricName"].as_str().unwrap_or_default();
    let metrics: Vec<Value> = fleet
        .metrics
        .keys()
        .map(|key| key.split('/').collect::<Vec<_>>())
        .filter(|parts| parts[0] == wanted && parts.len() == 3)
        .map(|parts| {
            json!({ "Namespace": "AWS/S3", "MetricName": parts[0], "Dimensions": [
                { "Name": "BucketName", "Value": parts[1] },
                { "Name": "StorageType", "Value": parts[2] },
            ]})
        })
        .collect();
    cbor_reply(&json!({ "Metrics": metrics, "OwningAccounts": [] }))
}
