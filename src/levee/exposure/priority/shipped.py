"""The tables that come with Levee."""

from __future__ import annotations

import json
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from levee.exposure.priority.reading import read_rows
from levee.exposure.priority.tables import Table
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

BOD_26_04 = "cisa:DT_BOD2604"
DEPLOYER = "ssvc:deployer_patch_application_priority"


@lru_cache(maxsize=1)
def shipped() -> Mapping[str, Table]:
    """Every table that comes with this version of Levee, by key."""
    folder = resources.files("levee.exposure.priority") / "shipped"
    listed = json.loads(folder.joinpath("tables.json").read_text(encoding="utf-8"))
    return {each["key"]: _table(each, folder.joinpath(each["file"]).read_bytes()) for each in listed}


def named(tables: Iterable[Table], word: str) -> Table:
    """The table with that short name, key, or key and version.

    Raises:
        BadInput: there is none.
    """
    listed = list(tables)
    for table in listed:
        if word in {table.name, table.key, table.edition}:
            return table
    raise BadInput(
        f"no policy table is called {word[:60]!r}",
        code="priority.table",
        place="table",
        advice=f"one of: {', '.join(sorted(table.name for table in listed))}",
    )


def _table(told: Mapping[str, str], data: bytes) -> Table:
    inputs, rows = read_rows(data)
    return Table(
        key=told["key"],
        version=told["version"],
        name=told["name"],
        title=told["title"],
        source=told["source"],
        inputs=inputs,
        rows=rows,
        binds=frozenset(told.get("binds", ())),
        since=date.fromisoformat(told["since"]) if "since" in told else None,
    )
