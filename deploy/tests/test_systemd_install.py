"""install.sh: what it prints, what it leaves, what it brings back."""

import os
import pathlib
import stat
import subprocess

import pytest
import systemd_manager
import tools

INSTALL = tools.DEPLOY / "systemd" / "install.sh"


@pytest.fixture
def root(tmp_path):
    return tmp_path / "machine"


def run(root, *arguments, status=0):
    """What install.sh says, its paths shortened to those of the machine."""
    command = [INSTALL, "--root", root, "--from", binaries(), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    said = (done.stdout + done.stderr).replace(str(root), "")
    assert done.returncode == status, said
    return said


def binaries():
    return tools.agent("aws-agent").parent


def tree(root):
    """Every file with its mode and content."""
    found = {}
    for path in sorted(root.rglob("*")):
        content = path.read_bytes() if path.is_file() else None
        found[str(path.relative_to(root))] = (stat.filemode(path.lstat().st_mode), content)
    return found


def another(tmp_path, text, agent="aws-agent"):
    """A folder with a newer agent: a script that says who it is and accepts every configuration."""
    folder = tmp_path / f"of-{text}"
    folder.mkdir()
    (folder / agent).write_text(f"#!/bin/sh\necho {text}\n")
    (folder / agent).chmod(0o755)
    return folder


def test_the_script_is_plain_sh():
    tools.output("sh", "-n", INSTALL)
    assert INSTALL.read_text().startswith("#!/bin/sh\n") and os.access(INSTALL, os.X_OK)


def test_a_rehearsal_says_everything_and_changes_nothing(root):
    said = run(root, "--dry-run", "--with", "aws-credentials", "aws-agent")
    for line in (
        "install    /usr/local/bin/aws-agent",
        "write      /etc/systemd/system/openfinops-aws-agent.service",
        "write      /etc/openfinops/aws-agent.yaml, with every setting and its default",
        "write      /etc/openfinops/token, empty",
        "write      /etc/systemd/system/openfinops-aws-agent.service.d/50-aws-credentials.conf",
        "This was a rehearsal: nothing was changed.",
    ):
        assert f"{line}\n" in said
    assert not root.exists()


def test_what_is_installed_says_what_to_do_next(root):
    said = run(root, "aws-agent", "generic-agent")
    steps = said.partition("\nNext:\n")[2]
    for step in (
        "edit /etc/openfinops/aws-agent.yaml, at least `server`",
        "put the server's token into /etc/openfinops/token",
        "systemctl enable --now openfinops-generic-agent ",
        "systemctl enable --now openfinops-once@aws-agent.timer",
        "systemctl enable --now openfinops-agents.target",
    ):
        assert step in steps
    assert "azure" not in said


def test_secrets_are_roots_alone_and_the_rest_can_be_read(root):
    run(root, "--all", "--with", "google-key")
    modes = {path: mode for path, (mode, _) in tree(root).items()}
    assert modes["etc/openfinops/token"] == modes["etc/openfinops/google-key.json"] == "-rw-------"
    assert modes["etc/openfinops"] == "drwxr-xr-x"
    assert modes["etc/openfinops/gcp-agent.yaml"] == "-rw-r--r--"
    assert modes["usr/local/bin/gcp-agent"] == "-rwxr-xr-x"


@pytest.mark.parametrize("mask", ["0000", "0077"])
def test_the_modes_do_not_depend_on_the_callers_mask(root, mask):
    tools.output("sh", "-c", 'umask "$1"; shift; exec "$@"', "sh", mask, INSTALL, "--root", root, "--from", binaries(), "gcp-agent")
    modes = {path: mode for path, (mode, _) in tree(root).items()}
    assert modes["etc/openfinops/token"] == "-rw-------"
    assert modes["etc/openfinops"] == modes["etc"] == "drwxr-xr-x"
    assert modes["etc/openfinops/gcp-agent.yaml"] == modes["etc/systemd/system/openfinops-gcp-agent.service"] == "-rw-r--r--"


def test_the_configuration_that_it_writes_is_valid(root):
    run(root, "--all")
    for agent in tools.AGENTS:
        tools.output(root / "usr/local/bin" / agent, "config", "validate", "--config", root / f"etc/openfinops/{agent}.yaml")


def test_installing_twice_leaves_the_same(root):
    run(root, "--all", "--with", "azure-client-secret")
    before = tree(root)
    said = run(root, "--all", "--with", "azure-client-secret")
    assert tree(root) == before
    doings = [line.split()[0] for line in said.partition("\nNext:")[0].splitlines()]
    assert set(doings) == {"unchanged", "keep"}


def test_an_edited_configuration_and_a_token_are_kept(root):
    run(root, "aws-agent")
    (root / "etc/openfinops/aws-agent.yaml").write_text("server: https://finops.example.com\n")
    (root / "etc/openfinops/token").write_text("secret")
    said = run(root, "aws-agent")
    assert "keep       /etc/openfinops/aws-agent.yaml\n" in said and "keep       /etc/openfinops/token\n" in said
    assert (root / "etc/openfinops/aws-agent.yaml").read_text() == "server: https://finops.example.com\n"
    assert (root / "etc/openfinops/token").read_text() == "secret"


def test_a_unit_that_was_changed_by_hand_is_replaced_and_drop_ins_stay(root):
    run(root, "aws-agent")
    unit = root / "etc/systemd/system/openfinops-aws-agent.service"
    drop_in = unit.with_name(f"{unit.name}.d") / "override.conf"
    drop_in.parent.mkdir()
    drop_in.write_text("[Service]\nMemoryMax=2G\n")
    unit.write_text("[Service]\n")
    assert f"replace    /{unit.relative_to(root)}\n" in run(root, "aws-agent")
    assert "Type=notify" in unit.read_text() and "MemoryMax=2G" in drop_in.read_text()


def test_an_upgrade_keeps_the_old_binary_and_a_rollback_brings_it_back(root, tmp_path):
    run(root, "aws-agent")
    binary = root / "usr/local/bin/aws-agent"
    old = binary.read_bytes()
    said = run(root, "--from", another(tmp_path, "newer"), "aws-agent")
    assert "upgrade    /usr/local/bin/aws-agent (the old one stays as aws-agent.previous)\n" in said
    assert tools.output(binary) == "newer\n"
    # Running the same upgrade again must not take the old one away.
    run(root, "--from", tmp_path / "of-newer", "aws-agent")
    said = run(root, "--rollback", "aws-agent")
    assert "restore    /usr/local/bin/aws-agent (the one it replaces becomes aws-agent.previous)\n" in said
    assert binary.read_bytes() == old
    run(root, "--rollback", "aws-agent")
    assert tools.output(binary) == "newer\n"
    assert not list(binary.parent.glob("*.new"))


def test_a_rollback_without_an_upgrade_is_refused_with_the_reason(root):
    run(root, "aws-agent")
    said = run(root, "--rollback", "aws-agent", status=1)
    assert "there is no /usr/local/bin/aws-agent.previous to go back to: nothing was upgraded" in said


def test_a_new_agent_that_refuses_the_configuration_in_place_is_not_installed(root, tmp_path):
    run(root, "--from", another(tmp_path, "older"), "aws-agent")
    (root / "etc/openfinops/aws-agent.yaml").write_text("servr: x\n")
    before = tree(root)
    said = run(root, "aws-agent", status=1)
    assert "`servr` is not a setting" in said
    assert "the new aws-agent refuses /etc/openfinops/aws-agent.yaml; mend that first. aws-agent was not changed" in said
    assert tree(root) == before


def with_state(root, agent):
    state = root / "var/lib/private/openfinops" / agent
    state.mkdir(parents=True)
    (state / "agent.db").write_text("history")
    link = root / "var/lib/openfinops" / agent
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(f"../private/openfinops/{agent}")
    return state / "agent.db"


def test_uninstalling_leaves_configuration_token_and_state(root):
    run(root, "aws-agent", "--with", "aws-credentials")
    state = with_state(root, "aws-agent")
    said = run(root, "--uninstall", "aws-agent")
    assert "keep       /etc/openfinops and /var/lib/openfinops: configuration, secrets, state (--purge removes them)\n" in said
    assert state.read_text() == "history"
    left = {path for path, (_, content) in tree(root).items() if content is not None}
    drop_ins = {f"etc/systemd/system/openfinops-{unit}.service.d/50-aws-credentials.conf" for unit in ("aws-agent", "once@aws-agent")}
    secrets = {f"etc/openfinops/{name}" for name in ("aws-agent.yaml", "token", "aws-credentials")}
    database = {f"var/lib/{folder}/aws-agent/agent.db" for folder in ("openfinops", "private/openfinops")}
    assert left - database == drop_ins | secrets


def test_installing_again_after_uninstalling_takes_up_where_it_was(root):
    run(root, "aws-agent", "--with", "aws-credentials")
    before = tree(root)
    run(root, "--uninstall", "aws-agent")
    run(root, "aws-agent")
    assert tree(root) == before


def test_purging_removes_everything(root):
    run(root, "--all", "--with", "aws-credentials", "--with", "azure-client-secret", "--with", "google-key")
    for agent in tools.AGENTS:
        with_state(root, agent)
    said = run(root, "--uninstall", "--purge", "--all")
    assert "remove     /var/lib/private/openfinops/gcp-agent\n" in said
    assert [path for path, (_, content) in tree(root).items() if content is not None or "openfinops" in path] == []


def test_purging_one_agent_leaves_the_others_as_they_were(root):
    run(root, "aws-agent")
    before = tree(root)
    run(root, "aws-agent", "generic-agent")
    said = run(root, "--uninstall", "--purge", "generic-agent")
    assert "keep       what the other agents share: token, timer, target\n" in said
    assert tree(root) == before


def test_purging_spares_files_that_are_not_its_own(root):
    run(root, "aws-agent")
    (root / "etc/openfinops/overrides.yaml").write_text("mine")
    said = run(root, "--uninstall", "--purge", "aws-agent")
    assert "keep       /etc/openfinops, which has other files\n" in said
    assert (root / "etc/openfinops/overrides.yaml").read_text() == "mine"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "name an agent"),
        (["aws"], "`aws` is neither an option nor an agent"),
        (["--with"], "--with needs a value"),
        (["--with", "nothing", "aws-agent"], "there are no credentials named `nothing`"),
        (["--with", "google-key", "aws-agent"], "google-key is for gcp-agent, which is not among the agents named"),
        (["--purge", "aws-agent"], "--purge goes with --uninstall only"),
        (["--from", "/nowhere", "aws-agent"], "/nowhere/aws-agent is missing; name the folder of the binaries with --from"),
    ],
)
def test_wrong_usage_changes_nothing_and_says_why(root, arguments, sentence):
    assert sentence in run(root, *arguments, status=1)
    assert not root.exists()


