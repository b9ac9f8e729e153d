#!/usr/bin/env python3
"""Seed a moto server with a fleet, and say exactly what was made.

    fleet.py --endpoint URL [--size small|full|bench] [--manifest FILE]

Prints a manifest in JSON: for each account and region the facts that decide a bill (how many of which
type, how large, how often called), read back from the server, and no prices. A test computes what it
expects from these facts and a price table of its own.

    small   a demonstration: 16 instances and some of everything, in us-east-1 and us-west-2
    full    3,000 instances of six types and 120 functions, in two regions and two accounts
    bench   --instances (3,000) Linux instances of six types in one region, three metrics each

The second account is reached the way an agent reaches it: by AssumeRole of SECOND_ROLE.
The fleet is the same each time but for the metrics' timestamps, which are a few minutes before now.
"""

import argparse
import datetime
import io
import json
import os
import sys
import time
import zipfile
from collections import Counter

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import lab  # noqa: E402

FIRST_ACCOUNT = "123456789012"
SECOND_ACCOUNT = "210987654321"
SECOND_ROLE = f"arn:aws:iam::{SECOND_ACCOUNT}:role/openfinops-agent"

# Of images.json, the same in every region.
LINUX_IMAGE, ARM_IMAGE, WINDOWS_IMAGE = "ami-linux", "ami-linuxarm", "ami-windows"

SIX_TYPES = ["m5.large", "m5.xlarge", "c5.xlarge", "r5.large", "t3.medium", "m6g.large"]
TEAMS = ["payments", "search", "data", "platform"]
ENVIRONMENTS = ["prod", "staging"]
DAY = datetime.timedelta(days=1)


