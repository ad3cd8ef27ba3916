"""Codes of gift cards: made, read as people type them, and known by their hashes only."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from typing import Final

from fondaco.kernel import Database
from fondaco.kernel.ids import show
from fondaco.payments.queries import cards_by_hash

_BYTES: Final = 10  # 80 bits: nobody guesses one within the limits on requests
_GROUP: Final = 4


def make_code(secret: bytes, about: str) -> str:
    """A code that nobody without the secret can tell, the same for the same `about`."""
    digest = hmac.digest(secret, f"gift card\0{about}".encode(), hashlib.sha256)
    text = base64.b32encode(digest[:_BYTES]).decode()
    return "-".join(text[n : n + _GROUP] for n in range(0, len(text), _GROUP))


def hash_code(code: str) -> bytes:
    """What a card is known by. Case, spaces and dashes make no difference."""
    plain = "".join(c for c in code.upper() if c.isalnum())
    return hashlib.sha256(plain.encode()).digest()


async def card_tokens(database: Database, codes: Sequence[Sequence[str]]) -> list[list[str]]:
    """For each list of codes, what names the cards as tenders; "" where there is no such card."""
    hashes = {code: hash_code(code) for some in codes for code in some}
    if not hashes:
        return [[] for _ in codes]
    rows = await cards_by_hash(database, list(hashes.values()))
    tokens = {row["hash"]: show("gft", row["id"]) for row in rows}
    return [[tokens.get(hashes[code], "") for code in some] for some in codes]
