"""The crontab and its script, run as cron would: against moto in AWS's place and the real OpenFinOps server."""

import decimal
import json
import os
import pathlib
import re
import socket
import subprocess
import time
import urllib.request

import cron_table
import pytest
import tools

import lab

CRONTAB = tools.DEPLOY / "cron" / "aws-agent"
SCRIPT = tools.DEPLOY / "cron" / "openfinops-cron"
# The discard port, where nobody listens.
NOBODY = "http://127.0.0.1:9"
# List prices of us-east-1 in USD, from the vendor's own pages: aws.amazon.com/ec2/pricing/on-demand (Linux),
# aws.amazon.com/vpc/pricing (an address an hour), aws.amazon.com/ebs/pricing (gp2, a GB a month of 730 hours).
M5_LARGE, ADDRESS, GP2 = map(decimal.Decimal, ["0.096", "0.005", "0.10"])
HOURS = 730


@pytest.fixture(scope="module")
def aws(tmp_path_factory):
    """moto with one m5.large, and what the fleet's manifest says of it."""
    manifest = tmp_path_factory.mktemp("fleet") / "manifest.json"
    with lab.moto() as server:
        seed = [lab.ensure_venv(), tools.ROOT / "lab" / "fleet.py", "--endpoint", server.url, "--manifest", manifest]
        tools.output(*seed, "--size", "bench", "--instances", "1", "--region", "us-east-1")
        facts = json.loads(manifest.read_text())["accounts"]["123456789012"]["us-east-1"]
        yield server.url, facts


class Machine:
    """A machine on which the crontab was installed and edited as its comments say."""

    def __init__(self, folder, endpoint):
        self.folder = folder
        self.data = folder / "state"
        self.data.mkdir(mode=0o700)
        programs = folder / "bin"
        programs.mkdir()
        (programs / "aws-agent").symlink_to(tools.agent("aws-agent"))
        (programs / "openfinops-cron").symlink_to(SCRIPT)
        credentials = self.secret("aws-credentials", "[default]\naws_access_key_id = testing\naws_secret_access_key = testing\n")
        self.settings = {
            "PATH": f"{programs}:/usr/bin:/bin",
            "HOME": folder,
            "OPENFINOPS_CONFIG": folder / "aws-agent.yaml",
            "OPENFINOPS_DATA_DIR": self.data,
            "OPENFINOPS_CRON_SPREAD": 0,
            "AWS_SHARED_CREDENTIALS_FILE": credentials,
            # In place of AWS, which needs none of these.
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_EC2_METADATA_DISABLED": "true",
            "OPENFINOPS_API_ATTEMPTS": 1,
        }

    def secret(self, name, text):
        path = self.folder / name
        path.write_text(text)
        path.chmod(0o400)
        return path

    def configure(self, text):
        (self.folder / "aws-agent.yaml").write_text(text)

    def server(self, url):
        if not (self.folder / "token").exists():
            self.secret("token", "a-token\n")
        self.configure(f"server: {url}\nregion: us-east-1\ntoken_file: {self.folder}/token\n")

    def entry(self, job="collect", **settings):
        text = cron_table.edited(CRONTAB.read_text(), {**self.settings, **settings})
        return next(entry for entry in cron_table.parse(text) if f"openfinops-cron {job} " in entry.command)

    def run(self, job="collect", **settings):
        return cron_table.run(self.entry(job, **settings))


@pytest.fixture
def machine(tmp_path, aws):
    return Machine(tmp_path, aws[0])


def ask(url):
    # The server is on this machine: no proxy.
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=30) as answer:
        return json.loads(answer.read(), parse_float=decimal.Decimal)


def snapshots(server):
    return ask(f"{server.url}/api/v1/telemetry/recent?hours=24")["telemetry"]


def until(holds, what):
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline, f"not within a minute: {what}"
        time.sleep(0.05)


