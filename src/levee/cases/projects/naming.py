"""How a project is named: by its package URL, without version, qualifiers or subpath."""

from __future__ import annotations

from levee.formats.purl import make_purl, parse_purl

_TYPES = {"npm": "npm", "pypi": "pypi", "source": "generic"}


def project(text: str) -> str:
    """A project as somebody names it, in its one spelling: `pkg:npm/minimist@1.2` is `pkg:npm/minimist`.

    Raises:
        BadInput: it is no package URL.
    """
    return str(parse_purl(text).without_version())


def project_of(target: str) -> str:
    """The project of what findings name: `npm:NAME@VERSION`, `pypi:NAME@VERSION` or `source:NAME`."""
    kind, _, rest = target.partition(":")
    name = rest[:1] + rest[1:].partition("@")[0]  # the first letter of a scope is an @ too
    namespace, _, last = name.rpartition("/")
    return str(make_purl(type=_TYPES[kind], namespace=namespace, name=last))
