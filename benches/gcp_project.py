#!/usr/bin/env python3
"""What a cycle of gcp-agent takes over one project with many instances: requests, time, CPU, memory.

    cargo build --release -p gcp-agent
    benches/gcp_project.py [--agent PATH] [--instances N ...]

Each instance runs and has one disk; Google Cloud is a small server on this machine that answers the lists and Cloud Monitoring.
Memory is the highest that the kernel saw of the process (VmHWM), which is looked at a hundred times a second.
"""

import argparse
import collections
import json
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "lab"))
import lab  # noqa: E402

lab.with_packages()
import gcp  # noqa: E402

TYPES = ["n2-standard-4", "e2-standard-2", "n1-standard-8", "c2-standard-4", "e2-custom-4-8192"]
ZONES = [f"{region}-{letter}" for region in ("europe-west1", "us-central1", "europe-west4") for letter in "bcf"]
PAGE = 500
ROOT_URL = f"https://www.googleapis.com/compute/v1/projects/{gcp.PROJECT}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--agent", default=ROOT / "target/release/gcp-agent")
    parser.add_argument("--instances", type=int, nargs="+", default=[2_500, 20_000])
    arguments = parser.parse_args()
    print(f"{'instances':>9}  {'requests':>8}  {'seconds':>7}  {'CPU, s':>6}  {'peak, MB':>8}  {'answers, MB':>11}")
    for instances in arguments.instances:
        measure(arguments.agent, instances)
    return 0


def measure(agent, instances):
    lists = {"instances": pages("instances", instances, instance), "disks": pages("disks", instances, disk)}
    requests = []

    def answer(method, path, query, headers, body):
        requests.append(path)
        return 200, reply(lists, instances, path, query)

    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        server = gcp.GoogleCloud(folder, answer)
        command = [agent, "--once", "--server", "none", "--output", "none"]
        begun = time.monotonic()
        process = subprocess.Popen(command, env=server.environment(folder / "data"))
        peak, cpu = lab.watch(process)
        seconds = time.monotonic() - begun
        server.close()
    if process.returncode:
        raise lab.LabError(f"the agent ended with status {process.returncode}")
    size = sum(len(page) for pages in lists.values() for page in pages) / 1e6
    print(f"{instances:9,}  {len(requests):8}  {seconds:7.2f}  {cpu:6.2f}  {peak:8.1f}  {size:11.1f}")


def reply(lists, instances, path, query):
    kind = path.rpartition("/")[2]
    if "/aggregated/" in path:
        return lists[kind][int(query.get("pageToken", ["0"])[0])]
    if kind == "timeSeries":
        return figures(query, instances)
    return {}


def figures(query, instances):
    wanted = query["filter"][0]
    if "instance/" not in wanted and "agent.googleapis.com" not in wanted:
        return {}
    end = query["interval.endTime"][0]
    point = {"interval": {"startTime": end, "endTime": end}, "value": {"doubleValue": 0.125}}
    series = [
        {
            "metric": {"type": "compute.googleapis.com/instance/cpu/utilization"},
            "resource": {"type": "gce_instance", "labels": {"instance_id": str(identifier(number)), "project_id": gcp.PROJECT}},
            "metricKind": "GAUGE",
            "valueType": "DOUBLE",
            "points": [point],
        }
        for number in range(instances)
    ]
    return {"timeSeries": series}


def identifier(number):
    return 4_000_000_000_000_000_000 + number


def zone(number):
    return ZONES[number % len(ZONES)]


def pages(kind, count, make):
    """The pages of an aggregated list, as bytes: every zone is in each, most of them empty."""
    chunks = [range(start, min(start + PAGE, count)) for start in range(0, count, PAGE)]
    result = []
    for index, chunk in enumerate(chunks):
        found = collections.defaultdict(list)
        for number in chunk:
            found[zone(number)].append(make(number))
        items = {f"zones/{name}": {kind: found[name]} if found[name] else empty(name) for name in ZONES}
        document = {"kind": f"compute#{kind}AggregatedList", "items": items}
        if index + 1 < len(chunks):
            document["nextPageToken"] = str(index + 1)
        result.append(json.dumps(document).encode())
    return result


