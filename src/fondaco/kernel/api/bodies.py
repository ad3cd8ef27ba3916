"""Bodies: strictly their own types, one item or up to a thousand."""

from collections.abc import Sequence
from typing import Any, ClassVar, TypeVar, get_args

import msgspec
from litestar import MediaType, Request, Response
from litestar.dto import MsgspecDTO
from litestar.openapi.spec import Reference, Schema
from litestar.response.base import ASGIResponse

from fondaco.kernel import edge
from fondaco.kernel.errors import Problem

T = TypeVar("T")


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


def plain_answer(status: int, view: Any) -> ASGIResponse:
    """An answer past the framework's own encoding: a tenth of a hot request's cost."""
    body = msgspec.json.encode(view)
    return ASGIResponse(body=body, status_code=status, media_type=MediaType.JSON)


def require(content_type: str | None, *known: str) -> str:
    """The media type, which must be one of these. Raises a 415 Problem."""
    media_type = (content_type or "").partition(";")[0].strip().lower()
    if media_type not in known:
        raise Problem(415, "unsupported_media_type", f"Send {' or '.join(known)}.")
    return media_type
