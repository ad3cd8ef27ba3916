"""Runs localstripe with what it lacks and Stripe documents: idempotency keys, search by metadata.

`python -m tests.payments.providers.stripe.fake PORT`
"""

import re
import sys
from typing import Any

from aiohttp import web
from localstripe.resources import PaymentIntent, store
from localstripe.server import app

_answers: dict[str, tuple[str, int, bytes]] = {}


@web.middleware
async def idempotent(request: web.Request, handler: Any) -> web.StreamResponse:
    """The first answer to a key again, and an error where the request is another."""
    key = request.headers.get("Idempotency-Key")
    if request.method != "POST" or not key:
        answered: web.StreamResponse = await handler(request)
        return answered
    asked = f"{request.path} {await request.text()}"
    if key not in _answers:
        answer = await handler(request)
        _answers[key] = (asked, answer.status, answer.body)
    before, status, body = _answers[key]
    if before != asked:
        error = {"type": "idempotency_error", "message": "Another request had this key."}
        return web.json_response({"error": error}, status=400)
    return web.Response(status=status, body=body, content_type="application/json")


@web.middleware
async def search(request: web.Request, handler: Any) -> web.StreamResponse:
    """GET /v1/payment_intents/search by one metadata field."""
    if request.path != "/v1/payment_intents/search":
        answered: web.StreamResponse = await handler(request)
        return answered
    asked = re.fullmatch(r"metadata\['(.+)'\]:'(.+)'", request.query["query"])
    assert asked is not None
    name, value = asked.groups()
    found = [
        one._export(expand=["latest_charge.balance_transaction"])
        for key, one in store.items()
        if key.startswith(PaymentIntent.object + ":") and one.metadata.get(name) == value
    ]
    body = {"object": "search_result", "data": found, "has_more": False, "url": request.path}
    return web.json_response(body)


if __name__ == "__main__":
    app.middlewares.insert(0, idempotent)
    app.middlewares.append(search)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
