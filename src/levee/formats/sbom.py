"""Software bills of materials: CycloneDX 1.2 to 1.7 (ECMA-424) and SPDX 2.2/2.3 as JSON, thin.

Only what matching needs is decoded: the components at any depth with name, version, package URL and source package.
A component that cannot be read is listed with its place and reason; the others are kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import msgspec

from levee.formats.purl import parse_purl
from levee.formats.strict_json import check_keys, pointer, read_json
from levee.kernel.errors import BadInput, TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAX_BYTES = 256 << 20
MAX_DEPTH = 40
NEWER = "have the tool that wrote it write an edition that is read; most have an option for that"
SPECIFICATIONS = frozenset({"1.2", "1.3", "1.4", "1.5", "1.6", "1.7"})
_SOURCE_NAMES = frozenset({
    "aquasecurity:trivy:SrcName", "syft:metadata:source", "syft:metadata:sourceRpm", "syft:metadata:originPackage",
    "cdx:deb:source", "cdx:rpm:source", "cdx:alpine:origin", "SrcName",
})  # fmt: skip
_SOURCE_VERSION = tuple(f"aquasecurity:trivy:{name}" for name in ("SrcVersion", "SrcRelease", "SrcEpoch"))
_SOURCE_RPM = re.compile(r"^(?P<name>.+)-[^-]+-[^-]+\.src\.rpm$")
_OWN = "levee:"
_T = TypeVar("_T")
_STEP = re.compile(r"\.([A-Za-z0-9_-]+)|\[(\d+|\.\.\.)\]")


class _Property(msgspec.Struct):
    name: str = ""
    value: str | None = None


class _Part(msgspec.Struct):
    name: str
    type: str = ""
    group: str | None = None
    version: str | None = None
    purl: str | None = None
    cpe: str | None = None
    reference: str | None = msgspec.field(default=None, name="bom-ref")
    properties: list[_Property] | None = None


class _Component(_Part):
    components: list[_Component] | None = None


class _LooseComponent(_Part):
    components: list[msgspec.Raw] | None = None


class _Metadata(msgspec.Struct):
    component: _Part | None = None
    timestamp: str | None = None


class _Head(msgspec.Struct, rename="camel"):
    bom_format: str = ""
    spec_version: str = ""
    metadata: _Metadata | None = None


class _Bom(_Head):
    components: list[_Component] | None = None


class _LooseBom(_Head):
    components: list[msgspec.Raw] | None = None


class _ExternalRef(msgspec.Struct, rename="camel"):
    reference_type: str = ""
    reference_locator: str = ""


class _Package(msgspec.Struct, rename="camel"):
    name: str
    version_info: str | None = None
    external_refs: list[_ExternalRef] | None = None
    source_info: str | None = None
    primary_package_purpose: str | None = None
    valid_until_date: str | None = None


class _Creation(msgspec.Struct):
    created: str | None = None


class _Spdx(msgspec.Struct, rename="camel"):
    spdx_version: str = ""
    name: str = ""
    creation_info: _Creation | None = None
    packages: list[msgspec.Raw] | None = None


class SbomComponent(msgspec.Struct, frozen=True, kw_only=True):
    """One component as stated; a frozen record of msgspec's, which is made ten times as fast as a dataclass.

    `place` is its JSON pointer, `type` the format's word (`library`, `operating-system`).

    `purl` is as written; `source_name` is the distribution's source package where the tool states it; absent parts are
    empty. `facts` are the properties in Levee's own namespace (`levee:owner`, ...), without it.
    """

    place: str
    type: str
    name: str
    version: str = ""
    group: str = ""
    purl: str = ""
    cpe: str = ""
    source_name: str = ""
    reference: str = ""
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Misread:
    """A part of the file that was not understood: its JSON pointer and why."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sbom:
    """A bill of materials; `subject` is what it describes, `made_at` when it was made in its own words, if it says."""

    format: str
    subject: SbomComponent | None
    components: tuple[SbomComponent, ...]
    not_understood: tuple[Misread, ...]
    made_at: str = ""


