"""Nodes as processes, each with a home in one folder that goes when the test ends; every wait has a bound.

A test file is a list of parts, functions that take a Room and raise Failure:

    harness.main(parts_on_loopback, parts_between_places)

All parts run inside namespaces of their own (world.py) where these can be made, as root or not; else the parts on
loopback run without, and the others are skipped.
"""
import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import world

COMMAND_SECONDS_MAX = 20
PORT = 7417
SKIPPED = 77


class Failure(Exception):
    pass


def check(is_so, what):
    if not is_so:
        raise Failure(what)


def wait(what, seconds, condition):
    """What the condition gives once it is true."""
    end = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        check(time.monotonic() < end, f"{what}: not within {seconds} s")
        time.sleep(0.01)


class Home:
    """One organisation's home, its commands and its node."""

    def __init__(self, program, folder, name, place=None):
        self.program, self.name, self.place = program, name, place
        self.path, self.log_path = folder / name, folder / f"{name}.log"
        self.node, self.reader, self.events = None, None, []
        self.port = 0
        self.environment = {**os.environ, "BANYAN_HOME": str(self.path), "LANG": "C.UTF-8", "TZ": "UTC"}

    def words(self, *words):
        words = [self.program, *words]
        return self.place.words(*words) if self.place else words

    def ask(self, *words, text=None, seconds=COMMAND_SECONDS_MAX):
        """Exit code, standard output and error."""
        try:
            done = subprocess.run(self.words(*words), env=self.environment, input=text, capture_output=True,
                                  text=True, timeout=seconds, check=False)
        except subprocess.TimeoutExpired as late:
            raise Failure(f"{self.name}: banyan {words[0]} does not end within {seconds} s") from late
        return done.returncode, done.stdout, done.stderr

    def do(self, *words, text=None, seconds=COMMAND_SECONDS_MAX):
        code, output, error = self.ask(*words, text=text, seconds=seconds)
        check(code == 0, f"{self.name}: banyan {' '.join(words)[:200]} ends with {code}: {error.strip()} "
              f"{output.strip()[-500:]}")
        return output

    # -- life of a network --
    def found(self):
        self.do("init", "--network", "Test network", "--org", self.name, "--country", "VNM", "--kind", "ngo")
        return self

    def invite(self, name, *addresses):
        """The whole message, as printed for a chat."""
        words = [word for address in addresses for word in ("--address", address)]
        return self.do("invite", "--for", name, *words)

    def join(self, message):
        self.do("join", "-", "--org", self.name, "--country", "KHM", "--kind", "cbo", text=message)
        return self

    def is_member(self):
        code, output, _ = self.ask("status", "--json")
        return code == 0 and json.loads(output)["organisation"]["role"] in ("member", "coordinator", "hub")

    # -- records --
    def add(self, name, *fields):
        """The record's id."""
        return self.do("add", "site", f"name.en={name}", "site_type=candidate", "country=KHM", *fields,
                       "--quiet").strip()

    def add_bulk(self, count):
        """About 23 kB each on the wire, as random text does not get smaller."""
        for i in range(count):
            fields = [f"name.{language}={os.urandom(7500).hex()}" for language in ("vi", "km", "th")]
            self.add(f"Bulk {i}", *fields)

    def has(self, record):
        return self.ask("show", record)[0] == 0

    def fingerprint(self):
        return self.do("fingerprint", "--quiet").strip()

    # -- node --
    def start(self, *options, listen=None, environment=None, beacon=False):
        """banyan run, at a port that is free, and at the same one again later; options replace --listen."""
        check(self.node is None, f"{self.name} runs already")
        if not options:
            address = listen or ("0.0.0.0" if self.place else "127.0.0.1")
            options = ("--listen", f"{address}:{self.port or (PORT if self.place else 0)}")
        if not beacon:
            options = ("--no-beacon", *options)
        self.events = []
        # One process: what nsenter begins takes its place
        with self.log_path.open("a") as log:
            self.node = subprocess.Popen(self.words("run", "--json", *options), text=True, stderr=log,
                                         stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                         env=environment or self.environment)
        self.reader = threading.Thread(target=self.read_events, args=(self.node, self.events), daemon=True)
        self.reader.start()
        if "--no-listen" not in options:
            self.port = int(self.event("listening", seconds=10)["address"].rpartition(":")[2])
        return self

    @staticmethod
    def read_events(node, events):
        for line in node.stdout:
            events.append(json.loads(line))

    def event(self, kind, seconds, **fields):
        """The first such event since the start."""
        def found():
            check(self.node.poll() is None, f"{self.name}: the node ended, {self.node.poll()}: {self.log_text()}")
            return next((event for event in list(self.events) if event["event"] == kind and
                         all(event[key] == value for key, value in fields.items())), None)
        return wait(f"{self.name}: event {kind}", seconds, found)

    def log_text(self):
        return self.log_path.read_text(errors="replace")[-2000:] if self.log_path.exists() else ""

    def address(self, host="127.0.0.1"):
        return f"{host}:{self.port}"

    def memory_bytes(self):
        text = pathlib.Path(f"/proc/{self.node.pid}/status").read_text()
        return 1024 * int(next(line for line in text.splitlines() if line.startswith("VmRSS")).split()[1])

    def end(self):
        self.reader.join(5)
        self.node.stdout.close()
        self.node = None

    def stop(self):
        """As Ctrl-C and service managers do."""
        self.node.terminate()
        try:
            code = self.node.wait(20)
        except subprocess.TimeoutExpired as late:
            self.kill()
            raise Failure(f"{self.name}: the node does not end within 20 s of SIGTERM") from late
        self.end()
        check(code == 0, f"{self.name}: the node ends with {code}: {self.log_text()}")

    def kill(self):
        self.node.kill()
        self.node.wait()
        self.end()


