#!/usr/bin/env python3
"""Measure whole cycles of the agents beside their floors, on the sandbox.

    cargo build --release -p aws-agent -p azure-agent -p gcp-agent -p generic-agent -p benches
    cargo build --release -p sandbox
    benches/cycles.py [--clouds aws,azure,gcp] [--sizes 1000,10000,100000] [--runs 3] [--json FILE]

For each cloud and size a sandbox serves the fleet, and these run one after the other, whole processes, as often
as --runs says:

  agent        one cycle of the agent, delivered to the sandbox's receiver, with its history and outbox on disk
  SDK floor    the official SDK's paginators over the same lists, their items thrown away (AWS and Google Cloud;
               Azure's SDK for Rust has none for these)
  fetch floor  a bare HTTP client that asks word for word what the agent asked, and throws the answers away

CPU is the kernel's figure for that process (wait4), peak memory its high-water mark (VmHWM), looked at every 10 ms. What the agent delivered must equal the truth
that the sandbox worked out, to the last digit, or this fails. Requests and bytes are counted by the sandbox. It
shares the cores with what is measured; its own CPU is shown. Medians, with the ratio to each floor.

    benches/cycles.py --machines --clouds aws --sizes 1000000    # a million instances, 40 accounts, 25 regions
    benches/cycles.py --fault 'aws:throttle=5/10' --fault 'aws:errors=5%' --sizes 20000
    benches/cycles.py --small                                    # start-up, idle memory, size of the programs
"""

import argparse
import base64
import json
import os
import pathlib
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from decimal import Decimal

ROOT = pathlib.Path(__file__).resolve().parent.parent
CLOUDS = ["aws", "azure", "gcp"]
# Accounts and regions of a fleet: about a thousand resources in each place.
PLACES = {1_000: (1, 1), 10_000: (2, 5), 100_000: (10, 10), 1_000_000: (40, 25)}


class BenchError(Exception):
    """Something that a person can mend."""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", type=pathlib.Path, default=ROOT / "target/release", help="the folder of the programs")
    parser.add_argument("--sandbox", type=pathlib.Path, help="the sandbox's program; default: among the others")
    parser.add_argument("--clouds", type=lambda text: text.split(","), default=CLOUDS)
    parser.add_argument("--sizes", type=lambda text: [int(part) for part in text.split(",")], default=[1_000, 10_000, 100_000])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--machines", action="store_true", help="virtual machines and nothing else")
    parser.add_argument("--accounts", type=int, help="accounts, subscriptions, projects; default: by size")
    parser.add_argument("--regions", type=int)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--fault", action="append", default=[], help="a rule of the sandbox's; floors are left out then")
    parser.add_argument("--small", action="store_true", help="start-up, idle memory and size of the programs instead")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write every figure of every run")
    options = parser.parse_args()
    options.sandbox = options.sandbox or options.programs / "sandbox"
    for program in [options.sandbox, *(options.programs / f"{cloud}-agent" for cloud in options.clouds)]:
        if not os.access(program, os.X_OK):
            raise BenchError(f"{program} is missing: build it as --help says, or name its folder with --programs")
    print(machine(), flush=True)
    results = small(options) if options.small else [result for cloud in options.clouds for result in cycles(options, cloud)]
    if options.json:
        options.json.write_text(json.dumps({"machine": machine(), "results": results}, indent=1))
    return 0


def machine():
    """The machine in one line."""
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores ({cpu}), {memory:.0f} GiB, Linux {platform.release()}"


def say(text):
    """What is going on, where somebody watches."""
    if sys.stderr.isatty():
        print(text, file=sys.stderr, flush=True)


# Cycles.