class Place:
    """One account in one region of the stand-in, and the metrics still to be put there."""

    def __init__(self, endpoint, account, region, credentials, now):
        import boto3

        self.account, self.region, self.now = account, region, now
        self.endpoint = endpoint
        self.session = boto3.Session(region_name=region, **credentials)
        self.clients = {}
        self.metrics = {}
        self.manifest = {}
        self.serial = 0

    def client(self, service):
        if service not in self.clients:
            from botocore.config import Config

            # No retries: on a stand-in an error is a fault to be seen. No proxy: the server is local.
            config = Config(retries={"max_attempts": 0}, read_timeout=120, proxies={})
            self.clients[service] = self.session.client(service, endpoint_url=self.endpoint, config=config)
        return self.clients[service]

    def metric(self, namespace, name, dimensions, value, unit, at=None, samples=None):
        datum = {
            "MetricName": name,
            "Dimensions": [{"Name": key, "Value": text} for key, text in dimensions.items()],
            "Timestamp": at or self.now - datetime.timedelta(minutes=8),
            "Unit": unit,
        }
        if samples:
            mean = value / samples
            datum["StatisticValues"] = {"SampleCount": samples, "Sum": value, "Minimum": mean, "Maximum": mean}
        else:
            datum["Value"] = value
        self.metrics.setdefault(namespace, []).append(datum)

    def put_metrics(self):
        """A thousand to a call, as CloudWatch allows."""
        for namespace, data in self.metrics.items():
            for first in range(0, len(data), 1000):
                self.client("cloudwatch").put_metric_data(Namespace=namespace, MetricData=data[first : first + 1000])
        self.metrics = {}

    def instances(self, count, kind, tags, *, windows=False, disk=("gp2", 8), state="running", zone="a", memory=False, together=500):
        """Start `count` instances that are alike, `together` to a reservation, with root volume, metrics and tags."""
        volume_type, size = disk
        tag_list = [{"Key": key, "Value": value} for key, value in tags.items()]
        ids = []
        while len(ids) < count:
            batch = min(together, count - len(ids))
            reply = self.client("ec2").run_instances(
                ImageId=WINDOWS_IMAGE if windows else ARM_IMAGE if "6g." in kind else LINUX_IMAGE,
                InstanceType=kind,
                MinCount=batch,
                MaxCount=batch,
                Placement={"AvailabilityZone": self.region + zone},
                BlockDeviceMappings=[{"DeviceName": "/dev/sda1", "Ebs": {"VolumeType": volume_type, "VolumeSize": size}}],
                TagSpecifications=[{"ResourceType": each, "Tags": tag_list} for each in ("instance", "volume")],
            )
            ids += [instance["InstanceId"] for instance in reply["Instances"]]
        if state == "stopped":
            self.client("ec2").stop_instances(InstanceIds=ids)
            return ids
        for instance in ids:
            self.serial += 1
            which = {"InstanceId": instance}
            self.metric("AWS/EC2", "CPUUtilization", which, 5.0 + self.serial % 80, "Percent")
            self.metric("AWS/EC2", "NetworkIn", which, 1000.0 * (1 + self.serial % 97), "Bytes")
            self.metric("AWS/EC2", "NetworkOut", which, 500.0 * (1 + self.serial % 89), "Bytes")
            if memory:
                self.metric("CWAgent", "mem_used_percent", which, 40.0 + self.serial % 50, "Percent")
        return ids

    def volume(self, kind, size, tags, *, iops=None, throughput=None, attach_to=None, zone="a"):
        options = {"Iops": iops, "Throughput": throughput}
        volume = self.client("ec2").create_volume(
            AvailabilityZone=self.region + zone,
            VolumeType=kind,
            Size=size,
            TagSpecifications=[{"ResourceType": "volume", "Tags": [{"Key": k, "Value": v} for k, v in tags.items()]}],
            **{key: value for key, value in options.items() if value},
        )["VolumeId"]
        if attach_to:
            self.client("ec2").attach_volume(VolumeId=volume, InstanceId=attach_to, Device="/dev/sdf")

    def cluster(self, name, version, tags, groups):
        """An EKS cluster with managed node groups and, for each, the EC2 instances that are its nodes."""
        subnets = [subnet["SubnetId"] for subnet in self.client("ec2").describe_subnets()["Subnets"]]
        role = f"arn:aws:iam::{self.account}:role/eks"
        eks = self.client("eks")
        eks.create_cluster(name=name, version=version, roleArn=role, resourcesVpcConfig={"subnetIds": subnets[:2]}, tags=tags)
        for group, kind, desired in groups:
            eks.create_nodegroup(
                clusterName=name,
                nodegroupName=group,
                nodeRole=role,
                subnets=subnets[:2],
                instanceTypes=[kind],
                scalingConfig={"minSize": 1, "maxSize": desired * 2, "desiredSize": desired},
                capacityType="ON_DEMAND",
            )
            names = {"eks:cluster-name": name, "eks:nodegroup-name": group, f"kubernetes.io/cluster/{name}": "owned"}
            self.instances(desired, kind, {**tags, **names, "Name": f"{name}-{group}"}, disk=("gp2", 20))

    def functions(self, plan):
        """Lambda functions; `plan` yields (name, architecture, memory, timeout, invocations, mean ms, tags)."""
        trust = {"Service": "lambda.amazonaws.com"}
        statement = {"Effect": "Allow", "Principal": trust, "Action": "sts:AssumeRole"}
        # moto refuses a function whose role does not exist; IAM is global, so the second region finds it there.
        iam = self.client("iam")
        if "lambda" not in [role["RoleName"] for role in iam.list_roles()["Roles"]]:
            policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
            iam.create_role(RoleName="lambda", AssumeRolePolicyDocument=policy)
        for name, architecture, memory, timeout, invocations, mean, tags in plan:
            self.client("lambda").create_function(
                FunctionName=name,
                Runtime="python3.13",
                Handler="main.handler",
                Role=f"arn:aws:iam::{self.account}:role/lambda",
                Code={"ZipFile": EMPTY_ZIP},
                Architectures=[architecture],
                MemorySize=memory,
                Timeout=timeout,
                Tags=tags,
            )
            usage = {"invocations": invocations, "duration_ms_sum": invocations * mean}
            self.manifest.setdefault("_usage", {})[name] = {**usage, "team": tags.get("team")}
            if invocations:
                which = {"FunctionName": name}
                self.metric("AWS/Lambda", "Invocations", which, float(invocations), "Count")
                self.metric("AWS/Lambda", "Duration", which, usage["duration_ms_sum"], "Milliseconds", samples=invocations)

    def database(self, name, kind, engine, version, tags, *, multi_az=False, license_model=None, storage=("gp3", 100), iops=None):
        storage_type, size = storage
        options = {"LicenseModel": license_model, "Iops": iops}
        self.client("rds").create_db_instance(
            DBInstanceIdentifier=name,
            DBInstanceClass=kind,
            Engine=engine,
            EngineVersion=version,
            MultiAZ=multi_az,
            AllocatedStorage=size,
            StorageType=storage_type,
            MasterUsername="lab",
            MasterUserPassword="lab-only-1234",
            Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
            **{key: value for key, value in options.items() if value},
        )
        which = {"DBInstanceIdentifier": name}
        self.metric("AWS/RDS", "CPUUtilization", which, 12.5, "Percent")
        self.metric("AWS/RDS", "FreeableMemory", which, 2.0 * 1024**3, "Bytes")
        self.metric("AWS/RDS", "DatabaseConnections", which, 17.0, "Count")

    def bucket(self, name, tags, storage, objects):
        """A bucket with the two daily figures CloudWatch keeps; `storage` maps StorageType to bytes."""
        s3 = self.client("s3")
        where = {} if self.region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": self.region}}
        s3.create_bucket(Bucket=name, **where)
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": [{"Key": k, "Value": v} for k, v in tags.items()]})
        midnight = self.now.replace(hour=0, minute=0, second=0, microsecond=0)
        # A day's figure is stamped with its midnight and appears the day after.
        for day in (midnight - 2 * DAY, midnight - DAY):
            for storage_type, size in storage.items():
                which = {"BucketName": name, "StorageType": storage_type}
                self.metric("AWS/S3", "BucketSizeBytes", which, float(size), "Bytes", at=day)
            which = {"BucketName": name, "StorageType": "AllStorageTypes"}
            self.metric("AWS/S3", "NumberOfObjects", which, float(objects), "Count", at=day)
        self.manifest.setdefault("buckets", []).append({"name": name, "storage_bytes": storage, "objects": objects, "tags": tags})

    def facts(self):
        """What this place now holds, read back from the server."""
        return {
            "instances": self.instance_facts(),
            "volumes": self.volume_facts(),
            "clusters": self.cluster_facts(),
            "functions": self.function_facts(),
            "databases": self.database_facts(),
            "buckets": self.manifest.get("buckets", []),
        }

    def instance_facts(self):
        groups, addresses = Counter(), Counter()
        for page in self.client("ec2").get_paginator("describe_instances").paginate(PaginationConfig={"PageSize": 1000}):
            for reservation in page["Reservations"]:
                for one in reservation["Instances"]:
                    tags = tag_map(one)
                    key = (
                        one["InstanceType"],
                        one.get("Platform", "linux"),
                        one["State"]["Name"],
                        one["Placement"]["AvailabilityZone"],
                        tags.get("team"),
                        tags.get("env"),
                        tags.get("eks:nodegroup-name"),
                    )
                    groups[key] += 1
                    addresses[key] += bool(one.get("PublicIpAddress"))
        names = ["type", "platform", "state", "zone", "team", "env", "nodegroup"]
        return [
            {**dict(zip(names, key)), "count": count, "public_ips": addresses[key]}
            for key, count in sorted(groups.items(), key=str)
        ]

    def volume_facts(self):
        groups = Counter()
        for page in self.client("ec2").get_paginator("describe_volumes").paginate(PaginationConfig={"PageSize": 500}):
            for one in page["Volumes"]:
                attached = bool(one.get("Attachments"))
                groups[(one["VolumeType"], one["Size"], one.get("Iops"), one.get("Throughput"), attached, tag_map(one).get("team"))] += 1
        names = ["type", "size_gb", "iops", "throughput", "attached", "team"]
        return [{**dict(zip(names, key)), "count": count} for key, count in sorted(groups.items(), key=str)]

    def cluster_facts(self):
        eks, found = self.client("eks"), []
        for name in eks.list_clusters()["clusters"]:
            groups = []
            for group in eks.list_nodegroups(clusterName=name)["nodegroups"]:
                one = eks.describe_nodegroup(clusterName=name, nodegroupName=group)["nodegroup"]
                scaling = one["scalingConfig"]
                groups.append({"name": group, "types": one["instanceTypes"], "desired": scaling["desiredSize"], "capacity": one.get("capacityType")})
            one = eks.describe_cluster(name=name)["cluster"]
            found.append({"name": name, "version": one["version"], "team": one["tags"].get("team"), "nodegroups": groups})
        return found

    def function_facts(self):
        usage = self.manifest.get("_usage", {})
        return [
            {
                "name": one["FunctionName"],
                "architecture": one["Architectures"][0],
                "memory_mb": one["MemorySize"],
                **usage[one["FunctionName"]],
            }
            for page in self.client("lambda").get_paginator("list_functions").paginate()
            for one in page["Functions"]
        ]

    def database_facts(self):
        return [
            {
                "name": one["DBInstanceIdentifier"],
                "class": one["DBInstanceClass"],
                "engine": one["Engine"],
                "license": one.get("LicenseModel"),
                "multi_az": one["MultiAZ"],
                "storage_type": one.get("StorageType"),
                "storage_gb": one["AllocatedStorage"],
                "iops": one.get("Iops"),
                "team": {tag["Key"]: tag["Value"] for tag in one.get("TagList", [])}.get("team"),
            }
            for page in self.client("rds").get_paginator("describe_db_instances").paginate()
            for one in page["DBInstances"]
        ]


