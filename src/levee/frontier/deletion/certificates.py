"""What both sides say was destroyed and looked at, in one envelope that both sign; and what that cannot prove.

Each side deletes and looks on its own hosts and writes a report. A certificate is made of two reports that found
nothing that can still be read; each signature is over both.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from levee.frontier.deletion.shredding import Destroyed
from levee.frontier.envelopes import name_of, opened, sealed
from levee.kernel.errors import BadInput, Conflict
from levee.kernel.hashing import canonical_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from levee.frontier.agreements.terms import Agreement, Party
    from levee.frontier.deletion.sweeping import Swept

KIND = "application/vnd.levee.frontier.deletion.v1+json"
SIDES = ("developer", "evaluator")
LIMITS = (
    "This says what was done and what was looked at. It cannot prove that no copy is anywhere else.",
    "The model's own host read every prompt and wrote every answer, and nothing here says what it kept.",
    "Whoever opened transcripts before may hold them in the clear.",
    "Overwriting a file promises nothing where storage keeps old blocks: flash, snapshots, copies on write.",
    "What is packed or encoded in ways that the sweep does not know was looked at as bytes alone.",
    "Where a side deleted more than once, keys that it destroyed before were not looked for in the clear again.",
    "Sealed data in freed pages of a database was not put together again: without its key it stays sealed.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """A key of transcripts that no longer opens anything on this side.

    Attributes:
        grant: that it was of. key: its public half, `age1…`; empty where only the wrap is known.
        wrap: SHA-256 of the wrap that was destroyed, `sha256:…`.
    """

    grant: str
    key: str
    wrap: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one side did and found.

    Attributes:
        agreement: its digest. side: which. at: an instant in UTC, to the second.
        keys: that were destroyed. files: others that were. before, after: what could be read, as `found_by` says;
            nothing as long as nobody has looked.
    """

    agreement: str
    side: str
    at: str
    keys: tuple[Gone, ...]
    files: tuple[Destroyed, ...]
    before: Mapping[str, Any]
    after: Mapping[str, Any]

    def told(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {
            **asdict(self),
            "keys": [asdict(each) for each in self.keys],
            "files": [asdict(each) for each in self.files],
        }


def found_by(swept: Swept, canaries: int) -> dict[str, Any]:
    """What a sweep found, in numbers: no key and no canary is told."""
    return {
        "places": [asdict(each) for each in swept.places],
        "unread": len(swept.unread),
        "unopened": len(swept.unopened),
        "keys_tried": len(swept.keys),
        "keys_in_the_clear": swept.clear,
        "wraps_opened": swept.wraps,
        "sealed": swept.sealed,
        "opened": swept.opened,
        "canaries": len(swept.canaries),
        "canaries_sought": canaries,
    }


def destroyed_before(told: object, agreement: str, side: str) -> tuple[tuple[Gone, ...], tuple[Destroyed, ...]]:
    """The keys and the files that an earlier report of a side tells of, finished or not; BadInput for anything else."""
    match told:
        case {"agreement": digest, "side": name, "keys": list(keys), "files": list(files)} if (
            digest == agreement and name == side
        ):
            try:
                return tuple(Gone(**each) for each in keys), tuple(Destroyed(**each) for each in files)
            except TypeError:
                pass
    raise BadInput(f"this is no report of the {side} on this agreement", place="--after")


def certificate(agreement: Agreement, reports: Iterable[Mapping[str, Any]], key: Ed25519PrivateKey) -> bytes:
    """A certificate of both reports, signed by one side.

    Raises:
        BadInput: there are not two reports on this agreement, one of them still found something or looked at nothing,
            they tell of different keys, or the signing key is of neither side.
    """
    told = {str(each.get("side")): dict(each) for each in reports}
    _check_reports(told, agreement.digest)
    statement = {
        "agreement": agreement.digest,
        **{side: told[side] for side in SIDES},
        "kept": [asdict(each) for each in agreement.holds],
        "limits": list(LIMITS),
    }
    return _signed(statement, agreement, key)


def countersigned(envelope: bytes, agreement: Agreement, key: Ed25519PrivateKey) -> bytes:
    """The same certificate with the other side's signature beside the first.

    Raises:
        BadInput: it is no certificate on this agreement, or the key is of neither side. Conflict: this side has signed.
    """
    statement = read_certificate(envelope, agreement)
    if name_of(key.public_key()) in {each.key for each in signers(envelope, agreement)}:
        raise Conflict("this side has signed it already", code="certificate.signed")
    told, added = json.loads(envelope), json.loads(_signed(statement, agreement, key))
    return canonical_json({**told, "signatures": [*told["signatures"], *added["signatures"]]})


def read_certificate(envelope: bytes, agreement: Agreement) -> dict[str, Any]:
    """What a certificate says that at least one side of its agreement signed; BadInput for anything else."""
    kind, told = opened(envelope, (agreement.developer.key, agreement.evaluator.key))
    if kind != KIND or told.keys() != {"agreement", *SIDES, "kept", "limits"}:
        raise BadInput("this is no certificate of a deletion", place="/payload")
    if told["kept"] != [asdict(each) for each in agreement.holds] or told["limits"] != list(LIMITS):
        raise BadInput("it leaves out what is kept, or what it cannot prove", place="/payload")
    _check_reports(told, agreement.digest)
    return told


def signers(envelope: bytes, agreement: Agreement) -> tuple[Party, ...]:
    """The sides whose signature holds; it is a certificate of both once it is both."""
    found = []
    for party in (agreement.developer, agreement.evaluator):
        try:
            opened(envelope, [party.key])
        except BadInput:
            continue
        found.append(party)
    return tuple(found)


def _signed(statement: Mapping[str, Any], agreement: Agreement, key: Ed25519PrivateKey) -> bytes:
    name = name_of(key.public_key())
    if name not in {agreement.developer.key, agreement.evaluator.key}:
        raise BadInput("this key is of neither side of the agreement", place="key")
    return sealed(KIND, dict(statement), key)


def _check_reports(told: Mapping[str, object], agreement: str) -> None:
    developers, evaluators = (_check_report(told.get(side), side, agreement) for side in SIDES)
    differ = sorted(developers ^ evaluators)
    if differ:
        grant, wrap = differ[0]
        raise BadInput(
            f"the two sides did not destroy the same keys: one alone tells of wrap {wrap}", place=f"grant {grant}"
        )


def _check_report(told: object, side: str, agreement: str) -> set[tuple[str, str]]:
    """The grants and the wraps of all keys that one side destroyed."""
    match told:
        case {"agreement": digest, "side": name, "at": str(), "keys": list(keys), "files": list(), **more} if (
            digest == agreement and name == side and more.keys() == {"before", "after"}
        ):
            _check_found(more["before"], more["after"], side)
        case _:
            raise BadInput(f"there is no report of the {side} on this agreement", place=f"/{side}")
    gone = {_named(each, side) for each in keys}
    if not gone:
        advice = "if an earlier deletion destroyed it, delete again with --after and its report"
        raise BadInput("no key was destroyed", place=f"/{side}/keys", advice=advice)
    return gone


def _named(gone: object, side: str) -> tuple[str, str]:
    match gone:
        case {"grant": str(grant), "wrap": str(wrap)}:
            return grant, wrap
    raise BadInput("this is no key", place=f"/{side}/keys")


def _check_found(before: object, after: object, side: str) -> None:
    """Refuse what looked at nothing, did not look again, or found something when it did."""
    match before:
        case {"places": [*places]} if any(isinstance(each, dict) and each.get("files") for each in places):
            pass
        case _:
            raise BadInput("nothing was looked at", place=f"/{side}/before", advice="name every store, and report")
    if not isinstance(after, dict) or not after:
        advice = "delete again with --after and this report"
        raise BadInput("this deletion did not come to its end", place=f"/{side}/after", advice=advice)
    for what in ("canaries", "wraps_opened", "opened", "keys_in_the_clear"):
        if after.get(what) != 0:
            advice = "delete it, and report with --after and this report"
            raise BadInput("something can still be read", place=f"/{side}/after/{what}", advice=advice)
    if after.get("unread") != 0:
        raise BadInput(
            "something was not looked at", place=f"/{side}/after/unread", advice="make it readable, or smaller"
        )
    if not isinstance(tried := after.get("keys_tried"), int) or tried < 1:
        raise BadInput(
            "no key was tried on what is sealed", place=f"/{side}/after/keys_tried", advice="name yours with --key"
        )
