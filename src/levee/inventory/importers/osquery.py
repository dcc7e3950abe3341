"""osquery: tables as `osqueryi --json` prints them, as an object of tables, or as osqueryd's log keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.formats.package_lists.debian import source_of_field
from levee.formats.scans.opening import json_in
from levee.formats.systems import system_of_words
from levee.inventory.importers.interface import Importer
from levee.inventory.importers.package_lists import with_purl
from levee.inventory.importers.windows import program, update
from levee.inventory.types import StatedAsset, StatedComponent

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from levee.formats.scans.nodes import Node
    from levee.formats.systems import System
    from levee.inventory.importers.sample import Sample
    from levee.inventory.sheet import Sheet

# a table is known by these columns of its rows; the first that fits wins
_MARKS: Mapping[str, frozenset[str]] = {
    "rpm_packages": frozenset({"name", "version", "release", "epoch"}),
    "deb_packages": frozenset({"name", "version", "source", "revision"}),
    "programs": frozenset({"name", "version", "publisher", "uninstall_string"}),
    "apps": frozenset({"name", "bundle_identifier", "bundle_short_version"}),
    "patches": frozenset({"hotfix_id", "csname"}),
    "os_version": frozenset({"name", "version", "platform", "build"}),
    "system_info": frozenset({"hostname", "uuid", "hardware_model"}),
    "interface_addresses": frozenset({"interface", "address", "mask"}),
    "interface_details": frozenset({"interface", "mac", "mtu"}),
    "npm_packages": frozenset({"name", "version", "license", "path", "homepage"}),
    "python_packages": frozenset({"name", "version", "license", "path", "summary"}),
    "homebrew_packages": frozenset({"name", "path", "version", "prefix"}),
    "chrome_extensions": frozenset({"name", "version", "identifier", "profile"}),
    "chocolatey_packages": frozenset({"name", "version", "summary", "author", "path"}),
}
_TYPES = {"npm_packages": "npm", "python_packages": "pypi", "rpm_packages": "rpm", "deb_packages": "deb"}
_ABOUT_THE_HOST = frozenset({"os_version", "system_info", "interface_addresses", "interface_details"})
_PROGRAMS = frozenset({"programs", "apps", "homebrew_packages", "chrome_extensions", "chocolatey_packages"})
Row = tuple[str, "Node", str]  # table, row, host


def _table_of(row: Node) -> str:
    keys = row.value.keys() if isinstance(row.value, dict) else frozenset()
    return next((table for table, marks in _MARKS.items() if marks <= keys), "")


def _is_osquery(sample: Sample) -> bool:
    if not sample.is_json:
        return False
    outline = sample.json_sketch
    first = next(iter(outline.each()), outline)
    if first.has("hostIdentifier") and (first.has("columns") or first.has("snapshot") or first.has("diffResults")):
        return True
    if outline.is_list:
        return bool(_table_of(first))
    return any(name in _MARKS and node.is_list for name, node in outline.members()) and all(
        node.is_list for _, node in outline.members()
    )


def _rows(root: Node, alone: str) -> Iterator[Row]:
    """Every row of every table, with its table and host."""
    if root.is_object and not root.has("hostIdentifier"):
        for table, rows in root.members():
            for row in rows.each():
                yield table, row, alone
        return
    entries = root.each() if root.is_list else iter((root,))
    for entry in entries:
        if not entry.has("hostIdentifier"):
            yield _table_of(entry), entry, alone
            continue
        host = entry.text("decorations", "hostname") or entry.text("hostIdentifier") or alone
        columns = [entry.at("columns")] if entry.has("columns") else []
        for row in (*columns, *entry.each("snapshot"), *entry.each("diffResults", "added")):
            named = entry.text("name").rpartition("/")[2]
            table = _table_of(row) or next((each for each in _MARKS if named.endswith(each)), "")
            yield ("removed" if entry.text("action") == "removed" else table), row, host


def _read(sheet: Sheet, data: bytes) -> None:
    rows = list(_rows(json_in(data), ""))
    names = {host: host or _host_name(rows) or sheet.alone for _, _, host in rows}
    systems = {name: _system(sheet, rows, name, names) for name in dict.fromkeys(names.values())}
    for table, row, host in rows:
        asset = names[host]
        if table in _ABOUT_THE_HOST:
            sheet.asset_row(StatedAsset(name=asset), row.place)
        elif not _put(sheet, table, row, asset, systems[asset]):
            reason = "an entry about what was removed" if table == "removed" else "no table that Levee reads"
            sheet.reject(row.place, table, reason)


def _put(sheet: Sheet, table: str, row: Node, asset: str, system: System | None) -> bool:
    name, version = row.text("name"), row.text("version")
    if table == "patches" and row.text("hotfix_id"):
        update(sheet, row.place, row.text("hotfix_id"), asset=asset, title=row.text("description"))
        return True
    if not name:
        return False
    if table in _PROGRAMS:
        version = row.text("bundle_short_version") or version
        program(sheet, row.place, row.text("display_name") or name, version, asset=asset, detail=row.text("publisher"))
        return True
    if table not in _TYPES:
        return False
    release, epoch = row.text("release"), row.text("epoch")
    if table == "rpm_packages" and release:
        version = f"{epoch}:{version}-{release}" if epoch.isdigit() and int(epoch) else f"{version}-{release}"
    stated = StatedComponent(
        place=row.place, asset=asset, stated=f"{name} {version}".strip(), name=name, version=version
    )
    type_ = _TYPES[table]
    source = source_of_field(row.text("source")) if type_ == "deb" else ""
    sheet.component(with_purl(stated, type_, system if system and system.type == type_ else None, source))
    return True


def _host_name(rows: list[Row]) -> str:
    about = (row for table, row, _ in rows if table == "system_info")
    return next((row.text("hostname") or row.text("computer_name") for row in about), "")


def _system(sheet: Sheet, rows: list[Row], asset: str, names: Mapping[str, str]) -> System | None:
    said = system_of_words(sheet.system)
    if said is not None:
        return said
    for table, row, host in rows:
        if table == "os_version" and names[host] == asset:
            found = system_of_words(row.text("platform")) or system_of_words(row.text("name"))
            if found is not None:
                version = row.text("major") if found.namespace == "debian" else row.text("version")
                found = found._replace(release=version.partition(" ")[0])
                sheet.system = str(found)
                return found
    return None


IMPORTERS = (Importer(kind="osquery", title="osquery (JSON)", recognises=_is_osquery, read=_read),)