def tag_map(resource):
    return {tag["Key"]: tag["Value"] for tag in resource.get("Tags", [])}


def empty_zip():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("main.py"), "def handler(event, context):\n    return event\n")
    return buffer.getvalue()


EMPTY_ZIP = empty_zip()


def own(team, env, name=None):
    """The tags that say whose a resource is."""
    return {"team": team, "env": env, **({"Name": name} if name else {})}


def small(place_of):
    """A fleet a person can read, with one of each thing that is easy to get wrong."""
    east, west = place_of(FIRST_ACCOUNT, "us-east-1"), place_of(FIRST_ACCOUNT, "us-west-2")

    web = east.instances(3, "m5.large", own("payments", "prod", "web"))
    east.instances(1, "c5.2xlarge", own("search", "prod", "indexer"), zone="b", memory=True)
    ledger = east.instances(1, "r5.xlarge", own("payments", "prod", "ledger"), disk=("gp2", 50))
    east.instances(1, "m5.xlarge", own("finance", "prod", "reporting"), windows=True, disk=("gp2", 60))
    east.instances(1, "m6g.large", own("search", "staging", "indexer"))
    east.instances(1, "t3.medium", own("data", "dev", "notebook"), state="stopped")
    east.instances(1, "x99.mega", own("data", "dev", "experiment"))
    west.instances(2, "m6g.xlarge", own("search", "prod", "replica"))
    west.instances(1, "t3.micro", {"Name": "nobody-knows"})

    east.volume("gp3", 500, own("payments", "prod", "orders"), iops=6000, throughput=250, attach_to=web[0])
    east.volume("io2", 200, own("payments", "prod", "ledger"), iops=8000, attach_to=ledger[0])
    east.volume("gp3", 1000, own("data", "dev", "left-behind"), throughput=125, zone="b")
    west.volume("io2", 100, own("search", "prod", "left-behind"), iops=3000)

    east.cluster("shop", "1.35", own("platform", "prod"), [("general", "m5.large", 2), ("batch", "c5.xlarge", 1)])
    # A version past its standard support, which costs six times as much (in late 2026).
    west.cluster("legacy", "1.32", own("platform", "staging"), [("general", "t3.large", 1)])

    east.functions(
        [
            ("checkout", "x86_64", 512, 10, 12_000, 180, own("payments", "prod")),
            ("receipt", "arm64", 256, 10, 9_000, 95, own("payments", "prod")),
            ("thumbnail", "arm64", 1024, 30, 4_000, 640, own("search", "prod")),
            ("nightly", "x86_64", 3008, 900, 1, 240_000, own("data", "prod")),
            ("unused", "x86_64", 128, 3, 0, 0, own("data", "dev")),
        ]
    )
    west.functions([("suggest", "x86_64", 768, 5, 30_000, 45, own("search", "prod"))])

    east.database("orders", "db.m5.large", "mysql", "8.4.3", own("payments", "prod"), storage=("gp2", 200))
    east.database("ledger", "db.r5.large", "postgres", "16.4", own("payments", "prod"), multi_az=True, storage=("io1", 200), iops=3000)
    east.database("wiki", "db.t3.small", "mariadb", "10.11.9", own("platform", "prod"), storage=("gp2", 20))
    east.database("erp", "db.m5.xlarge", "oracle-se2", "19.0.0.0", own("finance", "prod"), license_model="bring-your-own-license")
    west.database("crm", "db.m5.xlarge", "sqlserver-se", "15.00.4153.1.v1", own("finance", "prod"), license_model="license-included")

    giga = 1024**3
    east.bucket("lab-shop-assets", own("payments", "prod"), {"StandardStorage": 820 * giga}, 1_250_000)
    east.bucket("lab-data-lake", own("data", "prod"), {"StandardStorage": 4096 * giga, "StandardIAStorage": 9000 * giga, "GlacierStorage": 20000 * giga}, 8_400_000)
    east.bucket("lab-empty", own("data", "dev"), {}, 0)
    west.bucket("lab-search-backups", own("search", "prod"), {"StandardIAStorage": 600 * giga}, 900)


