"""The dashboard: its form, its expressions, and that agents that really run have what it shows."""

import json
import re
import subprocess
import time
import urllib.request

import pytest
import tools
import yaml

import lab

DASHBOARD = json.loads((tools.DEPLOY / "grafana" / "openfinops-agents.json").read_text())
RULES = yaml.safe_load((tools.DEPLOY / "grafana" / "alerts.yaml").read_text())
PANELS = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
VARIABLES = {variable["name"]: variable for variable in DASHBOARD["templating"]["list"]}
# What Grafana puts in place of its own variables.
BUILT_IN = {"__rate_interval": "5m", "__range": "1d", "__interval": "1m"}
NAME = re.compile(r"\b(?:openfinops_agent|function_duration|function_calls)_[a-z_]+")
SELECTOR = re.compile(rf"({NAME.pattern})\{{([^}}]*)\}}")
LABEL = re.compile(r"([a-z_]+)\s*(?:=~|!~|!=|=)")
BY = re.compile(r"\b(?:by|on) \(([^)]*)\)")
# What Prometheus adds when it scrapes.
SCRAPED = {"job", "instance"}


def expressions():
    return [(panel["title"], target["expr"]) for panel in PANELS for target in panel["targets"]]


def filled(expression):
    """An expression as Grafana sends it."""
    for name, value in BUILT_IN.items():
        expression = expression.replace(f"${name}", value)
    return re.sub(r"\$(\w+|\{[^}]+\})", "x", expression)


def queries():
    return [VARIABLES[name]["query"]["query"] for name in VARIABLES if VARIABLES[name]["type"] == "query"]


def test_it_is_of_the_schema_that_grafana_writes():
    assert DASHBOARD["schemaVersion"] == 42
    assert DASHBOARD["id"] is None
    assert DASHBOARD["title"] and DASHBOARD["description"]
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,40}", DASHBOARD["uid"])


def test_no_data_source_is_built_in():
    text = json.dumps({**DASHBOARD, "annotations": [each for each in DASHBOARD["annotations"]["list"] if not each.get("builtIn")]})
    assert set(re.findall(r'"type": "prometheus", "uid": "([^"]*)"', text)) == {"${datasource}"}
    assert VARIABLES["datasource"]["type"] == "datasource"
    assert VARIABLES["datasource"]["query"] == "prometheus"


def test_it_can_be_narrowed_down():
    assert list(VARIABLES) == ["datasource", "provider", "agent", "account", "region", "tag"]
    used = json.dumps([PANELS, queries()])
    for name in VARIABLES:
        assert re.search(rf"\$\{{?{name}\b", used), name
    known = {*VARIABLES, *BUILT_IN}
    for _, expression in expressions():
        assert {one or two for one, two in re.findall(r"\$(?:(\w+)|\{(\w+)[^}]*\})", expression)} <= known, expression


def test_every_panel_has_an_id_of_its_own():
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(set(ids)) == len(ids)


def test_no_two_panels_overlap():
    taken = {}
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24, panel["title"]
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                assert (x, y) not in taken, f"{panel['title']} lies on {taken[x, y]}"
                taken[x, y] = panel["title"]


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel["title"])
def test_a_panel_says_what_it_shows(panel):
    assert panel["title"]
    assert panel["description"].endswith(".")
    assert panel["fieldConfig"]["defaults"]["unit"] in {"currencyUSD", "percentunit", "short", "s", "bytes", "reqps", "bool_yes_no"}
    assert panel["targets"]
    ids = [target["refId"] for target in panel["targets"]]
    assert len(set(ids)) == len(ids)


def test_titles_are_not_used_twice():
    titles = [panel["title"] for panel in DASHBOARD["panels"]]
    assert len(set(titles)) == len(titles)


def test_costs_are_in_dollars_times_in_seconds_and_sizes_in_bytes():
    for panel in PANELS:
        unit = panel["fieldConfig"]["defaults"]["unit"]
        names = NAME.findall(panel["targets"][0]["expr"])
        ending = {"currencyUSD": "_usd", "s": "_seconds", "bytes": "_bytes"}.get(unit)
        assert ending is None or all(ending in name for name in names), panel["title"]


def test_prometheus_takes_every_expression(tmp_path):
    rules = [{"record": f"panel_{number}", "expr": filled(expression)} for number, (_, expression) in enumerate(expressions())]
    path = tmp_path / "panels.yaml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    said = tools.output(tools.debian("promtool", "prometheus"), "check", "rules", path)
    assert f"{len(rules)} rules found" in said


def test_what_the_issue_asks_for_is_there():
    shown = " ".join(expression for _, expression in expressions())
    for wanted in [
        "sum by (service) (openfinops_agent_place_cost_usd_per_hour",
        "openfinops_agent_tag_cost_usd_per_hour",
        "openfinops_agent_unpriced_resources",
        "openfinops_agent_unpriced_parts",
        "openfinops_agent_failed_scopes",
        "openfinops_agent_outbox_oldest_age_seconds",
        "openfinops_agent_price_book_age_seconds",
    ]:
        assert wanted in shown


