"""Wait until a server has got a number of documents, then print each one's region and cycle, in the order in which
they came.

    arrivals.py URL DOCUMENTS

The server shows its thousand latest documents, so it is asked often enough to see each of them.
"""

import json
import sys
import time
import urllib.request


def main():
    url, expected = sys.argv[1], int(sys.argv[2])
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    arrived = {}
    deadline = time.monotonic() + 300
    while len(arrived) < expected:
        if time.monotonic() > deadline:
            sys.exit(f"only {len(arrived)} of {expected} documents came")
        time.sleep(2)
        with opener.open(f"{url}/api/v1/telemetry/recent", timeout=60) as answer:
            for row in json.load(answer)["telemetry"]:
                arrived[row["id"]] = (row["region"], row["metrics"]["collection"]["api_calls"])
    for _, (region, cycle) in sorted(arrived.items()):
        print(region, cycle)


main()
