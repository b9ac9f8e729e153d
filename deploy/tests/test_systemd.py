"""The units: what systemd says of them, and the agents started as systemd would start them, in the units' sandbox."""

import contextlib
import http.server
import json
import os
import pathlib
import re
import shutil
import signal
import threading
import time
import urllib.request

import pytest
import systemd_filters
import systemd_manager
# It makes `lab` a module; without it Python takes the folder of that name.
import tools
import lab  # isort: skip

UNITS = tools.DEPLOY / "systemd"
INSTALL = UNITS / "install.sh"
CLOUDS = ["aws-agent", "azure-agent", "gcp-agent"]
SERVICES = [f"openfinops-{agent}.service" for agent in tools.AGENTS]
RUNS = [f"openfinops-once@{agent}.service" for agent in tools.AGENTS]
TIMERS = [f"openfinops-once@{agent}.timer" for agent in tools.AGENTS]
TARGET = "openfinops-agents.target"
SECRET = "a-token-that-only-the-server-knows"

# The sandbox of the cloud agents needs no more than IP (0.3 + 0.5 for the machine's own network), local sockets (0.1),
# any address (0.2), and the machine's file tree, read only (0.1).
CLOUD_EXPOSURE = 1.5
# The generic agent sees all processes and all of /proc, users and homes too, has netlink sockets and may change
# priorities; its unit says what each is for.
GENERIC_EXPOSURE = 2.0
# Root with six capabilities and the disks, for plugins that ask for it.
ROOT_EXPOSURE = 5.0

NO_CREDENTIALS = {
    "aws-agent": "no AWS credentials were found",
    "azure-agent": "no Azure identity was found",
    "gcp-agent": "there are no Google Cloud credentials",
}


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """All agents installed, with credentials for AWS, nothing configured. The binaries are large: each test has links."""
    root = tmp_path_factory.mktemp("image")
    tools.output(INSTALL, "--root", root, "--from", tools.agent("aws-agent").parent, "--with", "aws-credentials", "--all")
    return root


@pytest.fixture
def machine(image, tmp_path):
    """A machine of the test's own, on which the clouds' metadata services are nowhere."""
    root, scratch = tmp_path / "machine", tmp_path / "scratch"
    scratch.mkdir()
    shutil.copytree(image / "etc", root / "etc", symlinks=True)
    shutil.copytree(image / "usr", root / "usr", copy_function=os.link)
    machine = systemd_manager.Machine(root, scratch)
    nowhere = "ENABLE_CLOUD_METADATA=false AWS_EC2_METADATA_DISABLED=true GCE_METADATA_HOST=127.0.0.1:9"
    for agent in tools.AGENTS:
        # A watchdog that a test can wait for.
        change(machine, agent, f"WatchdogSec=2s\nEnvironment={nowhere}")
    return machine


def change(machine, agent, lines, file="99-test.conf"):
    """A drop-in for an agent's service and for its single run, as a person would write it."""
    for unit in (f"openfinops-{agent}.service", f"openfinops-once@{agent}.service"):
        folder = machine.units / f"{unit}.d"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(f"[Service]\n{lines}\n")


def configure(machine, agent, **settings):
    machine.file(f"/etc/openfinops/{agent}.yaml").write_text(json.dumps(settings))


def analyze(machine, *arguments):
    done = machine.run(tools.debian("systemd-analyze", "systemd"), *arguments)
    return done.returncode, done.stdout + done.stderr


def ask(url, path):
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url + path, timeout=30) as answer:
        return json.load(answer)


def test_systemd_accepts_every_unit_without_a_warning(machine):
    status, said = analyze(machine, "verify", *SERVICES, *RUNS, *TIMERS, TARGET)
    assert (status, said) == (0, "")


