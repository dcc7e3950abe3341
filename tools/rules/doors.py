"""A contract for import-linter: who may enter a subsystem, and where.

import-linter's own `protected` contract cannot say "the same subsystem", so it would take one contract for each
subsystem and a new line for each new module. This one holds for all of them, those to come as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from importlinter import Contract, ContractCheck, fields, output
from importlinter.application import contract_utils

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grimp import ImportGraph


class DoorsContract(Contract):
    """Modules of a subsystem are imported from outside it only if they are doors.

    Options:
        container: the package that holds the subsystems.
        doors: names of the modules (or packages) of a subsystem that everybody may import.
        not_subsystems: packages in the container that are none, and so have no inside.
        wiring: packages in the container that may import anything.
        cores: modules, with all they hold, that everybody may import.
        ignore_imports: single imports that are meant to be.
    """

    type_name = "doors"

    container = fields.StringField()
    doors = fields.ListField(subfield=fields.StringField())
    not_subsystems = fields.ListField(subfield=fields.StringField())
    wiring = fields.ListField(subfield=fields.StringField())
    cores = fields.ListField(subfield=fields.StringField())
    ignore_imports = fields.SetField(subfield=fields.ImportExpressionField(), required=False)
    unmatched_ignore_imports_alerting = fields.EnumField(
        contract_utils.AlertLevel, default=contract_utils.AlertLevel.ERROR
    )

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: FBT001 - import-linter calls it so
        """Finds every import of an inside from outside."""
        del verbose
        removed = contract_utils.remove_ignored_imports_and_report(
            graph=graph,
            ignore_imports=self.ignore_imports,  # type: ignore[arg-type]  # parsed in place
            unmatched_alerting=self.unmatched_ignore_imports_alerting,  # type: ignore[arg-type]  # the same
        )
        illegal = sorted(self._illegal(graph))
        return ContractCheck(kept=not illegal, warnings=list(removed.warnings), metadata={"illegal": illegal})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Prints one line for each import."""
        for importer, imported in check.metadata["illegal"]:
            output.print_error(f"- {importer} -> {imported}", bold=False)
        output.new_line()
        output.print_error(f"Only {', '.join(_strings(self.doors))} of a subsystem are for others.", bold=False)
        output.new_line()

    def _illegal(self, graph: ImportGraph) -> Iterator[tuple[str, str]]:
        for imported in graph.modules:
            subsystem = self._inside(imported)
            if subsystem is None:
                continue
            for importer in graph.find_modules_that_directly_import(imported):
                room = self._room(importer)
                if room not in {subsystem, *_strings(self.wiring)}:
                    yield importer, imported

    def _inside(self, module: str) -> str | None:
        """The subsystem that a module is an inside of; None for doors, cores and what is no subsystem."""
        room = self._room(module)
        if room is None or room in _strings(self.not_subsystems):
            return None
        if any(module == core or module.startswith(f"{core}.") for core in _strings(self.cores)):
            return None
        rest = module.split(".")[len(str(self.container).split(".")) + 1 :]
        return None if rest and rest[0] in _strings(self.doors) else room

    def _room(self, module: str) -> str | None:
        inside = f"{self.container}."
        return module.removeprefix(inside).split(".")[0] if module.startswith(inside) else None


def _strings(field: Any) -> list[str]:  # noqa: ANN401 - import-linter puts the parsed value where the field was declared
    return list(field)
