"""What the domains' edge files share of the web framework: strict bodies, problems, options.

A handler says who may call it by `reads(...)` or `writes(...)`; `serve` refuses to start with one
that does not say.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, ClassVar, Final, TypeVar, get_args

import asyncpg
import msgspec
from litestar import MediaType, Request, Response
from litestar.dto import MsgspecDTO
from litestar.exceptions import HTTPException, ValidationException
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Reference, Schema
from litestar.params import Parameter

from fondaco.kernel import edge
from fondaco.kernel.errors import KeyReused, Overloaded, Problem, Refused, Unavailable
from fondaco.kernel.log import logger

log = logger("edge")

T = TypeVar("T")

IdempotencyKey = Annotated[
    str,
    Parameter(
        header="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern="^[!-~]+$",
        description="Names this request: sent again, it does nothing again and answers the same.",
    ),
]
Limit = Annotated[int, Parameter(ge=1, le=edge.MAX_PAGE, description="The most items of a page.")]


class Strict(MsgspecDTO[T]):  # type: ignore[type-var]
    """Decodes a JSON body as exactly its type: no text for a number, no unknown field.

    `Strict[Body]` is given to a handler as its `dto`. The framework alone would convert leniently.
    """

    decoder: ClassVar[msgspec.json.Decoder[Any]]

    @classmethod
    def create_for_field_definition(cls, *_: Any, **__: Any) -> None:
        """Make the decoder once, when the handler is registered."""
        cls.decoder = msgspec.json.Decoder(cls.model_type)

    @classmethod
    def create_openapi_schema(
        cls, field_definition: Any, handler_id: str, schema_creator: Any
    ) -> Reference | Schema:
        """The body's own schema."""
        schema: Reference | Schema = schema_creator.for_field_definition(field_definition)
        return schema

    def decode_bytes(self, value: bytes) -> Any:
        """The body; raises a Problem that names the field at fault."""
        require(self.asgi_connection.headers.get("content-type"), "application/json")
        return edge.decode(self.decoder, value)


class Lines(Strict[T]):
    """A bulk body: a JSON array, or NDJSON with one item a line. `Lines[list[Item]]`."""

    line_decoder: ClassVar[msgspec.json.Decoder[Any]]

    @classmethod
    def create_for_field_definition(cls, *_: Any, **__: Any) -> None:
        """Make the decoders once, when the handler is registered."""
        super().create_for_field_definition()
        [item] = get_args(cls.model_type)
        cls.line_decoder = msgspec.json.Decoder(item)

    def decode_bytes(self, value: bytes) -> Any:
        """All the items; raises a Problem that names the first that is not one."""
        given = self.asgi_connection.headers.get("content-type")
        if require(given, "application/json", edge.NDJSON) == edge.NDJSON:
            return edge.decode_lines(self.line_decoder, value)
        items = edge.decode(self.decoder, value)
        edge.not_too_many(len(items))
        return items


def answer_lines(request: Request[Any, Any, Any], outcomes: Sequence[Any]) -> Response[Any]:
    """One outcome a line, in the form that the request came in."""
    if request.headers["content-type"].startswith(edge.NDJSON):
        body = msgspec.json.Encoder().encode_lines(outcomes)
        return Response(body, status_code=200, media_type=edge.NDJSON)
    return Response(outcomes, status_code=200, media_type=MediaType.JSON)


def require(content_type: str | None, *known: str) -> str:
    """The media type, which must be one of these. Raises a 415 Problem."""
    media_type = (content_type or "").partition(";")[0].strip().lower()
    if media_type not in known:
        raise Problem(415, "unsupported_media_type", f"Send {' or '.join(known)}.")
    return media_type


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


def writes(scope: str, *kinds: str, status: int = 201) -> dict[str, Any]:
    """Options of a handler that writes; no kinds named means every kind that holds the scope."""
    return {
        "opt": {"scope": scope, "kinds": frozenset(kinds)},
        "responses": problems(*_WRITE),
        "status_code": status,
    }


