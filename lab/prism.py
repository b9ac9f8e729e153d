#!/usr/bin/env python3
"""Check what azure-agent asks for against Azure's own OpenAPI documents.

    lab/prism.py --agent target/debug/azure-agent DOCUMENT...

The documents are Swagger files of Microsoft's repository of REST API specifications (resourcegraph.json, storage.json,
metricBatch.json, ...), with the files that they refer to beside them. Prism (@stoplight/prism-cli, from npm) serves each and refuses
what does not fit: a wrong path, a missing api-version or parameter, a body of another shape, no token. This script stands before
them as Azure over TLS: it passes every request on to Prism, notes the verdict, and answers the agent with a small
tenant of its own, so that discovery goes on to metrics. A second run has Resource Graph denied, which brings the lists.

Ends with status 1 where Prism refuses a request, or where it lets one pass that was spoiled on purpose.
Needs node with npm, and the lab's Python packages (scripts/test sets them up).
"""

import argparse
import collections
import http.client
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

import lab

lab.with_packages()
import azure  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent
PRISM = "@stoplight/prism-cli@5.16.0"
GROUP = f"/subscriptions/{azure.SUBSCRIPTION}/resourceGroups/web/providers"
VM = f"{GROUP}/Microsoft.Compute/virtualMachines/web-1"
ACCOUNT = f"{GROUP}/Microsoft.Storage/storageAccounts/webfiles"
ROWS = [
    {
        "id": VM,
        "name": "web-1",
        "type": "microsoft.compute/virtualmachines",
        "location": "westeurope",
        "subscriptionId": azure.SUBSCRIPTION,
        "properties": {
            "hardwareProfile": {"vmSize": "Standard_D2s_v3"},
            "storageProfile": {"osDisk": {"osType": "Linux"}},
            "extended": {"instanceView": {"powerState": {"code": "PowerState/running"}}},
        },
    },
    {
        "id": ACCOUNT,
        "name": "webfiles",
        "type": "microsoft.storage/storageaccounts",
        "location": "westeurope",
        "kind": "StorageV2",
        "sku": {"name": "Standard_LRS", "tier": "Standard"},
        "subscriptionId": azure.SUBSCRIPTION,
        "properties": {"accessTier": "Hot"},
    },
]


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def start_prism(folder, document):
    """Prism for one document; its port."""
    port = free_port()
    command = [folder / "node_modules/.bin/prism", "mock", "--errors", "-h", "127.0.0.1", "-p", str(port), document]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    for line in process.stdout:
        if "Prism is listening" in line:
            threading.Thread(target=process.stdout.read, daemon=True).start()
            return process, port
    raise SystemExit(f"error: Prism does not start with {document}")


def verdict(ports, method, target, headers, body):
    """What the first document that knows the path says: 'fits', a reason, or None where none knows it."""
    for port in ports:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request(method, target, body or None, headers)
        answer = connection.getresponse()
        said = answer.read().decode(errors="replace")
        connection.close()
        problem = json.loads(said) if "problem+json" in answer.headers.get("content-type", "") else {}
        kind = problem.get("type", "")
        if "NO_PATH_MATCHED" in kind or "NO_METHOD_MATCHED" in kind:
            continue
        # That Prism cannot make up an answer of its own says nothing of the request.
        if answer.status < 400 or "NO_COMPLEX_OBJECT_TEXT" in kind or "NO_RESPONSE_DEFINED" in kind:
            return "fits"
        return f"{answer.status} {problem.get('title', said[:80])} {json.dumps(problem.get('validation', ''))[:300]}"
    return None


def answer(path, body, deny_graph):
    """This tenant's answer: a status and a document."""
    if path == "/subscriptions":
        return 200, {"value": [{"subscriptionId": azure.SUBSCRIPTION, "state": "Enabled"}]}
    if path == "/providers/Microsoft.ResourceGraph/resources":
        if deny_graph:
            return 403, {"error": {"code": "AuthorizationFailed", "message": "not allowed"}}
        rows = [] if "computeresources" in body else ROWS
        return 200, {"totalRecords": len(rows), "count": len(rows), "resultTruncated": "false", "data": rows}
    if path.endswith("/metrics:getBatch"):
        return 200, {"values": []}
    kind = path.split("/providers/")[-1].lower()
    return 200, {"value": [row for row in ROWS if row["type"] == kind]}


def front(ports, folder, deny_graph, seen):
    """Azure, which notes what Prism says of each request."""

    def reply(method, path, target, headers, body):
        kept = {name: headers[name] for name in ("authorization", "content-type", "accept") if headers[name]}
        kept.setdefault("accept", "application/json")
        seen.append((method, path, target, kept, body, verdict(ports, method, target, kept, body)))
        return answer(path, body, deny_graph)

    return azure.Azure(folder, reply)


def spoiled(request):
    """The request without its version, without its token, and with a body of another shape."""
    method, _, target, headers, body, _ = request
    path, _, query = target.partition("?")
    pairs = [pair for pair in query.split("&") if not pair.startswith("api-version=")]
    yield "no api-version", (method, f"{path}?{'&'.join(pairs)}", headers, body)
    yield "no token", (method, target, {name: value for name, value in headers.items() if name != "authorization"}, body)
    if body:
        yield "another body", (method, target, headers, json.dumps({"query": 7, "resourceids": "all"}))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--agent", default=ROOT / "target/debug/azure-agent")
    parser.add_argument("documents", nargs="+")
    arguments = parser.parse_args()
    if not shutil.which("npm"):
        raise SystemExit("error: npm is missing: install node")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        subprocess.run(["npm", "install", "--silent", "--prefix", folder, PRISM], check=True)
        started = [start_prism(folder, document) for document in arguments.documents]
        ports = [port for _, port in started]
        seen = []
        try:
            for deny_graph in (False, True):
                server = front(ports, folder, deny_graph, seen)
                environment = server.environment(folder / f"data-{deny_graph}")
                command = [arguments.agent, "--once", "--server", "none"]
                subprocess.run(command, env=environment, timeout=120, stdout=subprocess.DEVNULL)
                server.close()
            status = report(ports, seen)
        finally:
            for process, _ in started:
                process.terminate()
    return status


def report(ports, seen):
    counted = collections.Counter()
    examples = {}
    for request in seen:
        method, path, *_, said = request
        name = f"{method} {path.replace(azure.SUBSCRIPTION, '{id}')}"
        counted[name, said or "in none of the documents"] += 1
        if said == "fits":
            examples[name] = request
    for (name, said), count in sorted(counted.items()):
        print(f"{count:3} × {name}: {said}")
    bad = [said for (_, said) in counted if said not in ("fits", "in none of the documents")]
    for name, request in sorted(examples.items()):
        for how, spoiled_request in spoiled(request):
            said = verdict(ports, *spoiled_request)
            print(f"    {name}, {how}: {said}")
            # What a document does not ask for cannot be missed: not every one has a security section.
            if said == "fits" and how != "no token":
                bad.append(name)
    print(f"{len(examples)} kinds of request fit, {len(bad)} problems")
    return 1 if bad or not examples else 0


if __name__ == "__main__":
    begun = time.monotonic()
    code = main()
    print(f"{time.monotonic() - begun:.0f} s", file=sys.stderr)
    sys.exit(code)
