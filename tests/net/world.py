"""A small internet of one machine: places (network namespaces) and links between them.

Everything stands in namespaces of mounts, processes and networks that end with the test, however it ends: nothing of
it is left behind, and no process either.
"""
import json
import os
import shutil
import subprocess
import sys

INSIDE = "BANYAN_TEST_INSIDE"
COMMAND_SECONDS_MAX = 20


def unshare_words():
    words = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
    return words if os.geteuid() == 0 else words + ["--user", "--map-root-user"]


def succeeds(words):
    try:
        return subprocess.run(words, capture_output=True, timeout=COMMAND_SECONDS_MAX, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def why_not():
    """Why places cannot be made here; None where they can. Once it can, this process is begun anew inside."""
    if os.environ.get(INSIDE) == "1":
        return None
    for program in ("unshare", "nsenter", "ip", "tc", "nft"):
        if not shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin:/sbin"):
            return f"{program} is not installed"
    if not succeeds([*unshare_words(), "ip", "link", "add", "name", "end0", "type", "veth", "peer",
                     "name", "end1"]):
        return "network namespaces may not be made here"
    return None


def enter():
    """Begin this process anew as the first one inside; comes back there."""
    if os.environ.get(INSIDE) != "1":
        sys.stdout.flush()
        os.environ.update({INSIDE: "1", "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"})
        words = [*unshare_words(), sys.executable, *sys.argv]
        os.execvp(words[0], words)
    # Names of places, and what programs name after process ids, which others here have too
    for folder in ("/run", "/dev/shm"):
        command("mount", "-t", "tmpfs", "tmpfs", folder)
    command("ip", "link", "set", "lo", "up")


def command(*words, text=None):
    done = subprocess.run(words, input=text, text=True, capture_output=True, timeout=COMMAND_SECONDS_MAX, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


class Place:
    """A computer: no link leads out until one is made."""

    def __init__(self, name):
        self.name = name
        command("ip", "netns", "add", name)
        self.do("ip", "link", "set", "lo", "up")
        self.do("sh", "-c", "echo 0 >/proc/sys/net/ipv4/ip_forward")

    def remove(self):
        command("ip", "netns", "delete", self.name)

    def words(self, *words):
        return ["nsenter", f"--net=/run/netns/{self.name}", "--", *words]

    def do(self, *words, text=None):
        return command(*self.words(*words), text=text)

    def link(self, other, network):
        """A cable to other: this end has address .1 of 10.0.NETWORK, the other .2."""
        ends = (self, f"to-{other.name}", 1), (other, f"to-{self.name}", 2)
        command("ip", "link", "add", ends[0][1], "netns", self.name, "type", "veth",
                "peer", "name", ends[1][1], "netns", other.name)
        for place, device, number in ends:
            place.do("ip", "address", "add", f"10.0.{network}.{number}/24", "dev", device)
            place.do("ip", "link", "set", device, "up")

    def lan(self, others, network):
        """A switch in this place that the others are plugged in, by their device lan-NETWORK: the first has address
        .1 of 10.0.NETWORK. Nothing leads out.
        """
        switch = f"lan-{network}"
        self.do("ip", "link", "add", switch, "type", "bridge")
        self.do("ip", "link", "set", switch, "up")
        for number, other in enumerate(others, 1):
            port = f"port-{network}-{number}"
            command("ip", "link", "add", port, "netns", self.name, "type", "veth", "peer", "name", switch, "netns",
                    other.name)
            self.do("ip", "link", "set", port, "master", switch, "up")
            other.do("ip", "address", "add", f"10.0.{network}.{number}/24", "broadcast", "+", "dev", switch)
            other.do("ip", "link", "set", switch, "up")

    def refuse(self, what):
        """Drops what comes in and fits the rule, such as "tcp dport 7417"."""
        self.do("nft", "-f", "-", text="table inet refuse {\nchain input {\ntype filter hook input priority 0;\n"
                f"{what} drop\n}}\n}}\n")

    def plug(self, device, is_in):
        self.do("ip", "link", "set", device, "up" if is_in else "down")

    def slow_down(self, device, kbit):
        """What leaves by the device; what does not fit into 400 ms of waiting is lost."""
        self.do("tc", "qdisc", "replace", "dev", device, "root", "tbf", "rate", f"{kbit}kbit", "burst", "5kb",
                "latency", "400ms")

    def lose(self, percent):
        """Of the packets that come in, at random."""
        self.do("nft", "-f", "-", text="table inet loss {\nchain input {\ntype filter hook input priority 0;\n"
                f"iifname != lo numgen random mod 100 < {percent} drop\n}}\n}}\n")

    def received_bytes(self, device):
        return json.loads(self.do("ip", "-json", "-statistics", "link", "show", device))[0]["stats64"]["rx"]["bytes"]

    def reaches(self, address, port):
        """Whether a connection comes about within a second."""
        return succeeds(self.words(sys.executable, "-c", "import socket, sys; socket.create_connection((sys.argv[1], "
                                   "int(sys.argv[2])), 1)", address, str(port)))
