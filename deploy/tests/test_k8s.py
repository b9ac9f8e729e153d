"""deploy/k8s: it renders, is valid, keeps to the policy, and what it starts runs."""

import copy
import json
import re

import k8s_policy
import k8s_render
import k8s_restricted
import k8s_rights
import k8s_run
import k8s_spoilt
import kubernetes_validate
import lab
import pytest
import tools
import yaml
from k8s_objects import meets, of_kind, only, template, variables, workloads

# The oldest that is looked at, and the newest that the package knows.
VERSIONS = ["1.29", "1.37"]
AGENTS = {"aws": "aws-agent", "azure": "azure-agent", "gcp": "gcp-agent", "generic": "generic-agent"}


@pytest.fixture(scope="session")
def tree(tmp_path_factory):
    return k8s_render.copy_tree(tmp_path_factory.mktemp("tree"))


def rendered(tree, name):
    """The objects of a rendering, to be changed at will."""
    return copy.deepcopy(k8s_render.rendering(tree, name))


@pytest.mark.parametrize("name", k8s_render.RENDERINGS)
def test_every_object_meets_the_published_schema(tree, name):
    for it in rendered(tree, name):
        if it["apiVersion"].startswith("monitoring.coreos.com/"):
            continue
        for version in VERSIONS:
            kubernetes_validate.validate(it, version, strict=True)


def test_every_component_is_rendered_with_something():
    used = {component for _, components in k8s_render.COMBINATIONS.values() for component in components}
    # `replicas` is a part of two others.
    assert used | {"replicas"} == set(k8s_render.COMPONENTS)


def test_the_readme_names_every_overlay_and_component():
    text = (k8s_render.TREE / "README.md").read_text()
    missing = [name for name in [*k8s_render.OVERLAYS, *k8s_render.COMPONENTS] if name not in text]
    assert missing == []


@pytest.mark.parametrize("name", k8s_render.AGENT_RENDERINGS)
def test_every_rendering_keeps_to_the_policy(tree, name):
    found = k8s_policy.problems(rendered(tree, name))
    # The example has the test's own registry, region and token: that it holds one is its purpose.
    allowed = ["secrets: a Secret holds something"] if name == "example" else []
    assert found == allowed


def test_the_namespace_enforces_the_restricted_profile(tree):
    labels = only(rendered(tree, "namespace"), "Namespace")["metadata"]["labels"]
    prefix = "pod-security.kubernetes.io/"
    assert [labels.get(prefix + mode) for mode in ("enforce", "audit", "warn")] == ["restricted"] * 3


def test_only_the_view_of_the_host_brings_a_namespace_and_its_level_is_privileged(tree):
    with_one = [name for name in k8s_render.AGENT_RENDERINGS if of_kind(rendered(tree, name), "Namespace")]
    assert with_one == ["generic+host-view"]
    objects = rendered(tree, "generic+host-view")
    assert {it["metadata"].get("namespace") for it in objects} == {None, "openfinops-host"}
    assert variables(template(only(objects, "DaemonSet"))["spec"]["containers"][0])["OPENFINOPS_LISTEN"].startswith("127.0.0.1:")


@pytest.mark.parametrize("name", ["aws", "aws-sharded", "generic", "generic+host-view"])
def test_a_service_monitor_has_the_shape_of_its_definition(tree, name):
    objects = k8s_render.compose(tree, f"{name}+m", name.partition("+")[0], [*name.split("+")[1:], "monitoring"])
    monitor = only(objects, "ServiceMonitor")
    assert set(monitor) == {"apiVersion", "kind", "metadata", "spec"}
    assert monitor["apiVersion"] == "monitoring.coreos.com/v1"
    assert set(monitor["spec"]) == {"selector", "endpoints"}
    for endpoint in monitor["spec"]["endpoints"]:
        assert set(endpoint) == {"port", "path", "interval", "honorLabels"}
        assert endpoint["honorLabels"] is True
        assert re.fullmatch(r"\d+s", endpoint["interval"])
    service = only(objects, "Service")
    assert meets(monitor["spec"]["selector"], service["metadata"]["labels"])
    assert monitor["metadata"]["namespace"] == service["metadata"]["namespace"]


# Rights


def test_the_code_asks_by_calls_that_this_test_can_read():
    _, found, all_calls = k8s_rights.asked()
    assert found == all_calls > 0, "a call in core/src/identity/kubernetes has a form that k8s_rights does not know"


@pytest.mark.parametrize("name", k8s_render.AGENT_RENDERINGS)
def test_the_roles_grant_what_the_code_asks_and_nothing_else(tree, name):
    objects = rendered(tree, name)
    granted = k8s_rights.granted(of_kind(objects, "Role", "ClusterRole"))
    leases = {("coordination.k8s.io", "leases", verb, True) for verb in ("get", "create", "update")}
    asked, _, _ = k8s_rights.asked()
    assert granted == asked | (leases if of_kind(objects, "StatefulSet") else set())


