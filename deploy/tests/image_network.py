"""What a container's network has and this machine has not: names of its own, and a server behind TLS with a certificate for one."""

import contextlib
import http.client
import http.server
import pathlib
import socket
import ssl
import struct
import threading
import urllib.parse

import tools

# Any address of 127.0.0.0/8 is this machine; at this one nobody else answers port 53.
RESOLVER = "127.53.53.53"
NAME = "finops.internal"


@contextlib.contextmanager
def names():
    """A DNS server that knows one name, and what /etc/resolv.conf says of it."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.bind((RESOLVER, 53))
    threading.Thread(target=answer_names, args=(listener,), daemon=True).start()
    try:
        yield f"nameserver {RESOLVER}\n"
    finally:
        listener.close()


def answer_names(listener):
    with contextlib.suppress(OSError):
        while True:
            question, asker = listener.recvfrom(4096)
            listener.sendto(reply(question), asker)


def reply(question):
    """The address of NAME, an empty answer where another kind is asked for, and for any other name: there is none."""
    known = b"".join(bytes([len(label)]) + label.encode() for label in NAME.split(".")) + b"\0"
    name = question[12 : 12 + len(known)]
    kind = question[12 + len(known) : 14 + len(known)]
    right = name == known and kind == b"\0\1"
    flags = 0x8180 if name == known else 0x8183
    header = question[:2] + struct.pack("!HHHHH", flags, 1, right, 0, 0)
    # The end of the question: its name, kind and class. What comes after is the asker's own additional section.
    end = question.index(b"\0", 12) + 5
    answer = b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 60, 4) + socket.inet_aton("127.0.0.1") if right else b""
    return header + question[12:end] + answer


def certificates(folder):
    """An authority of our own and a certificate for NAME by it: the authority's file, the server's certificate, its key."""
    openssl = tools.debian("openssl", "openssl")
    files = {name: folder / f"{name}.pem" for name in ["authority", "authority_key", "server", "server_key", "request"]}
    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    authority = ["-x509", "-days", "2", "-subj", "/CN=test authority", "-keyout", files["authority_key"], "-out", files["authority"]]
    tools.output(openssl, "req", *new_key, *authority)
    request = ["-subj", f"/CN={NAME}", "-keyout", files["server_key"], "-out", files["request"]]
    tools.output(openssl, "req", *new_key, *request)
    extensions = folder / "extensions"
    extensions.write_text(f"subjectAltName=DNS:{NAME}\n")
    signer = ["-CA", files["authority"], "-CAkey", files["authority_key"], "-CAcreateserial", "-days", "2", "-extfile", extensions]
    tools.output(openssl, "x509", "-req", "-in", files["request"], *signer, "-out", files["server"])
    return files["authority"], files["server"], files["server_key"]


class Relay(http.server.BaseHTTPRequestHandler):
    """Hands a request on to the server behind it, and remembers how it was authorised."""

    protocol_version = "HTTP/1.1"

    def relay(self):
        length = int(self.headers.get("Content-Length", 0))
        self.server.authorizations.add(self.headers.get("Authorization"))
        behind = http.client.HTTPConnection(self.server.behind, timeout=60)
        behind.request(self.command, self.path, self.rfile.read(length), dict(self.headers))
        answer = behind.getresponse()
        body = answer.read()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.headers.get("Content-Type", "application/json"))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = relay

    def log_message(self, *_):
        pass


class Secure(http.server.ThreadingHTTPServer):
    """A server that speaks TLS; a client that does not trust its certificate leaves in the middle, which is no news."""

    daemon_threads = True

    def handle_error(self, *_):
        pass


@contextlib.contextmanager
def behind_tls(url, certificate, key):
    """A server that speaks TLS in front of the one at `url`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = Secure(("127.0.0.1", 0), Relay)
    # Not in the thread that accepts: a client that says nothing would hold up the others.
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.behind = urllib.parse.urlsplit(url).netloc
    server.authorizations = set()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def bundle(root, authority, folder):
    """The image's certificates with one more."""
    path = folder / "bundle.pem"
    path.write_text((pathlib.Path(root) / "etc/ssl/certs/ca-certificates.crt").read_text() + authority.read_text())
    return path