def cycles(options, cloud):
    for size in options.sizes:
        accounts, regions = PLACES.get(size, (max(1, size // 25_000), 10))
        flags = ["--resources", size, "--accounts", options.accounts or accounts, "--regions", options.regions or regions]
        flags += ["--seed", options.seed, *(["--mix", "machines"] if options.machines else [])]
        flags += [part for rule in options.fault for part in ("--fault", rule)]
        with Sandbox(options.sandbox, [str(flag) for flag in flags]) as sandbox:
            runs = {}
            for turn in range(options.runs):
                say(f"{cloud}, {size:,} resources, run {turn + 1} of {options.runs}")
                for name, figures in one_turn(options, sandbox, cloud):
                    runs.setdefault(name, []).append(figures)
            report(cloud, size, runs)
            yield {"cloud": cloud, "size": size, "flags": flags, "runs": runs}


def one_turn(options, sandbox, cloud):
    """The agent, then its floors; the requests that the bare client repeats are those of this very cycle."""
    about = sandbox.ask("/agents")[cloud]
    with tempfile.TemporaryDirectory(prefix="openfinops-bench-") as folder:
        folder = pathlib.Path(folder)
        (folder / "agent.yaml").write_text(json.dumps(about["settings"]))
        environment = environment_of(about, folder)
        run = lambda *command: measure(sandbox, cloud, [str(part) for part in command], environment, folder)  # noqa: E731
        sandbox.ask("/requests", "PUT")
        name = f"bench-{time.monotonic_ns()}"
        agent = [options.programs / f"{cloud}-agent", "--once", "--output", "none", "--agent-id", name]
        figures = run(*agent, "--config", folder / "agent.yaml")
        requests = sandbox.ask("/requests", "DELETE")
        scopes = must_be_true(sandbox, cloud, name)
        figures["on disk MB"] = sum(file.stat().st_size for file in (folder / "data").rglob("*") if file.is_file()) / 1e6
        yield "agent", figures
        if options.fault:
            return
        floor = options.programs / f"{cloud}_sdk_floor"
        if floor.exists():
            yield "SDK floor", run(floor, folder / "agent.yaml", metrics(requests) // scopes)
        (folder / "requests.json").write_text(json.dumps([request for request in requests if request["cloud"] == cloud]))
        url = sandbox.ask("/clouds")[cloud]
        authority = [environment["OPENFINOPS_AZURE_CA_FILE"]] if cloud == "azure" else []
        yield "fetch floor", run(options.programs / "fetch_floor", folder / "requests.json", url, *authority)


def environment_of(about, folder):
    """What the sandbox says an agent has to be told, and nothing of the person's own."""
    kept = {"PATH": os.environ["PATH"], "OPENFINOPS_METADATA_ROOT": "/nonexistent", "OPENFINOPS_DATA_DIR": str(folder / "data")}
    return kept | about["environment"]


def metrics(requests):
    """How many figures CloudWatch was asked for: the SDK's floor asks for as many."""
    return sum(base64.b64decode(request["body"]).count(b"MetricStat") for request in requests if "GetMetricData" in request["target"])


def must_be_true(sandbox, cloud, name):
    """What the agent delivered is what its fleet costs; gives the number of scopes."""
    receiver = sandbox.ask("/agents")[cloud]["environment"]["OPENFINOPS_ENDPOINT"]
    delivered = sandbox.ask("/totals", of=receiver)["agents"][name]
    truth = sandbox.ask(f"/truth/{cloud}")["services"]
    if delivered["failed_services"]:
        raise BenchError(f"{cloud}-agent could not read {', '.join(delivered['failed_services'])}")
    exact = lambda sum: {**sum, "monthly": Decimal(sum["monthly"])}  # noqa: E731
    for service in sorted({*delivered["services"], *truth}):
        nothing = {"count": 0, "monthly": 0, "unpriced": 0, "partly_priced": 0}
        seen, true = (exact(one.get(service, nothing)) for one in (delivered["services"], truth))
        if seen != true:
            raise BenchError(f"{cloud}-agent delivered {seen} for {service}, but true is {true}")
    return delivered["scopes"]


def measure(sandbox, cloud, command, environment, folder):
    sandbox.ask("/counts", "DELETE")
    of_sandbox, begun = cpu_of(sandbox.process.pid), time.monotonic()
    with open(folder / "errors", "wb") as errors:
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=errors)
        peak, usage = watch(process)
    wall = time.monotonic() - begun
    if process.returncode:
        last = (folder / "errors").read_text(errors="replace").strip()[-600:]
        raise BenchError(f"{' '.join(command)} ended with status {process.returncode}: {last}")
    asked = sandbox.ask("/counts").get(cloud, {})
    total = lambda key: sum(count[key] for count in asked.values())  # noqa: E731
    return {
        "wall s": wall,
        "CPU s": usage.ru_utime + usage.ru_stime,
        "peak MB": peak / 1e6,
        "requests": total("requests"),
        "throttled": total("throttled"),
        "refused": total("refused"),
        "answers MB": total("bytes_out") / 1e6,
        "sandbox CPU s": cpu_of(sandbox.process.pid) - of_sandbox,
    }


def watch(process):
    """Waits for the end; the most resident memory that was seen, and the kernel's usage.

    The usage's own peak is no use: it begins with that of this script, which has large answers in memory. The kernel's
    high-water mark of the running process is looked at a hundred times a second.
    """
    peak, status_file = 0, pathlib.Path(f"/proc/{process.pid}/status")
    while True:
        mark = [line for line in status_file.read_text().splitlines() if line.startswith("VmHWM")]
        peak = max(peak, int(mark[0].split()[1]) * 1024) if mark else peak
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return peak, usage
        time.sleep(0.01)


def cpu_of(pid):
    """CPU seconds of a running process."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


FIGURES = ["wall s", "CPU s", "peak MB", "requests", "throttled", "refused", "answers MB", "on disk MB", "sandbox CPU s"]


def report(cloud, size, runs):
    """A table of medians, and the agent's ratio to each floor."""
    median = {name: {key: statistics.median(run[key] for run in of) for key in of[0]} for name, of in runs.items()}
    floors = [name for name in median if name != "agent"]
    print(f"\n{cloud}, {size:,} resources (medians of {len(runs['agent'])}; every figure delivered is the truth's)")
    print(f"  {'':14}" + "".join(f"{name:>12}" for name in median) + "".join(f"{'÷ ' + name:>15}" for name in floors))
    for key in FIGURES:
        if not any(figures.get(key) for figures in median.values()):
            continue
        cells = "".join(f"{number(figures.get(key)):>12}" for figures in median.values())
        compared = key in ("wall s", "CPU s", "peak MB", "requests")
        ratios = "".join(f"{median['agent'][key] / median[name][key]:>15.2f}" for name in floors if compared and median[name][key])
        print(f"  {key:14}{cells}{ratios}", flush=True)


def number(value):
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) or value == int(value) and value >= 100 else f"{value:,.2f}"


# What is small.


def small(options):
    """Start-up, idle memory and size, of each agent."""
    results = []
    print(f"  {'':14}{'--version ms':>14}{'first call ms':>15}{'idle MB':>10}{'program MB':>12}")
    with Sandbox(options.sandbox, ["--resources", "100", "--accounts", "1", "--regions", "1"]) as sandbox:
        agents = sandbox.ask("/agents")
        for cloud in [*options.clouds, "generic"]:
            program = options.programs / f"{cloud}-agent"
            figures = {
                "cloud": cloud,
                "version ms": [version(program) for _ in range(max(20, options.runs))],
                "first call ms": [first_call(program, cloud, agents[cloud]) for _ in range(max(10, options.runs)) if cloud != "generic"],
                "idle MB": idle(program, agents[cloud]),
                "program MB": program.stat().st_size / 1e6,
            }
            results.append(figures)
            middle = lambda key: f"{statistics.median(figures[key]):.1f}" if figures[key] else "–"  # noqa: E731, B023
            print(f"  {program.name:14}{middle('version ms'):>14}{middle('first call ms'):>15}{figures['idle MB']:>10.1f}{figures['program MB']:>12.1f}")
    return results


def version(program):
    begun = time.monotonic()
    subprocess.run([program, "--version"], stdout=subprocess.DEVNULL, check=True)
    return (time.monotonic() - begun) * 1000


def first_call(program, cloud, about):
    """From starting the process to its first connection to the cloud, which here is nobody but a listener."""
    with socket.create_server(("127.0.0.1", 0)) as listener, tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        port = listener.getsockname()[1]
        (folder / "agent.yaml").write_text(json.dumps(about["settings"]))
        environment = environment_of(about, folder)
        for name, value in environment.items():
            if value.startswith(("http://127.0.0.1", "https://localhost")) and name != "OPENFINOPS_ENDPOINT":
                environment[name] = f"{value.rsplit(':', 1)[0]}:{port}" + "".join(value.partition("/{region}")[1:])
        command = [program, "--once", "--server", "none", "--output", "none", "--config", folder / "agent.yaml"]
        begun = time.monotonic()
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        listener.settimeout(10)
        try:
            listener.accept()[0].close()
            return (time.monotonic() - begun) * 1000
        except TimeoutError:
            raise BenchError(f"{program.name} called nobody within ten seconds") from None
        finally:
            process.kill()
            process.wait()


def idle(program, about):
    """Resident memory in MB between two cycles: when the first has been delivered and nothing more is read or written."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "agent.yaml").write_text(json.dumps(about["settings"]))
        command = [program, "--listen", f"127.0.0.1:{free_port()}", "--config", folder / "agent.yaml"]
        process = subprocess.Popen(command, env=environment_of(about, folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            # Still where nothing has been used for two seconds.
            used, since = -1.0, time.monotonic()
            while time.monotonic() - since < 2:
                time.sleep(0.1)
                now = cpu_of(process.pid)
                if now > used:
                    used, since = now, time.monotonic()
            pages = int(pathlib.Path(f"/proc/{process.pid}/statm").read_text().split()[1])
            return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
        finally:
            process.terminate()
            process.wait()


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Sandbox:
    """A sandbox that serves, as a context."""

    def __init__(self, program, flags):
        self.process = subprocess.Popen([program, "--serve", *flags], stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        if not self.url:
            raise BenchError("the sandbox did not start; its reason is above")

    def ask(self, path, method="GET", of=None):
        # It is on this machine: no proxy.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(urllib.request.Request((of or self.url) + path, method=method), timeout=600) as answer:
            return json.load(answer)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except BenchError as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
