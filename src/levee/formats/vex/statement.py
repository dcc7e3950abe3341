"""A statement: who says what of which product and vulnerability, and when. It counts for what it names and no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - read at run time where statements are kept as JSON
from enum import StrEnum
from functools import lru_cache

from levee.formats import osv
from levee.formats.package_identity import Identity, identity_of, identity_of_text
from levee.formats.purl import parse_purl
from levee.kernel.errors import BadInput

EVERY = (("introduced", "0"),)
_SETTLED_BY_IDENTITY = frozenset({"upstream", "source", "distro_name"})


class Status(StrEnum):
    """What a statement says; the four states of all three formats."""

    NOT_AFFECTED = "not_affected"
    AFFECTED = "affected"
    FIXED = "fixed"
    UNDER_INVESTIGATION = "under_investigation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A product as a statement names it.

    Attributes:
        ecosystem: of OSV, with the distribution's release where one is named. name: folded.
        purl: as named; empty for a maker's product that is named by maker and name.
        versions: those that are listed. events: of a range, as pairs of kind and version. Neither: every version.
    """

    ecosystem: str
    name: str
    purl: str = ""
    versions: tuple[str, ...] = ()
    events: tuple[tuple[str, str], ...] = ()

    @property
    def exactness(self) -> int:
        """2 for listed versions, 1 for a range, 0 for every version."""
        return 2 if self.versions else int(self.events not in {(), EVERY})

    def __str__(self) -> str:
        """The product in words."""
        return self.purl or " ".join(filter(None, (self.name, ", ".join(self.versions))))

    def names(self, purl: str, ecosystem: str, name: str, version: str) -> bool:
        """Whether this is said of a component; a doubt is a no.

        A package URL means that package with every qualifier it states, at its versions: nothing built from the same
        source (unless it says `arch=source`), of another release, or at a version that cannot be compared.

        Args:
            purl: of the component, normalised; may be empty.
            ecosystem: of the component, where it has no package URL.
            name: the same, as advisories name it.
            version: as stated.
        """
        asked = identity_of_text(purl) if purl else Identity(ecosystem, name)
        if asked is None or not self._same(purl, asked):
            return False
        told = osv.affected_package(_record(self), Identity(asked.ecosystem, self.name), version)
        return told is not None and told.answer is osv.Answer.AFFECTED

    def _same(self, purl: str, asked: Identity) -> bool:
        if not self.purl:
            return asked.name == self.name
        if not purl:
            return False
        mine, theirs = parse_purl(self.purl), parse_purl(purl)
        of_source = mine.qualifier("arch") == "source"
        same = (mine.type, mine.namespace, mine.name) == (theirs.type, theirs.namespace, theirs.name)
        if not same and not (of_source and (mine.type, mine.name) == (theirs.type, asked.name)):
            return False
        passed = _SETTLED_BY_IDENTITY | ({"distro"} if ":" in self.ecosystem else set())
        passed |= {"arch"} if of_source else set()
        asked_for = [pair for pair in mine.qualifiers if pair[0] not in passed]
        return all(theirs.qualifier(key) == value for key, value in asked_for) and mine.subpath in {"", theirs.subpath}


def product_of(
    text: str, *, versions: tuple[str, ...] = (), events: tuple[tuple[str, str], ...] = ()
) -> Product | None:
    """The product that a package URL names; None where it is no package that advisories know.

    Args:
        text: a package URL; its own version counts where nothing else is given.
        versions: listed beside it.
        events: of a range beside it.
    """
    try:
        purl = parse_purl(text)
    except BadInput:
        return None
    identity = identity_of(purl)
    if identity is None:
        return None
    if not versions and not events and purl.version:
        versions = (purl.version,)
    return Product(ecosystem=identity.ecosystem, name=identity.name, purl=str(purl), versions=versions, events=events)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement.

    Attributes:
        vulnerabilities: every name of the vulnerability.
        product: what it is said of. within: it is said of the product as a part of this one, and nowhere else.
        apart: the document does not say in words of packages what the product is a part of, so that the statement
            counts for the inventory that it belongs to, and nowhere else.
        justification: the format's own word for why, or empty. detail: why, in the author's words.
        author: who says so. at: when. document: its name. format: `OpenVEX`, ... place: JSON pointer.
    """

    vulnerabilities: tuple[str, ...]
    product: Product
    within: Product | None = None
    apart: bool = False
    status: Status
    justification: str = ""
    detail: str = ""
    author: str
    at: datetime
    document: str
    format: str
    place: str

    @property
    def excuses(self) -> bool:
        """Whether it takes a match away."""
        return self.status in {Status.NOT_AFFECTED, Status.FIXED}

    @property
    def why(self) -> str:
        """The status with its reason: the format's word and the author's sentence."""
        reason = ": ".join(filter(None, (self.justification.replace("_", " "), self.detail)))
        return ", ".join(filter(None, (self.status.replace("_", " "), reason)))

    @property
    def source(self) -> str:
        """Who says so, where and when."""
        return f"{', '.join(filter(None, (self.author, self.document)))}, {self.at:%Y-%m-%d}"


@lru_cache(maxsize=4096)
def _record(product: Product) -> osv.Record:
    """The product as an advisory would say it, so that one reading of versions serves both."""
    events = product.events or (() if product.versions else EVERY)
    ranges = [{"type": "ECOSYSTEM", "events": [{kind: version} for kind, version in events]}] if events else []
    package = {"ecosystem": product.ecosystem, "name": product.name}
    block = {"package": package, "versions": list(product.versions), "ranges": ranges}
    return osv.osv_record({"id": "VEX", "modified": "2000-01-01T00:00:00Z", "affected": [block]})
