#!/usr/bin/env python3
"""Serve one of the lab's two servers on a free loopback port, until standard input ends.

    serve.py moto [--log FILE]        the AWS APIs, by moto
    serve.py openfinops [--log FILE]  the OpenFinOps server the agents push to

Prints one line, ``READY http://127.0.0.1:PORT``, once the server answers, then serves until standard
input reaches its end or a signal arrives. Whoever starts it holds the other end of that pipe, so the
server ends with its starter however that one ended. Run it with the lab's interpreter
(``target/lab-venv/bin/python``), which ``scripts/test`` exports as ``OPENFINOPS_LAB_PYTHON``.

With ``--log``, each request becomes one JSON line:

    {"time": 1795169151.2, "service": "ec2", "action": "DescribeInstances", "region": "us-east-1",
     "access_key": "testing", "method": "POST", "path": "/", "status": 200, "ms": 12.3}

``service``, ``region`` and ``access_key`` come from the signature's credential scope and are null on
unsigned requests; so the names are those AWS signs with: ``monitoring`` is CloudWatch, ``tagging`` the
Resource Groups Tagging API. ``action`` is null for REST protocols (EKS, Lambda, S3), whose method and path
say it. moto's own control calls (``/moto-api``) are left out.
"""

import argparse
import io
import json
import os
import re
import shutil
import signal
import sys
import tempfile
import threading
import time
import urllib.request

LOG_LOCK = threading.Lock()
CREDENTIAL = re.compile(r"Credential=([^/,]+)/[^/]+/([^/]+)/([^/]+)/aws4_request")
ACTION = re.compile(rb"(?:^|&)Action=([A-Za-z0-9]+)")


class AccessLog:
    """WSGI middleware that writes one JSON line a request."""

    def __init__(self, app, path):
        self.app = app
        # Line buffered: a reader sees every request that has been answered.
        self.file = open(path, "a", buffering=1, encoding="utf-8")

    def __call__(self, environ, start_response):
        path = environ.get("PATH_INFO", "")
        if path.startswith("/moto-api"):
            return self.app(environ, start_response)
        started = time.time()
        action = self.action(environ, path)
        status = []

        def record(line, headers, exc_info=None):
            status.append(int(line.split(" ", 1)[0]))
            return start_response(line, headers, exc_info)

        try:
            return self.app(environ, record)
        finally:
            scope = CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
            entry = {
                "time": round(started, 3),
                "service": scope.group(3) if scope else None,
                "action": action,
                "region": scope.group(2) if scope else None,
                "access_key": scope.group(1) if scope else None,
                "method": environ.get("REQUEST_METHOD"),
                "path": path,
                "status": status[-1] if status else 500,
                "ms": round((time.time() - started) * 1000, 1),
            }
            with LOG_LOCK:
                self.file.write(json.dumps(entry) + "\n")

    @staticmethod
    def action(environ, path):
        """The operation's name where the protocol carries one: JSON, CBOR or query; null for REST."""
        target = environ.get("HTTP_X_AMZ_TARGET")
        if target:
            return target.rsplit(".", 1)[-1]
        if "/operation/" in path:
            return path.rsplit("/", 1)[-1]
        if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            environ["wsgi.input"] = io.BytesIO(body)
            found = ACTION.search(body)
            return found.group(1).decode() if found else None
        return None


def moto_app():
    """moto's own dispatcher, as its `moto_server` command builds it."""
    import moto_scale

    moto_scale.apply()
    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app

    import moto_cbor

    app = moto_cbor.CborToJson(DomainDispatcherApplication(create_backend_app))
    return app, MotoRequestHandler, "/moto-api/data.json"


def openfinops_app():
    """The server of the openfinops package; it keeps telemetry.db in the working directory."""
    import warnings

    warnings.simplefilter("ignore")
    os.chdir(disposable_directory())
    from openfinops.observability.telemetry_server import TelemetryServer

    server = TelemetryServer(host="127.0.0.1", port=0)
    server.start_time = time.time()
    return server.app, None, "/health"


def disposable_directory():
    """A temporary directory that goes when this process ends, even if it is killed."""
    path = tempfile.mkdtemp(prefix="openfinops-lab-")
    reader, writer = os.pipe()
    if os.fork() == 0:
        # The pipe's other end is held by the server alone: reading ends when the server does.
        os.setsid()
        os.close(writer)
        for stream in (0, 1, 2):
            os.close(stream)
        os.read(reader, 1)
        shutil.rmtree(path, ignore_errors=True)
        os._exit(0)
    os.close(reader)
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("server", choices=["moto", "openfinops"])
    parser.add_argument("--log", metavar="FILE", help="write the access log here, one JSON line a request")
    options = parser.parse_args()
    log = os.path.abspath(options.log) if options.log else None
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: os._exit(0))
    threading.Thread(target=end_with_starter, daemon=True).start()

    try:
        app, handler, health = moto_app() if options.server == "moto" else openfinops_app()
        from werkzeug.serving import WSGIRequestHandler, make_server
    except ImportError as error:
        print(f"error: {error}; run this with the lab's interpreter, which scripts/test sets up", file=sys.stderr)
        return 1

    class Quiet(handler or WSGIRequestHandler):
        def log_request(self, *_):
            pass

    if log:
        app = AccessLog(app, log)
    # Port 0: the kernel gives a free port to the very socket that will serve, so nobody can take it first.
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url + health, timeout=60) as answer:
        answer.read()
    print(f"READY {url}", flush=True)
    while True:
        time.sleep(3600)


def end_with_starter():
    """Ends the process when standard input does."""
    try:
        while os.read(0, 4096):
            pass
    except OSError:
        pass
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
