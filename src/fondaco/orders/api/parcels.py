"""Parcels: what carriers and sellers say of them, one event or a thousand."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, JSONBody

from fondaco import parties, shipping
from fondaco.kernel import Sent
from fondaco.kernel.api import (
    IdempotencyKey,
    Lines,
    Strict,
    answer_lines,
    bulk,
    problem_of,
    reads,
    submit,
    writes,
)
from fondaco.kernel.edge import ParcelId, ProblemDocument, id_in_path, line_key
from fondaco.kernel.ids import parse
from fondaco.orders.actions import RecordScan, ScanRecorded
from fondaco.orders.api.orders import own_order
from fondaco.orders.api.purchases import Caller
from fondaco.orders.fulfil import record_scan
from fondaco.orders.parcels import ParcelView, parcel_views

Place = Annotated[str, msgspec.Meta(max_length=200)]


class NewEvent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What became of the parcel, and where."""

    kind: shipping.Scan
    place: Place = ""


class NewParcelEvent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What became of a parcel, and where."""

    parcel: ParcelId
    kind: shipping.Scan
    place: Place = ""


class EventKept(msgspec.Struct, frozen=True):
    """Where the parcel and its order stand now."""

    parcel_state: str
    order_state: str


class EventOutcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one line: the event kept, or the problem that it met."""

    status: int
    event: EventKept | None = None
    problem: ProblemDocument | None = None


class Parcels(msgspec.Struct, frozen=True):
    """Parcels of an order, oldest first."""

    parcels: list[ParcelView]


@post(
    "/api/parcels/{parcel_id:str}/events",
    dto=Strict[NewEvent],
    **writes("orders:write", "seller", "operator"),
)
async def new_event(
    data: JSONBody[NewEvent],
    request: Caller,
    parcel_id: FromPath[str],
    idempotency_key: IdempotencyKey,
) -> EventKept:
    """Keep what a carrier says of a parcel. A late or repeated event moves nothing back."""
    wish = RecordScan(
        parcel=id_in_path("par", parcel_id), kind=data.kind, place=data.place,
        seller=parties.only_seller(request.auth),
    )  # fmt: skip
    kept = await submit(request, record_scan, wish, idempotency_key, "unknown_parcel")
    return EventKept(kept.parcel_state, kept.order_state)


@post(
    "/api/parcels/events/bulk",
    dto=Lines[list[NewParcelEvent]],
    **bulk("orders:write", "seller", "operator", outcomes=list[EventOutcome]),
)
async def new_events(
    data: JSONBody[list[NewParcelEvent]], request: Caller, idempotency_key: IdempotencyKey
) -> Response[Any]:
    """Keep up to 1,000 events, as a JSON array or NDJSON; one outcome each, in the same form."""
    mine = parties.only_seller(request.auth)
    sent = [
        Sent(
            RecordScan(
                parcel=parse("par", one.parcel), kind=one.kind, place=one.place, seller=mine
            ),
            request.auth.principal,
            line_key(idempotency_key, n),
        )
        for n, one in enumerate(data)
    ]
    outcomes = await request.app.state.gatherer.submit_all(record_scan, sent)
    return answer_lines(request, [_outcome(one) for one in outcomes])


@get("/api/orders/{order_id:str}/parcels", **reads())
async def order_parcels(request: Caller, order_id: FromPath[str]) -> Parcels:
    """An order's parcels with their events."""
    row = await own_order(request, order_id)
    return Parcels(await parcel_views(request.app.state.database, row["id"]))


def _outcome(answer: object) -> EventOutcome:
    if isinstance(answer, ScanRecorded):
        return EventOutcome(201, EventKept(answer.parcel_state, answer.order_state))
    problem = problem_of(answer)
    return EventOutcome(problem.status, problem=problem)


routes = (new_event, new_events, order_parcels)
