"""What systemd does with a service, as far as the process can see it: folders, secrets, environment, notifications,
signals. The process runs in the unit's own sandbox (systemd_sandbox.py).
"""

import contextlib
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

import systemd_units

SANDBOX = pathlib.Path(__file__).parent / "systemd_sandbox.py"
# The first of those that systemd gives to dynamic users.
DYNAMIC_USER = 61184
# A busy machine is waited for; nothing is concluded from how long something took.
PATIENCE = 120
SANDBOX_KEYS = [
    "CapabilityBoundingSet",
    "LimitNOFILE",
    "MemoryDenyWriteExecute",
    "PrivateDevices",
    "PrivateTmp",
    "ProcSubset",
    "ProtectHome",
    "ProtectProc",
    "ProtectSystem",
    "RestrictNamespaces",
    "RestrictSUIDSGID",
    "UMask",
]


class StartFailed(Exception):
    """ExecStartPre= refused; the text is what it said."""


class Machine:
    """A machine's files below a folder, as install.sh left them, and a place for what a run needs."""

    def __init__(self, root, scratch):
        self.root, self.scratch = pathlib.Path(root), pathlib.Path(scratch)
        self.units = self.root / "etc/systemd/system"

    def unit(self, name):
        return systemd_units.Unit(self.units, name)

    def file(self, path):
        return self.root / path.lstrip("/")

    def run(self, *command, environment=None):
        """Runs a program that sees the machine's files, outside any sandbox."""
        plan = self.plan(None, list(map(str, command)), {**os.environ, **(environment or {})})
        return subprocess.run(plan, capture_output=True, text=True, check=False, timeout=PATIENCE)

    def plan(self, unit, command, environment, sockets=()):
        """The command line of the sandbox for one process of `unit`."""
        folder = unit and f"/var/lib/{unit.one('StateDirectory')}"
        if unit:
            self.make_state_folder(unit, folder)
        files = [(self.file(place), place) for place in ("/etc/openfinops", "/etc/systemd/system", "/usr/local/bin", "/var/lib/openfinops")]
        loaded = [line.split(":", 1) for line in unit.all("LoadCredential")] if unit else []
        plan = {
            "files": [(str(source), target) for source, target in [*files, *sockets] if source.exists()],
            "secrets": [(str(self.file(source)), f"{unit.credentials()}/{name}") for name, source in loaded],
            "folders": [] if unit else ["/run/systemd/system"],
            "user": DYNAMIC_USER,
            "writable": [folder],
            "sandbox": unit and sandbox(unit),
            "environment": environment,
            "command": command,
        }
        file = self.scratch / f"plan-{time.monotonic_ns()}.json"
        file.write_text(json.dumps(plan))
        return [sys.executable, "-B", str(SANDBOX), str(file)]

    def make_state_folder(self, unit, folder):
        place = self.file(folder)
        place.mkdir(parents=True, exist_ok=True)
        place.chmod(int(unit.one("StateDirectoryMode"), 8))
        for path in [place, *place.rglob("*")]:
            os.chown(path, DYNAMIC_USER, DYNAMIC_USER)


def sandbox(unit):
    one = {key: unit.one(key, "") for key in SANDBOX_KEYS}
    families = " ".join(unit.all("RestrictAddressFamilies"))
    return {**one, "RestrictAddressFamilies": families, "SystemCallFilter": unit.all("SystemCallFilter")}


class Service:
    """A service that was started, until it is stopped."""

    def __init__(self, machine, name):
        self.machine, self.unit = machine, machine.unit(name)
        self.messages, self.process = [], None
        self.journal = machine.scratch / f"{name}.{time.monotonic_ns()}.journal"
        self.address = machine.scratch / "notify"

    def environment(self, *, main):
        own = {"NOTIFY_SOCKET": "/run/systemd/notify"}
        if main and self.unit.one("WatchdogSec"):
            own["WATCHDOG_USEC"] = str(self.unit.seconds("WatchdogSec") * 1_000_000)
        return {**self.unit.environment(), **own}

    def spawn(self, command, *, main):
        sockets = [(self.address, "/run/systemd/notify")]
        plan = self.machine.plan(self.unit, command, self.environment(main=main), sockets)
        with open(self.journal, "ab") as journal:
            return subprocess.Popen(plan, stdin=subprocess.DEVNULL, stdout=journal, stderr=journal, start_new_session=True)

    def start(self):
        """ExecStartPre= to its end, then ExecStart=."""
        self.listen()
        for command in self.unit.commands("ExecStartPre"):
            status = self.spawn(command, main=False).wait(PATIENCE)
            if status:
                raise StartFailed(f"status {status}: {self.said()}")
        [command] = self.unit.commands("ExecStart")
        self.process = self.spawn(command, main=True)

    def listen(self):
        self.address.unlink(missing_ok=True)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(self.address))
        self.address.chmod(0o777)

    def said(self):
        return self.journal.read_text() if self.journal.exists() else ""

    def wait_for(self, wanted, *, after=0):
        """Waits until a notification has the line `wanted`, not counting the first `after` notifications."""
        deadline = time.monotonic() + PATIENCE
        while not any(wanted in message for message in self.messages[after:]):
            left = deadline - time.monotonic()
            assert left > 0, f"no {wanted} came: {self.messages[-20:]}\n{self.said()}"
            assert self.process.poll() is None, f"it ended with {self.process.returncode} before {wanted}:\n{self.said()}"
            self.receive(min(left, 0.5))

    def receive(self, seconds):
        self.socket.settimeout(seconds)
        with contextlib.suppress(TimeoutError):
            self.messages.append(self.socket.recv(65536).decode().splitlines())

    def wait_for_journal(self, wanted):
        deadline = time.monotonic() + PATIENCE
        while wanted not in self.said():
            assert time.monotonic() < deadline, f"`{wanted}` was never said:\n{self.said()}"
            assert self.process.poll() is None, f"it ended with {self.process.returncode}:\n{self.said()}"
            self.receive(0.1)

    def reload(self):
        [command] = self.unit.commands("ExecReload")
        words = [word.replace("$MAINPID", str(self.process.pid)) for word in command]
        subprocess.run(words, check=True, env={"PATH": systemd_units.PATH})

    def stop(self):
        """SIGTERM, then SIGKILL when TimeoutStopSec= is over; the answer is the exit status."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(self.unit.seconds("TimeoutStopSec"))
            except subprocess.TimeoutExpired:
                self.process.kill()
            self.process.wait()
        self.drain()
        return self.process and self.process.returncode

    def drain(self):
        before = -1
        while len(self.messages) != before:
            before = len(self.messages)
            self.receive(0.05)


@contextlib.contextmanager
def service(machine, name):
    """A service that runs, and is stopped at the end."""
    started = Service(machine, name)
    try:
        started.start()
        yield started
    finally:
        started.stop()
        started.socket.close()


def once(machine, name):
    """Runs a oneshot service to its end; the answer is its exit status and what it said."""
    started = Service(machine, name)
    started.start()
    status = started.process.wait(PATIENCE)
    started.socket.close()
    return status, started.said()
