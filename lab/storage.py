#!/usr/bin/env python3
"""Serve Cloud Storage's JSON API by gcp-storage-emulator on a free loopback port, until standard input ends.

Prints one line, ``READY http://127.0.0.1:PORT``. It begins empty and keeps everything in memory. Run it with the lab's
interpreter (``target/lab-venv/bin/python``), which ``scripts/test`` exports as ``OPENFINOPS_LAB_PYTHON``.
"""

import os

from gcp_storage_emulator.server import create_server


def main():
    server = create_server("127.0.0.1", 0, in_memory=True)
    server.start()
    # Port 0: the kernel chose one, which the emulator has no name for.
    port = server._api._httpd.server_port
    print(f"READY http://127.0.0.1:{port}", flush=True)
    try:
        while os.read(0, 4096):
            pass
    finally:
        os._exit(0)


if __name__ == "__main__":
    main()