def read_sbom(data: bytes) -> Sbom:
    """Read a CycloneDX or SPDX document, whichever the bytes hold.

    Raises:
        TooLarge: over 256 MiB, or bottomless.
        BadInput: neither format, not JSON, a key that stands twice, or a version that is not read; `place` is a JSON
            pointer, or a line where it is not JSON.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge(f"the file has {len(data)} bytes, at most {MAX_BYTES} are read", code="sbom.too_large")
    data = data.removeprefix(b"\xef\xbb\xbf")
    check_keys(data, max_bytes=MAX_BYTES)
    try:
        bom: _Bom | _LooseBom = _BOM.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        bom = _decode(_LOOSE_BOM, data, "")  # slower, and finds out which component it is
    if bom.bom_format == "CycloneDX":
        return _cyclonedx(bom)
    spdx = _decode(_SPDX, data, "")
    if spdx.spdx_version:
        return _from_spdx(spdx)
    advice = "make it anew as CycloneDX 1.2 to 1.7, or as SPDX 2.2 or 2.3"
    raise BadInput("neither CycloneDX nor SPDX", code="sbom.format", place="/bomFormat", advice=advice)


_BOM = msgspec.json.Decoder(_Bom)
_LOOSE_BOM = msgspec.json.Decoder(_LooseBom)
_SPDX = msgspec.json.Decoder(_Spdx)
_COMPONENT = msgspec.json.Decoder(_LooseComponent)
_PACKAGE = msgspec.json.Decoder(_Package)


def _cyclonedx(bom: _Bom | _LooseBom) -> Sbom:
    if bom.spec_version not in SPECIFICATIONS:
        message = f"CycloneDX {bom.spec_version[:20]!r} is not read, only 1.2 to 1.7"
        raise BadInput(message, code="sbom.version", place="/specVersion", advice=NEWER)
    subject = bom.metadata.component if bom.metadata else None
    found: list[SbomComponent] = []
    bad: list[Misread] = []
    for each in _walk(bom.components or [], "/components", 1):
        if isinstance(each, Misread):
            bad.append(each)
        else:
            found.append(each)
    return Sbom(
        format=f"CycloneDX {bom.spec_version}",
        subject=_component(subject, "/metadata/component") if subject else None,
        components=tuple(found),
        not_understood=tuple(bad),
        made_at=(bom.metadata and bom.metadata.timestamp) or "",
    )


def _walk(parts: Sequence[_Component | msgspec.Raw], place: str, depth: int) -> Iterator[SbomComponent | Misread]:
    for number, part in enumerate(parts):
        here = f"{place}/{number}"
        try:
            component = part if isinstance(part, _Component) else _decode(_COMPONENT, part, here)
        except BadInput as error:
            yield Misread(place=error.place, reason=error.message)
            continue
        yield _component(component, here)
        if component.components:
            if depth == MAX_DEPTH:
                yield Misread(place=f"{here}/components", reason=f"nested more than {MAX_DEPTH} deep")
            else:
                yield from _walk(component.components, f"{here}/components", depth + 1)


def _component(component: _Part, place: str) -> SbomComponent:
    pairs = [(each.name, each.value or "") for each in component.properties] if component.properties else ()
    return SbomComponent(
        place=place,
        type=component.type,
        name=component.name,
        version=component.version or "",
        group=component.group or "",
        purl=component.purl or purl_in(component.name),
        cpe=component.cpe or "",
        source_name=source_in(pairs),
        reference=component.reference or "",
        facts=facts_in(pairs),
    )


def _from_spdx(spdx: _Spdx) -> Sbom:
    if spdx.spdx_version not in {"SPDX-2.2", "SPDX-2.3"}:
        message = f"{spdx.spdx_version[:20]!r} is not read, only SPDX-2.2 and SPDX-2.3"
        raise BadInput(message, code="sbom.version", place="/spdxVersion", advice=NEWER)
    found: list[SbomComponent] = []
    bad: list[Misread] = []
    for number, raw in enumerate(spdx.packages or []):
        here = f"/packages/{number}"
        try:
            found.append(_package(_decode(_PACKAGE, raw, here), here))
        except BadInput as error:
            bad.append(Misread(place=error.place, reason=error.message))
    return Sbom(
        format=spdx.spdx_version,
        subject=None,
        components=tuple(found),
        not_understood=tuple(bad),
        made_at=(spdx.creation_info and spdx.creation_info.created) or "",
    )


def _package(package: _Package, place: str) -> SbomComponent:
    references = package.external_refs or []
    purl = next((each.reference_locator for each in references if each.reference_type == "purl"), "")
    cpe = next((each.reference_locator for each in references if each.reference_type.startswith("cpe2")), "")
    version = "" if package.version_info in {None, "NOASSERTION"} else package.version_info
    return SbomComponent(
        place=place,
        type=(package.primary_package_purpose or "").lower(),
        name=package.name,
        version=version or "",
        purl=purl or purl_in(package.name),
        cpe=cpe,
        facts=support_in(package.valid_until_date or ""),
    )


def purl_in(name: str) -> str:
    """Some tools put the package URL into the name."""
    if not name.startswith("pkg:"):
        return ""
    try:
        return str(parse_purl(name))
    except BadInput:
        return ""


def source_in(properties: Sequence[tuple[str, str]]) -> str:
    """The distribution's source package where properties state it as tools do, `name@version` where that is told."""
    value = next((value for name, value in properties if name in _SOURCE_NAMES and value), "")
    match = _SOURCE_RPM.match(value)
    if match:
        return match["name"]
    told = {name: text for name, text in properties if value and text and name in _SOURCE_VERSION}
    if _SOURCE_VERSION[0] not in told:
        return value
    version, release, epoch = (told.get(name, "") for name in _SOURCE_VERSION)
    return f"{value}@{epoch and f'{epoch}:'}{version}{release and f'-{release}'}"


def facts_in(properties: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """The properties in Levee's own namespace, without it."""
    return tuple((name.removeprefix(_OWN), value) for name, value in properties if name.startswith(_OWN) and value)


def support_in(valid_until: str) -> tuple[tuple[str, str], ...]:
    """SPDX's own date of the end of support, as a fact."""
    return (("end_of_support", valid_until),) if valid_until else ()


def _decode(decoder: msgspec.json.Decoder[_T], data: bytes | msgspec.Raw, place: str) -> _T:
    try:
        return decoder.decode(data)
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at `")
        raise BadInput(reason, code="sbom.shape", place=place + _as_pointer(path) or "/") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        if not place and isinstance(data, bytes):
            read_json(data, max_bytes=MAX_BYTES)  # names the place
        raise BadInput(f"not JSON: {error}", code="sbom.syntax", place=place or "/") from error
    except RecursionError as error:
        raise BadInput("nested too deep", code="sbom.too_deep", place=place or "/") from error


def _as_pointer(path: str) -> str:
    """The decoder's own path (`$.components[3].name`) as a JSON pointer."""
    return pointer("", *(name or number for name, number in _STEP.findall(path)))
