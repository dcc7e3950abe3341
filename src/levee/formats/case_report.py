"""A running case before it has a format: what one clearinghouse hands to another, and what it takes from one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - shown to readers of the dataclass at run time
from enum import Enum

from levee.formats.advisory import Publisher, Revision  # noqa: TC001 - the same


class Tlp(Enum):
    """Who may be told, by the Traffic Light Protocol 2.0, the widest first."""

    CLEAR = "CLEAR"
    GREEN = "GREEN"
    AMBER = "AMBER"
    AMBER_STRICT = "AMBER+STRICT"
    RED = "RED"


class PartyKind(Enum):
    """What a party is to the case (CSAF 2.1, category of an entity)."""

    COORDINATOR = "coordinator"
    DISCOVERER = "discoverer"
    VENDOR = "vendor"
    OTHER = "other"


class DeedKind(Enum):
    """What a party did (CSAF 2.1, category of an action)."""

    NOTIFICATION = "notification"
    FIX_RELEASE = "fix_release"
    FIX_DEPLOYMENT = "fix_deployment"


class ProductStatus(Enum):
    """How a product stands (CSAF 2.1, status of a product)."""

    AFFECTED = "known_affected"
    NOT_AFFECTED = "known_not_affected"
    FIXED = "fixed"
    INVESTIGATED = "under_investigation"


@dataclass(frozen=True, slots=True)
class HandlingId:
    """An identifier that somebody tracks the flaw by, and whose it is."""

    system: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What found it."""

    tool: str
    tool_version: str = ""
    model: str = ""
    model_version: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A party to the case, by its name."""

    name: str
    kind: PartyKind


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbargoTerm:
    """An end of the embargo.

    Attributes:
        by: the place of the party that it comes from.
        end: the exact instant, with zone.
        agreed: it is in force where the document comes from; else it is proposed there.
        over: it has ended.
    """

    by: int
    end: datetime
    agreed: bool
    over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """Something that a party did, to another where `to` names its place."""

    kind: DeedKind
    by: int
    at: datetime
    to: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedProduct:
    """A product and how it stands.

    Attributes:
        purl: with its version where that is known; empty for what only its vendor has a name for.
        justification: of what is not affected, one of the VEX justifications.
    """

    name: str
    status: ProductStatus
    purl: str = ""
    justification: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReport:
    """A case to hand over.

    Attributes:
        id: the tracking id.
        details: what each finding says in its finder's words.
        revisions: ascending from 1, at least one.
        parties: the house first.
        threats: what is known of exploits and attacks, as sentences.
        public_since: since when the flaw is public; None while it is not.
    """

    id: str
    title: str
    summary: str
    details: tuple[str, ...]
    publisher: Publisher
    tlp: Tlp
    ids: tuple[HandlingId, ...]
    revisions: tuple[Revision, ...]
    parties: tuple[Party, ...]
    embargo: tuple[EmbargoTerm, ...]
    deeds: tuple[Deed, ...]
    products: tuple[ReportedProduct, ...]
    found_with: tuple[Discovery, ...]
    credits: tuple[str, ...] = ()
    cwes: tuple[str, ...] = ()
    threats: tuple[str, ...] = ()
    public_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """A case that came from elsewhere.

    Attributes:
        publisher: who issued the document.
        id: its tracking id there. version: of the document.
        description: the summary and every further note, plain text.
        purl: of the product that the report is about, with its version where it says one.
        ids: every identifier in the document, unchanged, its tracking id first.
        embargo_end: the shortest end that it names; None where it names none.
        embargo_said: the same as the document writes it.
    """

    publisher: Publisher
    id: str
    version: str
    title: str
    description: str
    purl: str
    tlp: Tlp
    ids: tuple[HandlingId, ...]
    found_with: Discovery | None
    cwe: str
    embargo_end: datetime | None
    embargo_said: str
