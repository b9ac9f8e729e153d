"""Azure over TLS on this machine, for programs that run azure-agent before answers of their own."""

import http.server
import json
import os
import ssl
import threading
import urllib.parse

import trustme

SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"
TOKEN = {"access_token": "lab", "expires_in": 3600, "ext_expires_in": 3600, "token_type": "Bearer"}


class Azure:
    """Answers each request by `answer(method, path, target, headers, body)`: a status and bytes or a document.

    `path` is decoded and without the query and the region of the metrics API; `target` is as it was sent, without that region.
    Tokens are given out here.
    """

    def __init__(self, folder, answer):
        authority = trustme.CA()
        certificate = authority.issue_cert("localhost")
        self.authority_file = folder / "ca.pem"
        authority.cert_pem.write_to_path(self.authority_file)
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler(answer))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(context)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def environment(self, data_dir):
        """What makes the agent find this Azure, and nothing else."""
        address = f"https://localhost:{self.server.server_port}"
        return {
            "PATH": os.environ["PATH"],
            "AZURE_TENANT_ID": SUBSCRIPTION,
            "AZURE_CLIENT_ID": SUBSCRIPTION,
            "AZURE_CLIENT_SECRET": "lab",
            "AZURE_AUTHORITY_HOST": address,
            "OPENFINOPS_AZURE_ARM": address,
            "OPENFINOPS_AZURE_METRICS": address + "/{region}",
            "OPENFINOPS_AZURE_CA_FILE": str(self.authority_file),
            "OPENFINOPS_DATA_DIR": str(data_dir),
            "OPENFINOPS_METADATA_ROOT": "/nonexistent",
        }

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def handler(answer):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            target = self.path
            if "/metrics:getBatch" in target:
                target = target[target.index("/subscriptions/") :]
            path = urllib.parse.unquote(target.split("?")[0])
            if path.endswith("/oauth2/v2.0/token"):
                status, document = 200, TOKEN
            else:
                status, document = answer(self.command, path, target, self.headers, body)
            text = document if isinstance(document, bytes) else json.dumps(document).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_POST = do_GET

        def log_message(self, *_):
            pass

    return Handler
