"""The help is the reference: complete, current, and quick to come."""

import subprocess
import sys
from pathlib import Path

from fondaco.cli.reference import reference

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "cli.md"


def test_the_page_is_current() -> None:
    written = PAGE.read_text(encoding="utf-8")
    assert written == reference(), "run: python -m fondaco.cli.reference > docs/reference/cli.md"


def test_every_command_teaches_by_example() -> None:
    sections = [part for part in reference().split("\n## ") if "Usage:" in part]
    commands = [part for part in sections if "COMMAND [ARGS]" not in part]
    assert len(commands) >= 10
    lacking = [part.splitlines()[0] for part in commands if "Examples:" not in part]
    assert lacking == ["fondaco version"]


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['fondaco', '--help']\n"
        "from fondaco.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print([name for name in ('asyncpg', 'litestar', 'pyarrow', 'jinja2', 'granian')"
        " if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
