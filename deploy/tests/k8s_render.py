"""Renders what is in deploy/k8s, as `kubectl kustomize` does it, from a copy of the tree."""

import functools
import pathlib
import shutil

import tools
import yaml

TREE = tools.DEPLOY / "k8s"
CLOUDS = ["aws", "azure", "gcp"]
OVERLAYS = sorted(path.name for path in (TREE / "overlays").iterdir())
COMPONENTS = sorted(path.name for path in (TREE / "components").iterdir())

# What can be put together beside the overlays as they are: each component with everything that it is for.
COMBINATIONS = {
    **{f"{cloud}+{mode}": (cloud, [mode]) for cloud in CLOUDS for mode in ("sharded", "active-standby")},
    **{f"{name}+monitoring": (name, ["monitoring"]) for name in [*CLOUDS, "generic", "aws-sharded"]},
    **{f"{name}+existing-token": (name, ["existing-token"]) for name in OVERLAYS},
    "aws+eks-pod-identity": ("aws", ["eks-pod-identity"]),
    "aws-once+eks-pod-identity": ("aws-once", ["eks-pod-identity"]),
    "gcp+gke-principal": ("gcp", ["gke-principal"]),
    "generic+host-view": ("generic", ["host-view"]),
    "aws+all": ("aws", ["sharded", "eks-pod-identity", "existing-token", "monitoring"]),
}
RENDERINGS = ["namespace", *OVERLAYS, *COMBINATIONS, "example"]
AGENT_RENDERINGS = [name for name in RENDERINGS if name != "namespace"]


def copy_tree(folder):
    """A copy of the tree, with a token for the example."""
    copy = pathlib.Path(folder) / "k8s"
    shutil.copytree(TREE, copy)
    (copy / "example" / "token").write_text("a-token-for-the-test\n")
    return copy


def kustomize(folder):
    """The objects of a kustomization."""
    text = tools.output(tools.kubectl(), "kustomize", folder)
    return [document for document in yaml.safe_load_all(text) if document]


def compose(tree, name, overlay, components, extra=""):
    """The objects of an overlay with components and whatever else a user's kustomization has."""
    folder = tree / "composed" / name.replace("+", "-")
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["apiVersion: kustomize.config.k8s.io/v1beta1", "kind: Kustomization", f"resources: [../../overlays/{overlay}]"]
    if components:
        lines.append(f"components: [{', '.join('../../components/' + it for it in components)}]")
    (folder / "kustomization.yaml").write_text("\n".join([*lines, extra, ""]))
    return kustomize(folder)


@functools.cache
def rendering(tree, name):
    """The objects of one of RENDERINGS. Whoever changes them copies them first."""
    if name in COMBINATIONS:
        return compose(tree, name, *COMBINATIONS[name])
    return kustomize(tree / name if name in ("namespace", "example") else tree / "overlays" / name)
