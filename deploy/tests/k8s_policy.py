"""What every rendering has to be, beside valid: least rights, nothing dangling, nothing secret in sight.

Each check takes all objects of a rendering and yields a sentence for each thing that is wrong.
"""

import re
import urllib.parse

import k8s_objects
import k8s_restricted
import tools
import yaml
from k8s_objects import containers, meets, names, of_kind, template, variables, workloads
from k8s_quantity import number, seconds

# The workspace's own.
VERSION = re.search(r'^version = "(.*)"$', (tools.ROOT / "Cargo.toml").read_text(), re.MULTILINE)[1]
# The agents' own: half for the cycle that runs, half for sending (docs/configuration.md).
GRACE = 10
# What the component `existing-token` leaves to somebody else.
BROUGHT_BY_OTHERS = {"openfinops-token"}
# What `host-view` takes, and nothing further; its namespace is labelled privileged.
HOST_VIEW = ["Host Namespaces", "Host Probes / Lifecycle Hooks", "HostPath Volumes", "Volume Types"]
COMMON_LABELS = {
    "app.kubernetes.io/part-of": "openfinops",
    "app.kubernetes.io/component": "agent",
    "app.kubernetes.io/managed-by": "kustomize",
    "app.kubernetes.io/version": VERSION,
}
SECRET_NAME = re.compile(r"token|secret|password|credential|_key", re.IGNORECASE)


def problems(objects):
    """All that is wrong with a rendering, a sentence each."""
    checks = [
        *(pod_security, resources, probes, images, environment, mounts, references, selectors, names_are_unique),
        *(roles, labels, secrets, stopping, cron_jobs, single_writer, replicas, disruption, network, monitors),
    ]
    return [f"{check.__name__}: {problem}" for check in checks for problem in check(objects)]


def pods(objects):
    for workload in workloads(objects):
        yield workload, template(workload)["spec"]


def each_container(objects):
    for workload, pod in pods(objects):
        for container in containers(pod):
            yield workload, pod, container


def settings(objects):
    """The configuration that a rendering carries."""
    return yaml.safe_load(k8s_objects.only(objects, "ConfigMap")["data"]["agent.yaml"])


def pod_security(objects):
    privileged = any(
        it["metadata"]["labels"].get("pod-security.kubernetes.io/enforce") == "privileged"
        for it in of_kind(objects, "Namespace")
    )
    for workload in workloads(objects):
        found = k8s_restricted.violations(template(workload))
        if found != (HOST_VIEW if privileged else []):
            yield f"{workload['kind']} violates {found}"
    for _, pod, container in each_container(objects):
        context = {**pod.get("securityContext", {}), **container.get("securityContext", {})}
        if not context.get("readOnlyRootFilesystem"):
            yield "the root file system can be written"
        for key in ("runAsUser", "runAsGroup"):
            if not isinstance(context.get(key), int) or context[key] == 0:
                yield f"{key} is {context.get(key)}"


def resources(objects):
    for _, _, container in each_container(objects):
        given = container.get("resources", {})
        for what in ("cpu", "memory"):
            request, limit = (given.get(key, {}).get(what) for key in ("requests", "limits"))
            if request is None or limit is None:
                yield f"no request or limit of {what}"
            elif number(request) > number(limit):
                yield f"the request of {what} is over its limit"


def probes(objects):
    for workload, _, container in each_container(objects):
        paths = {"startupProbe": "/healthz", "livenessProbe": "/healthz", "readinessProbe": "/readyz"}
        if workload["kind"] == "CronJob":
            if "OPENFINOPS_LISTEN" in variables(container) or any(key in container for key in paths):
                yield "a run listens, or is probed"
            continue
        listens = int((variables(container).get("OPENFINOPS_LISTEN") or ":0").rpartition(":")[2])
        ports = {it["name"]: it["containerPort"] for it in container.get("ports", [])}
        for key, path in paths.items():
            asked = container.get(key, {}).get("httpGet", {})
            if asked.get("path") != path or ports.get(asked.get("port"), asked.get("port")) != listens:
                yield f"{key} asks {asked}, and the agent listens at {listens}"


def images(objects):
    for _, _, container in each_container(objects):
        repository, digest, tag = container["image"].partition("@")
        if not digest:
            repository, _, tag = container["image"].rpartition(":")
            if tag != VERSION:
                yield f"{container['image']} is not of version {VERSION}"
        if tag == "latest" or not repository.rpartition("/")[2].endswith("-agent"):
            yield f"{container['image']} names no agent's certain version"


