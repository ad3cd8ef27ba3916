"""Runs the sandbox: `python -m fondaco.payments.providers.sandbox --book FILE --port 9000`.

The webhook secret comes in FONDACO_WEBHOOK_SECRET, so that it shows in no list of processes.
"""

import argparse
import asyncio
import os
import sys
from pathlib import Path
from typing import NoReturn

import msgspec

from fondaco.kernel.clock import system_clock
from fondaco.kernel.ports import PortTaken
from fondaco.payments.providers.sandbox.book import Book, BookError
from fondaco.payments.providers.sandbox.desk import Desk
from fondaco.payments.providers.sandbox.modes import Fees, Mode
from fondaco.payments.providers.sandbox.postman import Postman
from fondaco.payments.providers.sandbox.process import MISCONFIGURED, PORT_TAKEN, SECRET
from fondaco.payments.providers.sandbox.server import House, build, serve


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m fondaco.payments.providers.sandbox")
    parser.add_argument("--book", type=Path, help="file of the ledger; none: in memory")
    parser.add_argument("--port", type=int, default=9000)
    parser.add_argument("--webhook-url", help="where facts are sent, signed")
    parser.add_argument("--mode", default="{}", help="faults, as JSON")
    parser.add_argument("--fees", default="{}", help="fees, as JSON")
    parser.add_argument("--instance", default="", help="told by /health")
    parser.add_argument("--watch-stdin", action="store_true", help="end when stdin does")
    return parser.parse_args()


async def _run(asked: argparse.Namespace, secret: str) -> None:
    book = Book(asked.book, system_clock)
    mode = msgspec.json.decode(asked.mode, type=Mode)
    fees = msgspec.json.decode(asked.fees, type=Fees)
    postman = Postman(book, asked.webhook_url, secret) if asked.webhook_url else None
    desk = Desk(
        book, mode, fees, notify=postman is not None, pages=f"http://127.0.0.1:{asked.port}"
    )
    await serve(build(House(desk, postman, asked.instance)), asked.port, asked.watch_stdin)


def main() -> None:
    """Serve until told to stop."""
    asked = _arguments()
    secret = os.environ.get(SECRET, "")
    if asked.webhook_url and not secret:
        _refuse(f"{SECRET} must be set to sign webhooks")
    try:
        asyncio.run(_run(asked, secret))
    except (BookError, msgspec.DecodeError) as error:
        _refuse(str(error))
    except PortTaken as error:
        _refuse(f"the sandbox {error}", PORT_TAKEN)


def _refuse(why: str, status: int = MISCONFIGURED) -> NoReturn:
    print(why, file=sys.stderr)
    sys.exit(status)


if __name__ == "__main__":
    main()
