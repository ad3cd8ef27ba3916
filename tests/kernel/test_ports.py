"""A port is claimed from who listens on it, not from who has gone."""

import socket
from collections.abc import Iterator

import pytest

from fondaco.kernel.ports import PortTaken, claim

HOST = "127.0.0.1"


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Somebody who listens as a server here does, ready to share the port."""
    with socket.socket() as own:
        own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        own.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        own.bind((HOST, 0))
        own.listen()
        yield own


def test_a_port_that_would_be_shared_is_taken(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    for host in (HOST, "0.0.0.0"):
        with pytest.raises(PortTaken, match=f"{host}:{port}: Address already in use"):
            claim(host, port)


def test_connections_that_outlive_their_server_take_nothing(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    with socket.create_connection((HOST, port)) as client:
        served, _ = listener.accept()
        served.close()  # first, so that the server's side is what lingers
        listener.close()
        assert client.recv(1) == b""
    assert claim(HOST, port) == port
    with socket.socket() as again:
        again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        again.bind((HOST, port))


def test_no_port_is_a_free_one() -> None:
    port = claim(HOST, 0)
    assert claim(HOST, port) == port


def test_a_host_that_is_none_is_said_so() -> None:
    with pytest.raises(PortTaken, match=r"cannot serve on 192\.0\.2\.1:80"):
        claim("192.0.2.1", 80)
