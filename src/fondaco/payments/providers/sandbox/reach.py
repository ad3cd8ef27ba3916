"""The sandbox that a server uses: one that runs already, or one of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from fondaco.payments.providers.sandbox.client import Sandbox
from fondaco.payments.providers.sandbox.modes import Mode
from fondaco.payments.providers.sandbox.process import start

_WEBHOOK_DELAY_MS: Final = 1000
"""Our own sandbox's webhooks come after its answers, so that they are mostly old news."""


@asynccontextmanager
async def reached(
    url: str | None, secret: str | None, home: Path, address: str
) -> AsyncIterator[Sandbox]:
    """The sandbox at `url`; without one, our own, whose book is kept in `home`.

    `address` is the server's, where our own sends its webhooks, signed with `secret`.
    """
    if url:
        client, process = Sandbox(url, secret or ""), None
    else:
        await asyncio.to_thread(home.mkdir, parents=True, exist_ok=True)
        process = await asyncio.to_thread(
            start, home / "sandbox.book",
            webhook_url=f"{address}/api/webhooks/sandbox", secret=secret,
            mode=Mode(webhook_delay_ms=_WEBHOOK_DELAY_MS),
        )  # fmt: skip
        client = process.client()
    try:
        yield client
    finally:
        await client.aclose()
        if process is not None:
            await asyncio.to_thread(process.stop)
