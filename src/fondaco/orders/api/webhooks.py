"""Webhooks: what a provider says unasked, believed for its signature alone."""

from typing import cast

import msgspec
from litestar import MediaType, Response, post
from litestar.params import FromPath

from fondaco import payments
from fondaco.kernel import Problem
from fondaco.kernel.api import public
from fondaco.orders.api.purchases import Caller
from fondaco.orders.hearsay import hear


class Heard(msgspec.Struct, frozen=True):
    """How many of a webhook's facts were news."""

    news: int


@post("/api/webhooks/{provider:str}", status_code=200, **public(400, 404, 405, 413))
async def webhook(request: Caller, provider: FromPath[str]) -> Response[Heard]:
    """A provider's signed word on payments, refunds and payouts. Repeated facts do no harm."""
    known = request.app.state.providers.get(provider)
    if known is None:
        raise Problem(404, "not_found", "There is no such provider.")
    try:
        facts = await known.webhook(request.headers, await request.body())
    except payments.BadWebhook as error:
        raise Problem(400, "bad_webhook", f"Not believed: {error}.") from None
    except payments.NoAnswer:
        raise Problem(503, "unavailable", "The rest of it is not known; send it again.") from None
    heard = Heard(await hear(request.app.state.gatherer, facts))
    if known.receipt:
        return cast("Response[Heard]", Response(known.receipt, media_type=MediaType.TEXT))
    return Response(heard)


routes = (webhook,)
