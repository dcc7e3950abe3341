"""npm: what `npm ls` and package-lock.json say; and pip's list as JSON, which is as simple."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.package_lists.npm import read_npm
from levee.formats.strict_json import as_list, as_object, as_text, pointer, read_json, text_at
from levee.inventory.importers.interface import Importer
from levee.inventory.importers.package_lists import with_purl
from levee.inventory.types import StatedComponent
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from levee.inventory.importers.sample import Sample
    from levee.inventory.sheet import Sheet

_TREE = frozenset({"name", "version", "dependencies", "problems", "error", "invalid", "extraneous", "overridden",
                   "resolved", "path", "_id"})  # fmt: skip
_PIP = frozenset({"name", "version", "editable_project_location", "latest_version", "latest_filetype", "installer",
                  "build"})  # fmt: skip


def _is_lock(sample: Sample) -> bool:
    return "lockfileVersion" in sample.json_keys and bool({"packages", "dependencies"} & sample.json_keys)


def _is_tree(sample: Sample) -> bool:
    keys = sample.json_keys
    return keys <= _TREE and any(each.is_object for _, each in sample.json_sketch.members("dependencies"))


def _read_npm(sheet: Sheet, data: bytes) -> None:
    tree = read_npm(data)
    for each in tree.packages:
        words = f"{each.name} {each.version}".strip()
        if each.fault:
            sheet.reject(each.place, words, each.fault)
            continue
        stated = StatedComponent(
            place=each.place, asset=sheet.alone, stated=words, name=each.name, version=each.version
        )
        sheet.component(with_purl(stated, "npm", None))


def _is_pip(sample: Sample) -> bool:
    return sample.head.lstrip().startswith("[") and {"name", "version"} <= sample.json_item_keys <= _PIP


def _read_pip(sheet: Sheet, data: bytes) -> None:
    for number, each in enumerate(as_list(read_json(data), "")):
        place = pointer("", number)
        try:
            entry = as_object(each, place)
            name, version = as_text(entry.get("name"), f"{place}/name"), text_at(entry, "version", place)
        except BadInput as error:
            sheet.reject(error.place, "", error.message)
            continue
        stated = StatedComponent(place=place, asset=sheet.alone, stated=f"{name} {version}", name=name, version=version)
        sheet.component(with_purl(stated, "pypi", None))


IMPORTERS = (
    Importer(kind="npm-lock", title="package-lock.json", recognises=_is_lock, read=_read_npm),
    Importer(kind="npm-ls", title="npm ls (JSON)", recognises=_is_tree, read=_read_npm),
    Importer(kind="pip-list-json", title="pip list (JSON)", recognises=_is_pip, read=_read_pip),
)
