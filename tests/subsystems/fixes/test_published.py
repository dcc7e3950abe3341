"""Two published flaws of one package, fixed by one release: proven apart, fixed together, never one."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from levee.cases import services as cases
from levee.clustering import selectors as clusters
from levee.clustering.types import RelationKind
from levee.fixes import selectors, services
from levee.fixes.types import FixState, Level
from levee.kernel.errors import Unavailable
from levee.validation import selectors as validation
from levee.validation.engine.fetching import fetch_target
from levee.validation.services import judge
from levee.validation.types import Change, Judgement, Result
from support.running import hand_in, work

pytestmark = [pytest.mark.network, pytest.mark.enable_socket]

PROOFS = Path(__file__).parents[3] / "samples" / "proofs"


@pytest.fixture(autouse=True)
def registry():
    try:
        fetch_target("npm:ini@1.3.5")
    except Unavailable as error:
        pytest.skip(str(error))


def test_the_two_flaws_of_django_stay_two_with_one_release_that_fixes_both(world, equipped):
    coordinator, finder = world.coordinator(), world.finder()
    found = {}
    for name in ("django-floatformat", "django-urlize"):
        sample = json.loads((PROOFS / f"{name}.json").read_text())
        found[name] = hand_in(finder, sample["proof"], key=name, target=sample["target"], contrast=sample["contrast"])
    work()
    for verdict in [validation.verdict(coordinator, finding) for finding in found.values()]:
        assert verdict.result in {Result.CONFIRMED, Result.FLAKY}, verdict.detail
        if verdict.result is Result.FLAKY:  # a cost that a busy machine measured unevenly: a person settles it
            accepted = {"judgement": Judgement.ACCEPTED, "name": "N", "statement": "measured again by hand"}
            judge(coordinator, verdict.finding, **accepted)
    work()
    for finding in found.values():
        case = cases.open_case(
            coordinator,
            cluster=clusters.of_finding(coordinator, finding).id,
            title="A case",
            summary="",
            embargo_end=world.clock.now() + timedelta(days=30),
        )
        fix = services.attach(coordinator, case, change=Change(upgrade="4.2.15"), author="upstream")
        work()
        seen = selectors.get(coordinator, fix)
        assert (seen.state, seen.level) == (FixState.VERIFIED, Level.SILENT), seen.detail
    one, other = (clusters.of_finding(coordinator, finding) for finding in found.values())
    assert one.id != other.id
    assert [(each.kind, each.other) for each in one.relations] == [(RelationKind.FIXED_TOGETHER, other.id)]
