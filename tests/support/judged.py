"""Findings with their verdicts, grouped, and a case with a checked fix: what a coordinator's pages show."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from levee.policy.actors import OrganisationKind, PrincipalKind
from support.database import as_role
from support.running import hand_in, patch, service


def judged(world):
    """A cluster of two, one that waits for a person, one that never showed; a case with two fixes."""
    from levee.cases import services as cases
    from levee.clustering import selectors as clusters
    from levee.clustering import services as clustering
    from levee.fixes import services as fixes
    from levee.fixes.models import Fix
    from levee.validation.types import Change

    finder = world.actor(world.organisation(OrganisationKind.FINDER, "Halyard Frontier Lab"), kind=PrincipalKind.AGENT)
    coordinator = world.coordinator()
    keys = {}
    for name, result, signature in (
        ("first", "confirmed", "source:tidepack@1.0.0 memory heap-buffer-overflow tp_runs_expand runs.c:21"),
        ("second", "confirmed", "source:tidepack@1.0.0 memory heap-buffer-overflow tp_runs_expand runs.c:21"),
        ("waits", "effect_shown", "source:tidepack@1.0.0 memory stack-buffer-overflow tp_text_put texts.c:9"),
        ("slop", "not_reproduced", ""),
    ):
        keys[name] = hand_in(finder, None, key=name, title=f"The {name} one")
        verdict(world, finder, keys[name], result, signature)
        with as_role("levee_worker"):
            clustering.place(service(world), keys[name])
    cluster = clusters.of_finding(coordinator, keys["first"])
    case = cases.open_case(
        coordinator,
        cluster=cluster.id,
        title="Overflow in tidepack",
        summary="",
        embargo_end=world.clock.now() + timedelta(days=20),
    )
    fix = fixes.attach(coordinator, case, change=Change(patch=patch("fix-runs-expand")), author="P. Anselm")
    with as_role(world.owner_role):
        Fix.unscoped.filter(id=fix).update(
            state="verified", level=3, proofs_tried=2, proofs_silent=2, tests_before=24, tests_after=24,
            detail="all 2 proofs are silent and all 24 tests pass", checked_at=world.clock.now(),
        )  # fmt: skip
    return {"coordinator": coordinator, "cluster": cluster, "keys": keys, "case": case, "fix": fix}


def verdict(world, finder, finding, result, signature):
    from levee.platform.blobs import BlobRef
    from levee.platform.ports import blobs
    from levee.validation.models import Verdict

    kept = blobs().put(b"{}", holder=finder.party)
    assert isinstance(kept, BlobRef)
    shown = 5 if result != "not_reproduced" else 0
    with as_role(world.owner_role):
        Verdict.unscoped.create(
            id=uuid4(),
            finding=finding,
            finder=finder.party,
            result=result,
            kind="memory",
            target="source:tidepack@1.0.0",
            effect_shown=shown,
            effect_runs=5,
            contrast="silent" if result == "confirmed" else "none",
            contrast_build="source:tidepack@1.1.0 4821949d" if result == "confirmed" else "",
            contract="no input makes a program write memory that it does not own" if result == "confirmed" else "",
            reach="yes",
            signature=signature,
            detail="the effect shows on the target" if shown else "the sanitizer reported nothing in some runs",
            proof_digest=uuid4().hex,
            evidence=kept.id,
            evidence_size=kept.size,
            evidence_digest="4" * 64,
            evidence_signature="aa:bb",
            at=world.clock.now(),
        )
