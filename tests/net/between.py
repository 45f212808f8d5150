"""A relay between two nodes that writes down, changes, cuts or ends what they say to each other."""
import os
import socket
import threading


def read_exactly(source, size):
    data = b""
    while len(data) < size:
        piece = source.recv(size - len(data))
        if not piece:
            raise OSError("ended")
        data += piece
    return data


def read_message(source):
    """One message of the handshake, or one frame: its size in two bytes, then so many."""
    head = read_exactly(source, 2)
    return head + read_exactly(source, int.from_bytes(head, "little"))


def end_both(*ends):
    for end in ends:
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


class Relay:
    """Listens on loopback, and passes on to target, message by message.

    change(is_from_caller, number, message) gives the bytes to pass on instead; None ends the connection. What was
    said on the last connection is in heard: (is_from_caller, message) in the order in which it passed.
    """

    def __init__(self, target_port, change=lambda is_from_caller, number, message: message):
        self.target_port, self.change, self.heard = target_port, change, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.is_deaf = threading.Event()  # takes nothing more of the target, and stays connected
        self.sockets = []
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                caller, _ = self.listener.accept()
                target = socket.create_connection(("127.0.0.1", self.target_port), 5)
            except OSError:
                return
            target.settimeout(None)
            self.heard = []
            self.sockets += [caller, target]
            for source, sink, is_from_caller in ((caller, target, True), (target, caller, False)):
                threading.Thread(target=self.pass_on, args=(source, sink, is_from_caller), daemon=True).start()

    def pass_on(self, source, sink, is_from_caller):
        number = 0
        try:
            while not (self.is_deaf.is_set() and not is_from_caller):
                number += 1
                message = read_message(source)
                self.heard.append((is_from_caller, message))
                message = self.change(is_from_caller, number, message)
                if message is None:
                    break
                sink.sendall(message)
            else:
                return
        except OSError:
            pass
        end_both(source, sink)

    def close(self):
        for one in (self.listener, *self.sockets):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            one.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Cut(Relay):
    """Passes so many bytes of one side on, and then nothing more of either."""

    def __init__(self, target_port, is_from_caller, size):
        self.side, self.left = is_from_caller, size
        super().__init__(target_port)

    def pass_on(self, source, sink, is_from_caller):
        try:
            while piece := source.recv(65536):
                if is_from_caller == self.side:
                    piece = piece[:self.left]
                    self.left -= len(piece)
                sink.sendall(piece)
                if is_from_caller == self.side and self.left == 0:
                    break
        except OSError:
            pass
        end_both(source, sink)


def other_bytes(message):
    """As long, and random behind the size."""
    return message[:2] + os.urandom(len(message) - 2)


def one_bit(message):
    return message[:-1] + bytes([message[-1] ^ 1])


def cut_short(message):
    """The size says so, too."""
    return (len(message) - 3).to_bytes(2, "little") + message[2:-1]


def twice(message):
    return message + message


def of_no_bytes(_):
    return b"\0\0"


def much_too_long(message):
    return b"\xff\xff" + message[2:] + os.urandom(65535)


DAMAGES = [other_bytes, one_bit, cut_short, twice, of_no_bytes, much_too_long]