def scrape(port):
    # The agent is on this machine: no proxy.
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
        return answer.read().decode()


def metrics_of(command, environment, log):
    """What /metrics of an agent says once a cycle is over and what it sent was taken."""
    with open(log, "wb") as errors:
        process = subprocess.Popen([*map(str, command), "--listen", "127.0.0.1:0"], env=environment, stderr=errors)
        try:
            deadline, text = time.monotonic() + 120, ""
            while "openfinops_agent_last_cycle_duration_seconds" not in text or not delivered(text):
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < deadline, f"no cycle within two minutes\n{log.read_text()}"
                time.sleep(0.1)
                address = re.search(r'"address":"127.0.0.1:(\d+)"', log.read_text())
                text = scrape(address.group(1)) if address else ""
            return text
        finally:
            process.terminate()
            process.wait(30)


def delivered(text):
    taken = re.findall(r"^openfinops_agent_outbox_delivered_documents_total\{.*\} (\d+)$", text, re.MULTILINE)
    return any(int(count) > 0 for count in taken)


@pytest.fixture(scope="module")
def scraped(tmp_path_factory):
    """What aws-agent and generic-agent serve, each with a server that takes its documents."""
    folder = tmp_path_factory.mktemp("agents")
    with lab.moto() as aws, lab.openfinops() as server:
        seed = [lab.ensure_venv(), tools.ROOT / "lab" / "fleet.py", "--endpoint", aws.url, "--manifest", folder / "fleet.json"]
        tools.output(*seed, "--size", "small")
        environment = {**lab.aws_environment(aws.url), "OPENFINOPS_PRICES_REFRESH": "0"}
        every = ["--server", server.url, "--group-by", "tag:team", "--data-dir"]
        command = [tools.agent("aws-agent"), "--region", "us-east-1,us-west-2", *every, folder / "aws"]
        of_aws = metrics_of(command, environment, folder / "aws.log")
        settings = folder / "generic.yaml"
        settings.write_text(
            'rates: { vcpu: { price: "0.012", unit: vCPU-hour, source: contract, as_of: 2026-01-01 } }\nmachine: { vcpu: vcpu }\n'
        )
        command = [tools.agent("generic-agent"), "--config", settings, *every, folder / "generic"]
        of_generic = metrics_of(command, environment, folder / "generic.log")
    return {"aws-agent": of_aws, "generic-agent": of_generic}


def served(text):
    """Labels by metric."""
    found = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            name, _, labels = line.rpartition(" ")[0].partition("{")
            found.setdefault(name, set()).update(re.findall(r'(\w+)="', labels))
    return found


def everything_used():
    rules = [rule["expr"] for group in RULES["groups"] for rule in group["rules"]]
    return [filled(expression) for _, expression in expressions()] + [filled(query) for query in queries()] + rules


# Absent where nothing waits, no prices were fetched, and no replica shares the work.
ABSENT = {
    "openfinops_agent_replica_leading": {"lease"},
    "openfinops_agent_outbox_oldest_age_seconds": {"sink"},
    "openfinops_agent_price_sync_last_success_timestamp_seconds": set(),
}


def test_every_metric_that_is_used_is_served_by_an_agent(scraped):
    known = {**ABSENT, **served(scraped["aws-agent"])}
    recorded = {rule["record"] for group in RULES["groups"] for rule in group["rules"] if "record" in rule}
    for expression in everything_used():
        for record in recorded:
            expression = expression.replace(record, "")
        missing = set(NAME.findall(expression)) - set(known)
        assert not missing, f"{missing} in {expression}"


def test_every_label_that_is_used_is_served_too(scraped):
    known = {**ABSENT, **served(scraped["aws-agent"])}
    for expression in everything_used():
        for name, labels in SELECTOR.findall(expression):
            assert set(LABEL.findall(labels)) <= known.get(name, set()) | SCRAPED, expression
        names = [known.get(name, set()) for name in NAME.findall(expression)]
        for labels in BY.findall(expression):
            grouped = set(re.split(r",\s*", labels))
            assert grouped <= set().union(*names) | SCRAPED, expression


def test_what_is_absent_here_is_a_metric_of_the_source():
    text = "".join(path.read_text() for path in (tools.ROOT / "core" / "src" / "admin" / "metrics").glob("*.rs"))
    for name in ABSENT:
        assert f'"{name.removeprefix("openfinops_agent_")}"' in text


@pytest.mark.parametrize("agent", ["aws-agent", "generic-agent"])
def test_the_metrics_are_as_prometheus_wants_them(agent, scraped):
    done = subprocess.run(
        [tools.debian("promtool", "prometheus"), "check", "metrics"], input=scraped[agent], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_any_machine_is_shown_as_well_as_a_cloud(scraped):
    generic = served(scraped["generic-agent"])
    # What depends on a cloud, a tag or a price book.
    clouds = re.compile(r"price_|unpriced_parts|tag_cost")
    for title, expression in expressions():
        for name in set(NAME.findall(expression)) - set(generic) - set(ABSENT):
            assert clouds.search(name), f"{name} in {title}"
