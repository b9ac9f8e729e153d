"""The Dockerfile, built: what is in the image, and an agent that runs in it.

Builds aws-agent's image with thin LTO: some minutes on two cores. Needs root, as buildah without a daemon and mounts do.
"""

import datetime
import hashlib
import json
import os
import pathlib
import re
import signal
import socket
import stat
import subprocess
import tomllib
import urllib.request

import image_builder
import image_container
import image_network
import pytest
import tools

import lab

EPOCH = 1_700_000_000
CREATED = datetime.datetime.fromtimestamp(EPOCH, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
REVISION = "0123456789abcdef0123456789abcdef01234567"
WORKSPACE = tomllib.loads((tools.ROOT / "Cargo.toml").read_text())["workspace"]["package"]
# The most that an image may have.
MEGABYTES = 60


@pytest.fixture(scope="module")
def images():
    with image_builder.Images() as images:
        images.make_base()
        yield images


@pytest.fixture(scope="module")
def image(images):
    return images.build("aws-agent", LTO="thin", SOURCE_DATE_EPOCH=str(EPOCH), CREATED=CREATED, REVISION=REVISION)


@pytest.fixture(scope="module")
def configuration(images, image):
    return images.about(image)["config"]


@pytest.fixture(scope="module")
def root(images, image):
    return images.mounted(image)


@pytest.fixture
def container(root, configuration, tmp_path):
    # A copy: what is mounted needs places, which a runtime makes in a layer above the image.
    copy = tmp_path / "root"
    tools.output("cp", "--archive", root, copy)
    return image_container.Container(copy, configuration, tmp_path / "state")


@pytest.fixture(scope="module")
def clouds(tmp_path_factory):
    """A small fleet on moto, and the real OpenFinOps server."""
    with lab.moto() as aws, lab.openfinops() as server:
        manifest = tmp_path_factory.mktemp("fleet") / "manifest.json"
        fleet = [lab.ensure_venv(), tools.ROOT / "lab" / "fleet.py", "--endpoint", aws.url, "--size", "small", "--manifest", manifest]
        tools.output(*fleet)
        yield aws, server


def entries(root):
    """Every path below the root, with what lstat says of it."""
    for folder, folders, files in os.walk(root):
        for name in folders + files:
            path = pathlib.Path(folder, name)
            yield path, path.lstat()


def digests(root):
    """Each file's content and each entry's owner and rights, without times."""
    found = {}
    for path, about in entries(root):
        content = hashlib.sha256(path.read_bytes()).hexdigest() if stat.S_ISREG(about.st_mode) else None
        found[str(path.relative_to(root))] = (about.st_mode, about.st_uid, about.st_gid, content)
    return found


def ask(url, path):
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url + path, timeout=30) as answer:
        return answer.read().decode()


def aws_variables(url):
    """The environment that leads the agent to moto, without this machine's own."""
    return {key: value for key, value in lab.aws_environment(url).items() if key.startswith("AWS_")}


# What goes into the build.


def test_the_context_holds_what_is_compiled_and_nothing_that_lies_about(images):
    context = images.context()
    folders = {path.relative_to(context).parts[0] for path in context.iterdir()}
    assert folders == {"Cargo.toml", "Cargo.lock", "LICENSE", "NOTICE", "agents", "core", "pricing", "deploy"}
    assert [path.name for path in (context / "deploy").iterdir()] == ["image"]
    assert not [path for path in context.rglob("*") if path.name in ("tests", "fuzz", "target") and "src" not in path.parts]


# What is in it.


def test_the_image_is_small(images, image, root):
    size = sum(about.st_size for _, about in entries(root)) / 1e6
    agent = (root / "usr/local/bin/aws-agent").stat().st_size / 1e6
    print(f"aws-agent (thin LTO): {size:.1f} MB, the agent {agent:.1f} MB")
    assert size < MEGABYTES


def test_the_image_holds_the_agent_its_libraries_and_nothing_else_that_runs(root):
    names = {path.name for path, about in entries(root) if stat.S_ISREG(about.st_mode) and about.st_mode & 0o111}
    names = {name for name in names if not re.match(r"(ld-linux.*|lib(c|m|gcc_s))\.so\.\d+$", name)}
    assert names == {"aws-agent"}


