"""Buyers who ask to be forgotten."""

from datetime import datetime

import msgspec
from litestar import post
from litestar.params import FromPath

from fondaco import parties
from fondaco.kernel.api import IdempotencyKey, submit, writes
from fondaco.kernel.edge import id_in_path
from fondaco.orders.api.purchases import Caller
from fondaco.orders.erasure import EraseBuyer, erase_buyer


class Erasure(msgspec.Struct, frozen=True):
    """Since when the buyer is forgotten."""

    buyer: str
    erased_at: datetime


@post("/api/buyers/{buyer_id:str}/erasure", **writes("purchases:write", "buyer", "operator"))
async def erasure(
    request: Caller, buyer_id: FromPath[str], idempotency_key: IdempotencyKey
) -> Erasure:
    """Forget a buyer's name, keys, and words on purchases and disputes; the books stay.

    Refused while an order is under way or the wallet holds money.
    """
    buyer = parties.in_path(request.auth, parties.Kind.BUYER, id_in_path("per", buyer_id))
    wish = EraseBuyer(buyer=buyer)
    done = await submit(request, erase_buyer, wish, idempotency_key, "unknown_buyer")
    return Erasure(buyer_id, done.at)


routes = (erasure,)