@pytest.mark.parametrize("file", sorted((UNITS / "drop-ins").glob("*.conf")), ids=lambda file: file.stem)
def test_systemd_accepts_every_drop_in_without_a_warning(machine, file):
    agent = re.search(r"\b(\w+-agent)\b", file.read_text()).group(1)
    for unit in (f"openfinops-{agent}.service", f"openfinops-once@{agent}.service"):
        (machine.units / f"{unit}.d" / file.name).write_text(file.read_text())
        status, said = analyze(machine, "verify", unit)
        assert (status, said) == (0, "")


def test_a_mistake_in_a_unit_is_seen_by_that_check(machine):
    change(machine, "aws-agent", "ProtectSystm=strict", "98-mistake.conf")
    _, said = analyze(machine, "verify", SERVICES[0])
    assert "'ProtectSystm' in section [Service]" in said


def exposure(machine, unit):
    _, said = analyze(machine, "security", "--offline=true", "--no-pager", unit)
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", said)
    assert found, said
    print(f"{unit}: exposure {found.group(1)}")
    return float(found.group(1))


@pytest.mark.parametrize("unit", [*SERVICES, *RUNS])
def test_the_exposure_of_every_unit_is_within_its_bound(machine, unit):
    assert exposure(machine, unit) <= (GENERIC_EXPOSURE if "generic" in unit else CLOUD_EXPOSURE)


def test_the_exposure_of_plugins_as_root_is_within_its_bound(machine):
    change(machine, "generic-agent", (UNITS / "drop-ins/root.conf").read_text().partition("[Service]")[2], "60-root.conf")
    assert exposure(machine, "openfinops-generic-agent.service") <= ROOT_EXPOSURE


def without_names(agent):
    text = (UNITS / f"openfinops-{agent}.service").read_text()
    return text.replace(agent, "AGENT").replace("AWS", "CLOUD").replace("Azure", "CLOUD").replace("Google Cloud", "CLOUD")


def test_the_units_of_the_clouds_differ_in_names_only():
    assert without_names("aws-agent") == without_names("azure-agent") == without_names("gcp-agent")


@pytest.mark.parametrize("agent", tools.AGENTS)
def test_a_single_run_has_the_user_the_folder_and_the_rights_of_the_service(machine, agent):
    service, run = machine.unit(f"openfinops-{agent}.service"), machine.unit(f"openfinops-once@{agent}.service")
    belongs_to_running = {
        *("Type", "NotifyAccess", "ExecStart", "ExecReload", "Restart", "RestartSec", "RestartPreventExitStatus", "WatchdogSec"),
        *("TimeoutStartSec", "StartLimitIntervalSec", "StartLimitBurst", "Description", "After", "PartOf", "WantedBy"),
    }
    for key in (set(service.settings) | set(run.settings)) - belongs_to_running:
        if key == "RestrictAddressFamilies":
            assert set(service.words(key)) == set(run.words(key))
        elif key == "SystemCallFilter":
            assert systemd_filters.allowed(service.all(key)) == systemd_filters.allowed(run.all(key))
        else:
            assert service.one(key) == run.one(key), key


def test_the_target_wants_every_agent(machine):
    target = machine.unit(TARGET)
    assert target.words("Wants") == SERVICES
    assert all(TARGET in machine.unit(unit).words("PartOf") for unit in SERVICES)
    folders = {machine.unit(unit).one("StateDirectory") for unit in SERVICES}
    users = {machine.unit(unit).one("User") for unit in SERVICES}
    assert len(folders) == len(users) == len(SERVICES)


@pytest.mark.parametrize("agent", tools.AGENTS)
def test_the_timer_and_the_service_exclude_each_other(machine, agent):
    timer = machine.unit(f"openfinops-once@{agent}.timer")
    assert timer.words("Conflicts") == [f"openfinops-{agent}.service"]
    assert f"openfinops-once@{agent}.service" in machine.unit(f"openfinops-{agent}.service").words("After")


def test_the_timer_runs_every_hour_by_systemds_own_reckoning(machine):
    timer = machine.unit(TIMERS[0])
    _, said = analyze(machine, "calendar", "--iterations=2", timer.one("OnCalendar"))
    assert "Normalized form: *-*-* *:00:00" in said
    assert timer.is_on("Persistent") and timer.is_on("FixedRandomDelay")


