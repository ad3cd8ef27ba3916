"""Real servers and their ports: nobody's requests are shared with a stranger."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import psutil

from tests.edge.server import running

SERVE = [sys.executable, "-m", "fondaco", "serve", "--port"]

LATE = """
import socket, sys
from pathlib import Path
from fondaco import serve
from fondaco.kernel.ports import PortTaken, claim
from fondaco.kernel.settings import load

port = claim("127.0.0.1", 0)
migrate = serve.migrate


async def meanwhile(url):
    await migrate(url)
    other = socket.socket()
    other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    other.bind(("127.0.0.1", port))
    other.listen()
    serve.kept = other


serve.migrate = meanwhile
try:
    serve.serve(load(port=port, log_level="error"), Path(sys.argv[1]), print)
except PortTaken as error:
    print(error)
"""


def environ(database_url: str) -> dict[str, str]:
    own = {name: v for name, v in os.environ.items() if not name.startswith("FONDACO_")}
    return own | {"FONDACO_DATABASE_URL": database_url}


def port_of(url: str) -> str:
    return url.rpartition(":")[2]


def test_a_second_server_is_refused_in_one_line(database_url: str, tmp_path: Path) -> None:
    with running(tmp_path, database_url, workers=2) as server:
        port = port_of(server.url)
        second = subprocess.run(
            [*SERVE, port, "--data", str(tmp_path / "second")],
            env=environ(database_url), capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert second.returncode == 1
        assert second.stderr == (
            f"fondaco: cannot serve on 127.0.0.1:{port}: Address already in use;"
            " choose another with --port, or --port 0 for any\n"
        )
        assert httpx.get(f"{server.url}/health", trust_env=False).status_code == 200
        assert server.stop() == 0


def test_one_that_came_while_a_server_got_ready_is_noticed(
    database_url: str, tmp_path: Path
) -> None:
    told = subprocess.run(
        [sys.executable, "-c", LATE, str(tmp_path)],
        env=environ(database_url), capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert "Address already in use" in told.stdout, told.stderr
    assert "http://" not in told.stdout


def test_a_server_that_was_killed_is_started_again_at_once(
    database_url: str, tmp_path: Path
) -> None:
    """Its connections linger in the system for a minute, and do not count."""
    with running(tmp_path, database_url) as server, httpx.Client(trust_env=False) as http:
        assert http.get(f"{server.url}/health").status_code == 200
        own = psutil.Process(server.process.pid)
        sandboxes = own.children(recursive=True)
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
        psutil.wait_procs(sandboxes, 60)
        with running(tmp_path, database_url, port=int(port_of(server.url))) as again:
            assert again.url == server.url
            assert httpx.head(f"{again.url}/health", trust_env=False).status_code == 200
            assert again.stop() == 0