def environment(objects):
    for _, _, container in each_container(objects):
        if "envFrom" in container:
            yield "the environment is taken from elsewhere as a whole"
        known = set()
        for variable in container.get("env", []):
            name, source = variable["name"], variable.get("valueFrom", {})
            if set(source) - {"fieldRef"}:
                yield f"{name} comes from {source}"
            if SECRET_NAME.search(name) and not name.endswith("_FILE"):
                yield f"{name} sounds like a secret"
            if name in known:
                yield f"{name} is there twice"
            # The kubelet knows only those that come before.
            for other in re.findall(r"\$\((\w+)\)", variable.get("value", "")):
                if other not in known:
                    yield f"{name} names {other}, which does not come before it"
            known.add(name)


def mounts(objects):
    for workload, pod, container in each_container(objects):
        volumes = {it["name"]: it for it in pod.get("volumes", [])}
        volumes |= {it["metadata"]["name"]: it for it in workload["spec"].get("volumeClaimTemplates", [])}
        mounted = {it["mountPath"]: it for it in container["volumeMounts"]}
        if {it["name"] for it in mounted.values()} != set(volumes):
            yield f"mounts {sorted(mounted)} of the volumes {sorted(volumes)}"
        env = variables(container)
        written = {"OPENFINOPS_DATA_DIR": True, "HOME": True, "OPENFINOPS_CONFIG": False, "OPENFINOPS_TOKEN_FILE": False}
        for name, writable in written.items():
            path = env.get(name) or ""
            holding = [it for folder, it in mounted.items() if path == folder or path.startswith(folder + "/")]
            if len(holding) != 1 or bool(holding[0].get("readOnly")) is writable:
                yield f"{name} is {path}, which is not in a volume made for it"
        volume = volumes.get("state", {})
        if workload["kind"] != "DaemonSet" and "persistentVolumeClaim" not in volume and volume.get("kind") != "PersistentVolumeClaim":
            yield "the state does not outlive the pod"
        if pod.get("securityContext", {}).get("fsGroup") != pod.get("securityContext", {}).get("runAsGroup"):
            yield "the volumes are not the agent's to write"
        for it in volumes.values():
            mode = it.get("secret", {}).get("defaultMode", 0o440)
            if mode & 0o007 or mode & 0o222:
                yield f"the mode of the token is {mode:o}"


def references(objects):
    """Names, and the keys behind the paths."""
    config_maps = {it["metadata"]["name"]: it["data"] for it in of_kind(objects, "ConfigMap")}
    for workload, pod in pods(objects):
        if pod["serviceAccountName"] not in names(objects, "ServiceAccount"):
            yield f"there is no service account {pod['serviceAccountName']}"
        if pod.get("automountServiceAccountToken") is not True:
            yield "the identity has no token to ask with"
        for volume in pod.get("volumes", []):
            if "configMap" in volume and "agent.yaml" not in config_maps.get(volume["configMap"]["name"], {}):
                yield f"there is no agent.yaml in a ConfigMap {volume['configMap']['name']}"
            if "secret" in volume:
                name = volume["secret"]["secretName"]
                if name not in names(objects, "Secret") | BROUGHT_BY_OTHERS or volume["secret"].get("optional"):
                    yield f"the Secret {name} is missing, or may be"
            if "persistentVolumeClaim" in volume:
                name = volume["persistentVolumeClaim"]["claimName"]
                if name not in names(objects, "PersistentVolumeClaim"):
                    yield f"there is no claim {name}"
        if "serviceName" in workload["spec"] and workload["spec"]["serviceName"] not in names(objects, "Service"):
            yield f"there is no service {workload['spec']['serviceName']}"
    for kind in ("ConfigMap", "Secret", "PersistentVolumeClaim"):
        for name in names(objects, kind):
            if not any(name in str(pod) for _, pod in pods(objects)):
                yield f"nobody uses the {kind} {name}"


