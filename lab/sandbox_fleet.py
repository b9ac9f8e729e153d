#!/usr/bin/env python3
"""Build on a moto server the fleet that a sandbox describes.

    sandbox_fleet.py --sandbox URL --endpoint URL

URL of the sandbox is its AWS's address. Prints one JSON document:

    {"ids": {"i-of-the-sandbox": "i-of-moto", ...}, "left_out": {"region/instances/id or name": "reason", ...}}

What moto cannot hold is not built; each such thing is in ``left_out`` with the reason.
"""

import argparse
import datetime
import json
import os
import sys
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import fleet  # noqa: E402
import lab  # noqa: E402

MOTO_ACCOUNT = "123456789012"
IMAGES = {"Linux/UNIX": fleet.LINUX_IMAGE, "Windows": fleet.WINDOWS_IMAGE}
ARM = ("6g.", "7g.", "4g.")


class Builder:
    """One place of the description, built in the same region of moto."""

    def __init__(self, endpoint, described, now, answer):
        self.described, self.answer, self.now = described, answer, now
        keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
        self.place = fleet.Place(endpoint, MOTO_ACCOUNT, described["region"], keys, now)

    def client(self, service):
        return self.place.client(service)

    def leave_out(self, kind, name, reason):
        self.answer["left_out"][f"{self.described['region']}/{kind}/{name}"] = reason

    def is_left_out(self, kind, name):
        return f"{self.described['region']}/{kind}/{name}" in self.answer["left_out"]

    def build(self):
        for kind, build, why_not in (
            ("instances", self.instance, why_no_instance),
            ("volumes", self.volume, why_no_volume),
            ("clusters", self.cluster, why_no_cluster),
            ("functions", self.function, why_no_function),
            ("database_clusters", self.database_cluster, why_no_database_cluster),
            ("databases", self.database, why_no_database),
            ("buckets", self.bucket, lambda _: None),
        ):
            for one in self.described[kind]:
                reason = why_not(one)
                if kind == "databases" and self.is_left_out("database_clusters", one["cluster"]):
                    reason = "its cluster is left out"
                if reason:
                    self.leave_out(kind, one.get("id") or one["name"], reason)
                else:
                    build(one)
        self.place.put_metrics()

    def instance(self, one):
        ec2 = self.client("ec2")
        zone = self.described["region"] + one["zone"]
        subnets = ec2.describe_subnets(Filters=[{"Name": "availability-zone", "Values": [zone]}])["Subnets"]
        interface = {"DeviceIndex": 0, "SubnetId": subnets[0]["SubnetId"], "AssociatePublicIpAddress": one["address_assigned"]}
        image = fleet.ARM_IMAGE if any(family in one["type"] for family in ARM) else IMAGES[one["platform"]]
        made = ec2.run_instances(
            ImageId=image,
            InstanceType=one["type"],
            MinCount=1,
            MaxCount=1,
            Placement={"AvailabilityZone": zone},
            NetworkInterfaces=[interface],
            TagSpecifications=tag_specifications("instance", one["tags"]),
        )["Instances"][0]["InstanceId"]
        self.answer["ids"][one["id"]] = made
        # moto gives every instance a root volume; the description has volumes of its own.
        for volume in ec2.describe_volumes(Filters=[{"Name": "attachment.instance-id", "Values": [made]}])["Volumes"]:
            ec2.detach_volume(VolumeId=volume["VolumeId"], InstanceId=made, Device=volume["Attachments"][0]["Device"])
            ec2.delete_volume(VolumeId=volume["VolumeId"])
        if one["address_elastic"]:
            address = ec2.allocate_address(Domain="vpc")
            ec2.associate_address(InstanceId=made, AllocationId=address["AllocationId"])
        if one["state"] == "stopped":
            ec2.stop_instances(InstanceIds=[made])
        for name, value in one["metrics"].items():
            self.place.metric("AWS/EC2", name, {"InstanceId": made}, value, "None")
        if one["memory"] is not None:
            self.place.metric("CWAgent", "mem_used_percent", {"InstanceId": made}, one["memory"], "Percent")

    def volume(self, one):
        ec2 = self.client("ec2")
        if one["instance"] and one["instance"] not in self.answer["ids"]:
            return self.leave_out("volumes", one["id"], "its instance is left out")
        options = {}
        if one["type"] in ("gp3", "io1", "io2"):
            options["Iops"] = one["iops"]
        if one["throughput"]:
            options["Throughput"] = one["throughput"]
        made = ec2.create_volume(
            AvailabilityZone=self.described["region"] + one["zone"],
            VolumeType=one["type"],
            Size=one["size"],
            TagSpecifications=tag_specifications("volume", one["tags"]),
            **options,
        )["VolumeId"]
        self.answer["ids"][one["id"]] = made
        if one["instance"]:
            ec2.attach_volume(VolumeId=made, InstanceId=self.answer["ids"][one["instance"]], Device="/dev/sdf")

    def cluster(self, one):
        eks = self.client("eks")
        subnets = [subnet["SubnetId"] for subnet in self.client("ec2").describe_subnets()["Subnets"]][:2]
        role = f"arn:aws:iam::{MOTO_ACCOUNT}:role/eks"
        network = {"subnetIds": subnets}
        eks.create_cluster(name=one["name"], version=one["version"], roleArn=role, resourcesVpcConfig=network, tags=one["tags"])
        for group in one["nodegroups"]:
            kept = ("nodegroupName", "instanceTypes", "scalingConfig", "capacityType", "version")
            eks.create_nodegroup(clusterName=one["name"], nodeRole=role, subnets=subnets, **{key: group[key] for key in kept})

    def function(self, one):
        mean = one["duration"] / one["invocations"] if one["invocations"] else 0
        self.place.functions([(one["name"], one["architecture"], one["memory"], one["timeout"], 0, mean, one["tags"])])
        self.client("lambda").update_function_configuration(FunctionName=one["name"], Runtime=one["runtime"])
        if one["invocations"]:
            which = {"FunctionName": one["name"]}
            self.place.metric("AWS/Lambda", "Invocations", which, float(one["invocations"]), "Count")
            self.place.metric("AWS/Lambda", "Duration", which, float(one["duration"]), "Milliseconds")

    def database_cluster(self, one):
        self.client("rds").create_db_cluster(
            DBClusterIdentifier=one["name"],
            Engine=one["engine"],
            EngineVersion=one["version"],
            MasterUsername="lab",
            MasterUserPassword="lab-only-1234",
            Tags=tag_list(one["tags"]),
        )
        if one["status"] == "stopped":
            self.client("rds").stop_db_cluster(DBClusterIdentifier=one["name"])
        if one["used_bytes"] is not None:
            which = {"DBClusterIdentifier": one["name"]}
            self.place.metric("AWS/RDS", "VolumeBytesUsed", which, float(one["used_bytes"]), "Bytes")

    def database(self, one):
        rds = self.client("rds")
        options = {"Iops": one["iops"], "StorageThroughput": one["throughput"], "DBClusterIdentifier": one["cluster"]}
        if one["cluster"] is None:
            options["AllocatedStorage"] = one["size"]
        rds.create_db_instance(
            DBInstanceIdentifier=one["name"],
            DBInstanceClass=one["class"],
            Engine=one["engine"],
            EngineVersion=one["version"],
            LicenseModel=one["licence"],
            MultiAZ=one["multi_az"],
            AvailabilityZone=self.described["region"] + one["zone"],
            StorageType=one["storage_type"],
            BackupRetentionPeriod=7,
            MasterUsername="lab",
            MasterUserPassword="lab-only-1234",
            Tags=tag_list(one["tags"]),
            **{key: value for key, value in options.items() if value is not None},
        )
        if one["status"] == "stopped":
            rds.stop_db_instance(DBInstanceIdentifier=one["name"])
        for name, value in one["metrics"].items():
            self.place.metric("AWS/RDS", name, {"DBInstanceIdentifier": one["name"]}, value, "None")

    def bucket(self, one):
        objects = one["objects"] if one["storage"] else 0
        self.place.bucket(one["name"], one["tags"], one["storage"], objects)


