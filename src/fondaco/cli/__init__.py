"""The command line: one command for each thing an operator does with a deployment.

It owns the words on the terminal and nothing else. Promises that a fault which can be
expected is one line on stderr that says what helps, with exit code 1, or 2 where the call or a
setting is wrong.
"""

from fondaco.cli import torturing as torturing  # adds its command
from fondaco.cli.app import app, main

__all__ = ["app", "main"]
