"""A port that is held for a deployment is its own, also while its server is dead."""

import socket

import pytest

from fondaco.torture.limits import Port


def _bind(number: int, *options: int) -> socket.socket:
    bound = socket.socket()
    for option in options:
        bound.setsockopt(socket.SOL_SOCKET, option, 1)
    bound.bind(("127.0.0.1", number))
    return bound


def test_nobody_else_finds_a_held_port_free_until_it_is() -> None:
    port = Port()
    with pytest.raises(OSError, match="in use"):
        _bind(port.number)
    port.free()
    _bind(port.number).close()


def test_a_server_may_listen_on_the_port_that_is_held_for_it() -> None:
    port = Port()
    with _bind(port.number, socket.SO_REUSEPORT) as server:
        server.listen()
        with socket.create_connection(("127.0.0.1", port.number), timeout=5):
            assert server.accept()
    port.free()
