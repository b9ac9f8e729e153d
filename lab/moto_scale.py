"""Make moto fit for thousands of resources, without changing what it answers.

moto looks through everything it holds for each thing it is asked, so 3,000 instances cost it minutes.
Here it is handed only what can match and does the rest itself. Three things do differ, on purpose:

* its images are the three of ``images.json`` instead of 1,300;
* the dimensions of a metric match in any order, as in CloudWatch;
* it makes up no metrics: its own size for each bucket, 0 and stamped today, would hide the ones put.
"""

import os
import pathlib
import threading


def apply():
    """Call before moto's EC2 is imported: it reads its images then."""
    os.environ.setdefault("MOTO_AMIS_PATH", str(pathlib.Path(__file__).with_name("images.json")))
    find_tags_by_resource()
    find_metrics_by_dimensions()


def find_tags_by_resource():
    from moto.ec2.models.tags import TagBackend

    search = TagBackend.describe_tags

    class OneResource:
        """A tag store that holds one resource: all that moto's search reads of itself."""

        VALID_TAG_FILTERS = TagBackend.VALID_TAG_FILTERS

        def __init__(self, tags):
            self.tags = tags

    def describe_tags(self, filters=None):
        names = (filters or {}).get("resource-id", [])
        if len(names) == 1 and not set(names[0]) & set("*?"):
            held = self.tags.get(names[0])
            return search(OneResource({names[0]: held}), filters) if held else []
        return search(self, filters)

    TagBackend.describe_tags = describe_tags


def find_metrics_by_dimensions():
    from moto.cloudwatch import models
    from moto.cloudwatch.models import CloudWatchBackend, Dimension

    # moto's own order compares a value with a name, so sorting two dimensions does not make them alike;
    # and it takes two lists for different when any two of their members differ.
    Dimension.__lt__ = lambda self, other: (self.name, str(self.value)) < (other.name, str(other.value))
    models.are_dimensions_same = lambda one, other: sorted(one) == sorted(other)

    lock, wanted = threading.Lock(), threading.local()
    batch, single = CloudWatchBackend.get_metric_data, CloudWatchBackend.get_metric_statistics

    def key_of(name, dimensions):
        return name, frozenset((each["Name"], each["Value"]) for each in dimensions)

    def by_key(backend):
        """The backend's data by name and dimensions, extended by what has been put since the last look."""
        seen, index = getattr(backend, "lab_index", (0, {}))
        # What is put meanwhile is for the next look: counted now and not read, it would never be found.
        end = len(backend.metric_data)
        for datum in backend.metric_data[seen:end]:
            which = frozenset((each.name, each.value) for each in datum.dimensions)
            index.setdefault((datum.name, which), []).append(datum)
        backend.lab_index = (end, index)
        return index

    def get_all_metrics(self):
        key = getattr(wanted, "key", None)
        if key is None:
            return self.metric_data
        with lock:
            return by_key(self).get(key, [])

    def narrowed(call, self, key, *arguments, **named):
        wanted.key = key
        try:
            return call(self, *arguments, **named)
        finally:
            wanted.key = None

    def get_metric_data(self, queries, start_time, end_time, scan_by="TimestampAscending"):
        metrics = [query.get("MetricStat", {}).get("Metric", {}) for query in queries]
        if not all(metric.get("Dimensions") for metric in metrics):
            # Expressions refer to one another, and a query without dimensions means all of them.
            return batch(self, queries, start_time, end_time, scan_by)
        return [
            result
            for query, metric in zip(queries, metrics)
            for result in narrowed(
                batch, self, key_of(metric["MetricName"], metric["Dimensions"]), [query], start_time, end_time, scan_by
            )
        ]

    def get_metric_statistics(self, namespace, metric_name, *arguments, dimensions, **named):
        key = key_of(metric_name, dimensions) if dimensions else None
        return narrowed(single, self, key, namespace, metric_name, *arguments, dimensions=dimensions, **named)

    CloudWatchBackend.aws_metric_data = property(lambda self: [])
    CloudWatchBackend.get_all_metrics = get_all_metrics
    CloudWatchBackend.get_metric_data = get_metric_data
    CloudWatchBackend.get_metric_statistics = get_metric_statistics
