from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from levee.access.models import Grant
from levee.clustering import selectors, services
from levee.platform.database.roles import DbRole
from levee.validation.models import Verdict
from levee.validation.types import Change, ChangedTarget, Replay, Result
from support.database import as_role
from support.running import hand_in, service

TARGET = "source:tidepack@1.0.0"


@dataclass
class Clustered:
    """Findings with verdicts that are there already, placed as the worker places them."""

    world: object
    coordinator: object
    signatures: dict[UUID, str] = field(default_factory=dict)

    def finding(self, signature, *, finder=None, digest="", result=Result.CONFIRMED, target=TARGET):
        self.world.clock.advance(timedelta(seconds=1))
        finder = finder or self.world.finder()
        finding = hand_in(finder, None, key=str(uuid4()), target=target)
        with as_role(self.world.owner_role):
            Verdict.unscoped.create(
                id=uuid4(),
                finding=finding,
                finder=finder.party,
                result=result,
                kind="memory",
                target=target,
                effect_shown=5,
                effect_runs=5,
                contrast="silent",
                reach="yes",
                signature=signature,
                detail="d",
                proof_digest=digest or str(uuid4()),
                at=self.world.clock.now(),
            )
        self.signatures[finding] = signature
        self.place(finding)
        return finding

    def place(self, finding):
        with as_role(DbRole.WORKER):
            services.place(service(self.world), finding)

    def of(self, finding):
        return selectors.of_finding(self.coordinator, finding)

    def clusters(self):
        return {each.signature: set(each.findings) for each in selectors.listed(self.coordinator)}

    def offer(self, cluster, change, provider=None):
        with as_role(DbRole.WORKER):
            services.offer_fix(
                service(self.world), cluster.id, fix=uuid4(), provider=provider or uuid4(), change=change
            )

    def compare(self, cluster, trying):
        with as_role(DbRole.WORKER):
            services.compare(service(self.world), cluster.id, trying=trying)

    def grants(self):
        """Who was let in to what, in what capacity, without the runs of these tests."""
        with as_role(self.world.owner_role):
            return set(Grant.unscoped.filter(until=None).values_list("party", "subject", "capacity"))


@pytest.fixture
def clustered(world):
    return Clustered(world, world.coordinator())


def fixes(*, hunks, also=None, controls=0, tests=(24, 24)):
    """A sandbox's double: each hunk, by the word in it, silences the findings of some signatures."""

    def build(clustered):
        def trying(_actor, _target, change, findings, **_asked):
            words = hunks if change.upgrade else {word: hunks[word] for word in hunks if word in change.patch.decode()}
            silenced = set().union(*words.values()) if words else set()
            return ChangedTarget(
                applies=True,
                builds=True,
                replays=tuple(
                    Replay(
                        finding=finding,
                        shown=0 if clustered.signatures[finding] in silenced else 5,
                        runs=5,
                        reached=True,
                    )
                    for finding in findings
                ),
                tests_before=-1 if change.upgrade else tests[0],
                tests_after=-1 if change.upgrade else tests[1],
                controls_silent=controls,
            )

        return trying

    return build


def patch_of(*words):
    """A patch with a hunk per word."""
    lines = ["--- a/src/a.c", "+++ b/src/a.c"]
    for place, word in enumerate(words):
        start = 1 + 20 * place
        lines += [f"@@ -{start},2 +{start + place},3 @@", " a", f"+/* {word} */", " b"]
    return Change(patch=("\n".join(lines) + "\n").encode())
