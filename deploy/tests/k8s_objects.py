"""Finding one's way in a list of Kubernetes objects."""

CLUSTER_SCOPED = ["Namespace", "ClusterRole", "ClusterRoleBinding"]


def of_kind(objects, *kinds):
    return [it for it in objects if it["kind"] in kinds]


def only(objects, kind):
    found = of_kind(objects, kind)
    assert len(found) == 1, f"{len(found)} of {kind}"
    return found[0]


def names(objects, kind):
    return {it["metadata"]["name"] for it in of_kind(objects, kind)}


def workloads(objects):
    return of_kind(objects, "Deployment", "StatefulSet", "DaemonSet", "CronJob")


def template(workload):
    """The pod template of a workload."""
    spec = workload["spec"]
    return (spec["jobTemplate"]["spec"] if workload["kind"] == "CronJob" else spec)["template"]


def containers(pod):
    return [*pod.get("initContainers", []), *pod["containers"]]


def variables(container):
    """The environment of a container, by name; `None` for what is known only in the cluster."""
    return {it["name"]: it.get("value") for it in container.get("env", [])}


def meets(selector, labels):
    wanted = (selector or {}).get("matchLabels", {})
    return bool(wanted) and wanted.items() <= (labels or {}).items()
