"""Units as systemd reads them: the file and its drop-ins, the specifiers, the command lines.

Keys: https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html
"""

import collections
import re
import shlex

SPECIFIER = re.compile(r"%(.)")
# What a system manager has where a unit says nothing else (systemd.exec(5), "Environment variables").
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Unit:
    """One unit of a folder; `name` may be an instance of a template there."""

    def __init__(self, folder, name):
        self.name = name
        self.settings = collections.defaultdict(list)
        stem, _, kind = name.rpartition(".")
        prefix, at, self.instance = stem.partition("@")
        template = f"{prefix}@.{kind}" if at else name
        for file in [folder / template, *drop_ins(folder, template, name)]:
            self.read(file.read_text())

    def read(self, text):
        for line in text.splitlines():
            key, sign, value = line.strip().partition("=")
            if sign and not key.startswith(("#", ";")):
                # An empty value takes back what came before.
                self.settings[key] = [*self.settings[key], value] if value else []

    def all(self, key):
        return [self.resolve(value) for value in self.settings[key]]

    def words(self, key):
        return " ".join(self.all(key)).split()

    def one(self, key, default=None):
        return (self.all(key) or [default])[-1]

    def is_on(self, key):
        return self.one(key, "no") in ("yes", "true", "on", "1")

    def seconds(self, key):
        """A time span of one part: 30s, 10min."""
        number, scale = re.fullmatch(r"(\d+)(s|min|)", self.one(key)).groups()
        return int(number) * (60 if scale == "min" else 1)

    def resolve(self, text):
        known = {
            "%": "%",
            "n": self.name,
            "i": self.instance,
            "d": self.credentials(),
            "S": "/var/lib",
            "t": "/run",
        }
        return SPECIFIER.sub(lambda found: known[found.group(1)], text)

    def credentials(self):
        return f"/run/credentials/{self.name}"

    def commands(self, key):
        return [shlex.split(line) for line in self.all(key)]

    def environment(self):
        """Everything that systemd gives the process, but for what speaks of one run of it."""
        user = self.one("User")
        folder = self.one("StateDirectory")
        own = dict(word.split("=", 1) for line in self.all("Environment") for word in shlex.split(line))
        return {
            "PATH": PATH,
            "LANG": "C.UTF-8",
            "HOME": "/",
            "LOGNAME": user,
            "USER": user,
            "SHELL": "/usr/sbin/nologin",
            "STATE_DIRECTORY": f"/var/lib/{folder}",
            "CREDENTIALS_DIRECTORY": self.credentials(),
            **own,
        }


def drop_ins(folder, *names):
    """Those of the template, then those of the instance, each by name."""
    places = [folder / f"{name}.d" for name in dict.fromkeys(names)]
    return [file for place in places for file in sorted(place.glob("*.conf"))]
