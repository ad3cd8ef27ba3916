"""Delivers webhooks from the book, off the hot path, and tries again until they are taken.

What is due waits in the book, so a restarted sandbox goes on where it stopped.
"""

import asyncio
from datetime import timedelta
from hashlib import blake2b
from typing import Final

import httpx
import msgspec

from fondaco.kernel.log import logger
from fondaco.payments.providers import signing
from fondaco.payments.providers.sandbox.book import Book, micros

BATCH: Final = 500
MAX_ATTEMPTS: Final = 30
"""About two minutes; then the webhook is given up, and a look-up finds the fact."""

_FIRST_PAUSE: Final = timedelta(milliseconds=50)
_LONGEST_PAUSE: Final = timedelta(seconds=5)
_IDLE: Final = 1.0
_REST: Final = 0.05
"""Seconds between two requests, so that facts that fall due together travel together."""

_log = logger("sandbox")


class Postman:
    """Sends what is due to `url`, at most one request at a time. `wake` it when there is more."""

    def __init__(self, book: Book, url: str, secret: str) -> None:
        self._book = book
        self._url = url
        self._secret = secret
        self._more = asyncio.Event()

    def wake(self) -> None:
        """There may be something new to send."""
        self._more.set()

    async def run(self) -> None:
        """Deliver until cancelled."""
        async with httpx.AsyncClient(timeout=10, trust_env=False) as http:
            while True:
                self._more.clear()
                if not await self._deliver(http):
                    try:
                        await asyncio.wait_for(self._more.wait(), self._pause())
                    except TimeoutError:
                        continue
                await asyncio.sleep(_REST)

    async def _deliver(self, http: httpx.AsyncClient) -> bool:
        due = self._book.db.execute(
            "select id, key, attempts from webhook where due <= ? order by due, id limit ?",
            (micros(self._book.now()), BATCH),
        ).fetchall()
        if not due:
            return False
        entries = self._book.find(list({key for _, key, _ in due}))
        body = msgspec.json.encode([entries[key].fact() for _, key, _ in due])
        failure = await self._post(http, body)
        if failure:
            self._put_off(due, failure)
        else:
            with self._book.transaction():
                self._book.db.executemany("delete from webhook where id = ?", [d[:1] for d in due])
        return True

    async def _post(self, http: httpx.AsyncClient, body: bytes) -> str:
        # the id follows from the body, so that the same message sent again has the same
        message = "msg_" + blake2b(body, digest_size=12).hexdigest()
        headers = signing.sign(self._secret, message, body, self._book.now())
        headers["content-type"] = "application/json"
        try:
            response = await http.post(self._url, content=body, headers=headers)
        except httpx.RequestError as error:
            return type(error).__name__
        return "" if response.is_success else f"status {response.status_code}"

    def _put_off(self, due: list[tuple[int, str, int]], failure: str) -> None:
        now = self._book.now()
        later = []
        for number, _, attempts in due:
            pause = min(_FIRST_PAUSE * 2 ** min(attempts, 10), _LONGEST_PAUSE)
            given_up = attempts + 1 >= MAX_ATTEMPTS
            later.append((attempts + 1, None if given_up else micros(now + pause), number))
        with self._book.transaction():
            self._book.db.executemany(
                "update webhook set attempts = ?, due = ? where id = ?", later
            )
        lost = sum(1 for _, due_at, _ in later if due_at is None)
        _log.warning("webhooks not taken", failure=failure, webhooks=len(due), given_up=lost)

    def _pause(self) -> float:
        (due,) = self._book.db.execute(
            "select min(due) from webhook where due is not null"
        ).fetchone()
        if due is None:
            return _IDLE
        wait: float = (due - micros(self._book.now())) / 1e6
        return min(max(wait, 0.001), _IDLE)
