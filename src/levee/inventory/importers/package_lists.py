"""Lists of one machine's packages, as its package manager prints them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec import structs

from levee.formats.package_lists import alpine, debian, python, redhat
from levee.formats.package_lists.listed import LONGEST, Listed, lines_of
from levee.formats.plain_text import text_of
from levee.formats.purl import make_purl
from levee.formats.systems import (
    System,
    is_setting,
    settings_in,
    system_of_packages,
    system_of_settings,
    system_of_words,
)
from levee.inventory.importers.interface import Importer
from levee.inventory.types import StatedComponent
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from levee.formats.package_lists.listed import Line, Unlisted
    from levee.inventory.importers.sample import Sample
    from levee.inventory.sheet import Sheet

WHOSE = "nobody says which distribution the list is from: say it, such as Debian 12, or put /etc/os-release above it"
BINARY_NAMES = (
    "this list names no source packages, by which advisories go: what is built from a source of another name, such as "
    "libssl3 from openssl, cannot be matched. To match it, use "
    "(echo HOSTNAME=$(hostname); cat /etc/os-release /var/lib/dpkg/status) > machine.txt"
)
NO_EPOCHS = (
    "this list states no epochs: each version is taken to have the epoch that an advisory names. To be sure, use "
    "rpm -qa --qf '%{NAME} %{EPOCHNUM} %{VERSION} %{RELEASE} %{ARCH} %{SOURCERPM}\\n'"
)


class _List(NamedTuple):
    """One kind of list: how it is recognised by its lines and read, and the purl type of its packages."""

    kind: str
    title: str
    type: str
    recognises: Callable[[Sequence[str]], bool]
    read: Callable[[Iterable[Line]], Iterator[Listed | Unlisted]]


def _is_text(sample: Sample) -> bool:
    return not (sample.is_json or sample.data[:2] == b"PK" or sample.head.lstrip("\ufeff \t\r\n").startswith("<"))


def body(sample: Sample) -> list[str]:
    """The lines of a sample without those of an os-release file."""
    return [line for line in sample.lines if len(line) <= LONGEST and not is_setting(line)]


def _importer(each: _List) -> Importer:
    def recognises(sample: Sample) -> bool:
        lines = body(sample) if _is_text(sample) else []
        return bool(lines) and each.recognises(lines)

    def read(sheet: Sheet, data: bytes) -> None:
        lines = host_lines(sheet, data)
        found = list(each.read(lines))
        sheet.expected = len(found)
        listed = [one for one in found if isinstance(one, Listed)]
        system = _system(sheet, each.type, listed)
        for one in found:
            if isinstance(one, Listed):
                sheet.component(component(sheet, one, each.type, system))
            else:
                sheet.reject(one.line.place, one.line.text, one.reason)
        _say_what_it_lacks(sheet, each, listed)

    return Importer(kind=each.kind, title=each.title, recognises=recognises, read=read)


def _say_what_it_lacks(sheet: Sheet, each: _List, listed: Sequence[Listed]) -> None:
    if each.type == "deb" and listed and not any(one.source for one in listed):
        sheet.remark("the whole list", each.title, BINARY_NAMES)
    if listed and not any(one.epochs for one in listed):
        sheet.remark("the whole list", each.title, NO_EPOCHS)


def host_lines(sheet: Sheet, data: bytes) -> list[Line]:
    """The lines of a list. An os-release file within it says the system, and `HOSTNAME=` the asset."""
    lines = lines_of(text_of(data))
    settings = settings_in(line.text for line in lines if is_setting(line.text))
    sheet.alone = settings.get("HOSTNAME") or sheet.alone
    sheet.system = sheet.system or str(system_of_settings(settings) or "")
    kept = []
    for line in lines:
        if len(line.text) > LONGEST:
            sheet.reject(line.place, line.text, f"a line of more than {LONGEST} characters")
        elif not is_setting(line.text):
            kept.append(line)
    return kept


def component(sheet: Sheet, one: Listed, type_: str, system: System | None) -> StatedComponent:
    """A line of a list as a component of the sheet's one asset."""
    stated = StatedComponent(
        place=one.line.place,
        asset=sheet.alone,
        stated=f"{one.name} {one.version}".strip(),
        name=one.name,
        version=one.version,
    )
    return with_purl(stated, type_, system, one.source, epochs=one.epochs)


def with_purl(
    stated: StatedComponent, type_: str, system: System | None, source: str = "", *, epochs: bool = True
) -> StatedComponent:
    """A component with the package URL of its type; where that needs a system and none is known, with the reason."""
    try:
        if type_ not in {"deb", "rpm", "apk"}:
            namespace, _, name = stated.name.rpartition("/") if type_ == "npm" else ("", "", stated.name)
            purl = make_purl(type=type_, namespace=namespace, name=name, version=stated.version)
            return structs.replace(stated, purl=str(purl))
        if system is None:
            return structs.replace(stated, unmatchable=WHOSE)
        return structs.replace(stated, purl=str(system.purl(stated.name, stated.version, source=source, epochs=epochs)))
    except BadInput as error:
        return structs.replace(stated, unmatchable=f"its name cannot stand in a package URL: {error.message}")


def _system(sheet: Sheet, type_: str, listed: Sequence[Listed]) -> System | None:
    """The system of a list: said by a person or by os-release, else told by one of its packages."""
    if type_ not in {"deb", "rpm", "apk"}:
        return None
    said = system_of_words(sheet.system)
    if said is None:
        told = system_of_packages((each.name, each.version) for each in listed)
        if told is not None and told[0].type == type_:
            said, by = told
            sheet.remark("the whole list", by, f"taken to be of {said}, by this package of it")
    if said is not None and said.type != type_:
        raise BadInput(f"{said} has no packages of this kind", place="system", advice="say the system of this machine")
    sheet.system = str(said or "")
    return said


LISTS = (
    _List("dpkg", "dpkg -l", "deb", debian.is_dpkg, debian.read_dpkg),
    _List("dpkg-query", "dpkg-query -W", "deb", debian.is_dpkg_query, debian.read_dpkg_query),
    _List("dpkg-status", "dpkg status file", "deb", debian.is_status, debian.read_status),
    _List("apt", "apt list", "deb", debian.is_apt, debian.read_apt),
    _List("rpm", "rpm -qa", "rpm", redhat.is_rpm, redhat.read_rpm),
    _List("dnf", "dnf list", "rpm", redhat.is_dnf, redhat.read_dnf),
    _List("apk", "apk list", "apk", alpine.is_apk, alpine.read_apk),
    _List("apk-database", "apk database", "apk", alpine.is_apk_database, alpine.read_apk_database),
    _List("requirements", "pip freeze or requirements.txt", "pypi", python.is_requirements, python.read_requirements),
    _List("pip-list", "pip list", "pypi", python.is_pip_table, python.read_pip_table),
)
IMPORTERS = tuple(_importer(each) for each in LISTS)
