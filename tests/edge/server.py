"""A real server process over a test's database or data folder."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.processes import first_line, stopped

_RUN = """
import sys
from pathlib import Path

from tests.processes import first_line, stopped
from fondaco.kernel.settings import load
from fondaco.serve import serve
home, port = sys.argv[1:]
settings = load(port=int(port), log_level="error")
serve(settings, Path(home), lambda url: print(url, flush=True))
"""


class Running:
    """The process and its address."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self.process, self.url = process, url

    def stop(self) -> int:
        """Tell it to stop as an operator would, and wait; its exit status."""
        return stopped(self.process, signal.SIGTERM)


@contextmanager
def running(
    home: Path, database_url: str | None, workers: int = 1, port: int = 0
) -> Iterator[Running]:
    """Start a server and wait until it answers; killed on leaving if it still runs."""
    environ = {name: v for name, v in os.environ.items() if not name.startswith("FONDACO_")}
    environ["FONDACO_WORKERS"] = str(workers)
    if database_url:
        environ["FONDACO_DATABASE_URL"] = database_url
    process = subprocess.Popen(
        [sys.executable, "-c", _RUN, str(home), str(port)],
        env=environ, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        yield Running(process, first_line(process).strip())
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
