"""Torture: seeded faults on a real deployment under load, and an audit of what is left.

Owns no tables. Promises that everything a schedule does follows from its seed (when it meets
what, chance says too), that it strikes only at processes of its own, and that a failing seed says
how to run it again.
"""

from collections.abc import Sequence


def run(seeds: Sequence[int], jobs: int = 4, as_json: bool = False) -> bool:
    """Run the schedules of these seeds and show them; whether all passed.

    What it needs is imported now, so that whoever only asks for help does not wait for it.
    """
    from fondaco.torture.command import torture

    return not torture(seeds, jobs, as_json).failed


__all__ = ["run"]
