"""Renderings that somebody spoilt: which check has to notice, the rendering, and what is done to it."""

from k8s_objects import containers, only, template, workloads


def pod(objects):
    return template(workloads(objects)[0])["spec"]


def agent(objects):
    return containers(pod(objects))[0]


def volume(objects, name):
    return next(it for it in pod(objects)["volumes"] if it["name"] == name)


def set_variable(objects, name, value):
    next(it for it in agent(objects)["env"] if it["name"] == name)["value"] = value


def without(objects, kind):
    objects[:] = [it for it in objects if it["kind"] != kind]


SPOILT = {
    "a root user": ("pod_security", "aws", lambda it: pod(it)["securityContext"].update(runAsUser=0)),
    "no word on root": ("pod_security", "aws", lambda it: pod(it)["securityContext"].pop("runAsNonRoot")),
    "a container's own root user": ("pod_security", "aws", lambda it: agent(it)["securityContext"].update(runAsUser=0)),
    "privileged": ("pod_security", "gcp", lambda it: agent(it)["securityContext"].update(privileged=True)),
    "escalation": ("pod_security", "gcp", lambda it: agent(it)["securityContext"].pop("allowPrivilegeEscalation")),
    "capabilities kept": ("pod_security", "aws", lambda it: agent(it)["securityContext"].pop("capabilities")),
    "a capability added": (
        "pod_security", "aws",
        lambda it: agent(it)["securityContext"]["capabilities"].update(add=["SYS_PTRACE"]),
    ),
    "seccomp unconfined": (
        "pod_security", "aws",
        lambda it: pod(it)["securityContext"]["seccompProfile"].update(type="Unconfined"),
    ),
    "no seccomp profile": ("pod_security", "aws-once", lambda it: pod(it)["securityContext"].pop("seccompProfile")),
    "the host's network": ("pod_security", "generic", lambda it: pod(it).update(hostNetwork=True)),
    "a host path": (
        "pod_security", "generic",
        lambda it: pod(it)["volumes"].append({"name": "x", "hostPath": {"path": "/"}}),
    ),
    "a host port": ("pod_security", "aws", lambda it: agent(it)["ports"][0].update(hostPort=9464)),
    "a sysctl": (
        "pod_security", "aws",
        lambda it: pod(it)["securityContext"].update(sysctls=[{"name": "kernel.msgmax", "value": "1"}]),
    ),
    "a view of the host with more rights": (
        "pod_security", "generic+host-view",
        lambda it: agent(it)["securityContext"].update(privileged=True),
    ),
    "a root that can be written": (
        "pod_security", "aws",
        lambda it: agent(it)["securityContext"].update(readOnlyRootFilesystem=False),
    ),
    "no limit of memory": ("resources", "azure", lambda it: agent(it)["resources"]["limits"].pop("memory")),
    "a request over its limit": ("resources", "azure", lambda it: agent(it)["resources"]["requests"].update(cpu="2")),
    "no startup probe": ("probes", "aws", lambda it: agent(it).pop("startupProbe")),
    "another port": ("probes", "aws", lambda it: set_variable(it, "OPENFINOPS_LISTEN", "0.0.0.0:9465")),
    "liveness by readiness": ("probes", "aws", lambda it: agent(it)["livenessProbe"]["httpGet"].update(path="/readyz")),
    "the latest image": ("images", "aws", lambda it: agent(it).update(image="openfinops/aws-agent:latest")),
    "an image without a version": ("images", "aws", lambda it: agent(it).update(image="openfinops/aws-agent")),
    "a token in a variable": (
        "environment", "aws",
        lambda it: agent(it)["env"].append({"name": "OPENFINOPS_TOKEN", "value": "x"}),
    ),
    "a key in a variable": (
        "environment", "aws",
        lambda it: agent(it)["env"].append({"name": "AWS_SECRET_ACCESS_KEY", "value": "x"}),
    ),
    "a secret as a variable": (
        "environment", "aws",
        lambda it: agent(it)["env"].append({"name": "X", "valueFrom": {"secretKeyRef": {"name": "aws-agent-token", "key": "token"}}}),
    ),
    "variables from a secret": (
        "environment", "aws",
        lambda it: agent(it).update(envFrom=[{"secretRef": {"name": "x"}}]),
    ),
    "a name before what it names": (
        "environment", "aws-sharded",
        lambda it: agent(it)["env"].insert(0, agent(it)["env"].pop(-2)),
    ),
    "a secret in the manifest": ("secrets", "aws", lambda it: only(it, "Secret")["data"].update(token="eC10b2tlbg==")),
    "a token that all may read": (
        "mounts", "aws",
        lambda it: volume(it, "token")["secret"].update(defaultMode=0o444),
    ),
    "no secret": ("references", "aws", lambda it: without(it, "Secret")),
    "no configuration": ("references", "gcp", lambda it: only(it, "ConfigMap")["metadata"].update(name="other")),
    "no claim": ("references", "aws", lambda it: without(it, "PersistentVolumeClaim")),
    "no service account": ("references", "aws", lambda it: without(it, "ServiceAccount")),
    "an account whose token all pods get": (
        "roles", "aws",
        lambda it: only(it, "ServiceAccount").pop("automountServiceAccountToken"),
    ),
    "state that ends with the pod": (
        "mounts", "aws",
        lambda it: volume(it, "state").pop("persistentVolumeClaim"),
    ),
    "data outside the volume": ("mounts", "aws", lambda it: set_variable(it, "OPENFINOPS_DATA_DIR", "/var/lib/other")),
    "a selector of others": (
        "selectors", "aws",
        lambda it: only(it, "Service")["spec"]["selector"].update({"app.kubernetes.io/name": "x"}),
    ),
    "a version in the selector": (
        "selectors", "aws",
        lambda it: only(it, "Deployment")["spec"]["selector"]["matchLabels"].update({"app.kubernetes.io/version": "0.1.0"}),
    ),
    "killed while it stops": ("stopping", "aws", lambda it: pod(it).update(terminationGracePeriodSeconds=10)),
    "a longer grace": (
        "stopping", "aws",
        lambda it: only(it, "ConfigMap")["data"].update({"agent.yaml": "server: https://a.example\ngrace: 45\n"}),
    ),
    "two at once": ("single_writer", "aws", lambda it: only(it, "Deployment")["spec"].update(replicas=2)),
    "a rolling update": (
        "single_writer", "aws",
        lambda it: only(it, "Deployment")["spec"].update(strategy={"type": "RollingUpdate"}),
    ),
    "runs that overlap": (
        "cron_jobs", "aws-once",
        lambda it: only(it, "CronJob")["spec"].update(concurrencyPolicy="Allow"),
    ),
    "a run without a deadline": (
        "cron_jobs", "aws-once",
        lambda it: only(it, "CronJob")["spec"]["jobTemplate"]["spec"].pop("activeDeadlineSeconds"),
    ),
    "a run that is paid twice": (
        "cron_jobs", "aws-once",
        lambda it: only(it, "CronJob")["spec"]["jobTemplate"]["spec"].update(backoffLimit=6),
    ),
    "a budget that holds up drains": (
        "disruption", "aws",
        lambda it: only(it, "PodDisruptionBudget")["spec"].update(minAvailable=1),
    ),
    "more rights": (
        "roles", "aws",
        lambda it: only(it, "Role")["rules"].append({"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}),
    ),
    "a binding of others": ("roles", "aws", lambda it: only(it, "RoleBinding")["subjects"][0].update(name="default")),
    "a binding elsewhere": (
        "roles", "aws",
        lambda it: only(it, "ClusterRoleBinding")["subjects"][0].update(namespace="default"),
    ),
    "another lease": ("replicas", "aws-sharded", lambda it: set_variable(it, "OPENFINOPS_LEASE", "other")),
    "too few shards": ("replicas", "aws-sharded", lambda it: set_variable(it, "SHARDS", "2")),
    "volumes that go with their replicas": (
        "replicas", "aws-sharded",
        lambda it: only(it, "StatefulSet")["spec"].update(persistentVolumeClaimRetentionPolicy={"whenScaled": "Delete"}),
    ),
    "a way in for all": ("network", "aws", lambda it: only(it, "NetworkPolicy")["spec"]["ingress"].append({})),
    "a way out to everything": (
        "network", "aws",
        lambda it: only(it, "NetworkPolicy")["spec"]["egress"].append({"ports": [{"protocol": "TCP", "port": 22}]}),
    ),
    "no way to the server": (
        "network", "aws",
        lambda it: only(it, "ConfigMap")["data"].update({"agent.yaml": "server: https://finops.example.com:8443\n"}),
    ),
    "no policy for the pods": (
        "selectors", "aws",
        lambda it: only(it, "NetworkPolicy")["spec"].update(podSelector={"matchLabels": {"app": "x"}}),
    ),
    "a port nobody has": (
        "monitors", "aws+monitoring",
        lambda it: only(it, "ServiceMonitor")["spec"]["endpoints"][0].update(port="web"),
    ),
    "no labels": ("labels", "aws", lambda it: only(it, "Service")["metadata"].pop("labels")),
}
