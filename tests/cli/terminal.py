"""A program at a terminal of its own, as a person meets it: what it shows, and typing to it."""
import os
import pty
import select
import signal
import struct
import fcntl
import termios
import time

SECONDS_MAX = 60


class Terminal:
    """Runs a command at a new terminal; `with` ends it, whatever became of it."""

    def __init__(self, command, cwd, environment, columns=100):
        self.shown = ""
        self.looked = 0
        self.pid, self.screen = pty.fork()
        if self.pid == 0:
            os.chdir(cwd)
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
            os.execvpe(command[0], command, environment)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.screen)

    def _read(self, seconds):
        """Whether anything more was shown."""
        if not select.select([self.screen], [], [], seconds)[0]:
            return False
        try:
            more = os.read(self.screen, 65536)
        except OSError:  # the program has ended, and nobody else has the terminal
            return False
        self.shown += more.decode("utf-8", "backslashreplace").replace("\r\n", "\n")
        return more != b""

    def wait_for(self, text):
        """Until it shows the text, after what was waited for before; what came until then."""
        until = time.monotonic() + SECONDS_MAX
        while text not in self.shown[self.looked:]:
            if not self._read(max(0, until - time.monotonic())):
                raise AssertionError(f"never showed {text!r}; it shows:\n{self.shown}")
        start = self.looked
        self.looked = self.shown.index(text, start) + len(text)
        return self.shown[start:self.looked]

    def type(self, text):
        os.write(self.screen, text.encode())

    def hides_typing(self):
        return not termios.tcgetattr(self.screen)[3] & termios.ECHO

    def wait_until_hidden(self):
        until = time.monotonic() + SECONDS_MAX
        while not self.hides_typing():
            if time.monotonic() > until:
                raise AssertionError("typing shows all the time")
            time.sleep(0.005)

    def end(self):
        """What it still shows, its exit code (negative: the signal that ended it)."""
        start = self.looked
        until = time.monotonic() + SECONDS_MAX
        while time.monotonic() < until and self._read(until - time.monotonic()):
            pass
        self.looked = len(self.shown)
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        self.pid = 0
        return self.shown[start:], code