def test_no_unit_holds_a_secret_in_its_environment():
    for file in filter(pathlib.Path.is_file, UNITS.rglob("*.*")):
        for line in file.read_text().splitlines():
            if line.startswith("Environment="):
                assert re.fullmatch(r"Environment=\w+(_FILE|_CREDENTIALS)=%d/[\w.-]+", line), f"{file.name}: {line}"


@pytest.mark.parametrize("agent", tools.AGENTS)
def test_an_agent_says_to_systemd_when_it_is_ready_alive_reloading_and_stopping(machine, agent):
    configure(machine, agent, server="none")
    with systemd_manager.service(machine, f"openfinops-{agent}.service") as service:
        service.wait_for("READY=1")
        service.wait_for("WATCHDOG=1")
        if agent in NO_CREDENTIALS:
            service.wait_for_journal(NO_CREDENTIALS[agent])
        else:
            service.wait_for_journal("cycle done")
        configure(machine, agent, server="none", interval=77)
        before = len(service.messages)
        service.reload()
        service.wait_for("RELOADING=1", after=before)
        service.wait_for("READY=1", after=before)
        service.wait_for_journal('"seconds":77')
        seen = len(service.messages)
        service.wait_for("WATCHDOG=1", after=seen)
        assert service.stop() == 0, service.said()
        assert ["STOPPING=1"] in service.messages


@pytest.mark.parametrize("agent", tools.AGENTS)
def test_a_wrong_configuration_stops_the_start_with_a_sentence(machine, agent):
    configure(machine, agent, servr="http://localhost:8080")
    with pytest.raises(systemd_manager.StartFailed) as refused, systemd_manager.service(machine, f"openfinops-{agent}.service"):
        pass
    assert "status 2" in str(refused.value)
    assert "`servr` is not a setting; did you mean `server`?" in str(refused.value)


def test_the_process_has_no_rights_and_no_secret_in_its_environment(machine):
    machine.file("/etc/openfinops/token").write_text(SECRET)
    configure(machine, "generic-agent", server="http://127.0.0.1:9")
    with systemd_manager.service(machine, "openfinops-generic-agent.service") as service:
        service.wait_for("READY=1")
        process = pathlib.Path(f"/proc/{service.process.pid}")
        status = dict(line.split(":\t", 1) for line in process.joinpath("status").read_text().splitlines() if ":\t" in line)
        assert SECRET not in process.joinpath("environ").read_text()
        assert SECRET not in process.joinpath("cmdline").read_text()
        assert SECRET not in service.said()
    assert set(status["Uid"].split()) == {str(systemd_manager.DYNAMIC_USER)}
    assert status["Groups"].strip() == ""
    assert {status[key] for key in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {"0" * 16}
    # 2: a filter of system calls is in force.
    assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2")


def test_the_token_in_its_file_reaches_the_server(machine):
    machine.file("/etc/openfinops/token").write_text(SECRET + "\n")
    with listening() as (url, seen):
        configure(machine, "generic-agent", server=url)
        systemd_manager.once(machine, "openfinops-once@generic-agent.service")
    assert set(seen) == {f"Bearer {SECRET}"}


def test_an_empty_token_file_sends_no_token(machine):
    with listening() as (url, seen):
        configure(machine, "generic-agent", server=url)
        systemd_manager.once(machine, "openfinops-once@generic-agent.service")
    assert set(seen) == {None}


@contextlib.contextmanager
def listening():
    """A server that takes everything and remembers who it was told it is from."""
    seen = []

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            seen.append(self.headers["Authorization"])
            self.rfile.read(int(self.headers["Content-Length"] or 0))
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(b'{"status": "success"}')

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="module")
def aws():
    """moto with a small fleet in AWS's place."""
    with lab.moto() as cloud:
        fleet = [lab.ensure_venv(), str(tools.ROOT / "lab/fleet.py"), "--endpoint", cloud.url, "--size", "small"]
        tools.output(*fleet)
        yield cloud.url


