"""Naming a component as advisories would. No database."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from levee.formats.cpe import cpe_version, read_cpe
from levee.formats.loosely import CPE, NAME, product_name
from levee.formats.package_identity import compared, identity_of, purl_of, with_epoch_unknown
from levee.formats.purl import make_purl, parse_purl
from levee.formats.scans.packages import LANGUAGES, language_purl
from levee.formats.systems import system_of_words
from levee.formats.versions import scheme_of_ecosystem, sort_key
from levee.inventory.types import StatedComponent
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping

    from levee.formats.purl import Purl

LONGEST_KEY = 1500  # bytes: an index holds no more beside a name
BY_NAME_ALONE = "it belongs to no ecosystem: only advisories of this clearinghouse are matched to it, by its bare name"
BY_NAME = "it has no package URL: it is matched by its name alone, which is a guess"
BY_CPE = "it has no package URL: it is matched by its CPE alone, a last resort, by vendor and product"
NO_VERSION = "it says no version: whether what advisories say of the package is true of it is a question to you"
NO_ORDER = (
    "its version has no order in {}: unless an advisory names that very version, what it says is a question to you"
)
UNKNOWN = "the file gives it no package URL, and no ecosystem"
NO_SUCH = "no ecosystem is called {!r}: write it such as npm, PyPI, Maven or Debian 12, or give a package URL"

WHICH = "{} packages are of many distributions: say which one and its release, such as {}"
NO_GROUP = "a Maven package is named by its group and its artifact: write it as group:artifact"
DISTRIBUTIONS = {"deb": "Debian 12 or Ubuntu 22.04", "rpm": "AlmaLinux 9 or Red Hat 9", "apk": "Alpine 3.20"}
"""The package types of distributions, each with examples of whose they are."""


class Words(TypedDict, total=False):
    """What a file says of a component apart from its name, version and package URL; each may be left out.

    Attributes:
        ecosystem: in the file's words, used where there is no purl: OSV's, a package manager's or a distribution's.
        source_name: the distribution's source package, where the file states it apart from the purl; `name@version`
            where its version is stated too.
        release: the distribution's release, where the file states it apart from the purl.
        cpe: its CPE name, which counts where nothing else names it.
        maker: of a product that people name in their own words, or empty; left out where its name is no product's.
    """

    ecosystem: str
    source_name: str
    release: str
    cpe: str
    maker: str


def understand(stated: StatedComponent, **more: Unpack[Words]) -> StatedComponent:
    """Name a component as advisories would, and give its version a sort key.

    Args:
        stated: as the file states it; `purl` as written there, or empty. One that has its reason already keeps it.
        more: what else the file says of it.

    Returns:
        The component with its identity, or with the reason why it has none.
    """
    if stated.unmatchable:
        return stated
    ecosystem = more.get("ecosystem", "")
    known = _known(
        stated.purl, stated.name, stated.version, ecosystem, more.get("source_name", ""), more.get("release", "")
    )
    if not stated.purl and "purl" not in known:
        maker = None if ecosystem.strip() else more.get("maker")
        known = _loosely(more.get("cpe", ""), maker, stated.name, stated.version) or known
    return StatedComponent(place=stated.place, asset=stated.asset, stated=stated.stated, **known)


@lru_cache(maxsize=1 << 16)
def _known(  # noqa: PLR0917 - what is known is kept by all of these
    purl_stated: str, name: str, version: str, ecosystem: str, source_name: str, release: str
) -> Mapping[str, Any]:
    """What is known of a package; worked out once, for a million components hold few different ones."""
    told = {"name": name, "version": version}
    try:
        purl = _purl(purl_stated, name, version, ecosystem, source_name, release)
    except BadInput as error:
        return {**told, "unmatchable": _unnamed(error, purl_stated, ecosystem)}
    if purl is None:
        return {**told, "unmatchable": _of_no_ecosystem(ecosystem)}
    version, epoch_known = compared(purl, version)
    purl = purl if epoch_known else with_epoch_unknown(purl)
    identity = identity_of(purl)
    if identity is None:
        reason = f"no advisories are kept for packages of the type {purl.type}"
        return {"name": name, "purl": str(purl), "version": version, "unmatchable": reason}
    base = identity.ecosystem.partition(":")[0]
    scheme = scheme_of_ecosystem(base)
    key = _key(scheme, version) if scheme else None
    return {
        "purl": str(purl),
        "ecosystem": base,
        "name": identity.name,
        "version": version,
        "key": key,
        "unmatchable": BY_NAME_ALONE if purl.type == "generic" else "" if key else _unordered(base, version),
    }


def _unordered(ecosystem: str, version: str) -> str:
    """Why what advisories say of a component without a sort key is left open."""
    return NO_ORDER.format(ecosystem) if version else NO_VERSION


def _of_no_ecosystem(ecosystem: str) -> str:
    """Why a component that has no package URL belongs to nothing, and what to write."""
    word = ecosystem.strip()
    if not word:
        return UNKNOWN
    kind = {"dpkg": "deb"}.get(word.lower(), word.lower())
    return WHICH.format(word[:40], DISTRIBUTIONS[kind]) if kind in DISTRIBUTIONS else NO_SUCH.format(word[:40])


def _unnamed(error: BadInput, purl: str, ecosystem: str) -> str:
    """Why a component's package URL could not be read, or none could be made of its name."""
    if purl:
        return f"its package URL cannot be read: {error.message}"
    if LANGUAGES.get(ecosystem.strip().lower()) == "maven":
        return NO_GROUP
    return f"no package of {ecosystem.strip()[:40]} can have this name: {error.message}"