def bulk(scope: str, *kinds: str, outcomes: Any) -> dict[str, Any]:
    """Options of a handler that takes many at once and answers `outcomes`, whatever they are."""
    options = writes(scope, *kinds, status=200)
    described = ResponseSpec(
        outcomes, description="One outcome each, in order.", generate_examples=False
    )
    return options | {"responses": {**options["responses"], 200: described}}


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
    return Parameter(pattern=edge.id_pattern(prefix), description="Begin after this one.")


def answer_problem(_: Request[Any, Any, Any] | None, error: Exception) -> Response[bytes]:
    """Any exception as the problem document that it stands for."""
    status, document, headers = _document(error)
    if status == 500:
        log.error("request failed", exc_info=error)
    return Response(
        msgspec.json.encode(document), status_code=status, media_type=edge.PROBLEM_JSON,
        headers=headers,
    )  # fmt: skip


def problem_of(answer: object) -> edge.ProblemDocument:
    """A refusal or an exception as its problem document, for one line of many."""
    if isinstance(answer, Refused):
        return _document(edge.refusal(answer))[1]
    if not isinstance(answer, Exception):
        raise TypeError(f"{answer!r} is no problem")
    status, document, _ = _document(answer)
    if status == 500:
        log.error("a line failed", exc_info=answer)
    return document


def _document(error: Exception) -> tuple[int, edge.ProblemDocument, Mapping[str, str]]:
    match error:
        case Problem(extra=extra):
            more = {name: value for name, value in extra.items() if name != "headers"}
            document = edge.document(error.status, error.code, error.detail, **more)
            return error.status, document, extra.get("headers", {})
        case KeyReused():
            detail = "This idempotency key was used for another request."
            return _simple(422, "key_reused", detail, parameter="Idempotency-Key")
        case Overloaded():
            return _again("overloaded", "Too much at once; nothing was done.")
        case Unavailable() | asyncpg.InsufficientResourcesError() | asyncpg.QueryCanceledError():
            return _again("unavailable", "The database is away; send this again with the same key.")
        case asyncpg.SerializationError() | asyncpg.DeadlockDetectedError():
            return _again("contended", "Too many wanted the same at once; nothing was done.")
        case HTTPException():
            return _from_framework(error)
        case _:
            return _simple(500, "internal_error", "That is our fault, and has been logged.")


def _simple(
    status: int, code: str, detail: str, **more: Any
) -> tuple[int, edge.ProblemDocument, Mapping[str, str]]:
    return status, edge.document(status, code, detail, **more), {}


def _again(code: str, detail: str) -> tuple[int, edge.ProblemDocument, Mapping[str, str]]:
    return 503, edge.document(503, code, detail), {"retry-after": str(Overloaded.retry_after)}


_CODES: Final = {
    404: "not_found", 405: "method_not_allowed", 413: "too_large", 429: "too_many_requests",
}  # fmt: skip


def _from_framework(
    error: HTTPException,
) -> tuple[int, edge.ProblemDocument, Mapping[str, str]]:
    status, detail = error.status_code, error.detail
    if isinstance(error, ValidationException) and isinstance(error.extra, list) and error.extra:
        first: Any = error.extra[0]
        name = {"idempotency_key": "Idempotency-Key"}.get(first.get("key", ""), first.get("key"))
        return _simple(400, "invalid_parameter", f"{first['message']}.", parameter=str(name))
    headers = dict(error.headers or {})
    if status == 429:
        headers["retry-after"] = headers.get("RateLimit-Reset", "60")
    if status >= 500:
        return _simple(500, "internal_error", "That is our fault, and has been logged.")
    code = _CODES.get(status, "bad_request")
    if code == "bad_request" and "Idempotency-Key" in detail:
        return _simple(
            400, "missing_header", "Send an Idempotency-Key.", parameter="Idempotency-Key"
        )
    text = detail if detail and "object at" not in detail else edge.title(code)
    return status, edge.document(status, code, text), headers