@pytest.fixture
def aws_machine(machine, aws):
    """aws-agent with keys in the file of the drop-in that install.sh placed."""
    keys = "[default]\naws_access_key_id = testing\naws_secret_access_key = testing\n"
    machine.file("/etc/openfinops/aws-credentials").write_text(keys)
    change(machine, "aws-agent", f"Environment=AWS_ENDPOINT_URL={aws}", "98-cloud.conf")
    return machine


@pytest.fixture(scope="module")
def server():
    """The OpenFinOps server; each test's agent has a name of its own there."""
    with lab.openfinops() as started:
        yield started.url


def name_of(machine):
    return machine.file("/var/lib/openfinops/aws-agent/agent-id").read_text()


def hourly_cost(url, machine):
    """What the server has of the machine's agent: how many documents, and US dollars an hour in all of them."""
    everything = ask(url, "/api/v1/telemetry/recent?hours=24")["telemetry"]
    documents = [document for document in everything if document["agent_id"] == name_of(machine)]
    services = [service for document in documents for service in document["metrics"].get("services", {}).values()]
    return len(documents), sum(service.get("total_hourly_cost") or 0 for service in services)


def until_the_server_has(url, service, wanted):
    deadline = time.monotonic() + systemd_manager.PATIENCE
    while hourly_cost(url, service.machine)[0] < wanted:
        assert time.monotonic() < deadline, f"no document came to the server:\n{service.said()}"
        service.receive(0.2)


def test_the_service_brings_a_cost_to_the_server_inside_its_sandbox(aws_machine, server):
    configure(aws_machine, "aws-agent", server=server, region=["us-east-1"])
    with systemd_manager.service(aws_machine, "openfinops-aws-agent.service") as service:
        service.wait_for("READY=1")
        service.wait_for_journal("cycle done")
        until_the_server_has(server, service, 1)
        assert service.stop() == 0
        status = [line for message in service.messages for line in message if line.startswith("STATUS=")]
    documents, cost = hourly_cost(server, aws_machine)
    assert documents == 1 and cost > 1
    assert re.search(r"STATUS=\d+ resources, [\d.]+ USD/hour, .* 0 services failed", status[-1])
    assert '"failed_services":0' in service.said()


def test_a_run_that_finds_no_server_fails_with_4_and_the_next_one_sends_what_was_kept(aws_machine, server):
    configure(aws_machine, "aws-agent", server="http://127.0.0.1:9", region=["us-east-1"])
    status, said = systemd_manager.once(aws_machine, RUNS[0])
    assert status == 4 and "1 document is kept in /var/lib/openfinops/aws-agent, and the next run sends it" in said
    configure(aws_machine, "aws-agent", server=server, region=["us-east-1"])
    status, said = systemd_manager.once(aws_machine, RUNS[0])
    assert status == 0, said
    assert hourly_cost(server, aws_machine)[0] == 2


def test_root_can_look_into_the_folder_without_taking_files_from_the_agent(aws_machine):
    configure(aws_machine, "aws-agent", server="http://127.0.0.1:9", region=["us-east-1"])
    systemd_manager.once(aws_machine, RUNS[0])
    folder = aws_machine.file("/var/lib/openfinops/aws-agent")
    for command in (["outbox", "list"], ["outbox", "drop", "1"], ["report"]):
        tools.output(tools.agent("aws-agent"), *command, "--data-dir", folder)
    assert {file.stat().st_uid for file in folder.iterdir()} == {systemd_manager.DYNAMIC_USER}


def test_changing_from_the_timer_to_the_service_keeps_name_and_history(aws_machine, server):
    configure(aws_machine, "aws-agent", server="http://127.0.0.1:9", region=["us-east-1"])
    systemd_manager.once(aws_machine, RUNS[0])
    name = name_of(aws_machine)
    configure(aws_machine, "aws-agent", server=server, region=["us-east-1"])
    with systemd_manager.service(aws_machine, SERVICES[0]) as service:
        until_the_server_has(server, service, 2)
    assert name_of(aws_machine) == name


