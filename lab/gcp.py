"""Google Cloud on this machine, for programs that run gcp-agent before answers of their own."""

import http.server
import json
import os
import threading
import urllib.parse

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

PROJECT = "lab-1"


class GoogleCloud:
    """Answers each request by `answer(method, path, query, headers, body)`: a status and bytes or a document.

    `path` is decoded, `query` the parameters as lists. Google's library signs its tokens itself, with a key that is made here.
    """

    def __init__(self, folder, answer):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler(answer))
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        self.key_file = folder / "key.json"
        self.key_file.write_text(json.dumps(service_account(self.address)))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def environment(self, data_dir):
        """What makes the agent find this Google Cloud, and nothing else."""
        return {
            "PATH": os.environ["PATH"],
            "GOOGLE_APPLICATION_CREDENTIALS": str(self.key_file),
            "OPENFINOPS_GCP_ENDPOINT": self.address,
            "OPENFINOPS_GCP_PROJECT": PROJECT,
            "OPENFINOPS_DATA_DIR": str(data_dir),
            "OPENFINOPS_METADATA_ROOT": "/nonexistent",
        }

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def service_account(address):
    """The key file of a service account that only this process has ever heard of."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return {
        "type": "service_account",
        "project_id": PROJECT,
        "private_key_id": "lab",
        "private_key": pem.decode(),
        "client_email": f"agent@{PROJECT}.iam.gserviceaccount.com",
        "client_id": "1",
        "token_uri": f"{address}/token",
    }


def handler(answer):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            path, _, query = self.path.partition("?")
            query = urllib.parse.parse_qs(query, keep_blank_values=True)
            status, document = answer(self.command, urllib.parse.unquote(path), query, self.headers, body)
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
