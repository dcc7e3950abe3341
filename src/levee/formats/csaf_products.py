"""CSAF's product tree (section 3.2.2) for affected packages: vendor, product, versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from levee.formats.package_identity import purl_of
from levee.formats.purl import Purl, parse_purl
from levee.kernel.errors import BadInput
from levee.kernel.hashing import sha256

if TYPE_CHECKING:
    from levee.formats.advisory import AffectedPackage, VersionRange

_VERS_TYPES = {
    "golang": "golang",
    "cargo": "cargo",
    "composer": "composer",
    "gem": "gem",
    "apk": "alpine",
    "deb": "deb",
}


@dataclass(frozen=True, slots=True)
class Products:
    """The tree's branches, and which product ids are affected and which are fixed."""

    branches: list[dict[str, Any]]
    affected: list[str]
    fixed: list[str]


def products_of(packages: tuple[AffectedPackage, ...]) -> Products:
    """The tree for the packages of an advisory; vendors and products keep their order, each stands once.

    Raises:
        BadInput: a package without ranges and versions, or with a purl that cannot be read.
    """
    vendors: dict[str, dict[str, list[dict[str, Any]]]] = {}
    affected: list[str] = []
    fixed: list[str] = []
    for number, package in enumerate(packages):
        if not package.ranges and not package.versions:
            raise BadInput("a package names ranges or versions", code="csaf.incomplete", place=f"affected[{number}]")
        purl = _purl(package)
        leaves, hit, mended = _leaves(package, purl)
        vendors.setdefault(package.vendor or package.ecosystem, {}).setdefault(package.name, []).extend(leaves)
        affected += hit
        fixed += mended
    branches = [
        _branch("vendor", vendor, [_branch("product_name", name, leaves) for name, leaves in products.items()])
        for vendor, products in vendors.items()
    ]
    fixed = [product for product in dict.fromkeys(fixed) if product not in set(affected)]
    return Products(branches=branches, affected=list(dict.fromkeys(affected)), fixed=fixed)


def _leaves(package: AffectedPackage, purl: Purl | None) -> tuple[list[dict[str, Any]], list[str], list[str]]:
    affected = {_range_id(package, span): span for span in package.ranges}
    listed = {_version_id(package, version): version for version in package.versions}
    fixed = {_version_id(package, version): version for version in package.fixed_versions}
    leaves = [_range_leaf(package, purl, span, identifier) for identifier, span in affected.items()]
    leaves += [_version_leaf(package, purl, version, identifier) for identifier, version in (listed | fixed).items()]
    return leaves, [*affected, *listed], list(fixed)


def _range_leaf(package: AffectedPackage, purl: Purl | None, span: VersionRange, identifier: str) -> dict[str, Any]:
    vers = _vers(purl, span)
    product: dict[str, Any] = {"name": f"{package.name} {_words(span)}", "product_id": identifier}
    if purl is not None:
        product["product_identification_helper"] = {"purl": str(purl)}
    return {"category": "product_version_range", "name": vers, "product": product}


def _version_leaf(package: AffectedPackage, purl: Purl | None, version: str, identifier: str) -> dict[str, Any]:
    product: dict[str, Any] = {"name": f"{package.name} {version}", "product_id": identifier}
    if purl is not None:
        product["product_identification_helper"] = {"purl": str(msgspec.structs.replace(purl, version=version))}
    return {"category": "product_version", "name": version, "product": product}


def _vers(purl: Purl | None, span: VersionRange) -> str:
    """The range in VERS notation (`vers:npm/>=1.0.0|<1.3.0`), as section 3.1.2.3.1 asks."""
    scheme = _VERS_TYPES.get(purl.type, purl.type) if purl is not None else "generic"
    start = "" if span.introduced == "0" else f">={_encoded(span.introduced)}"
    end = (
        f"<{_encoded(span.fixed)}" if span.fixed else f"<={_encoded(span.last_affected)}" if span.last_affected else ""
    )
    return f"vers:{scheme}/{'|'.join(filter(None, (start, end))) or '*'}"


def _words(span: VersionRange) -> str:
    start = "" if span.introduced == "0" else f"from {span.introduced} "
    if span.fixed:
        return f"{start}before {span.fixed}"
    if span.last_affected:
        return f"{start}up to and including {span.last_affected}"
    return f"{start.strip()} on".strip() if start else "all versions"


def _encoded(version: str) -> str:
    return quote(version, safe="-._~:+")


def _purl(package: AffectedPackage) -> Purl | None:
    if package.purl:
        return parse_purl(package.purl).without_version()
    return purl_of(package.ecosystem, package.name)


def _range_id(package: AffectedPackage, span: VersionRange) -> str:
    return _identifier(package, f"{span.introduced} {span.fixed} {span.last_affected}")


def _version_id(package: AffectedPackage, version: str) -> str:
    return _identifier(package, version)


def _identifier(package: AffectedPackage, what: str) -> str:
    """Stable over rewrites: the same package and versions keep their product id."""
    digest = sha256(f"{package.ecosystem}\x00{package.vendor}\x00{package.name}\x00{what}".encode()).hex()
    return f"CSAFPID-{digest[:16]}"


def _branch(category: str, name: str, inner: list[dict[str, Any]]) -> dict[str, Any]:
    seen = {leaf["product"]["product_id"]: leaf for leaf in inner if "product" in leaf}
    return {"category": category, "name": name, "branches": list(seen.values()) or inner}
