"""What happens in one schedule: all of it follows from the seed, and nothing else."""

from enum import StrEnum
from random import Random
from typing import Final

import msgspec

from fondaco.payments.providers.sandbox import Mode


class Kind(StrEnum):
    """The faults there are."""

    KILL_SERVER = "server killed"
    STOP_SERVER = "server restarted"
    KILL_BACKEND = "PostgreSQL backend killed"
    KILL_POSTGRES = "PostgreSQL killed"
    KILL_PROVIDER = "provider killed"
    END_SESSIONS = "sessions ended"
    CANCEL = "statements cancelled"
    LOCK = "table locked"
    DROP_DATABASE = "database connections dropped"
    FREEZE_DATABASE = "database connections half-open"
    CUT_DATABASE = "database unreachable"
    LOSE_COMMIT = "COMMIT replies lost"
    DROP_CLIENTS = "client connections dropped"
    FREEZE_CLIENTS = "client connections half-open"
    LOSE_ANSWER = "answers lost"
    CROWD = "connections exhausted"
    FILL_DISK = "disk full"
    OUTAGE = "provider out"
    CLOCK = "clock jumped"


_JUMPS: Final = (3600, -3600, 365 * 86400, -365 * 86400)


class Blow(msgspec.Struct, frozen=True):
    """One fault: when `after` calls are answered, for `seconds`, and how (what `size` counts
    depends on the kind).
    """

    after: int
    kind: Kind
    seconds: float = 0.0
    size: int = 0


class Plan(msgspec.Struct, frozen=True):
    """One schedule: clients trade until `calls` are answered and all the blows have fallen.

    `deaths` are the fault points of the server's lives, in order; an empty one is a life without.
    `mode` is how the provider behaves throughout.
    """

    seed: int
    clients: int
    calls: int
    blows: tuple[Blow, ...]
    deaths: tuple[str, ...]
    mode: Mode


def plan(seed: int) -> Plan:
    """The schedule of a seed."""
    dice = Random(f"torture {seed}")  # noqa: S311 - a repeatable schedule, no secret
    calls = dice.randint(90, 150)
    kinds = list(Kind)
    # Seeds in a row go through all kinds, so that fifty of them leave none out.
    chosen = [kinds[seed % len(kinds)], *dice.choices(kinds, k=dice.randint(1, 2))]
    dice.shuffle(chosen)
    moments = sorted(dice.randint(5, calls - 20) for _ in chosen)
    return Plan(
        seed=seed,
        clients=dice.randint(6, 12),
        calls=calls,
        blows=tuple(_blow(dice, *one) for one in zip(moments, chosen, strict=True)),
        deaths=tuple(_death(dice) for _ in range(dice.randint(0, 2))),
        mode=_mode(dice, seed),
    )


def _blow(dice: Random, after: int, kind: Kind) -> Blow:
    seconds = round(dice.uniform(0.1, 0.8), 2)
    match kind:
        case Kind.CLOCK:
            return Blow(after, kind, seconds, dice.choice(_JUMPS))
        case Kind.LOSE_COMMIT | Kind.LOSE_ANSWER:
            return Blow(after, kind, 0.0, dice.randint(1, 8))
        case Kind.LOCK | Kind.FREEZE_DATABASE | Kind.CUT_DATABASE | Kind.FREEZE_CLIENTS:
            return Blow(after, kind, seconds)
        case Kind.CROWD | Kind.FILL_DISK | Kind.OUTAGE:
            return Blow(after, kind, seconds)
        case _:
            return Blow(after, kind)


def _death(dice: Random) -> str:
    """A moment between two statements, before a commit, or between a commit and its reply."""
    match dice.randrange(4):
        case 0 | 1:
            return f"statement:{dice.randint(1, 900)}"
        case 2:
            return f"commit:{dice.randint(1, 120)}"
        case _:
            return f"committed:{dice.randint(1, 120)}"


def _mode(dice: Random, seed: int) -> Mode:
    """A provider that behaves well in half of the schedules, else badly in its own ways."""
    if dice.random() < 0.5:
        return Mode(seed=seed, webhook_delay_ms=dice.choice((0, 100, 500)))
    some = (0.0, 0.05, 0.15)
    return Mode(
        seed=seed,
        slow_ms=dice.choice((0, 0, 20, 150)),
        lose=dice.choice(some),
        lose_before=dice.choice(some),
        decline=dice.choice(some),
        fail_refund=dice.choice(some),
        fail_payout=dice.choice(some),
        webhook_delay_ms=dice.choice((0, 200, 700)),
        reorder_ms=dice.choice((0, 100, 600)),
        repeat=dice.choice((1, 2, 3)),
    )
