"""How a project is named: by its package URL, without version, qualifiers or subpath; a product by its CPE name."""

from __future__ import annotations

from levee.formats.cpe import read_cpe
from levee.formats.purl import make_purl, parse_purl
from levee.kernel.errors import BadInput

_TYPES = {"npm": "npm", "pypi": "pypi", "source": "generic"}


def project(text: str) -> str:
    """A project as somebody names it, in its one spelling: `pkg:npm/minimist@1.2` is `pkg:npm/minimist`.

    Raises:
        BadInput: it is no package URL.
    """
    return str(parse_purl(text).without_version())


def component(text: str) -> str:
    """What an organisation makes or ships: a project, or a product as `cpe:2.3:a:VENDOR:PRODUCT`.

    Raises:
        BadInput: it is neither.
    """
    if not text.lower().startswith("cpe:"):
        return project(text)
    cpe = read_cpe(text)
    if cpe is None:
        raise BadInput("this CPE name names no product", code="cpe.bad")
    return f"cpe:2.3:a:{cpe.name}"


def project_of(target: str) -> str:
    """The project of what findings name: `npm:NAME@VERSION`, `pypi:NAME@VERSION` or `source:NAME`."""
    kind, _, rest = target.partition(":")
    name = rest[:1] + rest[1:].partition("@")[0]  # the first letter of a scope is an @ too
    namespace, _, last = name.rpartition("/")
    return str(make_purl(type=_TYPES[kind], namespace=namespace, name=last))
