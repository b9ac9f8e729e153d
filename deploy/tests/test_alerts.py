"""Every alert fires when it should and is quiet when it should be, as Prometheus' own promtool sees it."""

import re
from dataclasses import dataclass, field

import pytest
import tools
import yaml

ALERTS = tools.DEPLOY / "grafana" / "alerts.yaml"
RUNBOOKS = tools.ROOT / "docs" / "deploy.md"

ONE = {"job": "openfinops", "instance": "web-1:9464"}
TWO = {"job": "openfinops", "instance": "web-2:9464"}
HOUR, DAY = 60, 24 * 60


@dataclass
class Case:
    """Series, one sample a minute, and at which minute one alert fires, with which labels, or none does."""

    alert: str
    what: str
    series: dict
    at: int
    labels: list = field(default_factory=list)


def series(name, labels=ONE, **more):
    pairs = {**labels, **more}
    name = name if name == "up" else f"openfinops_agent_{name}"
    return name + "{" + ",".join(f'{key}="{value}"' for key, value in sorted(pairs.items())) + "}"


def flat(value, minutes):
    return f"{value}+0x{minutes}"


def fires(alert, what, given, at, *labels):
    return Case(alert, what, given, at, list(labels))


def quiet(alert, what, given, at):
    return Case(alert, what, given, at)


def age(name, value):
    return {series(name): flat(value, 3 * HOUR)}


def cost(then, now, **more):
    """What ec2 costs: for a day and two hours `then`, then `now`."""
    return {series("cost_usd_per_hour", service="ec2"): f"{flat(then, DAY + 2 * HOUR)} {flat(now, 4 * HOUR)}", **more}


def failures(then, now):
    return {series("failed_scopes", service="ec2"): f"{flat(then, DAY + 2 * HOUR)} {flat(now, 4 * HOUR)}"}


def unpriced(then, now):
    return {
        series("resources", service="ec2"): flat(100, 2 * DAY),
        series("unpriced_resources", service="ec2"): f"{flat(then, DAY + 2 * HOUR)} {flat(now, 4 * HOUR)}",
    }


def cycles(failed):
    return {series("cycles_total"): "0+1x120", series("cycle_failures_total"): f"0+{failed}x120"}


def leading(one, two):
    """Whether each of two replicas leads."""
    return {series("replica_leading", labels, lease="aws"): values for labels, values in ((ONE, one), (TWO, two))}


JUMP_AT = DAY + 3 * HOUR
EC2 = {**ONE, "service": "ec2"}
SERVER = {**ONE, "sink": "server"}
JOB = {"job": "openfinops"}

