"""A deployment to be hurt: the real server, its PostgreSQL and its provider, each a process."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from fondaco import kernel, parties
from fondaco.kernel.embedded import Embedded
from fondaco.kernel.migrate import migrate
from fondaco.torture.limits import Port
from fondaco.torture.market import Market, furnish

PATIENCE = 60.0
"""Seconds within which service must resume by itself; generous, for machines that are busy."""

_SERVER = """
import sys
from pathlib import Path
from fondaco.kernel.settings import load
from fondaco.serve import serve
sys.stdin.readline() or sys.exit()
serve(load(port=int(sys.argv[2]), log_level="warning"), Path(sys.argv[1]))
"""


class Deployment:
    """A data folder with all that runs on it, furnished with a small market."""

    def __init__(self, home: Path, embedded: Embedded) -> None:
        self._home, self._embedded = home, embedded
        self._port = Port()
        self._process: subprocess.Popen[bytes] | None = None
        self._standby: subprocess.Popen[bytes] | None = None
        self.url = f"http://127.0.0.1:{self._port.number}"
        self.database_url = embedded.url()
        self.book = home / "sandbox.book"
        self.log = home / "server.log"
        self.principal = self.secret = ""
        self.market: Market

    async def furnish(self) -> None:
        """Migrate, open a small market and issue the operator a key."""
        await migrate(self.database_url)
        database = await kernel.connect(self.database_url)
        self.market = await furnish(database)
        operator, self.secret = await parties.found(database)
        self.principal = f"{parties.Kind.OPERATOR}:{operator}"
        await database.close()

    def start(self) -> None:
        """Start the server at the same address on the same data, as a supervisor would.

        Loading its code takes longest, so the next one has done that and waits for its turn.
        """
        self._process = self._standby or self._loaded()
        assert self._process.stdin is not None
        self._process.stdin.write(b"go\n")
        self._process.stdin.close()
        self._standby = self._loaded()

    def _loaded(self) -> subprocess.Popen[bytes]:
        environ = {n: v for n, v in os.environ.items() if not n.startswith("FONDACO_")}
        command = [sys.executable, "-c", _SERVER, str(self._home), str(self._port.number)]
        with self.log.open("ab") as log:
            return subprocess.Popen(
                command, env=environ, stdin=subprocess.PIPE, stdout=log, stderr=log
            )

    async def ready(self) -> None:
        """Return once the server serves."""
        async with httpx.AsyncClient(base_url=self.url) as http:
            for _ in range(int(PATIENCE / 0.05)):
                assert self._running, f"the server ended: {self._last_words()}"
                try:
                    if (await http.get("/ready", timeout=2)).status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.05)
        raise AssertionError(f"service did not resume: {self._last_words()}")

    @property
    def _running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _last_words(self) -> str:
        return self.log.read_text(errors="replace")[-4000:]

    async def kill_server(self) -> None:
        """SIGKILL to the server, whose provider dies with it; a supervisor starts it again."""
        assert self._process is not None
        self._process.kill()
        await asyncio.to_thread(self._process.wait)
        self.start()
        await self.ready()

    async def kill_postgres(self) -> None:
        """SIGKILL to PostgreSQL; nobody but the server itself brings it back."""
        before = self._embedded.pid
        assert before is not None
        os.kill(before, signal.SIGKILL)
        for _ in range(int(PATIENCE / 0.05)):
            if await asyncio.to_thread(lambda: self._embedded.pid) not in (None, before):
                break
            await asyncio.sleep(0.05)
        await self.ready()

    async def stop(self) -> int:
        """Tell the server to stop as an operator would; its exit status."""
        assert self._process is not None
        self._process.terminate()
        return await asyncio.to_thread(self._process.wait, PATIENCE)

    def end(self) -> None:
        """Leave nothing running."""
        for process in (self._process, self._standby):
            if process is not None:
                process.kill()
                process.wait()
                if process.stdin is not None:
                    process.stdin.close()
        self._port.free()


@asynccontextmanager
async def deployed(home: Path) -> AsyncIterator[Deployment]:
    """A furnished deployment that serves."""
    embedded = await asyncio.to_thread(Embedded.start, home)
    try:
        await asyncio.to_thread(embedded.create_database, "fondaco")
        deployment = Deployment(home, embedded)
        try:
            await deployment.furnish()
            deployment.start()
            await deployment.ready()
            yield deployment
        finally:
            deployment.end()
    finally:
        await asyncio.to_thread(embedded.stop)