def test_the_crontab_is_one_that_cron_takes():
    text = CRONTAB.read_text()
    jobs = {entry.command.split()[1]: entry for entry in cron_table.parse(text)}
    assert set(jobs) == {"collect", "prices"}
    for entry in jobs.values():
        assert not entry.standard_input, "a bare % ends the command"
        assert entry.settings["MAILTO"]
        assert entry.settings["SHELL"] == "/bin/sh"
        assert "/usr/local/bin" in entry.settings["PATH"].split(":")
        assert len(entry.command) < 999, "cron cuts longer commands"
    name = re.search(r"Goes to /etc/cron\.d/(\S+):", text).group(1)
    assert re.fullmatch(r"[A-Za-z0-9_-]+", name), "cron leaves out other names"


def test_it_runs_as_a_user_of_its_own():
    assert {entry.user for entry in cron_table.parse(CRONTAB.read_text())} == {"openfinops"}


def test_no_secret_stands_in_the_crontab():
    for entry in cron_table.parse(CRONTAB.read_text()):
        words = [*entry.settings, *entry.command.split()]
        assert not [word for word in words if any(part in word.upper() for part in ("TOKEN", "SECRET", "PASSWORD", "ACCESS_KEY"))]


def test_the_script_is_plain_sh():
    tools.output("sh", "-n", SCRIPT)
    assert SCRIPT.read_text().startswith("#!/bin/sh\n")
    assert os.access(SCRIPT, os.X_OK)


def test_a_run_that_succeeds_prints_nothing_and_the_server_holds_the_cost(machine, aws):
    instance, volume = aws[1]["instances"][0], aws[1]["volumes"][0]
    assert (instance["type"], instance["count"], volume["type"]) == ("m5.large", 1, "gp2")
    compute = M5_LARGE + ADDRESS * instance["public_ips"]
    storage = GP2 * volume["size_gb"] / HOURS
    with lab.openfinops() as server:
        machine.server(server.url)
        assert machine.run() == (0, "")
        [snapshot] = snapshots(server)
    services = snapshot["metrics"]["services"]
    assert services["ec2"]["total_hourly_cost"] == compute
    assert abs(services["ebs"]["total_hourly_cost"] - storage) < decimal.Decimal("0.000001")
    assert snapshot["region"] == "us-east-1"


def test_a_server_that_is_away_is_a_mail_and_the_next_run_delivers_both(machine):
    machine.server(NOBODY)
    status, mail = machine.run()
    assert status == 4
    first, second = mail.splitlines()[:2]
    assert "ended with status 4: collected, but the OpenFinOps server cannot be reached" in first
    assert second.startswith("What to do: nothing is lost: the next run sends what waits.")
    assert "Connection refused" in mail
    with lab.openfinops() as server:
        machine.server(server.url)
        assert machine.run() == (0, "")
        assert len(snapshots(server)) == 2


def test_a_failure_that_goes_on_is_told_once_a_day(machine):
    machine.server(NOBODY)
    assert machine.run()[1]
    assert machine.run() == (4, "")
    told = machine.data / "cron-collect.told"
    yesterday = int(time.time()) - 24 * 3600
    told.write_text(f"4 {yesterday}\n")
    status, mail = machine.run()
    assert (status, "status 4" in mail) == (4, True)
    # Another failure is news.
    machine.configure("servr: x\n")
    assert "status 2" in machine.run()[1]


def test_after_a_success_the_same_failure_is_news(machine):
    machine.server(NOBODY)
    assert machine.run()[1]
    with lab.openfinops() as server:
        machine.server(server.url)
        assert machine.run() == (0, "")
    machine.server(NOBODY)
    assert "status 4" in machine.run()[1]


def test_a_wrong_configuration_is_a_mail_with_the_mistake(machine):
    machine.configure("servr: http://localhost:8080\n")
    status, mail = machine.run()
    assert status == 2
    assert "wrong usage or configuration, or no credentials: nothing was collected" in mail
    assert "`servr` is not a setting; did you mean `server`?" in mail


def test_a_service_that_fails_is_named_in_the_mail(machine):
    with lab.openfinops() as server:
        machine.server(server.url)
        status, mail = machine.run(AWS_ENDPOINT_URL_RDS=NOBODY)
        assert len(snapshots(server)) == 1
    assert status == 3
    assert "some services failed; the rest was collected and delivered" in mail
    assert "rds: Unreachable: rds:DescribeDBInstances could not be sent" in mail