def selectors(objects):
    for workload in workloads(objects):
        of_pods = template(workload)["metadata"]["labels"]
        if workload["kind"] != "CronJob" and not meets(workload["spec"]["selector"], of_pods):
            yield f"{workload['kind']} does not select its pods"
        for constraint in template(workload)["spec"].get("topologySpreadConstraints", []):
            if not meets(constraint.get("labelSelector"), of_pods):
                yield "a spread constraint counts other pods"
        for it in of_kind(objects, "PodDisruptionBudget"):
            if not meets(it["spec"]["selector"], of_pods):
                yield "PodDisruptionBudget selects other pods"
        if not any(meets(it["spec"]["podSelector"], of_pods) for it in of_kind(objects, "NetworkPolicy")):
            yield "no NetworkPolicy selects the pods"
        for it in of_kind(objects, "Service"):
            if not meets({"matchLabels": it["spec"]["selector"]}, of_pods):
                yield "Service selects other pods"
            ports = {port["name"] for container in containers(template(workload)["spec"]) for port in container.get("ports", [])}
            if any(port["targetPort"] not in ports for port in it["spec"]["ports"]):
                yield "Service leads to a port that no container has"
        if "app.kubernetes.io/version" in str(workload["spec"].get("selector")):
            yield "the selector has the version, which changes and may not"
        for claim in workload["spec"].get("volumeClaimTemplates", []):
            if "labels" in claim["metadata"]:
                yield "a claim's template has labels, which may not change"


def names_are_unique(objects):
    keys = [(it["apiVersion"], it["kind"], it["metadata"]["name"]) for it in objects]
    if len(keys) != len(set(keys)):
        yield f"two of the same name among {keys}"
    namespaces = {it["metadata"].get("namespace") for it in objects if it["kind"] not in k8s_objects.CLUSTER_SCOPED}
    if len(namespaces) != 1 or None in namespaces:
        yield f"the objects are in {namespaces}"


def roles(objects):
    """Bindings lead from the pods' own service account to roles that are there."""
    namespaces = {it["metadata"]["namespace"] for it in of_kind(objects, "ServiceAccount")}
    for binding in of_kind(objects, "RoleBinding", "ClusterRoleBinding"):
        if binding["roleRef"]["name"] not in names(objects, binding["roleRef"]["kind"]):
            yield f"{binding['metadata']['name']} binds no role that is here"
        for subject in binding["subjects"]:
            if subject["name"] not in names(objects, "ServiceAccount") or subject.get("namespace") not in namespaces:
                yield f"{binding['metadata']['name']} binds {subject}"
    bound = {(it["roleRef"]["kind"], it["roleRef"]["name"]) for it in of_kind(objects, "RoleBinding", "ClusterRoleBinding")}
    for role in of_kind(objects, "Role", "ClusterRole"):
        if (role["kind"], role["metadata"]["name"]) not in bound:
            yield f"nobody has the role {role['metadata']['name']}"
        if "*" in str(role["rules"]):
            yield f"{role['metadata']['name']} allows everything of something"
    for account in of_kind(objects, "ServiceAccount"):
        if account.get("automountServiceAccountToken") is not False:
            yield "every pod of the service account gets its token"


def labels(objects):
    for it in objects:
        if it["kind"] in ("Namespace", "ServiceMonitor"):
            continue
        wanted = COMMON_LABELS.items()
        if not wanted <= it["metadata"].get("labels", {}).items() or "app.kubernetes.io/name" not in it["metadata"]["labels"]:
            yield f"{it['kind']} {it['metadata']['name']} lacks labels"
    for workload in workloads(objects):
        if not COMMON_LABELS.items() <= template(workload)["metadata"]["labels"].items():
            yield f"the pods of {workload['kind']} lack labels"


def secrets(objects):
    for it in of_kind(objects, "Secret"):
        if any(it.get("stringData", {}).values()) or any(it.get("data", {}).values()):
            yield "a Secret holds something"
        if it.get("type") != "Opaque" or set(it.get("data", {})) != {"token"}:
            yield "the Secret has other keys than `token`"


def stopping(objects):
    grace = seconds(settings(objects).get("grace", GRACE))
    for _, pod in pods(objects):
        if pod.get("terminationGracePeriodSeconds", 0) <= grace:
            yield f"the pod is killed before the {grace} s that the agent takes to stop"


