import random
from datetime import timedelta
from uuid import uuid4

import pytest

from levee.clustering import selectors, services
from levee.clustering.types import Evidence, RelationKind
from levee.findings import selectors as findings
from levee.kernel.errors import BadInput, Conflict, Forbidden, NotFound
from levee.policy.actors import Role
from levee.validation import services as validation
from levee.validation.types import Change, Judgement, Result
from samples import tidepack_proofs
from support.database import as_role
from support.running import crash_proof, hand_in, patch, service, work

from .conftest import fixes, patch_of


def test_one_signature_is_one_group_and_every_finder_keeps_its_credit(clustered):
    first, second, other = (clustered.finding(name) for name in ("a", "a", "b"))
    assert clustered.clusters() == {"a": {first, second}, "b": {other}}
    group = clustered.of(first)
    assert [member.evidence for member in group.members] == [Evidence.FIRST, Evidence.SAME_SIGNATURE]
    assert not group.proven
    credited = {each.organisation for each in findings.listed(clustered.coordinator, only=group.findings)}
    assert len(credited) == 2


def test_the_same_proof_is_told_as_such(clustered):
    clustered.finding("a", digest="p")
    second = clustered.finding("a", digest="p")
    assert clustered.of(second).members[1].evidence is Evidence.SAME_PROOF


def test_what_has_no_signature_stands_alone_and_what_is_not_settled_nowhere(clustered):
    one, two = clustered.finding(""), clustered.finding("")
    waiting = clustered.finding("a", result=Result.EFFECT_SHOWN)
    assert clustered.of(one).id != clustered.of(two).id
    assert clustered.of(waiting) is None


def test_placing_twice_changes_nothing(clustered):
    finding = clustered.finding("a")
    before = selectors.listed(clustered.coordinator)
    clustered.place(finding)
    assert selectors.listed(clustered.coordinator) == before


def test_what_a_person_calls_forged_leaves_its_cluster(clustered):
    kept, forged = clustered.finding("a"), clustered.finding("a")
    validation.judge(clustered.coordinator, forged, judgement=Judgement.FORGED, name="N", statement="s")
    clustered.place(forged)
    assert clustered.clusters() == {"a": {kept}}
    assert clustered.of(forged) is None


def merged(clustered):
    """Two clusters joined by patches written apart."""
    a1, a2, b = clustered.finding("a"), clustered.finding("a"), clustered.finding("b")
    clustered.offer(clustered.of(a1), patch_of("for-a"))
    clustered.offer(clustered.of(b), patch_of("for-b"))
    before = {name: clustered.of(finding) for name, finding in (("a", a1), ("b", b))}
    clustered.world.clock.advance(timedelta(minutes=5))
    trying = fixes(hunks={"for-a": {"a", "b"}, "for-b": {"a", "b"}})(clustered)
    clustered.compare(before["a"], trying)
    return before, {a1, a2, b}, trying


def test_patches_of_both_that_silence_both_join_two_clusters(clustered):
    before, everything, _ = merged(clustered)
    (only,) = selectors.listed(clustered.coordinator)
    assert set(only.findings) == everything
    assert only.proven
    gone = before["b"] if only.id == before["a"].id else before["a"]
    assert {member.evidence for member in only.members if member.home == gone.id} == {Evidence.CROSS_FIX}
    assert all("keeps the tests" in member.explanation for member in only.members if member.home == gone.id)
    assert selectors.cluster(clustered.coordinator, gone.id).merged_into == only.id
    assert [relation.kind for relation in only.relations] == [RelationKind.SAME_CAUSE]
    assert selectors.count(clustered.coordinator) == 1


def test_a_join_lets_nobody_in_to_another_report(clustered):
    a, b = clustered.finding("a"), clustered.finding("b")
    clustered.offer(clustered.of(a), patch_of("for-a"))
    clustered.offer(clustered.of(b), patch_of("for-b"))
    before = clustered.grants()
    clustered.compare(clustered.of(a), fixes(hunks={"for-a": {"a", "b"}, "for-b": {"a", "b"}})(clustered))
    assert clustered.of(a).id == clustered.of(b).id
    assert clustered.grants() == before


def test_undoing_a_join_gives_both_back_exactly_and_no_machine_joins_them_again(clustered):
    before, _, trying = merged(clustered)
    (only,) = selectors.listed(clustered.coordinator)
    gone = next(each for each in before.values() if each.id != only.id)
    late = clustered.finding(gone.signature)  # it comes while they are joined, and belongs to the one that goes
    with pytest.raises(BadInput):
        services.undo_merge(clustered.coordinator, gone.id, because=" ")
    services.undo_merge(clustered.coordinator, gone.id, because="two flaws after all")
    after = {each.signature: each for each in selectors.listed(clustered.coordinator)}
    for name, cluster in before.items():
        late_ones = [late] if name == gone.signature else []
        assert after[name].members[: len(cluster.members)] == cluster.members
        assert after[name].findings[len(cluster.members) :] == tuple(late_ones)
        assert after[name].relations == []
    with pytest.raises(Conflict):
        services.undo_merge(clustered.coordinator, gone.id, because="again")
    clustered.compare(before["a"], trying)
    assert len(selectors.listed(clustered.coordinator)) == 2


