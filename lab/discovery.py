#!/usr/bin/env python3
"""Check requests to Google Cloud against Google's own discovery documents.

    lab/discovery.py [--replies FOLDER] [--log FILE]

Serves on a free loopback port in the place of all of Google's APIs that gcp-agent asks (its setting endpoints.all), until standard
input ends. Prints one line, ``READY http://127.0.0.1:PORT``, once it answers, and a summary at the end.

The documents are those of the package google-api-python-client. A request fits where one of them has a method of its verb and path,
the method knows every query parameter (or all methods do, or Google documents it as a system parameter), required ones are there,
each value is of its type, format, range, pattern and enumeration, only repeated ones come twice, ``fields`` names what the answer has,
there is no body that the method does not take, and it carries a bearer token. A request that does not fit is answered with status 400 and the reason.

With ``--replies``, a method is answered with ``METHOD.json`` of that folder (``compute.instances.aggregatedList.json``), and with
``METHOD@TOKEN.json`` where the page with that token is asked for; without such a file with ``{}``, which every method may answer.
Replies with a field that the method's document does not have are refused at the start.

With ``--log``, each request becomes one JSON line: ``{"verb": "GET", "path": "/storage/v1/b", "query": [["project", "web-1"]],
"method": "storage.buckets.list", "verdict": "fits"}``; the verdict is ``fits`` or the reason, and the method may be null.

Ends with status 1 where a request was refused, and where none came.
"""

import argparse
import collections
import http.server
import importlib.util
import json
import pathlib
import re
import sys
import threading
import urllib.parse

import lab

if not importlib.util.find_spec("googleapiclient"):
    lab.with_packages()

APIS = ["compute.v1", "container.v1", "cloudfunctions.v2", "run.v1", "sqladmin.v1", "monitoring.v3", "cloudasset.v1", "storage.v1"]
# https://cloud.google.com/apis/docs/system-parameters
SYSTEM = {"$alt", "$callback", "$fields", "$key", "$outputDefaults", "$prettyPrint", "$quotaUser", "$userProject", "$.xgafv"}
ALTERNATIVES = {"json", "media", "proto", "sse", "enum-encoding=int"}
RANGES = {"int32": (-(2**31), 2**31 - 1), "uint32": (0, 2**32 - 1), "int64": (-(2**63), 2**63 - 1), "uint64": (0, 2**64 - 1)}
FORMATS = {
    "google-datetime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)",
    "google-duration": r"-?\d+(\.\d{1,9})?s",
    "google-fieldmask": r"[\w.*]+(,[\w.*]+)*",
    "date": r"\d{4}-\d\d-\d\d",
}
# The parameters that ask for a page.
TOKENS = ("pageToken", "continue")


class Refused(Exception):
    """Why a request does not fit."""


class Method:
    """A method of one document."""

    def __init__(self, document, described):
        self.name = described["id"]
        self.verb = described["httpMethod"]
        self.takes_body = "request" in described
        self.document = document
        self.response = described.get("response", {}).get("$ref")
        self.version = described.get("apiVersion")
        self.parameters = {**document.get("parameters", {}), **advised(described), **described.get("parameters", {})}
        base = "/" + document["servicePath"]
        self.flat = template(base + described.get("flatPath", described["path"]))
        self.path = template(base + described["path"])
        self.literal = len(re.sub(r"\{[^}]*\}", "", described.get("flatPath", described["path"])))

    def answers(self, verb, path):
        return verb == self.verb and self.flat.fullmatch(path) is not None

    def check(self, path, query, has_body):
        """Raises Refused where the request does not fit."""
        found = self.path.fullmatch(path)
        if not found:
            raise Refused(f"{path} does not fit the path of {self.name}")
        for group, value in found.groupdict().items():
            name = PATH_NAMES[group]
            check_value(name, self.parameters.get(name, {}), urllib.parse.unquote(value))
        counts = collections.Counter(name for name, _ in query)
        for name, value in query:
            if name == "$apiVersion" and self.version:
                check_version(self.version, value)
                continue
            if name in SYSTEM:
                check_system(name, value)
                continue
            described = self.parameters.get(name)
            if described is None or described.get("location") != "query":
                raise Refused(f"{self.name} has no parameter {name}")
            if counts[name] > 1 and not described.get("repeated"):
                raise Refused(f"{name} is not repeated in {self.name}")
            check_value(name, described, value)
            if name == "fields":
                check_fields(self.document["schemas"], {"$ref": self.response}, value)
        for name, described in self.parameters.items():
            if described.get("required") and described.get("location") == "query" and not counts[name]:
                raise Refused(f"{self.name} requires {name}")
        if has_body and not self.takes_body:
            raise Refused(f"{self.name} takes no body")