def cron_jobs(objects):
    for it in of_kind(objects, "CronJob"):
        spec, job = it["spec"], it["spec"]["jobTemplate"]["spec"]
        if spec.get("concurrencyPolicy") != "Forbid":
            yield "two runs at once would want one volume"
        if template(it)["spec"].get("restartPolicy") != "Never" or job.get("backoffLimit") != 0:
            yield "a failed run is tried again, and pays again"
        for key in ("startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit", "timeZone"):
            if key not in spec:
                yield f"{key} is not said"
        # An hour from one run to the next: the schedule names a minute of each.
        if not re.fullmatch(r"([1-9]|[1-5]\d) \* \* \* \*", spec["schedule"]) or not 0 < job.get("activeDeadlineSeconds", 0) < 3600:
            yield "a run may take longer than it is to the next one"
        if "--once" not in template(it)["spec"]["containers"][0].get("args", []):
            yield "the run never ends"


def single_writer(objects):
    for it in of_kind(objects, "Deployment"):
        if it["spec"]["strategy"]["type"] != "Recreate" or it["spec"]["replicas"] != 1:
            yield "two pods would want one volume"


def replicas(objects):
    for it in of_kind(objects, "StatefulSet"):
        env = variables(template(it)["spec"]["containers"][0])
        leases = [name for role in of_kind(objects, "Role") for rule in role["rules"] for name in rule.get("resourceNames", [])]
        if leases != [env.get("OPENFINOPS_LEASE")]:
            yield f"the role is for the leases {leases}, and the agent wants {env.get('OPENFINOPS_LEASE')}"
        if env.get("OPENFINOPS_AGENT_ID") != "$(AGENT_ID_PREFIX)$(POD_NAME)":
            yield "the replicas have no names of their own"
        shard = (env.get("OPENFINOPS_SHARD"), env.get("SHARDS"))
        if shard not in [(None, None), ("$(POD_NAME)/$(SHARDS)", str(it["spec"]["replicas"]))]:
            yield f"{it['spec']['replicas']} replicas, and shards {env.get('SHARDS')}"
        if it["spec"].get("persistentVolumeClaimRetentionPolicy") != {"whenDeleted": "Retain", "whenScaled": "Retain"}:
            yield "what a replica could not send is deleted with it"


def disruption(objects):
    for it in of_kind(objects, "PodDisruptionBudget"):
        if it["spec"].get("maxUnavailable") != 1 or "minAvailable" in it["spec"]:
            yield "a drain would wait for ever, or take all"
    if of_kind(objects, "Deployment", "StatefulSet") and not of_kind(objects, "PodDisruptionBudget"):
        yield "no PodDisruptionBudget"


def network(objects):
    """Who may come in, and that the agent gets where it has to."""
    policy = k8s_objects.only(objects, "NetworkPolicy")["spec"]
    if sorted(policy["policyTypes"]) != ["Egress", "Ingress"]:
        yield "a direction is open"
    monitoring = [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}]
    allowed = [{"from": monitoring, "ports": [{"protocol": "TCP", "port": "admin"}]}]
    if policy["ingress"] != ([] if of_kind(objects, "CronJob") else allowed):
        yield f"others come in: {policy['ingress']}"
    server = urllib.parse.urlsplit(settings(objects)["server"])
    wanted = {("UDP", 53), ("TCP", 53), ("TCP", 443), ("TCP", 80), ("TCP", server.port or 443)}
    ports = {(port["protocol"], port["port"]) for rule in policy["egress"] for port in rule["ports"]}
    if not wanted <= ports:
        yield f"the agent cannot reach {sorted(wanted - ports)}"
    for rule in policy["egress"]:
        numbers = {port["port"] for port in rule["ports"]}
        if "to" not in rule and not numbers <= {53, 443, 6443}:
            yield f"everything is reached at {sorted(numbers)}"
        for to in rule.get("to", []):
            block = to.get("ipBlock", {}).get("cidr", "169.254.0.0/32")
            if not block.startswith("169.254.") and block != "fd00:ec2::23/128":
                yield f"{block} is no metadata service"


def monitors(objects):
    for it in of_kind(objects, "ServiceMonitor"):
        services = of_kind(objects, "Service")
        if not any(meets(it["spec"]["selector"], service["metadata"]["labels"]) for service in services):
            yield "ServiceMonitor selects no service"
        ports = {port["name"] for service in services for port in service["spec"]["ports"]}
        for endpoint in it["spec"]["endpoints"]:
            if endpoint["port"] not in ports or endpoint["path"] != "/metrics":
                yield f"ServiceMonitor asks {endpoint}"
