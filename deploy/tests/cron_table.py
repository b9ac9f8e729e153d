"""Reads a file of /etc/cron.d and runs its commands, as crontab(5) and cron(8) of Debian say."""

import os
import re
import subprocess
from dataclasses import dataclass

SETTING = re.compile(r"^([A-Za-z_]\w*)\s*=\s*(.*?)\s*$")
SCHEDULE = re.compile(r"^((?:\S+\s+){5}|@\w+\s+)(\S+)\s+(.+)$")


@dataclass
class Entry:
    """A line that runs a command, with the settings that stand above it."""

    schedule: str
    user: str
    command: str
    standard_input: str
    settings: dict


def divided(text):
    """A command and its standard input: the first % that is not escaped ends the command, further ones are newlines."""
    parts = [part.replace(r"\%", "%") for part in re.split(r"(?<!\\)%", text)]
    return parts[0], "".join(part + "\n" for part in parts[1:])


def parse(text):
    """The entries; a line that cron would refuse fails."""
    assert text.endswith("\n"), "cron ignores a last line without a newline"
    settings, entries = {}, []
    for line in text.splitlines():
        line = line.lstrip(" \t")
        if not line or line.startswith("#"):
            continue
        if setting := SETTING.match(line):
            name, value = setting.groups()
            quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
            settings[name] = value[1:-1] if quoted else value
            continue
        entry = SCHEDULE.match(line)
        assert entry, f"neither a setting nor an entry: {line}"
        schedule, user, command = entry.groups()
        command, standard_input = divided(command)
        entries.append(Entry(schedule.strip(), user, command, standard_input, dict(settings)))
    return entries


def edited(text, settings):
    """The file as an operator edits it: each setting replaces the line that it has, on or off, or becomes one."""
    for name, value in settings.items():
        line = re.compile(rf"^#?{name}=.*$", re.MULTILINE)
        if line.search(text):
            text = line.sub(lambda _, new=f"{name}={value}": new, text, count=1)
        else:
            text = f"{name}={value}\n{text}"
    return text


def environment(entry):
    """All that cron gives a command: nothing of the daemon's own but what is here."""
    mine = {"LOGNAME": entry.user, "USER": entry.user, "HOME": "/", "SHELL": "/bin/sh", "PATH": "/usr/bin:/bin"}
    return {**mine, **entry.settings, "LOGNAME": entry.user, "USER": entry.user}


def start(entry):
    """Starts the command as cron does; what it prints, to either stream, is the mail."""
    variables = environment(entry)
    return subprocess.Popen(
        [variables["SHELL"], "-c", entry.command],
        cwd=variables["HOME"] if os.path.isdir(variables["HOME"]) else "/",
        env=variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def run(entry):
    """The command's status and the mail; an empty one is not sent."""
    process = start(entry)
    mail, _ = process.communicate(entry.standard_input, timeout=300)
    return process.returncode, mail