def test_what_waits_survives_a_killed_service(aws_machine, server):
    configure(aws_machine, "aws-agent", server="http://127.0.0.1:9", region=["us-east-1"])
    with systemd_manager.service(aws_machine, SERVICES[0]) as service:
        service.wait_for_journal("cycle done")
        service.process.send_signal(signal.SIGKILL)
        service.process.wait()
    configure(aws_machine, "aws-agent", server=server, region=["us-east-1"])
    with systemd_manager.service(aws_machine, SERVICES[0]) as service:
        until_the_server_has(server, service, 2)


def test_a_run_by_hand_beside_the_service_is_refused_and_names_the_process(machine):
    configure(machine, "generic-agent", server="none")
    with systemd_manager.service(machine, "openfinops-generic-agent.service") as service:
        service.wait_for("READY=1")
        status, said = systemd_manager.once(machine, "openfinops-once@generic-agent.service")
        assert status == 2 and f"another agent (process {service.process.pid}) uses the data directory" in said


def test_a_run_without_credentials_fails_and_says_which_are_missing(machine):
    for agent, sentence in NO_CREDENTIALS.items():
        configure(machine, agent, server="none")
        status, said = systemd_manager.once(machine, f"openfinops-once@{agent}.service")
        assert status == 2 and sentence in said


def test_a_generic_agent_in_its_sandbox_sees_what_it_sees_outside(machine):
    """The disks, processors and memory of the machine, not of the sandbox."""
    configure(machine, "generic-agent", server="none", output="json")
    status, said = systemd_manager.once(machine, "openfinops-once@generic-agent.service")
    assert status == 0, said
    inside = measured(said)
    data = ["--once", "--server", "none", "--output", "json", "--data-dir", machine.scratch / "outside"]
    outside = measured(tools.output(tools.agent("generic-agent"), *data))
    assert lasting(inside) == lasting(outside)
    # All of the machine's processes, not those of one user.
    assert inside["processes"]["count"] > 1


def measured(said):
    document = next(json.loads(line) for line in said.splitlines() if line.startswith("{"))
    return document["metrics"]["services"]["collectors"]["collectors"]["system_metrics"]["data"]


def lasting(figures):
    """What does not change from one moment to the next."""
    keys = ("device", "mount_point", "filesystem", "total_bytes", "kind", "read_only")
    disks = [{key: disk[key] for key in keys} for disk in figures["disks"]]
    interfaces = [interface["name"] for interface in figures["network"]["interfaces"]]
    return disks, interfaces, figures["memory"]["total_bytes"], figures["cpu"]["count"], figures["cpu"]["model"], figures["boot_time"]


PROBES = {
    "writing into the system": "echo x > /etc/openfinops/generic-agent.yaml",
    "writing beside the state": "echo x > /var/lib/openfinops/x",
    "another's secrets": "cat /etc/shadow",
    "a namespace": "unshare --user true",
    "a mount": "mount -t tmpfs tmpfs /mnt",
    "a raw device": "head -c 1 /dev/vda",
    "a set-uid file": "touch /tmp/x && chmod u+s /tmp/x",
}


@pytest.mark.parametrize("what", PROBES)
def test_the_sandbox_refuses_a_plugin(machine, what):
    """The probes go through the agent's own way of starting plugins; each works as root outside."""
    status, said = run_plugin(machine, f"({PROBES[what]}) >&2 && echo done=true")
    assert status == 3, said
    assert re.search("denied|not permitted|Read-only|No such file|must be superuser", said), said


def test_the_sandbox_lets_an_ordinary_plugin_work(machine):
    status, said = run_plugin(machine, "nice -n 5 df --output=target / >/dev/null && echo done=true")
    assert status == 0, said


def run_plugin(machine, command):
    plugin = {"name": "probe", "command": command, "shell": True, "parse": {"format": "key_value"}, "timeout": "30s"}
    configure(machine, "generic-agent", server="none", plugins=[plugin])
    return systemd_manager.once(machine, "openfinops-once@generic-agent.service")
