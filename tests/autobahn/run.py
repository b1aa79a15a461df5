"""Runs Autobahn's test suite against the WebSocket bridge, with a service behind it that sends every byte back.

Usage: python2.7 tests/autobahn/run.py target/release/wirestamp

The suite needs Python 2.7 and is installed from PyPI into target/autobahn. The report is written there too. The
program fails if a case fails that isn't in EXPECTED.
"""

from __future__ import print_function

import collections
import json
import os
import socket
import subprocess
import sys
import threading

SUITE = "autobahntestsuite==25.10.1"
PLACE = os.path.join("target", "autobahn")

# Messages of 16 MiB don't fit: the line feed that the bridge adds makes them larger than the largest --max-message.
EXPECTED = {"9.1.6": "FAILED", "9.2.6": "FAILED"}

# The bridge doesn't offer compression, which is what these cases test.
LEFT_OUT = ["12.*", "13.*"]


def echo(client):
    while True:
        data = client.recv(65536)
        if not data:
            break
        client.sendall(data)
    client.close()


def serve_echo(listener):
    while True:
        client, _ = listener.accept()
        thread = threading.Thread(target=echo, args=(client,))
        thread.daemon = True
        thread.start()


def start_echo():
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(16)
    thread = threading.Thread(target=serve_echo, args=(listener,))
    thread.daemon = True
    thread.start()
    return listener.getsockname()[1]


def start_server(program, upstream):
    command = [program, "serve", "--udp", "off", "--tcp", "127.0.0.1:0", "--http", "127.0.0.1:0"]
    command += ["--upstream", "127.0.0.1:%d" % upstream, "--max-message", "16MiB"]
    log = open(os.path.join(PLACE, "server.log"), "w")
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log)
    while True:
        line = server.stdout.readline().decode()
        if line.startswith("listening http http://"):
            return server, "ws://%s/ws" % line.split("//")[1].strip().rstrip("/")
        if not line:
            sys.exit("the server did not start; its log is %s" % log.name)


def run_suite(url):
    """Runs the suite in a process of its own, because it ends its process."""
    spec = {
        "outdir": os.path.join(PLACE, "report"),
        "servers": [{"agent": "Wirestamp", "url": url}],
        "cases": ["*"],
        "exclude-cases": LEFT_OUT,
        "exclude-agent-cases": {},
    }
    path = os.path.join(PLACE, "spec.json")
    with open(path, "w") as file:
        json.dump(spec, file)
    code = "import site; site.addsitedir(%r); from autobahntestsuite.wstest import run; run()" % site_of_suite()
    subprocess.check_call([sys.executable, "-c", code, "-m", "fuzzingclient", "-s", path])


def site_of_suite():
    return os.path.join(PLACE, "python")


def install():
    if os.path.isdir(os.path.join(site_of_suite(), "autobahntestsuite")):
        return
    command = [sys.executable, "-m", "pip", "install", "--target", site_of_suite(), SUITE]
    if subprocess.call(command) != 0:
        sys.exit("cannot install the suite; this Python needs pip: python2.7 -m ensurepip")


def report():
    with open(os.path.join(PLACE, "report", "index.json")) as file:
        cases = json.load(file)["Wirestamp"]
    print(" ".join("%s: %d" % count for count in sorted(collections.Counter(
        case["behavior"] for case in cases.values()).items())))
    good = ("OK", "INFORMATIONAL")
    unexpected = 0
    for name in sorted(cases, key=lambda name: [int(part) for part in name.split(".")]):
        behavior, end = cases[name]["behavior"], cases[name]["behaviorClose"]
        if behavior in good and end in good:
            continue
        expected = EXPECTED.get(name) == behavior
        unexpected += not expected
        print(name, behavior, "close:", end, "(as expected)" if expected else "")
    print("the report is %s" % os.path.join(PLACE, "report", "index.html"))
    sys.exit(1 if unexpected else 0)


def main():
    if sys.version_info[:2] != (2, 7):
        sys.exit("Autobahn's suite needs Python 2.7; install it, for example with: pyenv install 2.7.18")
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    if not os.path.isdir(PLACE):
        os.makedirs(PLACE)
    install()
    server, url = start_server(sys.argv[1], start_echo())
    try:
        run_suite(url)
    finally:
        server.terminate()
        server.wait()
    report()


main()
