"""A developer and an evaluator that know each other's numbers, and what they sign."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from levee.frontier import services
from levee.frontier.agreements.signing import countersign
from levee.frontier.agreements.signing import offer as signed
from levee.frontier.agreements.terms import read_agreement
from levee.frontier.deletion.certificates import certificate as deleted
from levee.frontier.deletion.certificates import countersigned
from levee.frontier.envelopes import name_of
from levee.frontier.seals import new_pair
from levee.policy.actors import Actor, OrganisationKind
from support.own_cases import lead_of

if TYPE_CHECKING:
    from uuid import UUID

DEVELOPER, EVALUATOR, STRANGER = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2, 3))
SEALS = [new_pair()[0] for _ in range(2)]
PLAN, PACK = "sha256:" + "1" * 64, "sha256:" + "2" * 64


def told(**more):
    """An agreement as both would write it."""
    return {
        "template": "eo-14409-1",
        "developer": {"name": "Halyard Frontier Lab", "key": name_of(DEVELOPER.public_key()), "seal": SEALS[0]},
        "evaluator": {"name": "Tidewater Evaluations", "key": name_of(EVALUATOR.public_key()), "seal": SEALS[1]},
        "model": "spinnaker",
        "access": "AL1",
        "purpose": "cyber-evaluation",
        "about": "Whether the model finds and uses flaws in software, by the pack named in the plan.",
        "operations": ["chat", "responses"],
        "begins": "2026-11-20T00:00:00Z",
        "ends": "2026-12-20T00:00:00Z",
        "tokens": 50_000_000,
        "calls": 120,
        "days": 90,
        "keeps": "counts",
        "evidence": "this agreement alone",
        "publication": "when both agree to each text",
        "sandbox": "a machine of their own",
        **more,
    }


def by_developer(**more) -> bytes:
    """The agreement with the developer's signature."""
    return signed(read_agreement(told(**more)), DEVELOPER)


def by_evaluator(**more) -> bytes:
    """The agreement with the evaluator's signature."""
    return signed(read_agreement(told(**more)), EVALUATOR)


def by_both(**more) -> bytes:
    """The agreement with both."""
    return countersign(by_developer(**more), EVALUATOR)


def certificate(**more) -> bytes:
    """That everything is deleted, as both sign it."""
    agreement = read_agreement(told(**more))
    found = ("canaries", "opened", "wraps_opened", "keys_in_the_clear", "unread")
    nothing = {**dict.fromkeys(found, 0), "keys_tried": 1, "places": [{"name": "gateway", "files": 3, "bytes": 3000}]}
    reports = [
        {
            "agreement": agreement.digest,
            "side": side,
            "at": "2026-11-23T09:00:00Z",
            "keys": [{"grant": "GRT-1", "key": "", "wrap": "sha256:" + "3" * 64}],
            "files": [],
            "before": nothing,
            "after": nothing,
        }
        for side in ("developer", "evaluator")
    ]
    return countersigned(deleted(agreement, reports, DEVELOPER), agreement, EVALUATOR)


@dataclass
class Sides:
    """Somebody who coordinates for each side."""

    developer: Actor
    evaluator: Actor


def sides_in(world) -> Sides:
    """Two members; neither is let in to anything of the other's."""
    return Sides(
        developer=lead_of(world, "Halyard Frontier Lab", OrganisationKind.AI_DEVELOPER),
        evaluator=lead_of(world, "Tidewater Evaluations", OrganisationKind.EVALUATOR),
    )


def signed_in(sides: Sides) -> UUID:
    """An agreement in the house that both sides signed."""
    key = services.offer(sides.developer, by_developer(), other=sides.evaluator.party)
    services.sign(sides.evaluator, key, by_both())
    return key
