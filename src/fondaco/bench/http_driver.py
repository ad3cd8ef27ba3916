"""The HTTP load driver: `drive` within a process, or a whole job in a process of its own.

Apart, the driver's CPU is counted apart too: `python -m fondaco.bench.http_driver` reads a `Job`
as JSON from stdin and writes a `Summary` to stdout; `drive_apart` does that for a caller.
"""

import asyncio
import resource
import sys
import time

import msgspec

from fondaco.bench.closed_loop import drive
from fondaco.bench.http_wire import encode, numbered
from fondaco.bench.load import Summary, summarise

__all__ = ["Job", "Request", "drive", "drive_apart", "run"]


class Request(msgspec.Struct, frozen=True):
    """A request of a job; `http_wire.NUMBER` in path, headers or body becomes its number."""

    method: str
    path: str
    headers: dict[str, str] = {}
    body: str = ""


class Job(msgspec.Struct, frozen=True):
    """A load for a process of its own: the requests in turn, for `seconds` or `total` of them.

    Requests are numbered from `first`, so that two jobs need not repeat each other's keys.
    `count` names texts to count in the bodies of the answers.
    """

    host: str
    port: int
    requests: list[Request]
    clients: int
    seconds: float | None = None
    total: int | None = None
    first: int = 0
    count: dict[str, str] = {}


async def drive_apart(job: Job) -> Summary:
    """Run the job in a process of its own. Raises RuntimeError with its last words if it fails."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "fondaco.bench.http_driver",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        told, complaint = await process.communicate(msgspec.json.encode(job))
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise RuntimeError(f"the load driver failed: {complaint.decode()[-2000:].strip()}")
    return msgspec.json.decode(told, type=Summary)


async def run(job: Job) -> Summary:
    """Run the job in this process, whose CPU and memory the summary then tells."""
    host = f"{job.host}:{job.port}"
    encoded = [
        encode(each.method, each.path, host, each.headers, each.body.encode())
        for each in job.requests
    ]
    texts = {label: text.encode() for label, text in job.count.items()}
    counted = dict.fromkeys(job.count, 0)

    def request(number: int) -> bytes:
        return numbered(encoded[number % len(encoded)], job.first + number)

    def count(number: int, status: int, body: bytes) -> None:
        for label, text in texts.items():
            counted[label] += body.count(text)

    cpu = time.process_time()
    load = await drive(
        job.host,
        job.port,
        request,
        clients=job.clients,
        seconds=job.seconds,
        total=job.total,
        on_response=count if texts else None,
    )
    return summarise(load, counted, time.process_time() - cpu, _peak_rss_bytes())


def _peak_rss_bytes() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


if __name__ == "__main__":
    told = asyncio.run(run(msgspec.json.decode(sys.stdin.buffer.read(), type=Job)))
    sys.stdout.buffer.write(msgspec.json.encode(told))
