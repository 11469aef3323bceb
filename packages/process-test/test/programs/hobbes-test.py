#!/usr/bin/env python3
"""Speaks the command line and the report of Hobbes Test: suites with cases, of which it can list and select the suites."""

import getopt
import json
import os
import socket
import sys


def connects():
    host = os.environ["DRIVER_MY_SERVER_ATTR_HOST"]
    port = int(os.environ["DRIVER_MY_SERVER_ATTR_PORT"])
    socket.create_connection((host, port)).close()


def fails():
    raise AssertionError("Expression false, expected true: x (Net.C:12)")


def crashes():
    print("about to crash", flush=True)
    if os.environ.get("CRASH") == "yes":
        os.abort()


SUITES = {
    "Arrays": {"Passes": lambda: None, "Fails": fails, "NotHere": None},
    "Net": {"Connects": connects},
    "Storage": {"Crashes": crashes},
}


def result(suite, name, run):
    if run is None:
        return {"name": name, "status": "skipped", "duration": "0ns", "error": None}
    try:
        run()
        return {"name": name, "status": "pass", "duration": "1.5ms", "error": None}
    except Exception as error:
        return {"name": name, "status": "fail", "duration": "2ms", "error": f"[{suite}/{name}]: {error}"}


def main():
    options, _ = getopt.getopt(sys.argv[1:], "", ["list", "tests=", "json="])
    if ("--list", "") in options:
        print("\n".join(SUITES))
        return 0
    with open(os.environ["NOTES"], "a") as notes:
        notes.write(" ".join(value for name, value in options if name == "--tests") + "\n")
    wanted = [value for name, value in options if name == "--tests"] or list(SUITES)
    report = [
        {"name": suite, "data": [result(suite, name, run if suite in wanted else None) for name, run in cases.items()]}
        for suite, cases in SUITES.items()
    ]
    text = json.dumps(report)
    with open(dict(options)["--json"], "w") as file:
        file.write(text[: len(text) // 2] if os.environ.get("CUT") == "yes" else text)
    return sum(case["status"] == "fail" for suite in report for case in suite["data"])


sys.exit(main())