def full(place_of):
    """3,000 instances, 120 functions, five databases, ten buckets; two accounts, two regions."""
    # Instances to a (type, team) pair, functions; 24 pairs a place: 1200 + 600 + 840 + 360 = 3,000.
    shares = [
        (FIRST_ACCOUNT, "us-east-1", 50, 60),
        (FIRST_ACCOUNT, "eu-west-1", 25, 30),
        (SECOND_ACCOUNT, "us-east-1", 35, 20),
        (SECOND_ACCOUNT, "eu-west-1", 15, 10),
    ]
    nodes = {("m5.large", "platform"): 12, ("m6g.large", "platform"): 8}
    for account, region, each, functions in shares:
        place = place_of(account, region)
        home = (account, region) == (FIRST_ACCOUNT, "us-east-1")
        for number, kind in enumerate(SIX_TYPES):
            for team in TEAMS:
                count = each - (nodes.get((kind, team), 0) if home else 0)
                env = ENVIRONMENTS[number % 2]
                # moto's pages count reservations, AWS's instances. One to a reservation at home, as an
                # autoscaling group starts them, so that the largest page (1,000) does not hold them all.
                how = {"zone": "ab"[number % 2], "disk": ("gp2", 20), "together": 1 if home else 500}
                ids = place.instances(count, kind, own(team, env, f"{team}-{number}"), **how)
                if kind == "r5.large":
                    place.volume("gp3", 200, own(team, env), iops=4000, throughput=200, attach_to=ids[0], zone="b")
        if home:
            groups = [("general", "m5.large", nodes[("m5.large", "platform")]), ("arm", "m6g.large", nodes[("m6g.large", "platform")])]
            place.cluster("main", "1.35", own("platform", "prod"), groups)
        place.volume("io2", 100, own("data", "prod"), iops=5000)
        place.volume("gp2", 300, own("search", "staging"))
        place.functions(
            (
                f"{TEAMS[n % 4]}-{n:03}",
                ["x86_64", "arm64"][n % 2],
                [128, 512, 1024, 2048][n // 2 % 4],
                30,
                n % 10 * 1000,
                40 + n % 7 * 60,
                own(TEAMS[n % 4], ENVIRONMENTS[n % 2]),
            )
            for n in range(functions)
        )
    databases(place_of)
    buckets(place_of)


def databases(place_of):
    """Five engines; single and Multi-AZ, licence included and one's own."""
    east, west = place_of(FIRST_ACCOUNT, "us-east-1"), place_of(FIRST_ACCOUNT, "eu-west-1")
    other = place_of(SECOND_ACCOUNT, "us-east-1")
    east.database("orders", "db.m5.large", "mysql", "8.4.3", own("payments", "prod"), storage=("gp2", 200))
    east.database("ledger", "db.r5.large", "postgres", "16.4", own("payments", "prod"), multi_az=True, storage=("io1", 200), iops=3000)
    east.database("erp", "db.m5.xlarge", "oracle-se2", "19.0.0.0", own("platform", "prod"), license_model="bring-your-own-license")
    west.database("wiki", "db.m5.large", "mariadb", "10.11.9", own("platform", "prod"), multi_az=True, storage=("gp2", 50))
    other.database("crm", "db.m5.xlarge", "sqlserver-se", "15.00.4153.1.v1", own("data", "prod"), license_model="license-included")


def buckets(place_of):
    """Ten buckets over the four places, of one to three storage classes."""
    giga = 1024**3
    places = [(FIRST_ACCOUNT, "us-east-1", 4), (FIRST_ACCOUNT, "eu-west-1", 3), (SECOND_ACCOUNT, "us-east-1", 2), (SECOND_ACCOUNT, "eu-west-1", 1)]
    number = 0
    for account, region, count in places:
        for _ in range(count):
            classes = ["StandardStorage", "StandardIAStorage", "GlacierStorage"][: 1 + number % 3]
            storage = {name: (number + 1) * 100 * (rank + 1) * giga for rank, name in enumerate(classes)}
            place_of(account, region).bucket(f"lab-{TEAMS[number % 4]}-{number:02}", own(TEAMS[number % 4], "prod"), storage, 10_000 * (number + 1))
            number += 1


def bench(place_of, instances, region):
    """Linux instances only, evenly of six types: what the upstream agent can collect too."""
    place = place_of(FIRST_ACCOUNT, region)
    for number, kind in enumerate(SIX_TYPES):
        share = instances // 6 + (number < instances % 6)
        place.instances(share, kind, own(TEAMS[number % 4], "prod", f"bench-{number}"))


def seed(endpoint, size="small", instances=3000, region="us-east-1", now=None):
    """Make the fleet at `endpoint`; gives the manifest."""
    now = now or datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    started = time.monotonic()
    places, credentials = {}, {FIRST_ACCOUNT: {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}}

    def place_of(account, where):
        if account not in credentials:
            sts = place_of(FIRST_ACCOUNT, "us-east-1").client("sts")
            keys = sts.assume_role(RoleArn=SECOND_ROLE, RoleSessionName="fleet")["Credentials"]
            credentials[account] = {
                "aws_access_key_id": keys["AccessKeyId"],
                "aws_secret_access_key": keys["SecretAccessKey"],
                "aws_session_token": keys["SessionToken"],
            }
        if (account, where) not in places:
            places[account, where] = Place(endpoint, account, where, credentials[account], now)
        return places[account, where]

    if size == "bench":
        bench(place_of, instances, region)
    else:
        {"small": small, "full": full}[size](place_of)
    for place in places.values():
        place.put_metrics()
    seeded = time.monotonic()
    accounts = {}
    for (account, where), place in sorted(places.items()):
        accounts.setdefault(account, {})[where] = place.facts()
    return {
        "size": size,
        "now": now.isoformat(),
        "second_role": SECOND_ROLE,
        "seconds": {"seed": round(seeded - started, 2), "read_back": round(time.monotonic() - seeded, 2)},
        "accounts": accounts,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--endpoint", required=True, metavar="URL", help="where the moto server listens")
    parser.add_argument("--size", choices=["small", "full", "bench"], default="small")
    parser.add_argument("--instances", type=int, default=3000, help="how many, for bench (default: %(default)s)")
    parser.add_argument("--region", default="us-east-1", help="which region, for bench (default: %(default)s)")
    parser.add_argument("--manifest", metavar="FILE", help="write the manifest here instead of printing it")
    options = parser.parse_args()
    lab.enter_venv()

    from botocore.exceptions import BotoCoreError, ClientError

    try:
        manifest = seed(options.endpoint, options.size, options.instances, options.region)
    except (BotoCoreError, ClientError) as error:
        raise lab.LabError(f"the fleet could not be seeded at {options.endpoint}: {error}") from error
    text = json.dumps(manifest, indent=2)
    if options.manifest:
        with open(options.manifest, "w", encoding="utf-8") as file:
            file.write(text + "\n")
    else:
        print(text)


if __name__ == "__main__":
    lab.run(main)
