"""An office with a home of its own, for tests that are more than a transcript."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from terminal import Terminal

PROGRAM = os.path.realpath(sys.argv[1])
SECRET = "mưa trên sông Mê Công"


class Office:
    def __init__(self, room):
        self.room = pathlib.Path(room)
        self.home = self.room / "home"
        self.key = self.home / "device.key"
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(room), "LANG": "C.UTF-8", "BANYAN_HOME": str(self.home),
                            **{name: os.environ[name] for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS") if name in os.environ}}
        self.recovery = self.run("init", "--network", "N", "--org", "Alpha", "--country", "VNM", "--kind", "ngo", "--quiet").strip()
        self.seeds = self.key.read_bytes()[16:48], self.key.read_bytes()[48:80]

    def run(self, *words, code=0, stdin=subprocess.DEVNULL, fds=(), **environment):
        """Without a terminal, as services are run."""
        done = subprocess.run([PROGRAM, *words], env={**self.environment, **environment}, cwd=self.room, stdin=stdin,
                              pass_fds=fds, start_new_session=True, capture_output=True, text=True, timeout=120)
        assert done.returncode == code, f"{words}: exit {done.returncode}, not {code}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def terminal(self, *words):
        return Terminal([PROGRAM, *words], self.room, self.environment)

    def file(self, name, text, mode=0o600):
        path = self.room / name
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)
        return str(path)

    def has_seeds_on_disk(self):
        return any(seed in path.read_bytes() for path in self.home.rglob("*") if path.is_file() for seed in self.seeds)

    def set_passphrase(self, text=SECRET, *words):
        self.run("key", "passphrase", "--new-passphrase-file", self.file("new", text + "\n"), *words)

    def start_node(self, *words):
        """A node at work, once it listens; the caller ends it."""
        node = subprocess.Popen([PROGRAM, "run", "--listen", "127.0.0.1:0", "--no-beacon", *words], env=self.environment, cwd=self.room,
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                start_new_session=True)
        line = node.stdout.readline()
        assert line.startswith("Listening"), line + node.stdout.read()
        return node


def play(tests, prefix):
    failures = 0
    for test in tests:
        room = tempfile.mkdtemp(prefix=prefix)
        try:
            test(Office(room))
            print(f"ok {re.sub('_', ' ', test.__name__)}", flush=True)
        except AssertionError as error:
            failures += 1
            print(f"FAILED {test.__name__}: {error}", flush=True)
        finally:
            shutil.rmtree(room, ignore_errors=True)
    sys.exit(failures > 0)