class Room:
    """A folder with homes, and places; leaving it ends the nodes."""

    def __init__(self, program):
        self.program, self.homes, self.places = program, [], []
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="banyan-net-"))

    def home(self, name, place=None):
        self.homes.append(Home(self.program, self.folder, name, place))
        return self.homes[-1]

    def place(self, name):
        self.places.append(world.Place(name))
        return self.places[-1]

    def close(self):
        for home in self.homes:
            if home.node is not None:
                home.kill()
        for place in self.places:
            place.remove()
        shutil.rmtree(self.folder, ignore_errors=True)

    def logs(self):
        for home in self.homes:
            if home.node is not None and home.node.poll() is not None:
                print(f"    {home.name}: the node ended by itself, {home.node.returncode}")
            for event in home.events[-12:]:
                print(f"    {home.name}: {json.dumps(event)}")
            print(f"    {home.name}: {home.log_text()}")


def wait_equal(homes, seconds):
    """Until all show the same fingerprint; how long it took."""
    began = time.monotonic()
    wait(f"equal fingerprints of {', '.join(home.name for home in homes)}", seconds,
         lambda: len({home.fingerprint() for home in homes}) == 1)
    return time.monotonic() - began


def wait_has(home, record, seconds):
    began = time.monotonic()
    wait(f"{home.name} has what another wrote", seconds, lambda: home.has(record))
    return time.monotonic() - began


def wait_members(homes, seconds=20):
    for home in homes:
        wait(f"{home.name} is taken in", seconds, home.is_member)


def play(part, program):
    title = part.__doc__.strip().splitlines()[0]
    began = time.monotonic()
    room = Room(program)
    with contextlib.closing(room):
        try:
            part(room)
        except (Failure, RuntimeError) as failure:
            print(f"FAILED: {title}\n    {failure}")
            room.logs()
            return False
    print(f"ok: {title} ({time.monotonic() - began:.1f} s)", flush=True)
    return True


def main(on_loopback, between_places=()):
    """Plays the parts that the command line PROGRAM [PART...] names, else all."""
    hindrance = world.why_not()
    if hindrance is None:
        world.enter()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # by way of every finally
    program = os.path.abspath(sys.argv[1])
    parts = [*on_loopback, *(between_places if hindrance is None else ())]
    chosen = [part for part in parts if part.__name__ in (sys.argv[2:] or [part.__name__])]
    results = [play(part, program) for part in chosen]
    is_partial = hindrance is not None and bool(between_places)
    if is_partial:
        print(f"skipped: what lies between network namespaces ({len(between_places)} parts): {hindrance}")
    sys.exit(1 if not all(results) else SKIPPED if is_partial else 0)
