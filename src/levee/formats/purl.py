"""Package URLs (ECMA-427): parse, print, normalise once per type, and the identity that matching uses.

`pkg:type/namespace/name@version?qualifiers#subpath`. Letter case and percent-encoding are settled here; a name
spelled two ways must not become two packages, and two packages must not become one.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes

import msgspec

from levee.formats import purl_types
from levee.kernel.errors import BadInput

MAX_LENGTH = 4096
_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9.-]*")
_QUALIFIER = re.compile(r"[a-z][a-z0-9._-]*")
_SAFE = "-._~:"
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_BARE = "|".join(kind for kind in purl_types.COMMON if purl_types.may_have_namespace(kind, stated=False))
_PART = r"[a-z0-9][a-z0-9.-]{0,255}+"
# What is in its normal form already is most of what is read: first the plainest of it, then what each type allows.
_PLAINEST = re.compile(rf"pkg:({_BARE})/({_PART})@({_PART})")
_NORMAL = {f"pkg:{kind}": (kind, purl_types.normal_form(kind).fullmatch) for kind in purl_types.COMMON}
_UNRESERVED = re.compile(r"[\w.~:-]*", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Purl(msgspec.Struct, frozen=True, gc=False):  # made many times as fast as a dataclass
    """A package URL in its normal form; absent parts are empty.

    `namespace` and `subpath` are parts joined by `/`; `qualifiers` are sorted pairs of lower-case key and value.
    """

    type: str
    name: str
    namespace: str = ""
    version: str = ""
    qualifiers: tuple[tuple[str, str], ...] = ()
    subpath: str = ""

    def qualifier(self, key: str) -> str:
        """The value of a qualifier; empty where absent."""
        return next((value for name, value in self.qualifiers if name == key), "")

    def without_version(self) -> Purl:
        """The package itself: no version, qualifiers or subpath."""
        return msgspec.structs.replace(self, version="", qualifiers=(), subpath="")

    def __str__(self) -> str:
        """The one canonical spelling."""
        text = f"pkg:{self.type}/"
        if self.namespace:
            text += "/".join(map(_encoded, self.namespace.split("/"))) + "/"
        text += _encoded(self.name)
        if self.version:
            text += "@" + _encoded(self.version)
        if self.qualifiers:
            text += "?" + "&".join(f"{key}={_encoded(value)}" for key, value in self.qualifiers)
        if self.subpath:
            text += "#" + "/".join(map(_encoded, self.subpath.split("/")))
        return text


def parse_purl(text: str) -> Purl:
    """Read a package URL and normalise it.

    Raises:
        BadInput: not a package URL; `place` is the part at fault (`type`, `name`, `qualifiers`, ...).
    """
    plain = _PLAINEST.fullmatch(text)
    if plain is not None:
        kind, name, version = plain.groups()
        return Purl(kind, name, "", version)
    return _in_normal_form(text) or _parse(text)


def _in_normal_form(text: str) -> Purl | None:
    """Read what is spelt as its type wants it: several times as fast; None for all else."""
    head, _, rest = text.partition("/")
    known = _NORMAL.get(head)
    if known is None or len(text) > MAX_LENGTH:
        return None
    kind, shape = known
    if "%" in rest:  # none of these three separates anything
        rest = rest.replace("%2B", "+").replace("%3A", ":").replace("%7E", "~")
    found = shape(rest)
    if found is None:
        return None
    namespace, name, version, qualifiers = found.groups("")
    if namespace.startswith("%40"):
        namespace = f"@{namespace[3:]}"
    return Purl(kind, name, namespace[:-1], version, _pairs(qualifiers) if qualifiers else ())


def _parse(text: str) -> Purl:
    if len(text) > MAX_LENGTH:
        raise _bad(f"longer than {MAX_LENGTH} characters", "purl")
    scheme, colon, rest = text.strip().partition(":")
    if not colon or scheme.lower() != "pkg":
        raise _bad("it does not begin with pkg:", "scheme")
    rest, _, subpath = rest.partition("#")
    rest, _, qualifiers = rest.partition("?")
    kind, slash, rest = rest.lstrip("/").partition("/")
    if not slash:
        raise _bad("no name follows the type", "name")
    path, version = _split_version(rest.strip("/"))
    *namespace, name = path.split("/")
    if name.startswith("@"):
        raise _bad("a version without a name", "name")
    return make_purl(
        type=kind,
        namespace="/".join(_decoded(part, "namespace") for part in namespace),
        name=_decoded(name, "name"),
        version=_decoded(version, "version"),
        qualifiers=_qualifiers(qualifiers),
        subpath=_subpath(subpath),
    )


def make_purl(
    *,
    type: str,  # noqa: A002 - the standard's own name for it
    name: str,
    namespace: str = "",
    version: str = "",
    qualifiers: dict[str, str] | None = None,
    subpath: str = "",
) -> Purl:
    """Build a package URL from parts that are not encoded, and normalise it.

    Raises:
        BadInput: a part that the standard or the type forbids; `place` names it.
    """
    if not _TYPE.fullmatch(type):
        raise _bad("the type must begin with a letter and hold letters, digits, dots and dashes", "type")
    if not name.strip("/"):
        raise _bad("the name is empty", "name")
    for part, value in (("name", name), ("namespace", namespace), ("version", version), ("subpath", subpath)):
        if _CONTROL.search(value):
            raise _bad("control characters are not allowed", part)
    kind, pairs = type.lower(), _checked_qualifiers(qualifiers or {})
    namespace = "/".join(filter(None, namespace.split("/")))  # empty parts say nothing
    namespace, name, version = purl_types.normalise(kind, namespace, name.strip("/"), version, pairs)
    fault = purl_types.fault(kind, namespace, name, version, dict(pairs))
    if fault is not None:
        raise _bad(fault[1], fault[0])
    parts = (part for part in subpath.split("/") if part not in {"", ".", ".."})
    return Purl(type=kind, namespace=namespace, name=name, version=version, qualifiers=pairs, subpath="/".join(parts))


def _split_version(path: str) -> tuple[str, str]:
    """The version stands behind the last @ that is not the beginning of a name part (npm scopes)."""
    before, at, version = path.rpartition("@")
    if not at or not before or before.endswith("/"):
        return path, ""
    return before, version


def _encoded(part: str) -> str:
    return part if _UNRESERVED.fullmatch(part) else quote(part, safe=_SAFE)


def _decoded(part: str, place: str) -> str:
    if "%" not in part:
        return part
    if _BAD_PERCENT.search(part):
        raise _bad("a percent sign without two hexadecimal digits", place)
    try:
        return unquote_to_bytes(part).decode("utf-8")
    except UnicodeDecodeError as error:
        raise _bad("the percent-encoding is not UTF-8", place) from error


def _qualifiers(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for pair in filter(None, text.split("&")):
        spelled, equals, value = pair.partition("=")
        key = spelled.lower()
        if not equals or not _QUALIFIER.fullmatch(key):
            raise _bad(f"{pair[:60]!r} is not key=value", "qualifiers")
        if key in found:
            raise _bad(f"{key!r} stands twice", "qualifiers")
        found[key] = _decoded(value, "qualifiers")
    return found


@lru_cache(maxsize=4096)
def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    """Qualifiers as they stand in a package URL; kept, because whole systems share them."""
    return _checked_qualifiers(_qualifiers(text))


def _checked_qualifiers(given: dict[str, str]) -> tuple[tuple[str, str], ...]:
    for key, value in given.items():
        if not _QUALIFIER.fullmatch(key) or _CONTROL.search(value):
            raise _bad(f"{key[:60]!r} is not a qualifier", "qualifiers")
    return tuple(sorted((key, value) for key, value in given.items() if value))


def _subpath(text: str) -> str:
    parts = [_decoded(part, "subpath") for part in text.strip("/").split("/")]
    return "/".join(part for part in parts if part not in {"", ".", ".."})


def _bad(why: str, place: str) -> BadInput:
    return BadInput(f"not a package URL: {why}", code="purl.bad", place=place)
