"""Locations, moves, and what becomes of reservations: freed or sent."""

from collections.abc import Sequence
from datetime import datetime

from fondaco import catalog, parties
from fondaco.kernel import Batch, Refused, Row, Tx, as_json, command
from fondaco.kernel.ids import bucket_of
from fondaco.stock.model import (
    AddLocation,
    LocationAdded,
    LocationRefusal,
    Move,
    Moved,
    MoveRefusal,
    Part,
    Returned,
)
from fondaco.stock.queries import sql

_MOST = 10**12


@command(LocationAdded)
async def add_location(tx: Tx, batch: Batch[AddLocation]) -> list[LocationAdded | Refused]:
    """Add locations. LocationRefusal says why not."""
    sellers = await parties.known_organisations(tx, [one.seller for one in batch])
    rows = await tx.fetch(
        sql.known_locations, sellers=sorted({one.seller for one in batch}), ids=[]
    )
    taken = {(row["seller"], row["name"]) for row in rows}
    outcomes: list[LocationAdded | Refused] = []
    new = []
    for one, at in zip(batch, batch.at, strict=True):
        if one.seller not in sellers:
            detail = "There is no such seller."
            outcomes.append(Refused(LocationRefusal.UNKNOWN_SELLER, detail, "/seller"))
        elif (one.seller, one.name) in taken:
            detail = f"The seller has a location {one.name!r}."
            outcomes.append(Refused(LocationRefusal.NAME_TAKEN, detail, "/name"))
        else:
            taken.add((one.seller, one.name))
            id_ = tx.mint()
            row = {"id": id_, "seller": one.seller, "name": one.name, "priority": one.priority}
            new.append({**row, "created_at": at})
            outcomes.append(LocationAdded(id_))
    await tx.fetch(sql.insert_locations, rows=as_json(new))
    return outcomes


@command(Moved)
async def move(tx: Tx, batch: Batch[Move]) -> list[Moved | Refused]:
    """Change what is on hand. MoveRefusal says why not; first come, first served."""
    offers = await catalog.offers(tx, [one.offer for one in batch])
    rows = await tx.fetch(sql.known_locations, sellers=[], ids=_locations(batch))
    places = {row["id"]: row for row in rows}
    levels = {
        (row["offer"], row["location"]): [row["on_hand"], row["reserved"]]
        for row in await tx.fetch(sql.lock_levels, bucket=tx.bucket, offers=_offers(batch))
    }
    outcomes: list[Moved | Refused] = []
    moves = []
    for one, cause, at in zip(batch, batch.ids, batch.at, strict=True):
        place = places.get(one.location)
        offer = offers.get(one.offer)
        own_offer = offer is not None and offer.seller == one.seller
        own_place = place is not None and place["seller"] == one.seller
        level = levels.setdefault((one.offer, one.location), [0, 0])
        refusal = _move_refusal(one, own_offer, own_place, level)
        if refusal is not None:
            outcomes.append(refusal)
            continue
        level[0] += one.quantity
        moves.append(
            {
                "id": tx.mint(),
                "offer": one.offer,
                "location": one.location,
                "priority": place["priority"] if place else 1,
                "quantity": one.quantity,
                "reason": one.reason,
                "cause": cause,
                "at": at,
            }
        )
        outcomes.append(Moved(level[0], level[1]))
    await tx.fetch(sql.insert_moves, bucket=tx.bucket, offers=_offers(batch), rows=as_json(moves))
    return outcomes


def _offers(batch: Sequence[Move]) -> list[int]:
    return sorted({one.offer for one in batch})


def _locations(batch: Sequence[Move]) -> list[int]:
    return sorted({one.location for one in batch})


def _move_refusal(
    one: Move, own_offer: bool, own_place: bool, level: Sequence[int]
) -> Refused | None:
    if not own_offer:
        return Refused(MoveRefusal.UNKNOWN_OFFER, "You have no such offer.", "/offer")
    if not own_place:
        return Refused(MoveRefusal.UNKNOWN_LOCATION, "You have no such location.", "/location")
    if one.quantity == 0 or (one.quantity < 0 and one.reason == "received"):
        detail = "Units received must be one or more; a count's correction must not be zero."
        return Refused(MoveRefusal.NOTHING_MOVED, detail, "/quantity")
    on_hand, reserved = level
    if on_hand + one.quantity < reserved:
        detail = f"{reserved} of the {on_hand} units on hand are promised to buyers."
        return Refused(MoveRefusal.BELOW_RESERVED, detail, "/quantity")
    if on_hand + one.quantity > _MOST:
        return Refused(MoveRefusal.TOO_MANY, "No shelf holds that many.", "/quantity")
    return None