def test_the_image_holds_no_file_that_nobody_expects(root):
    files = {str(path.relative_to(root)) for path, about in entries(root) if not stat.S_ISDIR(about.st_mode)}
    expected = r"usr/local/bin/aws-agent|(lib|lib64|usr/lib)/.*\.so\.\d+|usr/share/doc/[^/]+/(copyright|LICENSE|NOTICE)|var/lib/dpkg/status\.d/.*"
    left = {file for file in files if not re.fullmatch(expected, file)}
    assert left == {"etc/passwd", "etc/group", "etc/nsswitch.conf", "etc/os-release", "etc/ssl/certs/ca-certificates.crt"}


def test_only_the_state_belongs_to_the_agent(root):
    own = [str(path.relative_to(root)) for path, about in entries(root) if about.st_uid != 0 or about.st_gid != 0]
    assert own == ["var/lib/openfinops"]
    state = (root / "var/lib/openfinops").stat()
    assert (state.st_uid, state.st_gid, stat.S_IMODE(state.st_mode)) == (65532, 65532, 0o700)


def test_nobody_can_write_to_the_rest_and_nothing_raises_rights(root):
    for path, about in entries(root):
        loose = about.st_mode & 0o6022
        assert not loose or path == root / "tmp", path


def test_the_image_runs_as_a_user_by_number_that_has_a_name(configuration, root):
    assert configuration["User"] == "65532:65532"
    assert ":65532:65532:" in (root / "etc/passwd").read_text()
    assert configuration["Entrypoint"] == ["/usr/local/bin/aws-agent"]
    assert configuration["Volumes"] == {"/var/lib/openfinops": {}}
    assert configuration["StopSignal"] in ("SIGTERM", "15")


def test_the_labels_say_what_it_is(configuration):
    prefix = "org.opencontainers.image."
    labels = {key.removeprefix(prefix): value for key, value in configuration["Labels"].items() if key.startswith(prefix)}
    assert labels == {
        "title": "aws-agent",
        "version": WORKSPACE["version"],
        "revision": REVISION,
        "created": CREATED,
        "source": WORKSPACE["repository"],
        "licenses": WORKSPACE["license"],
    }


def test_the_compiler_is_not_older_than_the_workspace_wants():
    base = re.search(r"^ARG BUILDER=.*/rust:([\d.]+)-slim-(\w+)$", (tools.ROOT / "Dockerfile").read_text(), re.MULTILINE)
    wanted = WORKSPACE["rust-version"]
    assert [int(part) for part in base[1].split(".")] >= [int(part) for part in wanted.split(".")]
    assert base[2] == image_builder.DEBIAN, "the tests build on another Debian than the Dockerfile names"


def test_the_image_trusts_debians_certificates_and_no_others(root):
    debian = image_builder.debian() / "etc/ssl/certs/ca-certificates.crt"
    assert (root / "etc/ssl/certs/ca-certificates.crt").read_bytes() == debian.read_bytes()


def test_scanners_find_what_is_debians(root):
    packages = {path.name for path in (root / "var/lib/dpkg/status.d").iterdir()}
    assert {"ca-certificates", "libc6"} <= packages
    for package in packages:
        assert (root / "usr/share/doc" / package / "copyright").exists()
        assert f"Package: {package}\n" in (root / "var/lib/dpkg/status.d" / package).read_text()


def test_the_agent_tells_nothing_of_where_it_was_built(root):
    binary = (root / "usr/local/bin/aws-agent").read_bytes()
    assert b"/crates/" in binary, "paths of crates are not rewritten"
    for trace in ["/usr/local/cargo", "/registry/src/", "/build/", "/root/", str(pathlib.Path.home()), str(tools.ROOT)]:
        assert trace.encode() not in binary, trace


def test_every_time_in_it_is_the_releases(root):
    assert {int(about.st_mtime) for _, about in entries(root)} == {EPOCH}


def test_the_same_sources_give_the_same_image_again(images, root, image):
    first = digests(root)
    # Another time of release makes the agents compile again; the dependencies are kept.
    again = images.build("aws-agent", tag="again", LTO="thin", SOURCE_DATE_EPOCH=str(EPOCH + 1), CREATED=CREATED, REVISION=REVISION)
    assert digests(images.mounted(again)) == first
    compiled = re.findall(r"Compiling (\S+) v", images.log)
    assert sorted(compiled) == ["aws-agent", "finops-core", "finops-pricing"], "dependencies were compiled again"


def test_an_agent_that_is_none_is_refused(images):
    with pytest.raises(AssertionError, match="image-aws-agnet"):
        images.build("aws-agnet")


