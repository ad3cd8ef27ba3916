"""What every edge file shares and no web framework is needed for: ids, problems, pages.

A problem document is RFC 9457's: `type` is `/problems/<code>`, `code` the same in one word,
`pointer` the JSON pointer of the part of the body at fault, `parameter` the header, query or path
parameter at fault.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any, Final
from urllib.parse import urlencode

import msgspec

from fondaco.kernel.choices import choices, keys, listed
from fondaco.kernel.errors import Problem, Refused
from fondaco.kernel.ids import BadId, parse

MAX_PAGE: Final = 200
PROBLEM_JSON: Final = "application/problem+json"

END: Final = "$(?!\\n)"
"""The end of a text in a pattern: `$` alone lets a line break follow, which no column takes."""

Amount = Annotated[int, msgspec.Meta(ge=0, le=10**15)]
"""Minor units of a currency."""
Currency = Annotated[str, msgspec.Meta(pattern=f"^[A-Z]{{3}}{END}")]
Text = Annotated[str, msgspec.Meta(max_length=200)]
Zoned = Annotated[datetime, msgspec.Meta(tz=True)]
"""A time with its offset from UTC."""


def id_pattern(prefix: str) -> str:
    """What a shown id of this kind looks like; whatever fits it can be parsed."""
    return f"^{prefix}_[0-7][0-9a-hjkmnp-tv-z]{{12}}{END}"


def id_in_path(prefix: str, text: str) -> int:
    """The id that a path names. What is no id is as unknown as one that nothing has: 404."""
    try:
        return parse(prefix, text)
    except BadId as error:
        raise Problem(404, "not_found", f"{error}.") from None


BuyerId = Annotated[str, msgspec.Meta(pattern=id_pattern("per"))]
CategoryId = Annotated[str, msgspec.Meta(pattern=id_pattern("cat"))]
LocationId = Annotated[str, msgspec.Meta(pattern=id_pattern("loc"))]
MarketId = Annotated[str, msgspec.Meta(pattern=id_pattern("mkt"))]
OfferId = Annotated[str, msgspec.Meta(pattern=id_pattern("off"))]
ParcelId = Annotated[str, msgspec.Meta(pattern=id_pattern("par"))]
ProductId = Annotated[str, msgspec.Meta(pattern=id_pattern("prd"))]
QuoteId = Annotated[str, msgspec.Meta(pattern=id_pattern("quo"))]
SellerId = Annotated[str, msgspec.Meta(pattern=id_pattern("sel"))]
TaxQuoteId = Annotated[str, msgspec.Meta(pattern=id_pattern("txq"))]
VariantId = Annotated[str, msgspec.Meta(pattern=id_pattern("var"))]


class Made(msgspec.Struct, frozen=True):
    """What was made, by its id."""

    id: str


def parsed(prefix: str, text: str | None) -> int | None:
    """The id behind a shown one that may be left out."""
    return None if text is None else parse(prefix, text)


class ProblemDocument(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a request was not done (RFC 9457). `type` and `code` are stable; `detail` is for people.

    `pointer` is the JSON pointer of the part of the body at fault, `parameter` the name of the
    header, query or path parameter at fault, `line` the line of an NDJSON body.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    pointer: str = ""
    parameter: str = ""
    line: int = 0


def document(status: int, code: str, detail: str, **more: Any) -> ProblemDocument:
    """The problem document of a code."""
    return ProblemDocument(f"/problems/{code}", title(code), status, detail, code, **more)


def title(code: str) -> str:
    """A code as people read it: `sold_out` is `Sold out`."""
    return code.replace("_", " ").capitalize()


EDGE_CODES: Final = {
    "bad_request": 400, "malformed_json": 400, "invalid_parameter": 400, "missing_header": 400,
    "bad_webhook": 400, "missing_key": 401, "unknown_key": 401, "expired_key": 401,
    "missing_scope": 403, "wrong_party": 403, "not_found": 404, "method_not_allowed": 405,
    "too_large": 413, "unsupported_media_type": 415, "invalid_body": 422, "key_reused": 422,
    "bad_bank_file": 422, "unknown_provider": 422, "no_lines": 422, "too_long": 422,
    "too_many_lines": 422,
    "too_many_requests": 429,
    "internal_error": 500, "contended": 503, "overloaded": 503, "unavailable": 503, "timeout": 504,
}  # fmt: skip
"""Codes of the edge itself, with their status; the domains' own are those of their refusals."""


class ProblemType(msgspec.Struct, frozen=True):
    """A kind of problem: what its `type` stands for."""

    type: str
    code: str
    title: str
    status: int


def problem_types(codes: Iterable[str]) -> dict[str, ProblemType]:
    """The kinds of problem of these refusals and of the edge, by code."""
    known = {code: refused_status(code) for code in codes} | EDGE_CODES
    return {
        code: ProblemType(f"/problems/{code}", code, title(code), known[code])
        for code in sorted(known)
    }


_INVALID: Final = frozenset(
    {
        "bad_band", "bad_discount", "bad_fee", "bad_period", "bad_rate", "bad_scope", "empty",
        "incomplete", "named_twice", "no_reason", "nothing_moved", "nothing_said",
        "scope_not_allowed",
    }
)  # fmt: skip


