"""The proc-receive hook, which passes git's input to the serving process: run by git, standard library only."""

import os
import socket
import sys
import threading

SOCKET_VARIABLE = "ENET_PUSH_SOCKET"
TO_GIT, TO_PEOPLE = 1, 2
"""A frame starts with one of these and four bytes of length; frames of the second kind are shown to the pusher."""

_CHUNK = 1 << 16


def main() -> int:
    """Relay until the serving process closes the connection; return 1 if no process is serving."""
    try:
        wire = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        wire.connect(os.environ.get(SOCKET_VARIABLE, ""))
    except OSError:
        return 1
    threading.Thread(target=_forward, args=(wire,), daemon=True).start()
    with wire, wire.makefile("rb") as answers:
        while head := answers.read(5):
            body = answers.read(int.from_bytes(head[1:], "big"))
            out = 1 if head[0] == TO_GIT else 2
            while body:
                body = body[os.write(out, body) :]
    return 0


def _forward(wire: socket.socket) -> None:
    while chunk := os.read(0, _CHUNK):
        wire.sendall(chunk)


if __name__ == "__main__":
    sys.exit(main())