CASES = [
    fires("AgentDown", "an agent that does not answer", {series("up"): flat(0, 10)}, 6, ONE),
    quiet("AgentDown", "a restart of three minutes", {series("up"): "1 1 0 0 0 1 1 1 1 1"}, 9),
    fires(
        "AgentDown",
        "an agent of a job of another name, by what it was",
        {
            series("up", job="clouds"): "1+0x60 0+0x60",
            series("build_info", job="clouds", version="0.1.0"): "1+0x60 stale",
        },
        70,
        {**ONE, "job": "clouds"},
    ),
    quiet("AgentDown", "what is down and no agent", {series("up", job="node"): flat(0, 10)}, 9),
    fires("NoAgent", "nothing at all", {series("up", job="node"): flat(1, 30)}, 20, {}),
    quiet("NoAgent", "one agent", {series("build_info"): flat(1, 30)}, 20),
    fires("AgentNotReady", "an agent that is not ready", {series("ready"): flat(0, 10)}, 5, ONE),
    quiet("AgentNotReady", "an agent that is ready", {series("ready"): flat(1, 10)}, 5),
    fires("NobodyLeads", "two that stand by", leading("1x5 0x20", flat(0, 20)), 15, {**JOB, "lease": "aws"}),
    quiet("NobodyLeads", "one that stands by beside one that leads", leading(flat(1, 20), flat(0, 20)), 15),
    quiet("NobodyLeads", "one that takes over within a minute", leading("1x5 0x20", "0x6 1x20"), 15),
    fires("AgentRestarts", "a start every ten minutes", {series("start_time_seconds"): "0x9 600x9 1200x9 1800x9 2400x9 3000x9"}, 59, ONE),
    quiet("AgentRestarts", "one upgrade", {series("start_time_seconds"): "0x29 1800x29"}, 59),
    fires("CyclesFail", "every cycle", cycles(1), 70, ONE),
    quiet("CyclesFail", "one cycle in ten", cycles(0.1), 70),
    fires("ServiceFails", "the third cycle", {series("failing_cycles", service="ec2"): "1 2 3"}, 2, EC2),
    quiet("ServiceFails", "the second cycle", {series("failing_cycles", service="ec2"): "1 2 0"}, 1),
    fires(
        "CycleSlow",
        "cycles longer than the interval",
        {series("last_cycle_duration_seconds"): flat(400, HOUR), series("interval_seconds"): flat(300, HOUR)},
        40,
        ONE,
    ),
    quiet(
        "CycleSlow",
        "cycles shorter than the interval",
        {series("last_cycle_duration_seconds"): flat(200, HOUR), series("interval_seconds"): flat(300, HOUR)},
        40,
    ),
    fires("Throttled", "one answer in ten", {series("api_calls_total"): "0+100x120", series("api_throttles_total"): "0+10x120"}, 70, ONE),
    quiet("Throttled", "one answer in a hundred", {series("api_calls_total"): "0+100x120", series("api_throttles_total"): "0+1x120"}, 70),
    fires("OutboxOld", "an hour and more", {series("outbox_oldest_age_seconds", sink="server"): "0+60x120"}, 70, SERVER),
    quiet("OutboxOld", "half an hour", {series("outbox_oldest_age_seconds", sink="server"): "0+60x120"}, 30),
    fires("OutboxNearlyFull", "nine tenths", {series("outbox_bytes"): flat(90, 10), series("outbox_max_bytes"): flat(100, 10)}, 6, ONE),
    quiet("OutboxNearlyFull", "half", {series("outbox_bytes"): flat(50, 10), series("outbox_max_bytes"): flat(100, 10)}, 6),
    fires("OutboxInMemory", "a full disk", {series("outbox_in_memory"): flat(1, 10)}, 6, ONE),
    quiet("OutboxInMemory", "a disk with room", {series("outbox_in_memory"): flat(0, 10)}, 6),
    fires("DocumentsDropped", "one that was dropped", {series("outbox_dropped_documents_total"): "0x9 1x59"}, 20, ONE),
    quiet("DocumentsDropped", "one that was dropped two hours ago", {series("outbox_dropped_documents_total"): "0x9 1x130"}, 130),
    fires("DocumentsRefused", "two that were refused", {series("dead_letters", sink="server"): flat(2, 5)}, 1, SERVER),
    quiet("DocumentsRefused", "none", {series("dead_letters", sink="server"): flat(0, 5)}, 1),
    fires("PricesOld", "eight days", age("price_book_age_seconds", 8 * 86400), 2 * HOUR, ONE),
    quiet("PricesOld", "a day", age("price_book_age_seconds", 86400), 2 * HOUR),
    quiet("PricesOld", "forty days, which is the other alert", age("price_book_age_seconds", 40 * 86400), 2 * HOUR),
    fires("PricesVeryOld", "forty days", age("price_book_age_seconds", 40 * 86400), 2 * HOUR, ONE),
    quiet("PricesVeryOld", "eight days", age("price_book_age_seconds", 8 * 86400), 2 * HOUR),
    fires("PriceSyncFails", "the third failure", {series("price_sync_failures_total"): "0x59 1x29 2x59 3x119"}, 4 * HOUR, ONE),
    quiet("PriceSyncFails", "one failure", {series("price_sync_failures_total"): "0x59 1x239"}, 4 * HOUR),
    fires("UnpricedRises", "from two in a hundred to ten", unpriced(2, 10), DAY + 4 * HOUR, JOB),
    quiet("UnpricedRises", "ten in a hundred all along", unpriced(10, 10), DAY + 4 * HOUR),
    fires("CostJumps", "half as much again", cost(10, 15, **failures(0, 0)), JUMP_AT, {**JOB, "service": "ec2"}),
    quiet("CostJumps", "a tenth more", cost(100, 110), JUMP_AT),
    quiet("CostJumps", "twice as much of very little", cost("0.5", "1"), JUMP_AT),
    quiet("CostJumps", "a service that failed in part a day ago", cost(5, 15, **failures(1, 0)), JUMP_AT),
    quiet("CostJumps", "a cost that falls", cost(15, 5), JUMP_AT),
]


