"""The lab: the servers that stand in for AWS and for OpenFinOps in tests, demonstrations and benchmarks.

Both are written by others (moto, and the OpenFinOps package's own telemetry server) and installed, at
pinned versions, into ``target/lab-venv``. This module needs Python's standard library alone.

    with lab.moto() as aws, lab.openfinops() as server:
        ... aws.url, server.url ...
    lab.calls(log)          what was asked of moto, one dict a request
    lab.by_service(calls)   the same, counted
"""

import collections
import contextlib
import hashlib
import json
import os
import pathlib
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "lab" / "requirements.txt"
VENV = ROOT / "target" / "lab-venv"
SERVE = ROOT / "lab" / "serve.py"
# The oldest Python that the pinned packages support.
OLDEST = (3, 10)
# A cold start imports moto's or OpenFinOps's whole package, on a machine that may be busy compiling.
START_SECONDS = 120


class LabError(Exception):
    """Something a person has to put right; one sentence."""


def run(main):
    """Call `main` as a program: a LabError is printed, and signals unwind instead of killing."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda signum, _: sys.exit(128 + signum))
    try:
        sys.exit(main())
    except LabError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read our output has left; nothing more can be said to them.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(1)


def find_python():
    """An interpreter new enough for the pinned packages."""
    if sys.version_info >= OLDEST:
        return sys.executable
    check = f"import sys; sys.exit(sys.version_info < {OLDEST})"
    for minor in range(14, OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found and subprocess.run([found, "-c", check], capture_output=True, check=False).returncode == 0:
            return found
    wanted = ".".join(map(str, OLDEST))
    raise LabError(f"moto needs Python {wanted} or newer and this is {sys.version.split()[0]}: install python{wanted} with its venv module")


def ensure_venv(venv=VENV, requirements=REQUIREMENTS):
    """The lab's interpreter, installed first if it is missing or requirements.txt has changed."""
    import fcntl

    python, stamp = venv / "bin" / "python", venv / "requirements.sha256"
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()

    def ready():
        return python.exists() and stamp.exists() and stamp.read_text() == digest

    if ready():
        return str(python)
    venv.parent.mkdir(parents=True, exist_ok=True)
    with open(venv.parent / (venv.name + ".lock"), "w") as lock:
        # Two runs at once: the second waits here and finds the first one's work.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready():
            build_venv(venv, requirements)
            # Last, so that an interrupted installation is never taken for a finished one.
            stamp.write_text(digest)
    return str(python)


def with_packages():
    """Go on with the lab's own interpreter, which has its packages."""
    python = ensure_venv()
    if pathlib.Path(sys.prefix).resolve() != VENV.resolve():
        os.execv(python, [python, *sys.argv])


def build_venv(venv, requirements):
    base = find_python()
    if subprocess.run([base, "-c", "import venv, ensurepip"], capture_output=True, check=False).returncode:
        raise LabError("Python's venv module is missing: install it (on Debian and Ubuntu: apt-get install python3-venv)")
    print(f"Setting up Python packages in {show(venv)} (once, about half a minute).", file=sys.stderr, flush=True)
    step([base, "-m", "venv", "--clear", str(venv)], f"the virtual environment {show(venv)} could not be made")
    # The list is the whole closure, so nothing is left for pip to resolve.
    install = [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-deps", "--disable-pip-version-check"]
    step(
        [*install, "-r", str(requirements)],
        f"the packages in {show(requirements)} could not be installed; check the network, or the package index that pip is set to use",
    )


def step(command, failure):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        last = done.stdout.strip().splitlines()[-1:] or ["no message"]
        raise LabError(f"{failure} ({last[0].strip()})")


def show(path):
    """A path as a person in the project's root would type it."""
    path = pathlib.Path(path)
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def enter_venv():
    """Run this program again under the lab's interpreter, unless that is what runs it."""
    if pathlib.Path(sys.prefix).resolve() != VENV.resolve():
        python = ensure_venv()
        os.execv(python, [python, *sys.argv])


def aws_environment(url):
    """The environment in which any AWS client talks to the stand-in at `url`, and to nothing else."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("AWS_") and "proxy" not in key.lower()}
    return {
        **kept,
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_EC2_METADATA_DISABLED": "true",
        # Neither a profile nor its credentials may come from the person's own files.
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


Server = collections.namedtuple("Server", "url log pid")


def moto(log=None):
    """A context manager: moto on a free port, its access log in `log` if given."""
    return serve("moto", log)


def openfinops(log=None):
    """A context manager: the OpenFinOps server on a free port, with an empty database."""
    return serve("openfinops", log)


@contextlib.contextmanager
def serve(kind, log=None):
    python = ensure_venv()
    with tempfile.TemporaryFile() as errors:
        # A session of its own: Ctrl-C reaches us first, and we stop the server last.
        child = subprocess.Popen(
            [python, str(SERVE), kind, *(["--log", str(log)] if log else [])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            start_new_session=True,
        )
        try:
            yield Server(wait_ready(child, kind, errors), log, child.pid)
        finally:
            stop(child)


def wait_ready(child, kind, errors):
    deadline, line = time.monotonic() + START_SECONDS, b""
    while not line.endswith(b"\n"):
        left = deadline - time.monotonic()
        if left <= 0:
            raise LabError(f"the {kind} server did not answer within {START_SECONDS} seconds")
        if select.select([child.stdout], [], [], left)[0]:
            more = os.read(child.stdout.fileno(), 200)
            if not more:
                errors.seek(0)
                last = errors.read().decode(errors="replace").strip().splitlines()[-1:] or ["no message"]
                raise LabError(f"the {kind} server did not start: {last[0]}")
            line += more
    return line.decode().split()[1]


def watch(process):
    """The highest resident memory in MB and the CPU time in seconds, as last seen."""
    peak = cpu = 0
    while process.poll() is None:
        try:
            status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
            times = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            break
        high = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
        peak = max([peak, *(int(kilobytes) / 1_024 for kilobytes in high)])
        cpu = max(cpu, (int(times[11]) + int(times[12])) / 100)
        time.sleep(0.01)
    process.wait()
    return peak, cpu


def stop(child):
    """Ask, then insist: nothing is left running whatever happens."""
    child.stdin.close()
    for act in (child.terminate, child.kill):
        try:
            child.wait(5)
            break
        except subprocess.TimeoutExpired:
            act()
    child.wait()
    child.stdout.close()


def calls(log):
    """The requests in an access log, oldest first."""
    with open(log, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def by_service(requests):
    """How many requests each AWS service got."""
    return collections.Counter(request["service"] or "unsigned" for request in requests)