async def put_back(tx: Tx, units: Sequence[Returned]) -> None:
    """Put units that came back on their sellers' first shelf of the offer; buckets ascending."""
    groups: dict[int, list[Returned]] = {}
    for one in units:
        groups.setdefault(bucket_of(one.offer, tx.database.buckets), []).append(one)
    for bucket in sorted(groups):
        offers = sorted({one.offer for one in groups[bucket]})
        levels = await tx.fetch(sql.lock_levels, bucket=bucket, offers=offers)
        shelf = {
            row["offer"]: row for row in sorted(levels, key=lambda r: r["priority"], reverse=True)
        }
        moves = [
            {
                "id": tx.mint(bucket), "offer": one.offer, "quantity": one.quantity,
                "location": shelf[one.offer]["location"],
                "priority": shelf[one.offer]["priority"],
                "reason": "returned", "cause": one.cause, "at": one.at,
            }
            for one in groups[bucket]
        ]  # fmt: skip
        await tx.fetch(sql.insert_moves, bucket=bucket, offers=offers, rows=as_json(moves))


async def release(tx: Tx, parts: Sequence[Part]) -> None:
    """Free units promised to lines; the caller has seen that they are promised still."""
    await _end(tx, parts, sent=None)


async def send(
    tx: Tx, parts: Sequence[Part], causes: Sequence[int], at: Sequence[datetime]
) -> None:
    """Let promised units leave the shelf; `causes` and `at` go with the parts."""
    await _end(tx, parts, sent=list(zip(causes, at, strict=True)))


async def _end(tx: Tx, parts: Sequence[Part], sent: Sequence[tuple[int, datetime]] | None) -> None:
    groups: dict[int, list[int]] = {}
    for number, part in enumerate(parts):
        groups.setdefault(bucket_of(part.offer, tx.database.buckets), []).append(number)
    for bucket in sorted(groups):
        mine = [parts[n] for n in groups[bucket]]
        held = await tx.fetch(
            sql.lock_reservations,
            bucket=bucket,
            offers=sorted({part.offer for part in mine}),
            orders=sorted({part.order for part in mine}),
        )
        takes = _from_locations(mine, held)
        moves = []
        if sent is not None:
            moves = [
                {"id": tx.mint(bucket), "cause": sent[groups[bucket][k]][0],
                 "at": sent[groups[bucket][k]][1], **take}
                for k, take in takes
            ]  # fmt: skip
        sums: dict[tuple[int, int], int] = {}
        for _, take in takes:
            name = (take["offer"], take["location"])
            sums[name] = sums.get(name, 0) + take["quantity"]
        await tx.fetch(
            sql.consume if sent is not None else sql.release,
            bucket=bucket,
            offers=sorted({part.offer for part in mine}),
            orders=sorted({part.order for part in mine}),
            sums=as_json([{"offer": o, "location": p, "n": n} for (o, p), n in sums.items()]),
            takes=as_json(_per_reservation([take for _, take in takes])),
            **({"moves": as_json(moves)} if sent is not None else {}),
        )


def _per_reservation(takes: Sequence[dict[str, int]]) -> list[dict[str, int]]:
    """Sum per reservation: an update that met one row twice would apply once."""
    sums: dict[tuple[int, int, int], dict[str, int]] = {}
    for take in takes:
        name = (take["order"], take["line"], take["location"])
        if name in sums:
            sums[name]["quantity"] += take["quantity"]
        else:
            sums[name] = dict(take)
    return list(sums.values())


def _from_locations(parts: Sequence[Part], held: Sequence[Row]) -> list[tuple[int, dict[str, int]]]:
    """Deal each part over the locations that hold it, with the part's position."""
    left: dict[tuple[int, int], list[list[int]]] = {}
    for row in held:
        left.setdefault((row["order"], row["line"]), []).append([row["location"], row["active"]])
    takes = []
    for k, part in enumerate(parts):
        wanted = part.quantity
        for place in left.get((part.order, part.line), ()):
            units = min(wanted, place[1])
            if units:
                place[1] -= units
                wanted -= units
                take = {"order": part.order, "line": part.line, "location": place[0]}
                takes.append((k, {**take, "offer": part.offer, "quantity": units}))
        if wanted:
            raise AssertionError(f"{wanted} units of line {part.line} are not promised")
    return takes