# What stands in systemctl's place where its calls are looked at: it says its version, and writes down the rest.
SYSTEMCTL = """#!/bin/sh
if [ "$1" = --version ]; then echo "systemd {version} (test)"; exit; fi
echo "$*" >> {log}
case "$*" in *{failing}*) exit 1 ;; esac
"""


class Booted:
    """A machine whose systemd runs: install.sh without --root, in a mount namespace of its own."""

    def __init__(self, tmp_path, version=252, failing="nothing"):
        self.root = tmp_path / "booted"
        for folder in ("usr/local/bin", "etc/systemd/system", "etc/openfinops", "tools"):
            (self.root / folder).mkdir(parents=True)
        self.log = tmp_path / "systemctl.log"
        systemctl = self.root / "tools/systemctl"
        systemctl.write_text(SYSTEMCTL.format(version=version, log=self.log, failing=failing))
        systemctl.chmod(0o755)
        self.machine = systemd_manager.Machine(self.root, tmp_path)

    def run(self, *arguments, origin=None):
        self.log.unlink(missing_ok=True)
        path = f"{self.root / 'tools'}:{os.environ['PATH']}"
        done = self.machine.run(INSTALL, "--from", origin or binaries(), *arguments, environment={"PATH": path})
        called = self.log.read_text().splitlines() if self.log.exists() else []
        return done, called


