"""The first `make` of a newcomer: says what it does, hides no error, and does it once."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

UV = """#!/bin/sh
case " $* " in *" --quiet "*) ;; *) echo " + something==1.0" >&2 ;; esac
[ -z "$BROKEN" ] || { echo "error: no network" >&2; exit 2; }
"""
PYTHON = f"""#!/bin/sh
[ "$1 $2" = "-m venv" ] || exit 0
mkdir -p .venv/bin
cp "$0" .venv/bin/python
cat > .venv/bin/uv <<'END'
{UV}END
chmod +x .venv/bin/uv
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The Makefile beside an interpreter and a uv that install nothing."""
    for name in ("Makefile", "pyproject.toml", "uv.lock"):
        shutil.copy(ROOT / name, tmp_path / name)
    python = tmp_path / "python"
    python.write_text(PYTHON)
    python.chmod(0o755)
    return tmp_path


def setup(project: Path, **more: str) -> subprocess.CompletedProcess[str]:
    own = {name: v for name, v in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ["make", "-C", str(project), "--no-print-directory", "setup", "PYTHON=./python"],
        env=own | {"LC_ALL": "C"} | more, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip


def test_setup_tells_each_step_and_names_no_package(project: Path) -> None:
    first = setup(project)
    assert (first.returncode, first.stderr) == (0, "")
    steps = first.stdout.splitlines()
    assert [f"({n}/3)" in line for n, line in enumerate(steps, 1)] == [True] * 3
    again = setup(project)
    assert "Nothing to be done" in again.stdout


def test_what_goes_wrong_is_told_and_tried_again(project: Path) -> None:
    broken = setup(project, BROKEN="yes")
    assert broken.returncode == 2
    assert broken.stderr.startswith("error: no network\n")
    assert setup(project).returncode == 0
