"""Ports that a server is about to listen on.

Servers here share their port with followers (SO_REUSEPORT), so the system would let a second,
unrelated server listen beside the first, and hand it half of the requests without a word.
"""

import socket


class PortTaken(Exception):
    """A server cannot listen there; says where, and why."""


def claim(host: str, port: int) -> int:
    """The port, once it is seen that nobody listens on it; for 0 one that nobody has.

    A server that was killed a moment ago does not count. Raises PortTaken.
    """
    try:
        [(family, kind, protocol, _, address), *_] = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        with socket.socket(family, kind, protocol) as probe:
            # Connections of a server that has ended keep the port for a minute; this passes them
            # by, but not who listens. Without SO_REUSEPORT it meets those that have it, too.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            free: int = probe.getsockname()[1]
            return free
    except OSError as error:
        raise PortTaken(f"cannot serve on {host}:{port}: {error.strerror}") from error