def test_joins_upon_joins_come_apart_in_any_order(clustered):
    names = ("a", "b", "c")
    made = {}
    for name in names:
        made[name] = clustered.finding(name)
        clustered.world.clock.advance(timedelta(minutes=1))
        clustered.offer(clustered.of(made[name]), patch_of(f"for-{name}"))
    before = {name: clustered.of(finding) for name, finding in made.items()}
    trying = fixes(hunks={f"for-{name}": set(names) for name in names})(clustered)
    clustered.compare(before["c"], trying)
    clustered.compare(before["a"], trying)
    (only,) = selectors.listed(clustered.coordinator)
    assert set(only.findings) == set(made.values())
    for name in ("b", "c"):
        services.undo_merge(clustered.coordinator, before[name].id, because="apart")
    for name, cluster in before.items():
        assert clustered.of(made[name]).members == cluster.members


def related(clustered, one, other):
    found = clustered.of(one)
    kinds = {relation.kind for relation in found.relations if relation.other == clustered.of(other).id}
    return kinds or {None}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("an upgrade on both sides", RelationKind.FIXED_TOGETHER),
        ("one direction only", RelationKind.RELATED),
        ("one commit that fixes two causes", None),
        ("one patch for both", RelationKind.RELATED),
        ("tests that break", None),
        ("a control proof that falls silent", None),
        ("a finder who would gain", None),
    ],
)
def test_no_weaker_evidence_joins(clustered, name, kind):
    finder = clustered.world.finder()
    a, b = clustered.finding("a", finder=finder), clustered.finding("b")
    mutual = {"for-a": {"a", "b"}, "for-b": {"a", "b"}}
    cases = {
        "an upgrade on both sides": ((Change(upgrade="2"), Change(upgrade="2")), {"hunks": {"x": {"a", "b"}}}),
        "one direction only": ((patch_of("for-a"), None), {"hunks": mutual}),
        "one commit that fixes two causes": (
            (patch_of("only-a", "only-b"), patch_of("only-b", "only-a")),
            {"hunks": {"only-a": {"a"}, "only-b": {"b"}}},
        ),
        "one patch for both": ((patch_of("for-a"), patch_of("for-a")), {"hunks": mutual}),
        "tests that break": ((patch_of("for-a"), patch_of("for-b")), {"hunks": mutual, "tests": (24, 20)}),
        "a control proof that falls silent": ((patch_of("for-a"), patch_of("for-b")), {"hunks": mutual, "controls": 1}),
        "a finder who would gain": ((patch_of("for-a"), patch_of("for-b")), {"hunks": mutual}),
    }
    offered, sandbox = cases[name]
    gains = finder.party if name == "a finder who would gain" else None
    for finding, change in zip((a, b), offered, strict=True):
        if change is not None:
            clustered.offer(clustered.of(finding), change, gains)
    clustered.compare(clustered.of(a), fixes(**sandbox)(clustered))
    assert clustered.of(a).id != clustered.of(b).id
    assert related(clustered, a, b) == {kind}


def test_a_finding_is_taken_out_of_its_group_and_put_back(clustered):
    first, second = clustered.finding("a"), clustered.finding("a")
    before = clustered.of(first)
    services.take_out(clustered.coordinator, second, because="another flaw in the same function")
    clustered.place(second)
    assert clustered.clusters() == {"a": {first}, f"alone:{second}": {second}}
    assert [(left.finding, left.because) for left in clustered.of(first).left] == [
        (second, "another flaw in the same function")
    ]
    with pytest.raises(Conflict):
        services.take_out(clustered.coordinator, first, because="it is the last one")
    services.put_back(clustered.coordinator, second, because="the same after all")
    assert clustered.clusters() == {"a": {first, second}}
    assert clustered.of(first) == before


def test_only_a_coordinator_in_person_undoes(clustered):
    before, _, _ = merged(clustered)
    for actor in (clustered.world.finder(), clustered.world.actor(clustered.world.house, Role.MEMBER)):
        with pytest.raises((Forbidden, NotFound)):
            services.undo_merge(actor, before["b"].id, because="x")
    assert selectors.listed(clustered.world.finder()) == []
    assert selectors.count(clustered.world.finder()) == 0


def test_in_the_sandbox_two_peoples_patches_join_what_one_cause_split(clustered, registered):
    world, coordinator = clustered.world, registered
    vendor = uuid4()
    rng = random.Random(5)
    readings, note, other = (
        hand_in(world.finder(), crash_proof(tidepack_proofs.crash(*place, rng)), key="k")
        for place in (("runs", "readings"), ("runs", "note"), ("label", "paths"))
    )
    work()
    assert clustered.of(readings).id == clustered.of(note).id != clustered.of(other).id
    services.take_out(coordinator, note, because="to see whether execution joins them again")
    work()
    assert clustered.of(readings).id != clustered.of(note).id
    clustered.offer(clustered.of(readings), Change(patch=patch("fix-runs-expand")), vendor)
    clustered.offer(clustered.of(note), Change(patch=patch("fix-runs-expand-second")), vendor)
    clustered.offer(clustered.of(other), Change(patch=patch("fix-label-join")), vendor)
    with as_role("levee_worker"):
        services.compare(service(world), clustered.of(note).id)
        services.compare(service(world), clustered.of(other).id)
    assert clustered.of(readings).id == clustered.of(note).id
    assert clustered.of(other).id != clustered.of(note).id
    assert clustered.of(other).relations == []
