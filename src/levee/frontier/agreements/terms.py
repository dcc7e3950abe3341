"""An agreement as data: who gives whom which access to which model, what for, how long, and what happens after.

Amended is an agreement only by another one that both sign; its digest is what everything else names.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from levee.frontier.agreements.templates import template
from levee.frontier.envelopes import key_named
from levee.frontier.seals import seal_named
from levee.frontier.statements import agreement_named, handle_named
from levee.kernel.errors import BadInput
from levee.kernel.hashing import canonical_json, sha256

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LONGEST_TEXT = 2000


class Keeps(StrEnum):
    """What the developer keeps of a call."""

    NOTHING = "nothing"
    COUNTS = "counts"
    SEALED = "sealed transcripts"


class Evidence(StrEnum):
    """What stands behind the developer's word on that: a claim is shown as one, never as a fact."""

    CONTRACT = "this agreement alone"
    CONFIGURATION = "an attested configuration"
    HARDWARE = "a quote of the hardware it runs in"


class Published(StrEnum):
    """What may be told to others of the results."""

    NEVER = "by nobody"
    BOTH_AGREE = "when both agree to each text"
    EVALUATOR = "by the evaluator, after the developer has read it"


class Sandbox(StrEnum):
    """Where the evaluator's tools run."""

    MACHINE = "a machine of their own"
    REFERENCE = "the reference sandbox, which shares a kernel and is for low capability only"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One side.

    Attributes:
        key: the public key that its signature is checked with, `ed25519:…`.
        seal: the public key that transcripts are sealed to for it, `age1…`.
    """

    name: str
    key: str
    seal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """What a law makes somebody keep after the end: declared before anybody signs."""

    what: str
    why: str
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What both sign.

    Attributes:
        template: with its version.
        model: the handle that both use for it; not its public name.
        access: AL1 to AL3, by what is given: queries, deeper access, or all.
        purpose: a word that grants name. about: the same in a sentence.
        begins, ends: exact instants, UTC.
        tokens: the whole budget. calls: a minute.
        days: how long sealed transcripts are kept after the end.
        amends: the digest of the agreement that this one takes the place of; empty for a first one.
    """

    template: str
    developer: Party
    evaluator: Party
    model: str
    access: str
    purpose: str
    about: str
    operations: tuple[str, ...]
    begins: datetime
    ends: datetime
    tokens: int
    calls: int
    days: int
    keeps: Keeps
    evidence: Evidence
    publication: Published
    sandbox: Sandbox
    holds: tuple[Hold, ...] = ()
    amends: str = ""

    def told(self) -> dict[str, Any]:
        """As JSON holds it."""
        told = asdict(self)
        return told | {
            "operations": list(self.operations),
            "holds": [asdict(each) for each in self.holds],
            **{name: _instant_text(getattr(self, name)) for name in ("begins", "ends")},
        }

    @property
    def digest(self) -> str:
        """SHA-256 of what is said, in canonical JSON, `sha256:…`."""
        return f"sha256:{sha256(canonical_json(self.told())).hex()}"


_FIELDS = frozenset(Agreement.__dataclass_fields__)
_OPTIONAL = frozenset({"holds", "amends"})


