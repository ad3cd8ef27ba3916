"""Bench: repeatable loads on a fresh server, measured, recorded and drawn.

Owns no tables. Promises that every load starts from a fresh house, that all is given as a ratio
to the floor measured in the same run, and that the driver's own cost stands beside.
"""

from fondaco.bench.command import run

__all__ = ["run"]