@pytest.mark.parametrize("name", ["aws-sharded", "aws-active-standby", "azure+sharded", "gcp+active-standby"])
def test_a_lease_may_be_made_and_only_the_own_one_be_read_and_changed(tree, name):
    rules = [rule for rule in only(rendered(tree, name), "Role")["rules"] if rule["resources"] == ["leases"]]
    suffix = "shards" if "sharded" in name else "leader"
    own = f"{name.partition('+')[0].partition('-')[0]}-agent-{suffix}"
    assert [(rule["verbs"], rule.get("resourceNames")) for rule in rules] == [(["get", "update"], [own]), (["create"], None)]


def test_the_guides_roles_are_the_same(tree):
    text = (tools.ROOT / "docs" / "identity-kubernetes.md").read_text()
    shown = [it for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL) for it in yaml.safe_load_all(block)]
    roles = [it for it in shown if isinstance(it, dict) and it.get("kind") in ("Role", "ClusterRole")]
    assert k8s_rights.granted(roles) == k8s_rights.asked()[0]


# Identities of the clouds


def annotations(objects):
    return only(objects, "ServiceAccount")["metadata"].get("annotations", {})


def test_each_cloud_has_its_own_identity(tree):
    assert set(annotations(rendered(tree, "aws"))) == {"eks.amazonaws.com/role-arn"}
    assert set(annotations(rendered(tree, "azure"))) == {"azure.workload.identity/client-id"}
    assert set(annotations(rendered(tree, "gcp"))) == {"iam.gke.io/gcp-service-account"}
    assert template(only(rendered(tree, "azure"), "Deployment"))["metadata"]["labels"]["azure.workload.identity/use"] == "true"
    for name in ("aws+eks-pod-identity", "gcp+gke-principal", "generic"):
        assert annotations(rendered(tree, name)) == {}


@pytest.mark.parametrize("name", ["aws", "aws-once", "aws-sharded"])
def test_the_region_is_a_flag_for_eks_sets_the_variable(tree, name):
    container = template(workloads(rendered(tree, name))[0])["spec"]["containers"][0]
    assert any(it.startswith("--region=") for it in container["args"])
    assert "region" not in k8s_policy.settings(rendered(tree, name))


def test_the_trust_policies_let_in_the_agents_own_service_account(tree):
    account = only(rendered(tree, "aws"), "ServiceAccount")["metadata"]
    web = json.loads((k8s_render.TREE / "overlays" / "aws" / "trust-policy.json").read_text())["Statement"][0]
    provider = web["Principal"]["Federated"].partition("oidc-provider/")[2]
    subject = f"system:serviceaccount:{account['namespace']}:{account['name']}"
    assert web["Condition"] == {"StringEquals": {f"{provider}:aud": "sts.amazonaws.com", f"{provider}:sub": subject}}
    own = json.loads((k8s_render.TREE / "components" / "eks-pod-identity" / "trust-policy.json").read_text())["Statement"][0]
    tags = {"namespace": account["namespace"], "service-account": account["name"]}
    assert own["Condition"] == {"StringEquals": {f"aws:RequestTag/kubernetes-{tag}": value for tag, value in tags.items()}}


# What a user does with it


def test_another_namespace_takes_everything_along(tree):
    objects = k8s_render.compose(tree, "elsewhere", "aws-sharded", ["monitoring"], "namespace: finops")
    assert k8s_policy.problems(objects) == []
    assert {it["metadata"].get("namespace") for it in objects} == {None, "finops"}


def test_a_second_one_in_another_namespace_shares_no_name_with_the_first(tree):
    objects = k8s_render.compose(tree, "second", "aws", [], "namespace: staging\nnameSuffix: -staging")
    assert k8s_policy.problems(objects) == []
    first = {(it["kind"], it["metadata"]["name"]) for it in rendered(tree, "aws")}
    assert first.isdisjoint((it["kind"], it["metadata"]["name"]) for it in objects)


PATCH = """
patches:
  - target:
      kind: StatefulSet
    patch: |-
      apiVersion: apps/v1
      kind: StatefulSet
      metadata:
        name: any
      spec:
        replicas: 5
        template:
          spec:
            containers:
              - name: agent
                env:
                  - name: SHARDS
                    value: "5"
                  - name: AGENT_ID_PREFIX
                    value: eu-
"""


def test_one_patch_changes_the_number_of_shards_and_the_agents_names(tree, tmp_path):
    objects = k8s_render.compose(tree, "five", "aws-sharded", [], PATCH)
    assert k8s_policy.problems(objects) == []
    assert only(objects, "StatefulSet")["spec"]["replicas"] == 5
    assert k8s_run.Container(objects, tmp_path).environment["OPENFINOPS_AGENT_ID"] == "eu-agent-0"


def test_a_number_of_replicas_alone_is_noticed(tree):
    objects = k8s_render.compose(tree, "alone", "aws-sharded", [], "replicas: [{name: aws-agent, count: 5}]")
    assert k8s_policy.problems(objects) == ["replicas: 5 replicas, and shards 3"]


