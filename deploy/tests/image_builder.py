"""Builds the images of the Dockerfile with buildah, without a daemon and without a registry.

The base image that the Dockerfile names cannot be pulled everywhere, so it is made here of the same parts: Debian with gcc and
certificates, and this machine's Rust. What was unpacked of Debian is kept under target/; images and layers are not.
"""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile

import tools

DEBIAN = "trixie"
BASE = "localhost/openfinops-builder"
CERTIFICATES = pathlib.Path("/etc/ssl/certs/ca-certificates.crt")
TARGET = tools.ROOT / "target"


class Images:
    """Images in a storage of their own, which is gone when the test is over."""

    def __init__(self):
        TARGET.mkdir(parents=True, exist_ok=True)
        # Not in /tmp, which may be memory: a build needs some ten gigabytes.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="images-", dir=TARGET))
        # What the last build said.
        self.log = ""
        self.buildah_path = tools.debian("buildah", "buildah")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # Takes the mounts of root file systems away, too.
        self.buildah("rm", "--all")
        # With overlay the layers' folder is mounted on itself.
        layers = self.folder / "storage" / "overlay"
        if layers.is_mount():
            run("umount", layers)
        shutil.rmtree(self.folder)

    def buildah(self, *arguments, **options):
        """What a buildah command prints."""
        # How layers are stored is buildah's choice: overlay where the file system can, else vfs, which copies each layer.
        storage = ["--root", self.folder / "storage", "--runroot", self.folder / "run"]
        # Where buildah keeps the caches that a Dockerfile mounts.
        environment = {**os.environ, "TMPDIR": str(self.folder)}
        return run(self.buildah_path, *storage, *arguments, env=environment, **options)

    def make_base(self):
        """Make the image to build in, laid out like the official ones of Rust."""
        container = self.buildah("from", "scratch").strip()
        root = pathlib.Path(self.buildah("mount", container).strip())
        run("cp", "--archive", f"{debian()}/.", root)
        sysroot = pathlib.Path(tools.output("rustc", "--print", "sysroot").strip())
        toolchain = root / "usr/local/rustup"
        for part in ["bin/cargo", "bin/rustc", "lib"]:
            (toolchain / part).parent.mkdir(parents=True, exist_ok=True)
            run("cp", "--archive", sysroot / part, toolchain / part)
        path = "/usr/local/rustup/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        self.buildah("config", "--env", f"PATH={path}", "--env", "CARGO_HOME=/usr/local/cargo", container)
        self.buildah("commit", "--quiet", "--disable-compression", "--rm", container, BASE)

    def build(self, agent, tag="latest", **arguments):
        """Build one agent's image as a user would, and give its name."""
        name = f"localhost/openfinops/{agent}:{tag}"
        given = {"AGENT": agent, "BUILDER": BASE, **arguments}
        command = ["build", "--isolation", "chroot", "--layers", "--pull-never", "--tag", name]
        if "SOURCE_DATE_EPOCH" in given:
            command += ["--timestamp", given["SOURCE_DATE_EPOCH"]]
        for key, value in given.items():
            command += ["--build-arg", f"{key}={value}"]
        for secret, path in secrets().items():
            command += ["--secret", f"id={secret},src={path}"]
        self.log = self.buildah(*command, tools.ROOT, errors=subprocess.STDOUT)
        return name

    def context(self):
        """What the Dockerfile is given of the working tree, as a folder."""
        probe = self.folder / "Dockerfile.context"
        probe.write_text("FROM scratch\nCOPY . /\n")
        self.buildah("build", "--isolation", "chroot", "--file", probe, "--tag", "localhost/context", tools.ROOT)
        return self.mounted("localhost/context")

    def about(self, image):
        """The image's configuration and layers."""
        return json.loads(self.buildah("inspect", "--type", "image", image))["OCIv1"]

    def mounted(self, image):
        """The image's root file system as a folder."""
        container = self.buildah("from", "--pull-never", image).strip()
        return pathlib.Path(self.buildah("mount", container).strip())


def debian():
    """The folder of a small Debian that can compile C."""
    folder = TARGET / f"image-base-{DEBIAN}"
    if not folder.exists():
        unfinished = pathlib.Path(tempfile.mkdtemp(prefix="image-base-", dir=TARGET))
        packages = "--include=ca-certificates,gcc,libc6-dev"
        run(tools.debian("debootstrap", "debootstrap"), "--variant=minbase", packages, DEBIAN, unfinished)
        unfinished.chmod(0o755)
        # Neither is in the official images, nor needed.
        for waste in ["var/cache/apt", "var/lib/apt/lists", "usr/share/locale", "usr/share/man"]:
            shutil.rmtree(unfinished / waste, ignore_errors=True)
        unfinished.rename(folder)
    return folder


def secrets():
    """What this machine's cargo needs to reach a registry: its configuration and the certificates it trusts."""
    home = pathlib.Path(os.environ.get("CARGO_HOME", pathlib.Path.home() / ".cargo"))
    found = {"build_ca": CERTIFICATES, "cargo_config": home / "config.toml"}
    return {name: path for name, path in found.items() if path.exists()}


def run(*command, errors=subprocess.PIPE, **options):
    """What a command prints; one that fails fails the test with the end of what it said, which may be a whole build."""
    done = subprocess.run(list(map(str, command)), stdout=subprocess.PIPE, stderr=errors, text=True, check=False, **options)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{(done.stdout + (done.stderr or ''))[-4000:]}"
    return done.stdout