def test_where_systemd_runs_units_are_loaded_and_nothing_is_started(tmp_path):
    done, called = Booted(tmp_path).run("aws-agent")
    assert done.returncode == 0, done.stderr
    # A new agent has nothing to restart: try-restart leaves a unit that does not run alone.
    assert called == ["daemon-reload", "--quiet try-restart openfinops-aws-agent.service"]


def test_an_upgrade_restarts_what_runs_and_nothing_else(tmp_path):
    booted = Booted(tmp_path)
    booted.run("aws-agent", "azure-agent")
    newer = another(tmp_path, "newer")
    (newer / "azure-agent").write_bytes(tools.agent("azure-agent").read_bytes())
    (newer / "azure-agent").chmod(0o755)
    done, called = booted.run("aws-agent", "azure-agent", origin=newer)
    assert done.returncode == 0, done.stderr
    assert called == ["daemon-reload", "--quiet try-restart openfinops-aws-agent.service"]


def test_an_upgrade_that_does_not_start_is_a_failure_that_names_the_rollback(tmp_path):
    booted = Booted(tmp_path, failing="try-restart")
    done, _ = booted.run("aws-agent")
    assert done.returncode == 1
    assert "openfinops-aws-agent does not start: see journalctl -u openfinops-aws-agent; --rollback aws-agent brings" in done.stderr


def test_uninstalling_stops_and_disables_first(tmp_path):
    booted = Booted(tmp_path)
    booted.run("aws-agent")
    done, called = booted.run("--uninstall", "aws-agent")
    assert done.returncode == 0, done.stderr
    assert called == [
        "--quiet disable --now openfinops-aws-agent.service openfinops-once@aws-agent.timer",
        "--quiet disable --now openfinops-agents.target",
        "daemon-reload",
    ]


def test_a_systemd_that_does_not_know_the_credentials_specifier_gets_the_folder(tmp_path):
    booted = Booted(tmp_path, version=249)
    done, _ = booted.run("--with", "aws-credentials", "aws-agent")
    assert "systemd 249 does not know %d: %t/credentials/%n is written in its place\n" in done.stdout
    for file in booted.machine.units.rglob("*.*"):
        assert "%d/" not in (file.read_text() if file.is_file() else "")
    unit = booted.machine.unit("openfinops-aws-agent.service")
    token = "OPENFINOPS_TOKEN_FILE=/run/credentials/openfinops-aws-agent.service/openfinops-token"
    assert token in unit.all("Environment")


def test_a_systemd_without_credentials_is_refused(tmp_path):
    booted = Booted(tmp_path, version=239)
    done, _ = booted.run("aws-agent")
    assert done.returncode == 1 and "systemd 239 cannot hand over secrets (LoadCredential=): 247 is the oldest that can" in done.stderr
    assert not list(pathlib.Path(booted.root, "usr/local/bin").iterdir())
