"""The system call filters of a unit, by libseccomp, which comes with systemd.

https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#System%20Call%20Filtering
"""

import ctypes
import errno
import socket
import subprocess

ALLOW, KILL = 0x7FFF0000, 0x80000000
# enum scmp_compare
EQUAL, MASKED_EQUAL = 4, 7
WRITE, EXECUTE, SHARED_EXECUTE = 2, 4, 0o100000
# include/uapi/linux/sched.h: mount, cgroup, uts, ipc, user, pid, net.
NAMESPACES = [0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000]
SET_USER, SET_GROUP = 0o4000, 0o2000


class Comparison(ctypes.Structure):
    _fields_ = [("argument", ctypes.c_uint), ("operator", ctypes.c_int), ("first", ctypes.c_uint64), ("second", ctypes.c_uint64)]


def deny(number):
    return 0x00050000 | number


class Filter:
    """One filter: what happens to every call, and the calls that are another matter."""

    def __init__(self, library, default):
        self.library = library
        self.context = library.seccomp_init(default)
        assert self.context, "libseccomp gives no filter"

    def add(self, action, call, *comparisons):
        number = self.library.seccomp_syscall_resolve_name(call.encode())
        # A call of another architecture.
        if number < 0:
            return
        all_of_them = (Comparison * max(len(comparisons), 1))(*(Comparison(*it) for it in comparisons))
        status = self.library.seccomp_rule_add_array(self.context, action, number, len(comparisons), all_of_them)
        assert status == 0, f"libseccomp refuses {call} {comparisons}: {errno.errorcode.get(-status, status)}"

    def load(self):
        status = self.library.seccomp_load(self.context)
        assert status == 0, f"the kernel refuses the filter: {errno.errorcode.get(-status, status)}"


def load(sandbox):
    """The filters of a unit; calling the answer puts them into force."""
    library = ctypes.CDLL("libseccomp.so.2")
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_init.argtypes = [ctypes.c_uint32]
    library.seccomp_load.argtypes = [ctypes.c_void_p]
    library.seccomp_rule_add_array.argtypes = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint, ctypes.c_void_p]
    restrictions = Filter(library, ALLOW)
    if sandbox["MemoryDenyWriteExecute"] == "yes":
        memory(restrictions)
    if sandbox["RestrictNamespaces"] == "yes":
        namespaces(restrictions)
    if sandbox["RestrictSUIDSGID"] == "yes":
        special_modes(restrictions)
    families(restrictions, sandbox["RestrictAddressFamilies"].split())
    calls = Filter(library, deny(errno.EPERM))
    for call in sorted(allowed(sandbox["SystemCallFilter"])):
        calls.add(ALLOW, call)

    def enforce():
        restrictions.load()
        calls.load()

    return enforce


def memory(restrictions):
    both = WRITE | EXECUTE
    restrictions.add(deny(errno.EPERM), "mmap", (2, MASKED_EQUAL, both, both))
    for call in ("mprotect", "pkey_mprotect"):
        restrictions.add(deny(errno.EPERM), call, (2, MASKED_EQUAL, EXECUTE, EXECUTE))
    restrictions.add(deny(errno.EPERM), "shmat", (2, MASKED_EQUAL, SHARED_EXECUTE, SHARED_EXECUTE))


def namespaces(restrictions):
    restrictions.add(deny(errno.ENOSYS), "clone3")
    restrictions.add(deny(errno.EPERM), "setns")
    for namespace in NAMESPACES:
        for call in ("clone", "unshare"):
            restrictions.add(deny(errno.EPERM), call, (0, MASKED_EQUAL, namespace, namespace))


def special_modes(restrictions):
    for bit in (SET_USER, SET_GROUP):
        for call, argument in (("chmod", 1), ("fchmod", 1), ("fchmodat", 2), ("mkdir", 1), ("mkdirat", 2)):
            restrictions.add(deny(errno.EPERM), call, (argument, MASKED_EQUAL, bit, bit))


def families(restrictions, wanted):
    numbers = {int(getattr(socket, name)) for name in wanted}
    # AF_MAX is below this.
    for number in set(range(64)) - numbers:
        restrictions.add(deny(errno.EAFNOSUPPORT), "socket", (0, EQUAL, number, 0))


def allowed(lines):
    """The calls that an allow list leaves, its lines in their order; @default is always in it."""
    calls = members("@default")
    for line in lines:
        takes_away = line.startswith("~")
        for name in line.lstrip("~").split():
            found = members(name) if name.startswith("@") else {name}
            calls = calls - found if takes_away else calls | found
    return calls


def members(group):
    said = subprocess.run(["systemd-analyze", "syscall-filter", group], capture_output=True, text=True, check=True).stdout
    names = [line.strip() for line in said.splitlines()[1:] if line.strip() and not line.strip().startswith("#")]
    return set().union(*(members(name) if name.startswith("@") else {name} for name in names))
