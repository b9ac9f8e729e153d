"""Runs the container of a rendered workload on this machine: the real agent, with the rendered configuration, arguments and
variables, and each mount as a folder."""

import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

import k8s_objects
import tools

PATIENCE = 120
# What the kubelet would put in.
FIELDS = {
    "metadata.name": "agent-0",
    "metadata.namespace": "openfinops",
    "status.podIP": "10.0.0.7",
    "status.hostIP": "10.0.0.1",
    "spec.nodeName": "node-1",
    "spec.serviceAccountName": "agent",
}


class Container:
    """A container of a rendering, with its mounts below `root`."""

    def __init__(self, objects, root, **more):
        workload = k8s_objects.workloads(objects)[0]
        self.spec = k8s_objects.template(workload)["spec"]["containers"][0]
        self.root = pathlib.Path(root)
        self.program = tools.agent(re.search(r"/([a-z]+-agent)\b", self.spec["image"])[1])
        self.mount(objects, k8s_objects.template(workload)["spec"])
        self.environment = {**self.rendered_environment(), **more}

    def mount(self, objects, pod):
        volumes = {it["name"]: it for it in pod.get("volumes", [])}
        files = {it["metadata"]["name"]: it for it in k8s_objects.of_kind(objects, "ConfigMap", "Secret")}
        for mount in self.spec["volumeMounts"]:
            folder = self.here(mount["mountPath"])
            folder.mkdir(parents=True, exist_ok=True)
            volume = volumes.get(mount["name"], {})
            source = volume.get("configMap", {}).get("name") or volume.get("secret", {}).get("secretName")
            for name, content in files.get(source, {}).get("data", {}).items():
                # A Secret's content does not matter here: whatever it is, it is a token.
                (folder / name).write_text(content if "configMap" in volume else "")

    def here(self, path):
        return self.root / path.lstrip("/")

    def rendered_environment(self):
        values = {}
        for it in self.spec["env"]:
            if "valueFrom" in it:
                value = FIELDS[it["valueFrom"]["fieldRef"]["fieldPath"]]
            else:
                value = re.sub(r"\$\((\w+)\)", lambda name: values[name[1]], it["value"])
            inside = any(value.startswith(mount["mountPath"]) for mount in self.spec["volumeMounts"])
            values[it["name"]] = str(self.here(value)) if inside else value
        return values

    def arguments(self):
        return list(self.spec.get("args", []))

    def validate(self):
        """`config validate` with all that the container has."""
        # `validate` is once by itself.
        arguments = [it for it in self.arguments() if it != "--once"]
        # A token file that an operator brings is not here.
        self.here("/run/secrets/openfinops/token").touch()
        return self.run("config", "validate", *arguments)

    def run(self, *arguments):
        command = [self.program, *arguments]
        environment = self.environment | {"PATH": os.environ["PATH"]}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE)

    def start(self, port):
        """The agent as it runs in the cluster, at a free port."""
        command = [self.program, *self.arguments()]
        environment = self.environment | {"PATH": os.environ["PATH"], "OPENFINOPS_LISTEN": f"127.0.0.1:{port}"}
        return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def probe(port, path):
    """The status that a probe gets, or nothing where nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


def until(condition, what):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError(f"{what}: not within {PATIENCE} seconds")


def stop(process):
    """Ends it as the kubelet does; the answer is its exit status."""
    process.send_signal(signal.SIGTERM)
    try:
        process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    return process.returncode


def documents(text):
    return [json.loads(line) for line in text.splitlines()]
