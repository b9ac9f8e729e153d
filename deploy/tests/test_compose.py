"""deploy/compose: what Compose makes of it, and that it is what a careful operator would have written."""

import os
import re
import shutil
import subprocess

import pytest
import tools
import yaml

COMPOSE = tools.DEPLOY / "compose"
# Variables that hold a secret themselves, by the names that the agents and the clouds' libraries give them.
SECRETS = ["OPENFINOPS_TOKEN", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AZURE_CLIENT_SECRET"]

services = pytest.mark.parametrize("name", tools.AGENTS)


def compose(*arguments, folder=COMPOSE):
    """What Compose says; the user's own variables do not take part."""
    command = [tools.debian("docker-compose", "docker-compose"), *arguments]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120)


def as_user(folder):
    """The files where a user has done what example.env says."""
    shutil.copytree(COMPOSE, folder, dirs_exist_ok=True)
    shutil.copy(COMPOSE / "example.env", folder / ".env")
    return folder


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """The whole project as Compose understands it: schema checked, variables put in, anchors resolved."""
    done = compose("config", folder=as_user(tmp_path_factory.mktemp("compose")))
    assert done.returncode == 0, done.stderr
    assert not done.stderr, "Compose warns of something"
    return yaml.safe_load(done.stdout)


@pytest.fixture
def service(project, name):
    return project["services"][name]


def mounts(service):
    """Where the service's volumes go, by what they are."""
    return {source: target for source, target, *_ in (volume.split(":") for volume in service["volumes"])}


def test_each_agent_is_a_service(project):
    assert sorted(project["services"]) == sorted(tools.AGENTS)


def test_without_the_servers_address_compose_says_what_is_missing():
    done = compose("config")
    assert done.returncode != 0
    assert "the address of the OpenFinOps server, in the file .env" in done.stderr


def test_every_variable_is_in_the_example():
    used = set(re.findall(r"\$\{(\w+)", (COMPOSE / "compose.yaml").read_text()))
    example = dict(re.findall(r"^(\w+)=(.*)$", (COMPOSE / "example.env").read_text(), re.MULTILINE))
    assert used <= set(example)
    assert set(example) - used == {"COMPOSE_PROJECT_NAME"}


@services
def test_an_agent_has_no_rights_that_it_does_not_need(service):
    assert service["user"] == "65532:65532"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "cap_add", "devices"} & set(service)


@services
def test_an_agent_has_limits(service):
    assert service["mem_limit"] == service["memswap_limit"] == "256m"
    assert service["cpus"] == 1.0
    assert service["pids_limit"] == 128
    assert set(service["logging"]["options"]) == {"max-size", "max-file"}


def test_each_agent_has_a_state_of_its_own_that_outlives_it(project):
    volumes = {name: mounts(service)[name] for name, service in project["services"].items()}
    assert set(volumes.values()) == {"/var/lib/openfinops"}
    assert {volume["name"] for volume in project["volumes"].values()} == {f"openfinops-{name}" for name in tools.AGENTS}


@services
def test_nothing_but_the_state_can_be_written(service, name):
    writable = [volume for volume in service["volumes"] if not volume.endswith(":ro")]
    assert [volume.split(":")[0] for volume in writable] == [name]


@services
def test_an_agent_comes_back_and_has_time_to_end(service, name):
    assert service["restart"] == "unless-stopped"
    example = tools.output(tools.agent(name), "config", "example")
    grace = int(re.search(r"^grace: (\d+)$", example, re.MULTILINE)[1])
    assert int(service["stop_grace_period"].removesuffix("s")) > grace


@services
def test_no_secret_is_in_the_environment(service):
    assert not set(SECRETS) & set(service["environment"])
    assert "env_file" not in service


@services
def test_secrets_are_files_and_each_is_used(service, project):
    given = {f"/run/secrets/{secret['source']}" for secret in service["secrets"]}
    name = service["command"][1].rsplit("/", 1)[1]
    settings = yaml.safe_load((COMPOSE / "config" / name).read_text())
    named = [*service["environment"].values(), settings.get("credential", {}).get("client_secret_file")]
    assert given == {path for path in named if path and path.startswith("/run/secrets/")}
    assert all(set(secret) == {"file"} for secret in project["secrets"].values())


def test_an_agent_sees_no_other_clouds_secret(project):
    users = {}
    for name, service in project["services"].items():
        for secret in service["secrets"]:
            users.setdefault(secret["source"], []).append(name)
    assert sorted(users.pop("openfinops_token")) == sorted(tools.AGENTS)
    assert users == {"aws_credentials": ["aws-agent"], "azure_client_secret": ["azure-agent"], "gcp_credentials": ["gcp-agent"]}


def test_what_a_user_fills_in_stays_out_of_git(tmp_path):
    folder = as_user(tmp_path)
    (folder / "secrets").mkdir()
    (folder / "secrets" / "openfinops-token").write_text("a token")
    tools.output("git", "init", "--quiet", cwd=folder)
    tools.output("git", "add", "--all", cwd=folder)
    added = tools.output("git", "ls-files", cwd=folder).split()
    assert "compose.yaml" in added
    assert not [path for path in added if path.startswith("secrets") or path == ".env"]


def test_the_page_is_shown_to_this_machine_only_and_each_has_a_port(project):
    shown = []
    for name, service in project["services"].items():
        if service.get("network_mode") == "host":
            shown.append(service["environment"]["OPENFINOPS_LISTEN"])
            assert "ports" not in service
        else:
            inside = service["environment"]["OPENFINOPS_LISTEN"].rsplit(":", 1)[1]
            (port,) = service["ports"]
            address, _, target = port.rpartition(":")
            assert target.removesuffix("/tcp") == inside
            shown.append(address)
    assert sorted(shown) == ["127.0.0.1:9464", "127.0.0.1:9465", "127.0.0.1:9466", "127.0.0.1:9467"]


def test_only_the_agent_for_machines_shares_the_machines_namespaces(project):
    sharing = {name for name, service in project["services"].items() if {"pid", "network_mode", "ipc", "userns_mode"} & set(service)}
    assert sharing == {"generic-agent"}


@services
def test_the_image_is_this_version(service, name):
    version = tools.output(tools.agent(name), "--version").split()[1]
    assert service["image"] == f"openfinops/{name}:{version}"


@services
def test_the_agent_takes_its_settings(service, name, tmp_path):
    assert service["command"] == ["--config", f"/etc/openfinops/{name}.yaml"]
    assert "./config:/etc/openfinops:ro" in (COMPOSE / "compose.yaml").read_text()
    for secret in service["secrets"]:
        (tmp_path / secret["source"]).write_text("not-really-a-secret")
    settings = (COMPOSE / "config" / f"{name}.yaml").read_text()
    (tmp_path / "agent.yaml").write_text(settings.replace("/run/secrets", str(tmp_path)))
    environment = {key: value.replace("/run/secrets", str(tmp_path)) for key, value in service["environment"].items()}
    said = tools.output(tools.agent(name), "config", "validate", "--config", tmp_path / "agent.yaml", env=environment)
    assert said == "the configuration is valid\n"


@services
def test_every_variable_is_one_that_is_described(service):
    described = (tools.ROOT / "docs" / "configuration.md").read_text() + (tools.ROOT / "docs" / "gcp.md").read_text()
    for variable in set(service["environment"]) - {"AWS_SHARED_CREDENTIALS_FILE"}:
        assert f"`{variable}`" in described, variable
