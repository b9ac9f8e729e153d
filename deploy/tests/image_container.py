"""Runs an image's root file system as a careful container runtime would, where there is none: read-only, as the image's own user,
without capabilities, in namespaces of its own, with nothing writable but a volume for the state.

Started as a program inside new namespaces, this file is what a runtime does before it starts the container's process.
"""

import ctypes
import json
import os
import pathlib
import subprocess
import sys
import time

import tools

STATE = "/var/lib/openfinops"
# From linux/prctl.h.
PR_CAPBSET_DROP = 24
PR_SET_NO_NEW_PRIVS = 38


class Container:
    """An image with a state that outlives its processes, and files mounted into it."""

    def __init__(self, root, configuration, state):
        self.root = root
        self.configuration = configuration
        self.state = state
        self.mounts = {}
        # A new volume takes its owner and mode from the image.
        like = (root / STATE.lstrip("/")).stat()
        state.mkdir(exist_ok=True)
        state.chmod(like.st_mode & 0o7777)
        os.chown(state, like.st_uid, like.st_gid)

    def mount(self, target, path, readable_by_all=True):
        """Have a file in the container, like a secret or a ConfigMap's."""
        path.chmod(0o444 if readable_by_all else 0o400)
        if not readable_by_all:
            os.chown(path, *map(int, self.configuration["User"].split(":")))
        self.mounts[target] = str(path)

    def start(self, *arguments, environment=None, **options):
        """Start the image's entry point with these arguments."""
        variables = dict(variable.split("=", 1) for variable in self.configuration["Env"])
        plan = {
            "root": str(self.root),
            "mounts": {STATE: str(self.state), **self.mounts},
            "writable": [STATE],
            "user": self.configuration["User"],
            "folder": self.configuration["WorkingDir"],
            "command": [*self.configuration["Entrypoint"], *map(str, arguments)],
            "environment": {**variables, **(environment or {})},
        }
        namespaces = ["--mount", "--pid", "--fork", "--kill-child", "--ipc", "--uts"]
        command = [tools.debian("unshare", "util-linux"), *namespaces, sys.executable, __file__, json.dumps(plan)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)

    def run(self, *arguments, **options):
        """Run it to its end; gives its exit status, output and errors."""
        process = self.start(*arguments, **options)
        output, errors = process.communicate(timeout=300)
        return subprocess.CompletedProcess(arguments, process.returncode, output, errors)


def inside(process):
    """The process id, here outside, of the container's own first process."""
    return int(wait_for(lambda: children(process.pid), "the container's process")[0])


def children(pid):
    return pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def wait_for(condition, what, seconds=60):
    """What the condition gives, as soon as it is something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what} did not come within {seconds} seconds")


def enter(plan):
    """Become the container's process."""
    root = plan["root"]
    # Nothing that is mounted from here on is seen outside.
    mount("--make-rprivate", "/")
    mount("--bind", root, root)
    mount("-t", "proc", "proc", f"{root}/proc")
    mount("-t", "tmpfs", "-o", "mode=0755", "tmpfs", f"{root}/run")
    for target, source in plan["mounts"].items():
        place = pathlib.Path(root + target)
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.touch()
        mount("--bind", source, place)
        if target not in plan["writable"]:
            mount("-o", "remount,bind,ro", place)
    mount("-o", "remount,bind,ro", f"{root}/run")
    mount("-o", "remount,bind,ro", root)
    os.chroot(root)
    os.chdir(plan["folder"])
    give_up_rights(*map(int, plan["user"].split(":")))
    os.execve(plan["command"][0], plan["command"], plan["environment"])


def give_up_rights(user, group):
    control = ctypes.CDLL(None, use_errno=True).prctl
    last = int(pathlib.Path("/proc/sys/kernel/cap_last_cap").read_text())
    for capability in range(last + 1):
        assert control(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0
    assert control(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    os.setgroups([])
    os.setgid(group)
    os.setuid(user)


def mount(*arguments):
    subprocess.run(["mount", *map(str, arguments)], check=True)


if __name__ == "__main__":
    enter(json.loads(sys.argv[1]))
