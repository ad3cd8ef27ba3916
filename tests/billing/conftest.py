"""The world that these tests trade in."""

from tests.world import world as world
