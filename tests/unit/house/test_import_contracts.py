"""Each way of building the house wrongly is seeded into a copy of it, one at a time, and must be caught."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[3]
LINT = Path(sys.executable).with_name("lint-imports")


class Wrong(NamedTuple):
    """A module, and what it imports wrongly; nothing where the module itself is wrong."""

    module: str
    imports: str


BREACHES = {
    "a lower subsystem reaches up": Wrong("findings/services.py", "levee.cases.services"),
    "a face reads a subsystem's rows": Wrong("web/context.py", "levee.findings.models"),
    "a subsystem takes another's scope": Wrong("cases/selectors.py", "levee.findings.scopes"),
    "a subsystem enters another's inside": Wrong("cases/types.py", "levee.findings.submission"),
    "one face leans on the other": Wrong("web/context.py", "levee.api"),
    "settings reach up": Wrong("settings.py", "levee.platform.ports"),
    "a subsystem leans on the wiring": Wrong("ledger/types.py", "levee.app.boot"),
    "policy learns of the framework": Wrong("policy/decide.py", "django"),
    "an offline verifier learns of the database": Wrong("ledger/core/__init__.py", "psycopg"),
    "a room outside the plan is built": Wrong("attic/__init__.py", ""),
}


@pytest.fixture
def house(tmp_path):
    copied = ("src/levee", "tools/rules")
    for folder in copied:
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("static", "templates", "*.pyc"))
    (tmp_path / "tools" / "__init__.py").touch()
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(house):
    return subprocess.run(
        [LINT, "--no-cache", "--no-logo"],
        cwd=house,
        env={"PYTHONPATH": str(house / "src"), "PATH": "/usr/bin:/bin", "COLUMNS": "300"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_house_as_it_stands_keeps_its_contracts(house):
    report = lint(house)
    assert report.returncode == 0, report.stdout + report.stderr


@pytest.mark.parametrize("name", BREACHES)
def test_a_breach_is_caught(house, name):
    wrong = BREACHES[name]
    module = house / "src" / "levee" / wrong.module
    module.parent.mkdir(exist_ok=True)
    text = module.read_text() if module.exists() else ""
    # At the top, before anything else but the one import that must come first.
    line = f"import {wrong.imports}" if wrong.imports else ""
    future = "from __future__ import annotations\n"
    module.write_text(f"{future}{line}\n{text.replace(future, '')}")
    report = lint(house)
    assert report.returncode == 1, report.stdout + report.stderr
    assert (wrong.imports or "attic") in report.stdout


def test_what_others_may_use_as_a_core_is_held_free_of_the_database():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    contracts = {contract["id"]: contract for contract in settings["contracts"]}
    assert set(contracts["doors"]["cores"]) <= set(contracts["cores"]["source_modules"])