def empty(name):
    data = [{"key": "scope", "value": f"zones/{name}"}]
    return {"warning": {"code": "NO_RESULTS_ON_PAGE", "message": f"There are no results for scope 'zones/{name}' on this page.", "data": data}}


def instance(number):
    """An instance about as large as Google describes one."""
    place = f"{ROOT_URL}/zones/{zone(number)}"
    address = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
    boot = {
        "kind": "compute#attachedDisk",
        "type": "PERSISTENT",
        "mode": "READ_WRITE",
        "source": f"{place}/disks/m-{number:06}",
        "deviceName": "persistent-disk-0",
        "index": 0,
        "boot": True,
        "autoDelete": True,
        "licenses": ["https://www.googleapis.com/compute/v1/projects/debian-cloud/global/licenses/debian-12-bookworm"],
        "interface": "SCSI",
        "guestOsFeatures": [{"type": kind} for kind in ("UEFI_COMPATIBLE", "VIRTIO_SCSI_MULTIQUEUE", "GVNIC")],
        "diskSizeGb": "50",
        "architecture": "X86_64",
    }
    return {
        "kind": "compute#instance",
        "id": str(identifier(number)),
        "creationTimestamp": "2026-01-01T00:00:00.000-08:00",
        "name": f"m-{number:06}",
        "tags": {"items": ["http-server", "https-server"], "fingerprint": "6smc4R4d39I="},
        "machineType": f"{place}/machineTypes/{TYPES[number % len(TYPES)]}",
        "status": "RUNNING",
        "zone": place,
        "canIpForward": False,
        "networkInterfaces": [
            {
                "kind": "compute#networkInterface",
                "network": f"{ROOT_URL}/global/networks/default",
                "subnetwork": f"{ROOT_URL}/regions/europe-west1/subnetworks/default",
                "networkIP": address,
                "name": "nic0",
                "stackType": "IPV4_ONLY",
            }
        ],
        "disks": [boot],
        "metadata": {"kind": "compute#metadata", "items": [{"key": "ssh-keys", "value": "operator:ssh-rsa " + "A" * 380}]},
        "serviceAccounts": [{"email": "1-compute@developer.gserviceaccount.com", "scopes": ["https://www.googleapis.com/auth/cloud-platform"]}],
        "selfLink": f"{place}/instances/m-{number:06}",
        "scheduling": {"onHostMaintenance": "MIGRATE", "automaticRestart": True, "preemptible": False, "provisioningModel": "STANDARD"},
        "cpuPlatform": "Intel Ice Lake",
        "labels": {"team": f"team-{number % 9}", "stage": "production"},
        "labelFingerprint": "42WmSpB8rSM=",
        "startRestricted": False,
        "deletionProtection": False,
        "shieldedInstanceConfig": {"enableSecureBoot": False, "enableVtpm": True, "enableIntegrityMonitoring": True},
        "fingerprint": "7s9Jb1lTn8M=",
        "lastStartTimestamp": "2026-01-01T00:00:05.000-08:00",
    }


def disk(number):
    place = f"{ROOT_URL}/zones/{zone(number)}"
    return {
        "kind": "compute#disk",
        "id": str(identifier(number) + 1_000_000_000),
        "creationTimestamp": "2026-01-01T00:00:00.000-08:00",
        "name": f"m-{number:06}",
        "sizeGb": "50",
        "zone": place,
        "status": "READY",
        "sourceImage": "https://www.googleapis.com/compute/v1/projects/debian-cloud/global/images/debian-12-bookworm-v20260101",
        "type": f"{place}/diskTypes/pd-balanced",
        "users": [f"{place}/instances/m-{number:06}"],
        "labels": {"team": f"team-{number % 9}"},
        "physicalBlockSizeBytes": "4096",
        "lastAttachTimestamp": "2026-01-01T00:00:00.000-08:00",
        "selfLink": f"{place}/disks/m-{number:06}",
    }


if __name__ == "__main__":
    lab.run(main)
