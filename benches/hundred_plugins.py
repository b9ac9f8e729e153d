#!/usr/bin/env python3
"""A hundred plugins with a beat of one second each, for a minute: does generic-agent keep time, and what does it cost?

    cargo build --release -p generic-agent
    benches/hundred_plugins.py [--agent PATH] [--seconds N]

Each plugin is a small compiled program that notes the moment of its start in a file and prints a line, so that the beats
are seen from outside. Beside the agent's own CPU stands the floor: what the barest program takes that starts the same
command as often, reads its output and waits for it (C, posix_spawn, measured right before and after). Needs a C compiler.
"""

import argparse
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
PLUGINS = 100
WARM_UP = 5

STAMP = r"""
#include <stdio.h>
#include <time.h>
int main(int count, char **words) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    FILE *file = fopen(words[1], "a");
    fprintf(file, "%ld.%09ld\n", now.tv_sec, now.tv_nsec);
    fclose(file);
    printf("nanoseconds=%ld\n", now.tv_nsec);
    return 0;
}
"""

FLOOR = r"""
#define _GNU_SOURCE
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
extern char **environ;
int main(int count, char **words) {
    enum { RUNS = 500 };
    for (int run = 0; run < RUNS; run++) {
        int out[2], error[2], status;
        char block[4096], *arguments[] = {words[1], words[2], NULL};
        pid_t child;
        posix_spawn_file_actions_t actions;
        pipe2(out, O_CLOEXEC);
        pipe2(error, O_CLOEXEC);
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, out[1], 1);
        posix_spawn_file_actions_adddup2(&actions, error[1], 2);
        posix_spawn(&child, words[1], &actions, NULL, arguments, environ);
        posix_spawn_file_actions_destroy(&actions);
        close(out[1]);
        close(error[1]);
        while (read(out[0], block, sizeof block) > 0) {}
        waitpid(child, &status, 0);
        close(out[0]);
        close(error[0]);
        usleep(9000);
    }
    struct timespec used;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
    printf("%f\n", (used.tv_sec + used.tv_nsec / 1e9) / RUNS);
    return 0;
}
"""


def compiled(folder, name, source):
    (folder / f"{name}.c").write_text(source)
    subprocess.run(["cc", "-O2", "-w", "-o", folder / name, folder / f"{name}.c"], check=True)
    return str(folder / name)


def configuration(folder, stamp):
    plugins = "".join(
        f"  - name: p{number:03}\n    command: [{stamp}, {folder}/beats/p{number:03}]\n"
        '    parse: { format: key_value, separator: "=" }\n    interval: 1s\n'
        for number in range(PLUGINS)
    )
    path = folder / "agent.yaml"
    path.write_text(f"plugins:\n{plugins}")
    return str(path)


def cpu_seconds(pid):
    """The CPU that the threads of `pid` have taken; its children's is not in it."""
    tasks = pathlib.Path(f"/proc/{pid}/task")
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks.iterdir()) / 1e9


def resident_kilobytes(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    return 0


def run(agent, folder, seconds):
    stamp = compiled(folder, "stamp", STAMP)
    floor = compiled(folder, "floor", FLOOR)
    (folder / "beats").mkdir()
    bare = lambda: float(subprocess.run([floor, stamp, str(folder / "bare")], check=True, capture_output=True).stdout)
    before = bare()
    arguments = [agent, "--server", "none", "--interval", "10", "--output", "json", "--config", configuration(folder, stamp)]
    environment = {"HOME": str(folder), "PATH": os.defpath, "ENABLE_CLOUD_METADATA": "false"}
    with open(folder / "documents", "w") as documents:
        process = subprocess.Popen(arguments, env=environment, stdout=documents, stderr=subprocess.DEVNULL)
        time.sleep(WARM_UP)
        begin, used, memory = time.time(), cpu_seconds(process.pid), []
        while time.time() - begin < seconds:
            time.sleep(1)
            memory.append(resident_kilobytes(process.pid))
        end, used = time.time(), cpu_seconds(process.pid) - used
        process.send_signal(signal.SIGTERM)
        process.wait()
    bare_cost = (before + bare()) / 2
    report(folder, begin, end, used, memory, bare_cost)


def report(folder, begin, end, used, memory, bare_cost):
    runs, off = 0, []
    for file in (folder / "beats").iterdir():
        beats = [beat for beat in map(float, file.read_text().split()) if begin <= beat <= end]
        runs += len(beats)
        off += [abs(later - earlier - 1) * 1000 for earlier, later in zip(beats, beats[1:])]
    off.sort()
    documents = [json.loads(line) for line in (folder / "documents").read_text().splitlines()]
    readings = [one for document in documents for one in document["metrics"]["collectors"].values()]
    missed = sum(reading.get("missed_beats", 0) for reading in readings)
    failed = sum(reading.get("failed_runs", 0) for reading in readings)
    wall = end - begin
    print(f"runs                 {runs} in {wall:.1f} s, {failed} failed, {missed} beats missed")
    print(f"off a second by      {off[-1]:.1f} ms at worst, {off[len(off) * 99 // 100]:.1f} ms in 99 of 100")
    print(f"CPU of the agent     {100 * used / wall:.2f} % of a core, {1000 * used / runs:.3f} ms a run")
    print(f"the floor            {100 * bare_cost * runs / wall:.2f} % of a core, {1000 * bare_cost:.3f} ms a run")
    print(f"resident             {memory[0]} kB after {WARM_UP} s, {memory[-1]} kB at the end")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--agent", default=str(ROOT / "target/release/generic-agent"), help="the binary to measure")
    parser.add_argument("--seconds", type=int, default=60, help="how long (default 60)")
    options = parser.parse_args()
    if not os.access(options.agent, os.X_OK):
        sys.exit(f"{options.agent} is not there: cargo build --release -p generic-agent")
    with tempfile.TemporaryDirectory() as folder:
        run(options.agent, pathlib.Path(folder), options.seconds)


if __name__ == "__main__":
    main()
