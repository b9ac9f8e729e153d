#!/usr/bin/env python3
"""Measure this project's AWS agent beside the upstream Python one, on the same fleet.

    benches/upstream.py [--agent target/release/aws-agent] [--instances 3000] [--runs 3]

Both collect the same moto server (Linux instances of six types in one region, three metrics each) and
push to their own fresh OpenFinOps server, each run a whole process from start to exit, alternating. CPU
and peak memory are the kernel's own figures for that process; the calls are counted by moto. Wall time
includes the time moto needs, which is far slower than AWS.

The upstream agent is taken from the source package of openfinops on the package index, or from the file
given with --upstream. Nothing of it is kept in this tree. With --agent '' only upstream's half is run.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "lab"))
import lab  # noqa: E402

REGION = "us-east-1"
UPSTREAM_VERSION = "0.3.0"
UPSTREAM_FILE = f"openfinops-{UPSTREAM_VERSION}/agents/aws_telemetry_agent.py"
SECONDS = 900


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--agent", metavar="FILE", default=str(ROOT / "target" / "release" / "aws-agent"))
    parser.add_argument("--upstream", metavar="FILE", help="the upstream agents/aws_telemetry_agent.py")
    parser.add_argument("--instances", type=int, default=3000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    if options.runs < 1 or options.instances < 1:
        raise lab.LabError("--runs and --instances must be 1 or more")
    if options.agent and not os.access(options.agent, os.X_OK):
        raise lab.LabError(f"there is no agent at {options.agent}: build it with cargo build --release -p aws-agent, or name it with --agent")

    python = lab.ensure_venv()
    with tempfile.TemporaryDirectory(prefix="openfinops-bench-") as scratch:
        scratch = pathlib.Path(scratch)
        upstream = pathlib.Path(options.upstream) if options.upstream else fetch_upstream(python, scratch)
        if not upstream.is_file():
            raise lab.LabError(f"there is no upstream agent at {upstream}")
        log = scratch / "moto.log"
        contenders = {
            "upstream": lambda server, data: [python, str(upstream), "--once", "--region", REGION, "--server", server]
        }
        if options.agent:
            contenders["aws-agent"] = lambda server, data: [
                options.agent, "--once", "--region", REGION, "--server", server, "--output", "none", "--data-dir", data,
            ]  # fmt: skip
        results = {name: [] for name in contenders}
        for turn in range(options.runs):
            # A fresh fleet each turn: the metrics must be minutes old when they are asked for.
            with lab.moto(log) as aws:
                print(f"Run {turn + 1} of {options.runs}: seeding {options.instances} instances.", file=sys.stderr, flush=True)
                seed(python, aws.url, options.instances, scratch)
                # Who goes first alternates too.
                for name in list(contenders)[:: 1 if turn % 2 == 0 else -1]:
                    results[name].append(measure(name, contenders[name], aws.url, log, scratch))
    report(results, options.instances)
    return 0


def fetch_upstream(python, scratch):
    """The upstream agent out of its own source package; the wheel leaves it out."""
    command = [python, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-binary", ":all:"]
    lab.step(
        [*command, "--dest", str(scratch), f"openfinops=={UPSTREAM_VERSION}"],
        "the upstream agent's source package could not be downloaded; name a copy with --upstream",
    )
    with tarfile.open(next(scratch.glob("openfinops-*.tar.gz"))) as archive:
        path = scratch / "aws_telemetry_agent.py"
        path.write_bytes(archive.extractfile(UPSTREAM_FILE).read())
    return path


def seed(python, url, instances, scratch):
    command = [python, str(ROOT / "lab" / "fleet.py"), "--endpoint", url, "--size", "bench", "--region", REGION]
    arguments = ["--instances", str(instances), "--manifest", str(scratch / "manifest.json")]
    done = subprocess.run([*command, *arguments], stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise lab.LabError(f"the fleet could not be seeded ({done.stderr.strip().splitlines()[-1:]})")


def measure(name, command_of, aws_url, log, scratch):
    """One whole process; its CPU seconds, peak memory, wall time and calls."""
    before = len(lab.calls(log))
    output = scratch / f"{name}.log"
    with lab.openfinops() as server, tempfile.TemporaryDirectory(dir=scratch) as data, open(output, "wb") as file:
        started = time.monotonic()
        child = subprocess.Popen(command_of(server.url, data), env=lab.aws_environment(aws_url), stdout=file, stderr=file, cwd=data)
        status, usage = wait(child, started, name)
        wall = time.monotonic() - started
    if status:
        last = output.read_text(errors="replace").strip().splitlines()[-1:] or ["no message"]
        raise lab.LabError(f"{name} ended with status {status}: {last[0]}")
    # The upstream agent logs a failed service, leaves it out of the sum and calls that success.
    failure = [line for line in output.read_text(errors="replace").splitlines() if "Error collecting" in line]
    if failure:
        raise lab.LabError(f"{name} did not collect everything: {failure[0]}")
    # ru_maxrss is in KiB on Linux and in bytes on macOS.
    peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    requests = lab.calls(log)[before:]
    print(f"  {name}: {usage.ru_utime + usage.ru_stime:.2f} s of CPU, {dict(lab.by_service(requests))}", file=sys.stderr, flush=True)
    return {
        "CPU s": usage.ru_utime + usage.ru_stime,
        "peak MB": peak / 1e6,
        "wall s": wall,
        "AWS calls": len(requests),
        "moto s": sum(request["ms"] for request in requests) / 1000,
    }


def wait(child, started, name):
    """wait4, for the rusage of this very child, with a time limit."""
    try:
        while True:
            pid, status, usage = os.wait4(child.pid, os.WNOHANG)
            if pid:
                # So that Popen does not wait for it again.
                child.returncode = os.waitstatus_to_exitcode(status)
                return child.returncode, usage
            if time.monotonic() - started > SECONDS:
                raise lab.LabError(f"{name} had not ended after {SECONDS} seconds")
            time.sleep(0.01)
    finally:
        if child.returncode is None:
            child.kill()
            child.wait()


def report(results, instances):
    names = list(results)
    print(f"\n{instances} instances, medians of {len(results[names[0]])} runs")
    print(f"{'':10}" + "".join(f"{name:>12}" for name in names) + (f"{'ratio':>10}" if len(names) > 1 else ""))
    for figure in results[names[0]][0]:
        medians = [statistics.median(run[figure] for run in results[name]) for name in names]
        ratio = f"{medians[0] / medians[1]:>9.1f}x" if len(names) > 1 and medians[1] else ""
        print(f"{figure:10}" + "".join(f"{median:>12,.2f}" if figure != "AWS calls" else f"{median:>12,.0f}" for median in medians) + ratio)


if __name__ == "__main__":
    lab.run(main)