@lru_cache(maxsize=1 << 16)
def _loosely(cpe_stated: str, maker: str | None, product: str, stated: str) -> Mapping[str, Any] | None:
    """What is known of a product by its CPE, or by its name; without a version it would be taken for every one."""
    cpe = read_cpe(cpe_stated)
    version = cpe_version(stated, cpe.version) if cpe else ""
    if cpe and version:
        key = _key("generic", version)
        return {"ecosystem": CPE, "name": cpe.name, "version": version, "key": key, "unmatchable": BY_CPE}
    name, key = product_name(maker, product) if maker is not None else "", _key("generic", stated)
    if not name or key is None:
        return None
    return {"ecosystem": NAME, "name": name, "version": stated, "key": key, "unmatchable": BY_NAME}


def _key(scheme: str, version: str) -> bytes | None:
    key = sort_key(scheme, version)
    return None if key is None or len(key) > LONGEST_KEY else key


def _purl(  # noqa: PLR0917 - the same six words as above
    stated: str, name: str, version: str, ecosystem: str, source_name: str, release: str
) -> Purl | None:
    purl = parse_purl(stated) if stated else _named(name, version, ecosystem, release)
    if purl is None or purl.type not in DISTRIBUTIONS:
        return purl
    known = dict(purl.qualifiers)
    if source_name and "upstream" not in known:
        name, _, built_from = source_name.partition("@")
        known["upstream"] = name if built_from in {"", version or purl.version} else source_name
    if release and "distro" not in known:
        known["distro"] = release
    return make_purl(type=purl.type, namespace=purl.namespace, name=purl.name, version=purl.version, qualifiers=known)


def _named(name: str, version: str, ecosystem: str, release: str) -> Purl | None:
    """The package URL of a name in an ecosystem that people or tools call by words of their own."""
    word = ecosystem.strip().lower()
    if word in LANGUAGES:
        return language_purl(LANGUAGES[word], name, version)
    found = purl_of(word, name, version)
    if found is not None or not word:
        return found
    system = system_of_words(release if word in {*DISTRIBUTIONS, "dpkg"} else ecosystem)
    if system is None:
        return None
    if not system.release and (told := system_of_words(release)) and told.namespace == system.namespace:
        system = told
    return system.purl(name, version, epochs=False)
