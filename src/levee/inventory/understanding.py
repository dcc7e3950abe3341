"""Naming a component as advisories would. No database."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from levee.formats.cpe import ECOSYSTEM, cpe_version, read_cpe
from levee.formats.package_identity import compared, identity_of, purl_of
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
BY_CPE = "it has no package URL: it is matched by its CPE alone, a last resort, by vendor and product"
DISTRIBUTIONS = frozenset({"deb", "rpm", "apk"})


def understand(
    stated: StatedComponent, *, ecosystem: str = "", source_name: str = "", release: str = "", cpe: str = ""
) -> StatedComponent:
    """Name a component as advisories would, and give its version a sort key.

    Args:
        stated: as the file states it; `purl` as written there, or empty. One that has its reason already keeps it.
        ecosystem: in the file's words, used where there is no purl: OSV's, a package manager's or a distribution's.
        source_name: the distribution's source package, where the file states it apart from the purl; `name@version`
            where its version is stated too.
        release: the distribution's release, where the file states it apart from the purl.
        cpe: its CPE name, which counts where nothing else names it.

    Returns:
        The component with its identity, or with the reason why it has none.
    """
    if stated.unmatchable:
        return stated
    known = _known(stated.purl, stated.name, stated.version, ecosystem, source_name, release)
    if cpe and not stated.purl and not known.get("purl"):
        known = _by_cpe(cpe, stated.version) or known
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
        return {**told, "unmatchable": f"its package URL cannot be read: {error.message}"}
    if purl is None:
        return {**told, "unmatchable": "the file gives it no package URL and no known ecosystem"}
    version = compared(purl, version).version
    identity = identity_of(purl)
    if identity is None:
        reason = f"no advisories are kept for packages of the type {purl.type}"
        return {"name": name, "purl": str(purl), "version": version, "unmatchable": reason}
    base = identity.ecosystem.partition(":")[0]
    scheme = scheme_of_ecosystem(base)
    return {
        "purl": str(purl),
        "ecosystem": base,
        "name": identity.name,
        "version": version,
        "key": _key(scheme, version) if scheme else None,
        "unmatchable": BY_NAME_ALONE if purl.type == "generic" else "",
    }


@lru_cache(maxsize=1 << 16)
def _by_cpe(text: str, stated: str) -> Mapping[str, Any] | None:
    """What is known of a product by its CPE name; without a version it would be taken for every one there is."""
    cpe = read_cpe(text)
    version = cpe_version(stated, cpe.version) if cpe else ""
    if cpe is None or not version:
        return None
    key = _key("generic", version)
    return {"ecosystem": ECOSYSTEM, "name": cpe.name, "version": version, "key": key, "unmatchable": BY_CPE}


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
    found = purl_of(ecosystem, name, version)
    if found is not None or not ecosystem.strip():
        return found
    word = ecosystem.strip().lower()
    if word in LANGUAGES:
        return language_purl(LANGUAGES[word], name, version)
    system = system_of_words(release if word in {*DISTRIBUTIONS, "dpkg"} else ecosystem)
    if system is None:
        return None
    if not system.release and (told := system_of_words(release)) and told.namespace == system.namespace:
        system = told
    return system.purl(name, version, epochs=False)
