"""Kubernetes' quantities and durations as numbers."""

import re

SUFFIXES = {"": 1, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "Ki": 2**10, "Mi": 2**20, "Gi": 2**30}
SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}


def number(quantity):
    """`500m` is 0.5, `64Mi` is 67108864."""
    value, suffix = re.fullmatch(r"([0-9.]+)([A-Za-z]*)", str(quantity)).groups()
    return float(value) * SUFFIXES[suffix]


def seconds(duration):
    """A duration as the agents' configuration has it: `5m` is 300."""
    value, unit = re.fullmatch(r"(\d+)([smhd]?)", str(duration)).groups()
    return int(value) * SECONDS[unit]