def test_prices_that_cannot_be_fetched_are_a_mail_of_their_own(machine):
    with lab.openfinops() as server:
        machine.server(server.url)
        assert machine.run() == (0, "")
    status, mail = machine.run("prices", OPENFINOPS_PRICES_URL=NOBODY)
    assert status == 5
    assert "aws-agent pricing sync" in mail
    assert "no prices could be fetched; the former ones stay" in mail


class Silent:
    """A server that takes connections and answers nothing."""

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.taken = []
        return self

    def take(self):
        self.listener.settimeout(60)
        self.taken.append(self.listener.accept()[0])

    def another_waits(self):
        self.listener.settimeout(0)
        try:
            self.taken.append(self.listener.accept()[0])
        except BlockingIOError:
            return False
        return True

    def __exit__(self, *_):
        for each in [self.listener, *self.taken]:
            each.close()


def test_a_run_that_meets_another_at_work_does_nothing(machine):
    machine.server("none")
    with Silent() as cloud:
        first = cron_table.start(machine.entry(AWS_ENDPOINT_URL=cloud.url))
        cloud.take()
        assert machine.run(AWS_ENDPOINT_URL=cloud.url) == (0, "")
        assert not cloud.another_waits()
        assert first.poll() is None
    # The first finds the connection closed, and ends.
    mail, _ = first.communicate(timeout=120)
    assert first.returncode == 5, mail
    assert "nothing could be collected" in mail


def test_a_run_that_hangs_is_ended_and_told(machine):
    machine.server("none")
    with Silent() as cloud:
        status, mail = machine.run(AWS_ENDPOINT_URL=cloud.url, OPENFINOPS_CRON_LIMIT=1)
    assert status == 124
    assert "it took longer than 1 seconds and was ended" in mail
    # Its lock is free again.
    assert machine.run() == (0, "")


def test_machines_spread_their_runs_each_by_its_name(machine):
    machine.server("none")
    waited = machine.folder / "waited"
    programs = machine.folder / "bin"
    for name, body in [("sleep", f'echo "$1" >> {waited}'), ("uname", 'cat "$NODE"')]:
        (programs / name).write_text(f"#!/bin/sh\n{body}\n")
        (programs / name).chmod(0o755)
    node = machine.folder / "node"
    for name in ["web-1", "web-1", "web-2", "web-3"]:
        node.write_text(name)
        assert machine.run(NODE=node, OPENFINOPS_CRON_SPREAD=240) == (0, "")
    one, again, two, three = map(int, waited.read_text().split())
    assert one == again
    assert len({one, two, three}) > 1
    assert all(0 <= each < 240 for each in (one, two, three))


@pytest.mark.parametrize(
    ("settings", "status", "sentence"),
    [
        ({"OPENFINOPS_DATA_DIR": "/nowhere"}, 2, "OPENFINOPS_DATA_DIR ('/nowhere') is not a folder that"),
        ({"PATH": "{bin}:/usr/bin:/bin"}, 127, "aws-agent is not on the PATH"),
    ],
)
def test_an_installation_that_is_not_finished_is_told_with_what_to_do(machine, settings, status, sentence):
    alone = machine.folder / "alone"
    alone.mkdir()
    (alone / "openfinops-cron").symlink_to(SCRIPT)
    settings = {name: value.format(bin=alone) for name, value in settings.items()}
    machine.server("none")
    found, mail = machine.run(**settings)
    assert (found, sentence in mail) == (status, True), mail


def test_what_is_kept_is_readable_by_its_user_alone(machine):
    machine.server("none")
    assert machine.run() == (0, "")
    kept = [path for path in pathlib.Path(machine.data).iterdir() if path.name.startswith("cron-")]
    assert {path.name for path in kept} == {"cron-collect.lock", "cron-collect.output"}
    assert {path.stat().st_mode & 0o077 for path in kept} == {0}
    assert "Cost by service" in (machine.data / "cron-collect.output").read_text()


def test_no_process_is_left_behind_holding_the_lock(machine):
    machine.server("none")
    assert machine.run() == (0, "")
    lock = machine.data / "cron-collect.lock"
    until(lambda: subprocess.run(["flock", "-n", lock, "true"], check=False).returncode == 0, "the lock is free")