def tag_list(tags):
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def tag_specifications(kind, tags):
    return [{"ResourceType": kind, "Tags": tag_list(tags)}] if tags else []


def why_no_instance(one):
    if one["state"] not in ("running", "stopped"):
        return "moto's instances are in no state between two others"
    if one["spot"]:
        return "moto's spot market has prices of its own"
    if one["platform"] not in IMAGES:
        return "moto takes the usage operation from the image, and has three images"
    if one["tenancy"] != "default":
        return "moto does not keep the tenancy"
    if one["address_own_pool"]:
        return "moto has no address pools of one's own"
    return None


def why_no_volume(one):
    if one["state"] not in ("available", "in-use"):
        return "moto's volumes are in no state between two others"
    return None


def why_no_cluster(one):
    if one["kind"] != "Ordinary":
        return "moto does not keep compute, scaling and connector configurations"
    if one["status"] != "ACTIVE":
        return "moto's clusters are always active"
    return None


def why_no_function(one):
    return "moto does not keep capacity providers" if one["managed"] else None


def why_no_database_cluster(one):
    if not one["engine"].startswith("aurora"):
        return "moto's Multi-AZ DB clusters are not made of instances"
    if one["storage_type"] != "aurora":
        return "moto does not give members the storage type of their cluster"
    if one["status"] not in ("available", "stopped"):
        return "moto's clusters are in no state between two others"
    return None


def why_no_database(one):
    if one["status"] not in ("available", "stopped"):
        return "moto's databases are in no state between two others"
    if one["kept_out"]:
        return "moto does not keep the choice against Extended Support"
    return None


def build(sandbox, endpoint):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{sandbox}/sandbox/fleet", timeout=60) as answered:
        described = json.load(answered)
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    answer = {"ids": {}, "left_out": {}}
    for place in described["places"]:
        Builder(endpoint, place, now, answer).build()
    return answer


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sandbox", required=True, metavar="URL", help="the sandbox's AWS")
    parser.add_argument("--endpoint", required=True, metavar="URL", help="where the moto server listens")
    options = parser.parse_args()
    lab.enter_venv()
    print(json.dumps(build(options.sandbox, options.endpoint)))


if __name__ == "__main__":
    lab.run(main)