def rules():
    groups = yaml.safe_load(ALERTS.read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def alerts():
    return {rule["alert"].removeprefix("OpenFinOps"): rule for rule in rules() if "alert" in rule}


def promtool(folder, document, *command):
    path = folder / "tests.yaml"
    path.write_text(yaml.safe_dump(document))
    return tools.output(tools.debian("promtool", "prometheus"), *command, path)


def unit_test(case, **what):
    return {
        "rule_files": [str(ALERTS)],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [{"series": name, "values": values} for name, values in case.series.items()],
                **what,
            }
        ],
    }


def sample(alert, labels):
    severity = alerts()[alert]["labels"]["severity"]
    every = {**labels, "alertname": f"OpenFinOps{alert}", "alertstate": "firing", "severity": severity}
    return "ALERTS{" + ",".join(f'{key}="{value}"' for key, value in sorted(every.items())) + "}"


def test_prometheus_takes_the_rules():
    assert "SUCCESS" in tools.output(tools.debian("promtool", "prometheus"), "check", "rules", "--lint=all", "--lint-fatal", ALERTS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.alert}: {case.what}")
def test_an_alert_fires_when_it_should_and_only_then(case, tmp_path):
    expression = {
        "expr": f'ALERTS{{alertname="OpenFinOps{case.alert}",alertstate="firing"}}',
        "eval_time": f"{case.at}m",
        "exp_samples": [{"labels": sample(case.alert, labels), "value": 1} for labels in case.labels],
    }
    promtool(tmp_path, unit_test(case, promql_expr_test=[expression]), "test", "rules")


def test_every_alert_is_tried_both_ways():
    firing = {case.alert for case in CASES if case.labels}
    silent = {case.alert for case in CASES if not case.labels}
    assert firing == silent == set(alerts())


@pytest.mark.parametrize("case", [case for case in CASES if case.labels], ids=lambda case: f"{case.alert}: {case.what}")
def test_what_an_alert_says_is_complete(case, tmp_path):
    # promtool shows the texts of an alert that was not expected, with what stands in their templates.
    expected = {"alertname": f"OpenFinOps{case.alert}", "eval_time": f"{case.at}m", "exp_alerts": []}
    with pytest.raises(AssertionError) as failure:
        promtool(tmp_path, unit_test(case, alert_rule_test=[expected]), "test", "rules")
    said = str(failure.value)
    assert "summary=" in said
    for wrong in ["error expanding template", "<no value>", "%!", "{{"]:
        assert wrong not in said
    summary = alerts()[case.alert]["annotations"]["summary"]
    for label in re.findall(r"\$labels\.(\w+)", summary):
        assert case.labels[0][label] in said


@pytest.mark.parametrize("name", alerts())
def test_every_alert_says_how_bad_it_is_and_what_to_do(name):
    rule = alerts()[name]
    assert rule["labels"]["severity"] in ("critical", "warning")
    annotations = rule["annotations"]
    assert set(annotations) == {"summary", "description", "runbook"}
    assert annotations["runbook"] == f"docs/deploy.md#openfinops{name.lower()}"
    # More than the summary said again.
    assert len(annotations["description"]) > len(annotations["summary"])


def test_the_guide_has_a_part_for_every_alert():
    headings = set(re.findall(r"^#+ (OpenFinOps\w+)$", RUNBOOKS.read_text(), re.MULTILINE))
    assert headings == {rule["alert"] for rule in rules() if "alert" in rule}
