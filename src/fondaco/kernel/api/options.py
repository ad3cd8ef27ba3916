"""What a handler says of itself: its parameters, who may call it, how it may fail."""

from typing import Annotated, Any, Final

from litestar import Litestar, Request
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import HeaderParameter, QueryParameter

from fondaco.kernel import edge

IdempotencyKey = Annotated[
    str,
    HeaderParameter(
        name="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern="^[!-~]+$",
        description="Names this request: sent again, it does nothing again and answers the same.",
    ),
]
Limit = Annotated[
    int, QueryParameter(ge=1, le=edge.MAX_PAGE, description="The most items of a page.")
]

_DONE: Final = "Done, and committed."
_PROBLEM: Final = {
    400: "The request is malformed, or lacks a header.",
    401: "No key, or one that is unknown or expired.",
    403: "The key may not do this.",
    404: "There is no such thing, or it is somebody else's.",
    405: "Not with this method.",
    409: "Refused as things stand; nothing was changed.",
    413: "The body is too large.",
    415: "The body is of another media type.",
    422: "The body is not what is asked for, or the idempotency key was used for another request.",
    429: "Too many requests with this key.",
    503: "Too much at once, or the database is away; `Retry-After` says when to come again.",
    504: "No answer in time; the command may still take effect. Send it again with the same key.",
}
_ANY: Final = (400, 401, 403, 404, 405, 429, 503, 504)
_WRITE: Final = (*_ANY, 409, 413, 415, 422)


def problems(*codes: int) -> dict[int, ResponseSpec]:
    """The problem answers of these statuses, for the API's description."""
    return {
        code: ResponseSpec(
            edge.ProblemDocument,
            description=_PROBLEM[code],
            media_type=edge.PROBLEM_JSON,
            generate_examples=False,
        )
        for code in codes
    }


def reads(scope: str = "read", *kinds: str) -> dict[str, Any]:
    """Options of a handler that reads: the scope it needs, and for which kinds of party it is."""
    return {"opt": {"scope": scope, "kinds": frozenset(kinds)}, "responses": problems(*_ANY)}


def writes(scope: str, *kinds: str, status: int = 201, outcome: Any = None) -> dict[str, Any]:
    """Options of a handler that writes; no kinds named means every kind that holds the scope.

    `outcome` is what it answers, where its own return type does not say.
    """
    responses = problems(*_WRITE)
    if outcome is not None:
        responses[status] = ResponseSpec(outcome, description=_DONE, generate_examples=False)
    return {
        "opt": {"scope": scope, "kinds": frozenset(kinds)},
        "responses": responses,
        "status_code": status,
    }


def bulk(scope: str, *kinds: str, outcomes: Any) -> dict[str, Any]:
    """Options of a handler that takes many at once and answers `outcomes`, whatever they are."""
    return writes(scope, *kinds, status=200, outcome=outcomes)


def public(*codes: int) -> dict[str, Any]:
    """Options of a handler that needs no key, and the problems it may answer."""
    documented = problems(*codes, 429, 503, 504)
    return {"opt": {"public": True}, "security": [{}], "responses": documented}


async def submit(
    request: Request[Any, Any, Any], handler: Any, wish: Any, key: str, named_by_path: str = ""
) -> Any:
    """Decide a command on the caller's behalf; its outcome, or the Problem of its refusal."""
    outcome = await request.app.state.gatherer.submit(handler, wish, request.auth.principal, key)
    return edge.accepted(outcome, named_by_path)


def after(prefix: str) -> Any:
    """The parameter that names the last item of the page before."""
    return QueryParameter(pattern=edge.id_pattern(prefix), description="Begin after this one.")


def refuse_open_doors(app: Litestar) -> None:
    """A handler that does not say who may call it is a bug, found before the first request."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            said = handler.opt.get("public") or "scope" in handler.opt
            if not said and handler.http_methods != {"OPTIONS"}:
                raise AssertionError(f"{handler.name or handler} does not say who may call it")