# An agent in it.


def test_the_agent_runs_with_a_root_that_is_read_only(container):
    done = container.run("--version")
    assert (done.returncode, done.stdout) == (0, f"aws-agent {WORKSPACE['version']}\n"), done.stderr


def test_the_first_costs_reach_the_server(container, clouds):
    aws, server = clouds
    arguments = ["--once", "--region", "us-east-1,us-west-2", "--server", server.url]
    done = container.run(*arguments, environment=aws_variables(aws.url))
    assert done.returncode == 0, done.stderr
    assert "documents: 2 delivered, 0 kept, 0 refused" in done.stdout
    assert {snapshot["region"] for snapshot in json.loads(ask(server.url, "/api/v1/telemetry/recent?hours=24"))["telemetry"]} == {
        "us-east-1",
        "us-west-2",
    }


def test_what_could_not_be_sent_waits_in_the_volume_for_the_next_container(container, clouds):
    aws, server = clouds
    arguments = ["--once", "--region", "us-east-1", "--server"]
    kept = container.run(*arguments, "http://127.0.0.1:9", environment=aws_variables(aws.url))
    assert kept.returncode == 4, kept.stderr
    sent = container.run(*arguments, server.url, environment=aws_variables(aws.url))
    assert sent.returncode == 0, sent.stderr
    assert "documents: 2 delivered, 0 kept, 0 refused" in sent.stdout


def test_names_certificates_and_a_token_from_a_file_work(container, clouds, tmp_path):
    aws, server = clouds
    authority, certificate, key = image_network.certificates(tmp_path)
    token = tmp_path / "token"
    token.write_text("a-token-of-this-test\n")
    container.mount("/run/secrets/openfinops_token", token, readable_by_all=False)
    environment = {**aws_variables(aws.url), "OPENFINOPS_TOKEN_FILE": "/run/secrets/openfinops_token"}
    with image_network.names() as resolver, image_network.behind_tls(server.url, certificate, key) as secure:
        (tmp_path / "resolv.conf").write_text(resolver)
        container.mount("/etc/resolv.conf", tmp_path / "resolv.conf")
        arguments = ["--once", "--region", "us-east-1", "--server", f"https://{image_network.NAME}:{secure.server_port}"]
        refused = container.run(*arguments, environment=environment)
        assert refused.returncode == 4, refused.stderr
        assert "certificate" in refused.stderr.lower()
        container.mount("/etc/ssl/certs/ca-certificates.crt", image_network.bundle(container.root, authority, tmp_path))
        trusted = container.run(*arguments, environment=environment)
        assert trusted.returncode == 0, trusted.stderr
    assert secure.authorizations == {"Bearer a-token-of-this-test"}


def test_as_the_containers_first_process_it_has_no_rights_and_ends_when_told(container, clouds):
    aws, server = clouds
    address = f"127.0.0.1:{free_port()}"
    environment = {**aws_variables(aws.url), "OPENFINOPS_LISTEN": address}
    process = container.start("--region", "us-east-1", "--server", server.url, environment=environment)
    try:
        agent = image_container.inside(process)
        image_container.wait_for(lambda: ready(address), "the agent's answer on /readyz")
        status = dict(re.findall(r"^(\w+):\s*(.*)$", pathlib.Path(f"/proc/{agent}/status").read_text(), re.MULTILINE))
        assert set(status["Uid"].split()) == set(status["Gid"].split()) == {"65532"}
        assert {int(status[kind], 16) for kind in ["CapEff", "CapPrm", "CapBnd", "CapInh", "CapAmb"]} == {0}
        assert status["NoNewPrivs"] == "1"
        assert status["NSpid"].split()[1] == "1"
        mounts = [line.split() for line in pathlib.Path(f"/proc/{agent}/mounts").read_text().splitlines()]
        writable = [target for _, target, kind, options, *_ in mounts if "rw" in options.split(",") and kind != "proc"]
        assert writable == ["/var/lib/openfinops"]
        os.kill(agent, signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    finally:
        process.kill()
        process.wait()


def ready(address):
    try:
        return ask(f"http://{address}", "/readyz")
    except OSError:
        return None


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.mark.parametrize("script", sorted((tools.DEPLOY / "image").glob("*.sh")), ids=lambda path: path.name)
def test_the_scripts_of_the_build_can_be_read(script):
    done = subprocess.run(["sh", "-n", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
