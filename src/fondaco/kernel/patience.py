"""Reports that read whole tables: the usual limits on statements and transactions do not fit."""

from typing import Final

from fondaco.kernel.db import Tx
from fondaco.kernel.sql import Statement

LONG_S: Final = 3600
"""What a report may take, in seconds."""

# The limit on the time of a transaction is PostgreSQL's since 17; without it nothing is set.
_SETTINGS: Final = [
    Statement(
        f"kernel.{name}",
        f"select set_config(name, '{value}', true) from pg_settings where name = '{name}'",  # noqa: S608
        (),
    )
    for name, value in (("statement_timeout", f"{LONG_S}s"), ("transaction_timeout", "0"))
]


async def take_time(tx: Tx) -> None:
    """Let the statements of a transaction run for `LONG_S`, till its end."""
    for setting in _SETTINGS:
        await tx.fetch(setting)
