#!/usr/bin/env python3
"""What `aws-agent pricing sync` takes for one large price list: time, CPU, memory, and again where nothing has changed.

    cargo build --release -p aws-agent
    cargo build --release -p finops-pricing --example offer-file
    benches/price_sync.py [--agent PATH] [--generator PATH] [--megabytes N] [--gzip]

The list has the shape of AWS's for EC2 in one region; a small server on this machine stands in for AWS. Memory is the highest
that the kernel saw of the process (VmHWM), which is looked at a hundred times a second. The generator then reads the same file with
the parser and with its CSV library alone, in turn.
"""

import argparse
import gzip
import http.server
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "lab"))
import lab  # noqa: E402

OFFER = "/offers/v1.0/aws/AmazonEC2/20261118170112/eu-west-1/index"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--agent", default=ROOT / "target/release/aws-agent")
    parser.add_argument("--generator", default=ROOT / "target/release/examples/offer-file")
    parser.add_argument("--megabytes", type=int, default=450)
    parser.add_argument("--gzip", action="store_true", help="send the list compressed")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        plain = folder / "index.csv"
        with plain.open("wb") as file:
            subprocess.run([arguments.generator, "--megabytes", str(arguments.megabytes)], stdout=file, check=True)
        sent = compressed(plain) if arguments.gzip else plain
        server = serve(sent, arguments.gzip)
        print(f"{plain.stat().st_size / 1e6:.0f} MB, sent as {sent.stat().st_size / 1e6:.0f} MB")
        for what in ("first sync", "nothing changed"):
            measure(what, arguments.agent, folder / "data", server)
        server.shutdown()
        print("the parser beside its CSV library alone:")
        subprocess.run([arguments.generator, "--read", plain], check=True)
    return 0


def measure(what, agent, data, server):
    environment = {
        "HOME": str(data),
        "OPENFINOPS_DATA_DIR": str(data),
        "OPENFINOPS_PRICES_URL": f"http://127.0.0.1:{server.server_port}",
    }
    command = [agent, "pricing", "sync", "--in", "eu-west-1", "--service", "aws/ec2,aws/ebs"]
    begun = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    peak, cpu = lab.watch(process)
    seconds = time.monotonic() - begun
    if process.returncode:
        raise lab.LabError(f"the agent ended with status {process.returncode}: {process.stdout.read()}")
    print(f"{what}: {seconds:.2f} s, {cpu:.2f} s of CPU, {peak:.1f} MB at the peak")
    print(process.stdout.read().rstrip())


def compressed(plain):
    packed = plain.with_suffix(".csv.gz")
    with plain.open("rb") as source, gzip.open(packed, "wb", compresslevel=6) as target:
        shutil.copyfileobj(source, target)
    return packed


def serve(file, packed):
    """A server of the index, the region's address, and the file."""
    index = {
        "formatVersion": "v1.0",
        "publicationDate": "2026-11-18T17:01:12Z",
        "offers": {
            "AmazonEC2": {
                "offerCode": "AmazonEC2",
                "currentRegionIndexUrl": "/offers/v1.0/aws/AmazonEC2/current/region_index.json",
            }
        },
    }
    regions = {
        "formatVersion": "v1.0",
        "publicationDate": "2026-11-18T17:01:12Z",
        "regions": {"eu-west-1": {"regionCode": "eu-west-1", "currentVersionUrl": f"{OFFER}.json"}},
    }
    documents = {
        "/offers/v1.0/aws/index.json": json.dumps(index).encode(),
        "/offers/v1.0/aws/AmazonEC2/current/region_index.json": json.dumps(regions).encode(),
    }

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            if self.path == f"{OFFER}.csv":
                return self.send_list()
            body = documents.get(self.path)
            self.send_response(200 if body else 404)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            return self.wfile.write(body or b"")

        def send_list(self):
            if self.headers["If-None-Match"] == '"a-list"':
                self.send_response(304)
                return self.end_headers()
            self.send_response(200)
            self.send_header("ETag", '"a-list"')
            self.send_header("Content-Type", "text/csv")
            if packed:
                self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(os.path.getsize(file)))
            self.end_headers()
            with open(file, "rb") as source:
                shutil.copyfileobj(source, self.wfile, 1 << 20)

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


if __name__ == "__main__":
    lab.run(main)