def read_agreement(told: object) -> Agreement:
    """An agreement from JSON, held against its template; BadInput names the field."""
    fields = _object(told, _FIELDS, _OPTIONAL, "")
    kind = template(_text(fields, "template", ""))
    agreement = Agreement(
        template=kind.name,
        developer=_party(fields["developer"], "/developer"),
        evaluator=_party(fields["evaluator"], "/evaluator"),
        model=handle_named(fields["model"], "model"),
        access=_one_of(fields["access"], kind.levels, "/access"),
        purpose=handle_named(fields["purpose"], "purpose"),
        about=_text(fields, "about", ""),
        operations=_operations(fields["operations"], kind.operations),
        begins=_instant(fields["begins"], "/begins"),
        ends=_instant(fields["ends"], "/ends"),
        tokens=_whole(fields["tokens"], "/tokens"),
        calls=_whole(fields["calls"], "/calls"),
        days=_whole(fields["days"], "/days", least=0),
        keeps=Keeps(_one_of(fields["keeps"], tuple(Keeps), "/keeps")),
        evidence=Evidence(_one_of(fields["evidence"], tuple(Evidence), "/evidence")),
        publication=Published(_one_of(fields["publication"], tuple(Published), "/publication")),
        sandbox=Sandbox(_one_of(fields["sandbox"], tuple(Sandbox), "/sandbox")),
        holds=tuple(
            _hold(each, f"/holds/{place}") for place, each in enumerate(_list(fields.get("holds", []), "/holds"))
        ),
        amends=agreement_named(fields["amends"]) if fields.get("amends") else "",
    )
    _check_window(agreement, timedelta(days=kind.longest_days))
    if agreement.developer.key == agreement.evaluator.key:
        raise BadInput("both sides have the same key", place="/evaluator/key", advice="each side signs with its own")
    if agreement.developer.seal == agreement.evaluator.seal:
        raise BadInput("both sides have the same key", place="/evaluator/seal", advice="each side opens with its own")
    return agreement


def _check_window(agreement: Agreement, longest: timedelta) -> None:
    if not agreement.begins < agreement.ends:
        raise BadInput("it ends before it begins", place="/ends")
    if agreement.ends - agreement.begins > longest:
        raise BadInput(
            f"a window of this template is {longest.days} days at most",
            place="/ends",
            advice="more time is a new agreement, signed again by both",
        )


def _object(told: object, names: Iterable[str], optional: Iterable[str], place: str) -> dict[str, Any]:
    if not isinstance(told, dict):
        raise BadInput("a JSON object", place=place or "/")
    for name in sorted(set(names) - set(optional)):
        if name not in told:
            raise BadInput("an agreement says this", place=f"{place}/{name}")
    unknown = told.keys() - set(names)
    if unknown:
        raise BadInput("an agreement has no such field", place=f"{place}/{min(unknown)}")
    return dict(told)


def _party(told: object, place: str) -> Party:
    fields = _object(told, ("name", "key", "seal"), (), place)
    for name, read in (("key", key_named), ("seal", seal_named)):
        try:
            read(str(fields[name]))
        except BadInput as error:
            raise BadInput(error.message, place=f"{place}/{name}") from error
    return Party(name=_text(fields, "name", place), key=str(fields["key"]), seal=str(fields["seal"]))


def _hold(told: object, place: str) -> Hold:
    fields = _object(told, ("what", "why", "days"), (), place)
    days = _whole(fields["days"], f"{place}/days")
    return Hold(what=_text(fields, "what", place), why=_text(fields, "why", place), days=days)


def _text(fields: Mapping[str, Any], name: str, place: str) -> str:
    value = fields[name]
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_TEXT or not value.isprintable():
        raise BadInput(f"one line of 1 to {LONGEST_TEXT} characters", place=f"{place}/{name}")
    return value


def _list(value: object, place: str) -> list[object]:
    if not isinstance(value, list):
        raise BadInput("a list", place=place)
    return value


def _one_of(value: object, words: tuple[str, ...], place: str) -> str:
    if value not in words:
        raise BadInput(f"one of: {'; '.join(words)}", place=place)
    return str(value)


def _operations(value: object, allowed: tuple[str, ...]) -> tuple[str, ...]:
    found = tuple(_one_of(each, allowed, "/operations") for each in _list(value, "/operations"))
    if not found or list(found) != sorted(set(found)):
        raise BadInput("at least one, in the order of the alphabet and each once", place="/operations")
    return found


def _whole(value: object, place: str, *, least: int = 1) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise BadInput(f"a whole number from {least} on", place=place)
    return value


def _instant(value: object, place: str) -> datetime:
    try:
        found = datetime.strptime(str(value), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise BadInput("an exact instant in UTC, such as 2026-12-01T12:00:00Z", place=place) from error
    return found


def _instant_text(instant: datetime) -> str:
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"
