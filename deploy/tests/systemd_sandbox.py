"""Runs a command as a unit's sandbox would: its files, its user, its rights and its system calls.

    python systemd_sandbox.py PLAN.json      (as root; the process becomes the command)

There is no systemd where the tests run, so this does by hand what systemd.exec(5) says that the keys do. Nothing outside
the mount namespace that it makes for itself changes. What it leaves out: PrivateUsers=, DevicePolicy=, and the control
group's limits.
"""

import ctypes
import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys

libc = ctypes.CDLL(None, use_errno=True)
NEW_MOUNTS, BIND, RECURSIVE, PRIVATE = 0x20000, 4096, 16384, 1 << 18
NO_SUID, NO_DEVICES, NO_EXECUTION = 2, 4, 8
# include/uapi/linux/prctl.h
DROP_FROM_BOUNDING_SET, NO_NEW_PRIVILEGES, LAST_CAPABILITY = 24, 38, 63
# include/uapi/linux/mount.h; the call has this number on every architecture.
MOUNT_SETATTR, READ_ONLY, HERE, WHOLE_TREE = 442, 1, -100, 0x8000


def main():
    plan = json.loads(pathlib.Path(sys.argv[1]).read_text())
    check(libc.unshare(NEW_MOUNTS), "unshare")
    mount(None, "/", None, RECURSIVE | PRIVATE)
    place_files(plan)
    # Loaded while its files can still be seen.
    filters = plan["sandbox"] and __import__("systemd_filters").load(plan["sandbox"])
    if plan["sandbox"]:
        hide_files(plan["sandbox"], plan["writable"])
        drop_rights(plan["sandbox"], plan["user"])
    environment = {**plan["environment"], **({"WATCHDOG_PID": str(os.getpid())} if "WATCHDOG_USEC" in plan["environment"] else {})}
    if filters:
        filters()
    os.execvpe(plan["command"][0], plan["command"], environment)


def place_files(plan):
    """The installed tree at its real paths, over copies and empty folders: the machine's own are not touched."""
    mount("tmpfs", "/run", "tmpfs", 0, "mode=755")
    subprocess.run(["cp", "-a", "/etc", "/run/etc"], check=True)
    mount("/run/etc", "/etc", None, BIND)
    mount("tmpfs", "/var/lib", "tmpfs", 0, "mode=755")
    for source, target in plan["files"]:
        place = pathlib.Path(target)
        if pathlib.Path(source).is_dir():
            place.mkdir(parents=True, exist_ok=True)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.touch()
        mount(source, target, None, BIND)
    for source, target in plan["secrets"]:
        place = pathlib.Path(target)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, place)
        place.chmod(0o400)
        for mine in (place, place.parent):
            os.chown(mine, plan["user"], plan["user"])
        place.parent.chmod(0o500)
    for folder in plan["folders"]:
        os.makedirs(folder, exist_ok=True)


def hide_files(sandbox, writable):
    if sandbox["ProtectSystem"] == "strict":
        for folder in writable:
            # A mount of its own, for writing is allowed or not mount by mount.
            mount(folder, folder, None, BIND)
        read_only("/", True)
        for folder in writable:
            read_only(folder, False)
    if sandbox["ProtectHome"] == "yes":
        for folder in filter(os.path.isdir, ["/home", "/root"]):
            mount("tmpfs", folder, "tmpfs", NO_SUID | NO_DEVICES, "mode=000")
    if sandbox["PrivateTmp"] == "yes":
        for folder in ["/tmp", "/var/tmp"]:
            mount("tmpfs", folder, "tmpfs", NO_SUID | NO_DEVICES, "mode=1777")
    if sandbox["PrivateDevices"] == "yes":
        few_devices()
    hidden = {"invisible": "hidepid=invisible", "default": "hidepid=off"}[sandbox["ProtectProc"]]
    subset = ",subset=pid" if sandbox["ProcSubset"] == "pid" else ""
    mount("proc", "/proc", "proc", NO_SUID | NO_DEVICES | NO_EXECUTION, hidden + subset)


def few_devices():
    names = ["null", "zero", "full", "random", "urandom", "tty"]
    mount("/dev", "/mnt", None, BIND)
    mount("tmpfs", "/dev", "tmpfs", NO_SUID, "mode=755")
    for name in names:
        pathlib.Path("/dev", name).touch()
        mount(f"/mnt/{name}", f"/dev/{name}", None, BIND)
    check(libc.umount2(b"/mnt", 2), "umount2 /mnt")


def read_only(path, on):
    attributes = (ctypes.c_uint64 * 4)(READ_ONLY if on else 0, 0 if on else READ_ONLY, 0, 0)
    size = ctypes.c_size_t(ctypes.sizeof(attributes))
    check(libc.syscall(MOUNT_SETATTR, HERE, path.encode(), WHOLE_TREE if on else 0, attributes, size), f"mount_setattr {path}")


def drop_rights(sandbox, user):
    assert sandbox["CapabilityBoundingSet"] == "", "only the empty set is known here"
    for capability in range(LAST_CAPABILITY):
        libc.prctl(DROP_FROM_BOUNDING_SET, capability, 0, 0, 0)
    os.setgroups([])
    os.setresgid(user, user, user)
    os.setresuid(user, user, user)
    check(libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0), "prctl")
    files = int(sandbox["LimitNOFILE"])
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.umask(int(sandbox["UMask"], 8))


def mount(source, target, kind, flags, options=None):
    encoded = [text and text.encode() for text in (source, target, kind)]
    check(libc.mount(*encoded, ctypes.c_ulong(flags), options and options.encode()), f"mount {target}")


def check(status, what):
    if status < 0:
        error = ctypes.get_errno()
        sys.exit(f"the sandbox cannot be made: {what}: {os.strerror(error)}; the tests of units have to run as root")


if __name__ == "__main__":
    main()
