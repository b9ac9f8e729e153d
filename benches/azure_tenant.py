#!/usr/bin/env python3
"""What a cycle of azure-agent takes over one subscription with many machines: requests, time, CPU, memory.

    cargo build --release -p azure-agent
    benches/azure_tenant.py [--agent PATH] [--machines N ...]

Each machine runs and has one disk; Azure is a small server on this machine that answers Resource Graph and the metrics batch API.
Memory is the highest that the kernel saw of the process (VmHWM), which is looked at a hundred times a second.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.parse

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "lab"))
import lab  # noqa: E402

lab.with_packages()
import azure  # noqa: E402

SIZES = ["Standard_D4s_v5", "Standard_E8s_v5", "Standard_F4s_v2", "Standard_D2s_v3"]
PAGE = 1_000


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--agent", default=ROOT / "target/release/azure-agent")
    parser.add_argument("--machines", type=int, nargs="+", default=[2_500, 20_000])
    arguments = parser.parse_args()
    print(f"{'machines':>9}  {'requests':>8}  {'seconds':>7}  {'CPU, s':>6}  {'peak, MB':>8}  {'answers, MB':>11}")
    for machines in arguments.machines:
        measure(arguments.agent, machines)
    return 0


def measure(agent, machines):
    pages, requests = answers(machines), []

    def answer(method, path, target, headers, body):
        requests.append(path)
        return 200, reply(pages, path, target, body)

    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        server = azure.Azure(folder, answer)
        command, environment = [agent, "--once", "--server", "none", "--output", "none"], server.environment(folder / "data")
        begun = time.monotonic()
        process = subprocess.Popen(command, env=environment)
        peak, cpu = lab.watch(process)
        seconds = time.monotonic() - begun
        server.close()
    if process.returncode:
        raise lab.LabError(f"the agent ended with status {process.returncode}")
    size = sum(map(len, pages)) / 1e6
    print(f"{machines:9,}  {len(requests):8}  {seconds:7.2f}  {cpu:6.2f}  {peak:8.1f}  {size:11.1f}")


def reply(pages, path, target, body):
    if path == "/subscriptions":
        return {"value": [{"subscriptionId": azure.SUBSCRIPTION, "state": "Enabled"}]}
    if path.endswith("/metrics:getBatch"):
        return figures(urllib.parse.parse_qs(target.partition("?")[2]), json.loads(body)["resourceids"])
    request = json.loads(body)
    if request["query"].startswith("computeresources"):
        return page([], None)
    return pages[int(request["options"].get("$skipToken", "0"))]


def figures(query, ids):
    point = {"timeStamp": query["starttime"][0], "average": 12.5, "total": 1000.0}

    def metric(name):
        series = [{"metadatavalues": [], "data": [point] * 4}]
        return {"name": {"value": name}, "unit": "Percent", "timeseries": series, "errorCode": "Success"}

    values = [metric(name) for name in query["metricnames"][0].split(",")]
    return {"values": [{"resourceid": resource, "value": values} for resource in ids]}


def page(rows, next_page):
    document = {"totalRecords": len(rows), "count": len(rows), "resultTruncated": "false", "data": rows}
    return document | ({"$skipToken": str(next_page)} if next_page else {})


def answers(machines):
    rows = sorted((row for number in range(machines) for row in pair(number)), key=lambda row: row["id"])
    chunks = [rows[start : start + PAGE] for start in range(0, len(rows), PAGE)]
    last = len(chunks) - 1
    return [json.dumps(page(chunk, index + 1 if index < last else None)).encode() for index, chunk in enumerate(chunks)]


def pair(number):
    """A machine and its disk, about as large as Azure describes them."""
    group = f"/subscriptions/{azure.SUBSCRIPTION}/resourceGroups/group-{number % 40}/providers"
    machine, disk = f"{group}/Microsoft.Compute/virtualMachines/m-{number:06}", f"{group}/Microsoft.Compute/disks/m-{number:06}_os"
    both = {"location": "westeurope", "subscriptionId": azure.SUBSCRIPTION, "tags": {"team": f"team-{number % 9}", "stage": "production"}}
    yield both | {
        "id": disk,
        "name": f"m-{number:06}_os",
        "type": "microsoft.compute/disks",
        "sku": {"name": "Premium_LRS", "tier": "Premium"},
        "managedBy": machine,
        "properties": {
            "diskSizeGB": 128,
            "diskState": "Attached",
            "tier": "P10",
            "osType": "Linux",
            "provisioningState": "Succeeded",
            "timeCreated": "2025-01-01T00:00:00Z",
            "encryption": {"type": "EncryptionAtRestWithPlatformKey"},
        },
    }
    system = {"osType": "Linux", "name": f"m-{number:06}_os", "createOption": "FromImage", "diskSizeGB": 128}
    image = {"publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server", "version": "latest"}
    keys = {"publicKeys": [{"path": "/home/operator/.ssh/authorized_keys", "keyData": "ssh-rsa " + "A" * 380}]}
    yield both | {
        "id": machine,
        "name": f"m-{number:06}",
        "type": "microsoft.compute/virtualmachines",
        "zones": ["1"],
        "properties": {
            "vmId": "0" * 36,
            "hardwareProfile": {"vmSize": SIZES[number % len(SIZES)]},
            "storageProfile": {"imageReference": image, "osDisk": system | {"managedDisk": {"id": disk, "storageAccountType": "Premium_LRS"}}},
            "osProfile": {"computerName": f"m-{number:06}", "linuxConfiguration": {"disablePasswordAuthentication": True, "ssh": keys}},
            "networkProfile": {"networkInterfaces": [{"id": f"{group}/Microsoft.Network/networkInterfaces/n-{number}"}]},
            "provisioningState": "Succeeded",
            "extended": {"instanceView": {"powerState": {"code": "PowerState/running", "displayStatus": "VM running"}}},
            "timeCreated": "2025-01-01T00:00:00Z",
        },
    }


if __name__ == "__main__":
    lab.run(main)
