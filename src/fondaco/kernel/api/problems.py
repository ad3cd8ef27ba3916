"""Every exception as a problem document, and what each kind of problem means."""

from collections.abc import Mapping
from typing import Any, Final

import asyncpg
import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from fondaco.kernel import edge
from fondaco.kernel.errors import KeyReused, Outdated, Overloaded, Problem, Refused, Unavailable
from fondaco.kernel.log import logger

log = logger("edge")


def answer_problem(request: Request[Any, Any, Any] | None, error: Exception) -> Response[bytes]:
    """Any exception as the problem document that it stands for."""
    status, document, headers = _bad_parameter(request, error) or _document(error)
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
        case asyncpg.SerializationError() | asyncpg.DeadlockDetectedError() | Outdated():
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

_WORDS: Final = {404: "There is nothing at this address.", 405: "Not with this method."}


def _bad_parameter(
    request: Request[Any, Any, Any] | None, error: Exception
) -> tuple[int, edge.ProblemDocument, Mapping[str, str]] | None:
    """A header, query or path parameter that will not do, by the name that callers know."""
    if request is None or not isinstance(error, ValidationException):
        return None
    first: Any = error.extra[0] if isinstance(error.extra, list) and error.extra else {}
    parameter = request.route_handler.parsed_fn_signature.parameters.get(first.get("key"))
    if parameter is None or first.get("source") == "body":
        return None
    name = getattr(parameter.kwarg_definition, "name", None) or parameter.name
    detail = edge.none_of(first["message"], parameter.annotation)
    return _simple(400, "invalid_parameter", f"{detail}.", parameter=name)


def _from_framework(
    error: HTTPException,
) -> tuple[int, edge.ProblemDocument, Mapping[str, str]]:
    status, detail = error.status_code, error.detail
    if isinstance(error, ValidationException) and isinstance(error.extra, list) and error.extra:
        first: Any = error.extra[0]
        if first.get("source") == "body":
            return _simple(400, "malformed_json", "The body is empty.")
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
    text = _WORDS.get(status) or (detail if "object at" not in detail else edge.title(code))
    return status, edge.document(status, code, text), headers