# Names of parameters as a regular expression may have them, and as they are.
PATH_NAMES = {}


def template(text):
    """A path template (RFC 6570, as far as the documents use it) as a regular expression over an encoded path."""
    parts = []
    for part in re.split(r"(\{[^}]*\})", text):
        if not part.startswith("{"):
            parts.append(re.escape(part))
            continue
        name = part.strip("{}").lstrip("+")
        group = "p_" + re.sub(r"\W", "_", name)
        PATH_NAMES[group] = name
        parts.append(f"(?P<{group}>{'.+' if part.startswith('{+') else '[^/]+'})")
    return re.compile("".join(parts))


def advised(described):
    """Parameters that the document advises to set in words and then leaves out, as Compute Engine's does."""
    found = re.findall(r"`(\w+)`\s+parameter\s+to\s+`(\w+)`", described.get("description", ""))
    return {name: {"location": "query", "type": "string", "enum": [value]} for name, value in found}


def check_version(newest, value):
    """Raises Refused where a version by date is none, or newer than the method's."""
    if not re.fullmatch(FORMATS["date"], value) or value > newest:
        raise Refused(f"$apiVersion is {value!r}, and the newest is {newest}")


def check_system(name, value):
    if name == "$alt" and not set(value.split(";")) <= ALTERNATIVES:
        raise Refused(f"{name} is {value}, which Google does not document")
    if name == "$prettyPrint" and value not in ("true", "false"):
        raise Refused(f"{name} is {value}, neither true nor false")


