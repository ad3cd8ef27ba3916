"""Importing sanction lists: a version takes the place of the one before, names and all."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

import msgspec

from fondaco.kernel import Batch, Refused, Tx, as_json, command
from fondaco.risk.model import Entry, ImportList, ImportRefusal, ListImported
from fondaco.risk.queries import sql


@command(ListImported)
async def import_list(tx: Tx, batch: Batch[ImportList]) -> list[ListImported | Refused]:
    """Import versions of lists. ImportRefusal says why not.

    The same version again changes nothing. Everybody is compared with the lists anew, before they
    are paid next and by the sweep.
    """
    found = await tx.fetch(sql.known_versions, names=sorted({one.name for one in batch}))
    known = {(row["name"], row["version"]): row["digest"] for row in found}
    generation = max(row["generation"] or 0 for row in found)
    outcomes: list[ListImported | Refused] = []
    versions: list[dict[str, Any]] = []
    names: dict[str, list[dict[str, Any]]] = {}
    for one, at in zip(batch, batch.at, strict=True):
        digest = digest_of(one.entries)
        before = known.get((one.name, one.version))
        if not one.entries:
            detail = "The list is empty: that would let everybody through."
            outcomes.append(Refused(ImportRefusal.EMPTY, detail, "/entries"))
        elif before not in (None, digest):
            detail = f"Version {one.version} of {one.name} was imported with other entries."
            outcomes.append(Refused(ImportRefusal.VERSION_TAKEN, detail, "/version"))
        else:
            outcomes.append(ListImported(one.version, len(one.entries), before is None))
            if before is None:
                known[one.name, one.version] = digest
                names[one.name] = _rows(one)
                generation += 1
                versions.append(
                    {
                        "generation": generation, "name": one.name, "version": one.version,
                        "digest": digest.hex(), "entries": len(one.entries),
                        "names": len(names[one.name]), "at": at,
                    }
                )  # fmt: skip
    await tx.fetch(sql.forget_names, lists=sorted(names))
    await tx.fetch(sql.insert_lists, rows=as_json(versions))
    await tx.fetch(sql.insert_names, rows=as_json([row for one in names.values() for row in one]))
    return outcomes


def digest_of(entries: Sequence[Entry]) -> bytes:
    """16 bytes that differ when anything of the entries does."""
    return blake2b(msgspec.msgpack.encode(entries), digest_size=16).digest()


def _rows(one: ImportList) -> list[dict[str, Any]]:
    return [
        {
            "list": one.name, "entry": entry.id, "no": no, "name": name,
            "digest": digest_of([entry]).hex(),
        }
        for entry in one.entries
        for no, name in enumerate(entry.names, 1)
    ]  # fmt: skip
