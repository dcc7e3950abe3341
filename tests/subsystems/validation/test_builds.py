"""A target is built once, by a runner that sees no proof; what comes of a proof is the same either way."""

from __future__ import annotations

import random

import pytest

from levee.kernel.errors import Unavailable
from levee.platform.ports import ports, replaced
from levee.platform.runner.kept import KeptAnswers
from levee.platform.runner.wire import Message
from levee.validation import builds, selectors
from levee.validation.engine.build import source_target
from samples import tidepack_proofs
from support.running import crash_proof, hand_in, work


class Overheard:
    """A runner that notes the jobs it is handed; with `answer`, builds are answered by that."""

    def __init__(self, runner, answer=None):
        self.runner, self.answer, self.jobs = runner, answer, []

    def run(self, kind, header, attachments, *, seconds):
        self.jobs.append((header, attachments))
        if header["job"] == "build" and self.answer is not None:
            return self.answer()
        return self.runner.run(kind, header, attachments, seconds=seconds)

    def named(self, job):
        return [(header, attached) for header, attached in self.jobs if header["job"] == job]


@pytest.fixture
def overheard(registered):
    overheard = Overheard(ports().runner)
    with replaced(runner=overheard, builds=KeptAnswers(most=64 * 1024 * 1024)):
        yield overheard


def crash(seed):
    return crash_proof(tidepack_proofs.crash("runs", "note", random.Random(seed)))


def judged(world, key="k", seed=1):
    finder = world.finder()
    finding = hand_in(finder, crash(seed), key=key)
    work()
    return selectors.verdict(finder, finding)


def said(verdict):
    named = ("result", "effect_shown", "effect_runs", "contrast", "contrast_build", "contract", "reach", "signature")
    return {name: getattr(verdict, name) for name in named}


def test_the_second_finding_on_a_target_finds_it_built(world, overheard):
    first, second = judged(world, seed=1), judged(world, seed=2)
    assert first.result == second.result == "confirmed"
    assert len(overheard.named("judge")) == 2
    assert len(overheard.named("build")) == 2, "target and contrast, once each"


def test_a_build_sees_no_proof(world, overheard):
    judged(world)
    (_, handed), *_ = overheard.named("judge")
    for header, attached in overheard.named("build"):
        assert "proof" not in header
        assert set(attached.values()) <= {data for name, data in handed.items() if name != "proof"}


def test_the_verdict_is_the_same_whether_the_build_was_kept_or_made_on_the_spot(world, overheard):
    kept = judged(world)
    with replaced(builds=None):
        made = judged(world)
    assert said(kept) == said(made)
    assert not overheard.named("judge")[-1][0].get("sealed")


def unavailable():
    raise Unavailable("the runner ended", code="runner.ended")


@pytest.mark.parametrize(
    "answer",
    [
        unavailable,
        lambda: Message(header={"applies": True, "builds": True, "why": "", "log": "", "digest": ""}),
        lambda: Message(header={"builds": "yes"}),
        lambda: Message(header={"applies": True, "builds": False, "why": "no", "log": "", "digest": ""}),
    ],
    ids=["ended", "nothing attached", "no answer of that shape", "does not build"],
)
def test_without_a_build_to_hand_over_the_job_builds_it_itself(world, overheard, answer):
    overheard.answer = answer
    assert judged(world).result == "confirmed"


def test_a_build_that_is_no_archive_of_plain_files_confirms_nothing(world, overheard):
    overheard.answer = lambda: Message(
        header={"applies": True, "builds": True, "why": "", "log": "", "digest": ""}, attachments={"sealed": b"garbage"}
    )
    assert judged(world).result != "confirmed"


def test_a_large_build_is_not_handed_over(world, overheard, tidepack, monkeypatch):
    target = source_target("source:tidepack@1.0.0", tidepack["1.0.0"])
    assert builds.sealed(target)
    monkeypatch.setattr(builds, "LARGEST", 10)
    assert builds.sealed(target) == ()