def refused_status(code: str, named_by_path: str = "") -> int:
    """404 for what the path names, 422 for what the body names wrongly, else 409."""
    if code == named_by_path:
        return 404
    if code in _INVALID or code.startswith(("unknown_", "foreign_")):
        return 422
    return 409


def refusal(outcome: Refused, named_by_path: str = "") -> Problem:
    """A refusal as the problem that is raised for it."""
    status = refused_status(outcome.code, named_by_path)
    more = {"pointer": outcome.pointer} if outcome.pointer and status != 404 else {}
    return Problem(status, outcome.code, outcome.detail, **more)


def accepted(outcome: Any, named_by_path: str = "") -> Any:
    """The outcome, unless it says no; then its problem is raised."""
    if isinstance(outcome, Refused):
        raise refusal(outcome, named_by_path)
    return outcome


_AT: Final = re.compile(r"^(?P<what>.*?)(?: - at (?P<key>`key` in )?`\$(?P<path>.*)`)?$", re.DOTALL)
_NONE_OF: Final = re.compile(r"^Invalid (?:enum )?value (.*)$", re.DOTALL)
_FIELD: Final = re.compile(r"(?:required|unknown) field `(.*)`$", re.DOTALL)
_STEP: Final = re.compile(r"\.([^.\[]+)|\[(\d+|\.\.\.)\]")


def none_of(what: str, of: Any, steps: Sequence[str] = (), *, key: bool = False) -> str:
    """What a decoder says; of a value that is no choice of a type, with the ones there are.

    `steps` lead to the value inside the type, or with `key` to the mapping that it is a key of.
    """
    wrong = _NONE_OF.match(what)
    if wrong is None or not (allowed := (keys if key else choices)(of, steps)):
        return what
    return f"{wrong[1]} is not {listed(allowed)}"


def invalid(error: msgspec.ValidationError, of: Any, **more: Any) -> Problem:
    """A body that is JSON but not a value `of` a type, with the pointer of the field at fault."""
    match = _AT.match(str(error))
    what, path = (match["what"], match["path"] or "") if match else (str(error), "")
    steps = [(name or number) for name, number in _STEP.findall(path)]
    what = none_of(what, of, steps, key=bool(match and match["key"]))
    if field := _FIELD.search(what):
        steps.append(field[1])
    escaped = [step.replace("~", "~0").replace("/", "~1") for step in steps]
    pointer = "".join(f"/{step}" for step in escaped)
    return Problem(422, "invalid_body", f"{what}.", pointer=pointer, **more)


def malformed(error: Exception, **more: Any) -> Problem:
    """A body that is not JSON at all."""
    why = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
    return Problem(400, "malformed_json", f"The body is not well-formed JSON: {why}.", **more)


def decode(decoder: "msgspec.json.Decoder[Any]", body: bytes, **more: Any) -> Any:
    """A JSON body as the decoder's type. Raises Problem that names the part at fault.

    Text with a NUL character is refused: PostgreSQL cannot keep it.
    """
    try:
        value = decoder.decode(body)
    except msgspec.ValidationError as error:
        raise invalid(error, decoder.type, **more) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise malformed(error, **more) from None
    if b"\\u0000" in body and (at := _nul(msgspec.json.decode(body))) is not None:
        raise Problem(422, "invalid_body", "Text has a NUL character.", pointer=at, **more)
    return value


def _nul(value: Any, at: str = "") -> str | None:
    """JSON pointer of the first text with a NUL character, if any."""
    if isinstance(value, str):
        return at if "\0" in value else None
    parts: list[tuple[Any, Any]] = []
    if isinstance(value, Mapping):
        parts = list(value.items())
        if any("\0" in name for name in value):
            return at
    elif isinstance(value, Sequence):
        parts = list(enumerate(value))
    return next((found for n, v in parts if (found := _nul(v, f"{at}/{n}")) is not None), None)


MAX_LINES: Final = 1000
NDJSON: Final = "application/x-ndjson"


def decode_lines(decoder: "msgspec.json.Decoder[Any]", body: bytes) -> list[Any]:
    """An NDJSON body, each line as the decoder's type; all of them, or a Problem with the line."""
    lines = body.removesuffix(b"\n").split(b"\n") if body.strip() else []
    not_too_many(len(lines))
    return [decode(decoder, line, line=no) for no, line in enumerate(lines, 1)]


def not_too_many(count: int) -> None:
    """Refuse a bulk request of no lines, or of more than are taken at once."""
    if count > MAX_LINES:
        raise Problem(422, "too_many_lines", f"At most {MAX_LINES} at once, not {count}.")
    if not count:
        raise Problem(422, "no_lines", "There is nothing to do.")


def line_key(key: str, number: int) -> str:
    """The idempotency key of one line of a bulk request."""
    name = f"{key}/{number}"
    return name if len(name) <= 200 else f"{sha256(key.encode()).hexdigest()}/{number}"


def next_page(path: str, rows: Sequence[Any], limit: int, last: str, **more: Any) -> str | None:
    """The address of the page after this one; None when this one is not full.

    `last` is the id, as shown, of this page's last item; `more` what else the page was asked by.
    """
    if len(rows) < limit:
        return None
    asked = {name: value for name, value in more.items() if value is not None}
    return f"{path}?{urlencode({**asked, 'after': last, 'limit': limit})}"