def check_value(name, described, value):
    """Raises Refused where a value is not what its parameter takes."""
    said = f"{name} is {value[:80]!r}"
    kind, form = described.get("type", "string"), described.get("format")
    if kind == "boolean" and value not in ("true", "false"):
        raise Refused(f"{said}, neither true nor false")
    if kind == "number" and not re.fullmatch(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", value):
        raise Refused(f"{said}, no number")
    if kind == "integer" or form in RANGES:
        check_integer(said, described, value)
    if form in FORMATS and not re.fullmatch(FORMATS[form], value):
        raise Refused(f"{said}, no {form}")
    # JSON's mapping of protocol buffers takes enumerations by number, which the documents do not list:
    # https://protobuf.dev/programming-guides/json/
    if "enum" in described and value not in described["enum"] and not re.fullmatch(r"\d{1,9}", value):
        raise Refused(f"{said}, none of {', '.join(described['enum'])}")
    if "pattern" in described and not re.fullmatch(described["pattern"], value):
        raise Refused(f"{said}, which does not match {described['pattern']}")


def check_integer(said, described, value):
    if not re.fullmatch(r"-?\d+", value):
        raise Refused(f"{said}, no whole number")
    least, most = RANGES.get(described.get("format"), RANGES["int64"])
    least, most = max(least, int(described.get("minimum", least))), min(most, int(described.get("maximum", most)))
    if not least <= int(value) <= most:
        raise Refused(f"{said}, not from {least} to {most}")


def check_fields(schemas, schema, text):
    """Raises Refused where a partial answer is asked for by fields that the answer does not have.

    https://developers.google.com/workspace/drive/api/guides/fields-parameter
    """
    for part in split_fields(text):
        path, opened, inner = part.partition("(")
        if opened and not inner.endswith(")"):
            raise Refused(f"fields has {part[:80]!r}, which is not closed")
        found = schema
        for name in path.split("/"):
            found = field(schemas, found, name)
            if found is None:
                raise Refused(f"fields has {path!r}: the answer has no {name}")
        if opened:
            check_fields(schemas, found, inner[:-1])


def split_fields(text):
    """The parts between the commas that are in no brackets."""
    parts, depth = [""], 0
    for letter in text:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def field(schemas, schema, name):
    """The schema of a field; `*` is each of a map or all of an object. Lists are looked through. None where there is no such field."""
    schema = schemas.get(schema.get("$ref"), schema)
    while schema.get("type") == "array":
        schema = schema["items"]
        schema = schemas.get(schema.get("$ref"), schema)
    if name == "*":
        return schema.get("additionalProperties", schema)
    return schema.get("properties", {}).get(name, schema.get("additionalProperties"))


def methods():
    """Every method of the documents."""
    package = importlib.util.find_spec("googleapiclient")
    folder = pathlib.Path(package.origin).parent / "discovery_cache" / "documents"
    found = []

    def walk(document, resource):
        found.extend(Method(document, described) for described in resource.get("methods", {}).values())
        for inner in resource.get("resources", {}).values():
            walk(document, inner)

    for api in APIS:
        document = json.loads((folder / f"{api}.json").read_text(encoding="utf-8"))
        walk(document, document)
    return found


def judge(known, verb, target, authorization, has_body):
    """The method of a request, where there is one, and 'fits' or why not."""
    path, _, text = target.partition("?")
    query = urllib.parse.parse_qsl(text, keep_blank_values=True)
    candidates = sorted((method for method in known if method.answers(verb, path)), key=lambda method: -method.literal)
    if not candidates:
        return None, f"no document has {verb} {path}"
    if not re.fullmatch(r"Bearer \S+", authorization or ""):
        return candidates[0], "there is no bearer token"
    reasons = []
    for method in candidates:
        try:
            method.check(path, query, has_body)
            return method, "fits"
        except Refused as refused:
            reasons.append(str(refused))
    return candidates[0], reasons[0]


class Replies:
    """What to answer, by method and page."""

    def __init__(self, folder, known):
        self.texts = {}
        by_name = {method.name: method for method in known}
        for file in sorted(pathlib.Path(folder).glob("*.json")) if folder else []:
            method = by_name.get(file.stem.partition("@")[0])
            if not method:
                raise lab.LabError(f"{file.name} is a reply of no method that the documents have")
            text = file.read_text(encoding="utf-8")
            misfit = misfits(method.document["schemas"], {"$ref": method.response}, json.loads(text), "")
            if misfit:
                raise lab.LabError(f"{file.name} does not fit {method.response}: {misfit}")
            self.texts[file.stem] = text

    def of(self, method, query):
        token = next((value for name, value in query if name in TOKENS and value), None)
        return self.texts.get(f"{method.name}@{token}" if token else method.name, "{}")


def misfits(schemas, schema, value, place):
    """What of a reply its schema does not have; None where it fits."""
    schema = schemas.get(schema.get("$ref"), schema)
    kind = schema.get("type")
    if kind == "array" and isinstance(value, list):
        each = (misfits(schemas, schema["items"], one, f"{place}[]") for one in value)
        return next(filter(None, each), None)
    if kind == "object" and isinstance(value, dict):
        known, others = schema.get("properties", {}), schema.get("additionalProperties")
        for key, inner in value.items():
            described = known.get(key, others)
            misfit = f"{place}.{key} is not there" if described is None else misfits(schemas, described, inner, f"{place}.{key}")
            if misfit:
                return misfit
        return None
    if kind in ("array", "object"):
        return f"{place} is no {kind}"
    texts = {"string": str, "boolean": bool, "integer": int, "number": (int, float)}
    # Enumerations come as numbers where that was asked for.
    fits = kind not in texts or isinstance(value, texts[kind]) or ("enum" in schema and isinstance(value, int))
    return None if fits else f"{place} is no {kind}"


class Checker:
    """Judges requests and keeps the verdicts."""

    def __init__(self, replies, log):
        self.known = methods()
        self.replies = Replies(replies, self.known)
        self.log = open(log, "a", buffering=1, encoding="utf-8") if log else None
        self.verdicts = collections.Counter()
        self.lock = threading.Lock()

    def answer(self, verb, target, authorization, has_body):
        """The status and the text to answer with."""
        method, verdict = judge(self.known, verb, target, authorization, has_body)
        path, _, text = target.partition("?")
        query = urllib.parse.parse_qsl(text, keep_blank_values=True)
        name = method.name if method else None
        with self.lock:
            self.verdicts[name or f"{verb} {path}", verdict] += 1
            if self.log:
                line = {"verb": verb, "path": path, "query": query, "method": name, "verdict": verdict}
                self.log.write(json.dumps(line) + "\n")
        if verdict == "fits":
            return 200, self.replies.of(method, query)
        return 400, json.dumps({"error": {"code": 400, "message": verdict, "status": "INVALID_ARGUMENT"}})

    def summary(self):
        """Prints what came, and says with which status to end."""
        for (name, verdict), count in sorted(self.verdicts.items()):
            print(f"{count:4} × {name}: {verdict}")
        refused = sum(count for (_, verdict), count in self.verdicts.items() if verdict != "fits")
        print(f"{sum(self.verdicts.values())} requests, {refused} refused", flush=True)
        return 1 if refused or not self.verdicts else 0


def handler(checker):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self):
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            status, text = checker.answer(self.command, self.path, self.headers.get("authorization"), bool(body))
            content = text.encode()
            self.send_response(status)
            self.send_header("content-type", "application/json; charset=UTF-8")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

        def log_message(self, *_):
            pass

    return Handler


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replies", metavar="FOLDER", help="answer with the files of this folder")
    parser.add_argument("--log", metavar="FILE", help="write one JSON line a request here")
    options = parser.parse_args()
    checker = Checker(options.replies, options.log)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler(checker))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"READY http://127.0.0.1:{server.server_port}", flush=True)
    sys.stdin.read()
    server.shutdown()
    return checker.summary()


if __name__ == "__main__":
    lab.run(main)
