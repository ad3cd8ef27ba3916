"""The reference page of the command line, made of its own help.

`python -m fondaco.cli.reference > docs/reference/cli.md` writes it anew.
"""

from collections.abc import Iterator
from typing import Any, Final

import typer.main

from fondaco.cli.app import app

_WIDTH: Final = 88
_INTRODUCTION: Final = """\
# The command line

Made from `--help` by `python -m fondaco.cli.reference`; a test keeps it current.

Exit codes: 0 done, 1 failed (or a rule of the books is broken), 2 the call or a setting is wrong.
What is asked for goes to stdout; progress and errors go to stderr, an error as one line.
"""


def reference() -> str:
    """The page, as Markdown."""
    sections = [_INTRODUCTION]
    for name, text in _helps(typer.main.get_command(app), "fondaco", None):
        sections.append(f"## {name}\n\n```text\n{text.strip()}\n```\n")
    return "\n".join(sections)


def _helps(command: Any, name: str, parent: Any) -> Iterator[tuple[str, str]]:
    """Each command's full name and help, itself before those below it."""
    context = command.make_context(name, [], parent, resilient_parsing=True, terminal_width=_WIDTH)
    context.info_name = name if parent is None else name.rpartition(" ")[2]
    yield name, context.get_help()
    for below in getattr(command, "commands", {}).values():
        yield from _helps(below, f"{name} {below.name}", context)


if __name__ == "__main__":
    typer.echo(reference(), nl=False)