def test_the_example_needs_a_token(tree, tmp_path):
    without = k8s_render.copy_tree(tmp_path)
    (without / "example" / "token").unlink()
    with pytest.raises(AssertionError, match="token"):
        k8s_render.kustomize(without / "example")


def test_another_configuration_and_another_token_start_the_pods_anew(tree, tmp_path):
    changed = k8s_render.copy_tree(tmp_path)
    (changed / "example" / "token").write_text("another\n")
    before = template(only(rendered(tree, "example"), "Deployment"))
    assert template(only(k8s_render.kustomize(changed / "example"), "Deployment")) != before
    (changed / "overlays" / "aws" / "agent.yaml").write_text("server: none\n")
    before = template(only(rendered(tree, "aws"), "Deployment"))
    assert template(only(k8s_render.kustomize(changed / "overlays" / "aws"), "Deployment")) != before


# The agent itself


@pytest.mark.parametrize("name", k8s_render.AGENT_RENDERINGS)
def test_the_agent_accepts_its_configuration_arguments_and_variables(tree, name, tmp_path):
    done = k8s_run.Container(rendered(tree, name), tmp_path).validate()
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_a_mistake_in_the_configuration_is_found_this_way(tree, tmp_path):
    objects = rendered(tree, "aws")
    only(objects, "ConfigMap")["data"]["agent.yaml"] = "servr: https://finops.example.com\n"
    done = k8s_run.Container(objects, tmp_path).validate()
    assert done.returncode == 2 and "did you mean `server`" in done.stderr


def test_the_probes_are_answered_where_they_ask_and_the_agent_ends_in_time(tree, tmp_path):
    container = k8s_run.Container(rendered(tree, "generic"), tmp_path)
    port = k8s_run.free_port()
    process = container.start(port)
    try:
        for key in ("startupProbe", "livenessProbe", "readinessProbe"):
            path = container.spec[key]["httpGet"]["path"]
            k8s_run.until(lambda path=path: k8s_run.probe(port, path) == 200, f"{key} at {path}")
    finally:
        status = k8s_run.stop(process)
    assert status == 0
    assert (container.here("/var/lib/openfinops/agent/agent.db")).exists()


@pytest.fixture(scope="module")
def aws():
    """moto in AWS's place, with the variables that lead there."""
    with lab.moto() as running:
        yield {key: value for key, value in lab.aws_environment(running.url).items() if key.startswith("AWS_")}


def once(objects, root, **more):
    """The CronJob's container. Two regions, because asking all of them takes longer."""
    container = k8s_run.Container(objects, root, **more)
    container.spec["args"] = [re.sub("^--region=.*", "--region=us-east-1,us-west-2", it) for it in container.spec["args"]]
    return container


def test_a_run_keeps_what_the_server_does_not_take_and_the_next_one_sends_it(tree, tmp_path, aws):
    objects = rendered(tree, "aws-once")
    nobody = f"http://127.0.0.1:{k8s_run.free_port()}"
    away = once(objects, tmp_path, **aws, OPENFINOPS_ENDPOINT=nobody)
    done = away.run(*away.arguments())
    assert done.returncode == 4, done.stderr
    with lab.openfinops() as server:
        back = once(objects, tmp_path, **aws, OPENFINOPS_ENDPOINT=server.url)
        done = back.run(*back.arguments())
    assert done.returncode == 0, done.stderr
    assert "documents: 4 delivered, 0 kept" in done.stdout


def test_the_manifests_region_wins_over_what_eks_sets(tree, tmp_path, aws):
    # As the webhook of EKS adds it to every container with a role.
    more = {**aws, "AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1", "OPENFINOPS_ENDPOINT": "none"}
    container = once(rendered(tree, "aws-once"), tmp_path, **more, OPENFINOPS_OUTPUT="json")
    done = container.run(*container.arguments())
    assert done.returncode == 0, done.stderr
    assert {it["region"] for it in k8s_run.documents(done.stdout)} == {"us-east-1", "us-west-2"}


# The policy itself


@pytest.mark.parametrize("what", k8s_spoilt.SPOILT)
def test_a_spoilt_rendering_is_noticed(tree, what):
    check, name, spoil = k8s_spoilt.SPOILT[what]
    objects = rendered(tree, name)
    spoil(objects)
    assert check in {it.partition(":")[0] for it in k8s_policy.problems(objects)}


def test_the_schemas_notice_a_misspelt_field(tree):
    deployment = only(rendered(tree, "aws"), "Deployment")
    deployment["spec"]["template"]["spec"]["terminationGracePeriod"] = 30
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(deployment, VERSIONS[0], strict=True)


def test_a_bare_pod_violates_what_the_standards_demand_of_it():
    bare = {"metadata": {}, "spec": {"containers": [{"name": "agent", "image": "x"}]}}
    assert k8s_restricted.violations(bare) == ["Capabilities", "Privilege Escalation", "Running as Non-root", "Seccomp"]
