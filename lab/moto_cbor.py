"""Speak CloudWatch's present protocol, which moto does not know.

The AWS SDK for Rust asks CloudWatch by Smithy RPC v2 with CBOR bodies (``POST /service/<target>/operation/
<name>``); moto answers the older JSON protocol of the same API. This translates the one into the other and
back, with botocore's own codecs and service model: nothing of the answer is made here.
"""

import datetime
import io
import json
import re

PATH = re.compile(r"^/service/([A-Za-z0-9_]+)/operation/([A-Za-z0-9_]+)$")


class CborToJson:
    """A WSGI application in front of ``app``."""

    def __init__(self, app, service="cloudwatch"):
        from botocore.loaders import Loader
        from botocore.model import ServiceModel
        from botocore.parsers import JSONParser, RpcV2CBORParser
        from botocore.serialize import RpcV2CBORSerializer

        self.app = app
        self.model = ServiceModel(Loader().load_service_model(service, "service-2"))
        self.json, self.reader, self.writer = JSONParser(), RpcV2CBORParser(), RpcV2CBORSerializer()

    def __call__(self, environ, start_response):
        found = PATH.match(environ.get("PATH_INFO", ""))
        if not found:
            return self.app(environ, start_response)
        target, name = found.groups()
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        asked = json.dumps(self.decode(body), default=seconds).encode()
        inner = dict(environ)
        inner.update(
            PATH_INFO="/",
            REQUEST_URI="/",
            RAW_URI="/",
            CONTENT_TYPE="application/x-amz-json-1.0",
            CONTENT_LENGTH=str(len(asked)),
            HTTP_X_AMZ_TARGET=f"{target}.{name}",
        )
        inner["wsgi.input"] = io.BytesIO(asked)
        for key in ("HTTP_SMITHY_PROTOCOL", "HTTP_ACCEPT"):
            inner.pop(key, None)
        answered = []

        def record(status, headers, *_):
            answered[:] = [status, headers]
            return lambda _: None

        chunks = self.app(inner, record)
        text = b"".join(chunks)
        if hasattr(chunks, "close"):
            chunks.close()
        status, headers = answered
        encoded = self.encode(name, int(status.split()[0]), text)
        kept = [(key, value) for key, value in headers if key.lower() not in ("content-type", "content-length")]
        kept += [
            ("Content-Type", "application/cbor"),
            ("Content-Length", str(len(encoded))),
            ("smithy-protocol", "rpc-v2-cbor"),
        ]
        start_response(status, kept)
        return [encoded]

    def decode(self, body):
        return self.reader.parse_data_item(self.reader.get_peekable_stream_from_bytes(body)) if body else {}

    def encode(self, name, status, text):
        out = bytearray()
        if status >= 400:
            error = json.loads(text or b"{}")
            code = str(error.get("__type", "InternalFailure")).rsplit("#", 1)[-1]
            message = str(error.get("message", error.get("Message", "")))
            out.append(0xA2)  # a map of two texts: what the protocol says of every error
            for word in ("__type", code, "message", message):
                self.writer._serialize_type_string(out, word, None, None)
            return bytes(out)
        shape = self.model.operation_model(name).output_shape
        if shape is None:
            return b"\xa0"
        parsed = self.json.parse({"status_code": status, "headers": {}, "body": text}, shape)
        parsed.pop("ResponseMetadata", None)
        self.writer._serialize_data_item(out, parsed, shape)
        return bytes(out)


def seconds(value):
    """A time in JSON: seconds since 1970."""
    if isinstance(value, datetime.datetime):
        return value.timestamp()
    raise TypeError(f"no JSON for {value!r}")
