"""What the code asks of the Kubernetes API, read out of the code."""

import re

import tools

SOURCE = tools.ROOT / "core" / "src" / "identity" / "kubernetes"
# `objects!` in objects.rs: the kinds that are asked for, with their groups and resources.
KIND = re.compile(r'^ {4}(\w+) in "([\w.]*)" as "(\w+)";$', re.MULTILINE)
# `api.get::<Node>(None, name)`, `let pod: Pod = match api.get(Some(namespace), name)`, `api.page::<Service>(namespace, …)`.
CALLS = [
    ("get", re.compile(r"api\.get::<(\w+)>\(\s*(Some|None)\b")),
    ("get", re.compile(r"let \w+: (\w+) = match api\.get\(\s*(Some|None)\b")),
    ("list", re.compile(r"api\.page::<(\w+)>\(\s*(namespace)\b")),
]
ANY_CALL = re.compile(r"\bapi\.(?:get|page)\b")


def asked():
    """(group, resource, verb, whether in a namespace) of every call, and how many calls there are."""
    sources = [path.read_text() for path in sorted(SOURCE.glob("*.rs"))]
    kinds = {name: (group, plural) for name, group, plural in KIND.findall((SOURCE / "objects.rs").read_text())}
    found = [(*kinds[kind], verb, where != "None") for text in sources for verb, call in CALLS for kind, where in call.findall(text)]
    return set(found), len(found), sum(len(ANY_CALL.findall(text)) for text in sources)


def granted(roles):
    """The same of roles: a Role is for a namespace, a ClusterRole for all."""
    return {
        (group, resource, verb, role["kind"] == "Role")
        for role in roles
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }
