"""Early access to a model between two members: both sign, the developer gives, either takes back, nobody else knows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from levee.findings import selectors as findings
from levee.frontier import selectors, services
from levee.frontier.course.machines import Part, Verb
from levee.frontier.envelopes import name_of
from levee.frontier.gateway.store import Agreement as Entered
from levee.frontier.gateway.store import Store
from levee.frontier.models import Agreement
from levee.frontier.statements import Withdrawal, heard
from levee.frontier.tokens import SignedTokens
from levee.identity.models import Organisation
from levee.kernel.errors import AgainstRules, BadInput, Conflict, Forbidden, LeveeError, NotFound
from levee.kernel.ids import public_id
from levee.notify import selectors as letters
from levee.policy.actors import Role, Standing
from support.database import as_role
from support.every_state import results
from support.frontier import EVALUATOR, PLAN, STRANGER, by_both, by_developer, by_evaluator, certificate, sides_in
from support.own_cases import found_by


def state(actor, key):
    return selectors.agreement(actor, key).state


def test_one_offers_and_the_other_signs_the_same_words(sides):
    key = services.offer(sides.developer, by_developer(), other=sides.evaluator.party)
    assert state(sides.evaluator, key)[Part.AGREEMENT] == "offered_by_developer"
    with pytest.raises(AgainstRules):
        services.sign(sides.developer, key, by_both())
    with pytest.raises(BadInput, match="not the words"):
        services.sign(sides.evaluator, key, by_both(tokens=1))
    with pytest.raises(BadInput, match="not both"):
        services.sign(sides.evaluator, key, by_developer())
    services.sign(sides.evaluator, key, by_both())
    assert state(sides.developer, key)[Part.AGREEMENT] == "signed"


def test_the_evaluator_may_offer_first_and_a_no_is_not_the_end(sides):
    key = services.offer(sides.evaluator, by_evaluator(), other=sides.developer.party)
    services.decline(sides.developer, key)
    services.reword(sides.developer, key, by_developer(tokens=5))
    assert selectors.agreement(sides.evaluator, key).terms.tokens == 5
    services.sign(sides.evaluator, key, by_both(tokens=5))
    assert state(sides.evaluator, key)[Part.AGREEMENT] == "signed"


def test_what_is_signed_is_amended_by_signing_again_and_only_before_access_is_given(sides, signed):
    first = selectors.agreement(sides.developer, signed).digest
    with pytest.raises(BadInput, match="names the digest"):
        services.reword(sides.developer, signed, by_developer(tokens=9))
    services.reword(sides.developer, signed, by_developer(tokens=9, amends=first))
    with pytest.raises(AgainstRules):
        services.give(sides.developer, signed)
    services.sign(sides.evaluator, signed, by_both(tokens=9, amends=first))
    services.give(sides.developer, signed)
    with pytest.raises(AgainstRules):
        services.reword(sides.evaluator, signed, by_evaluator(amends=first))


def test_an_agreement_is_of_two_members_and_of_a_window_that_is_not_over(world, sides):
    with pytest.raises(NotFound):
        services.offer(sides.developer, by_developer(), other=sides.developer.party)
    with pytest.raises(NotFound):
        services.offer(sides.developer, by_developer(), other=world.clock and sides.developer.id)
    with pytest.raises(BadInput, match="one side alone"):
        services.offer(sides.developer, by_both(), other=sides.evaluator.party)
    world.clock.advance(timedelta(days=60))
    with pytest.raises(BadInput, match="window is over"):
        services.offer(sides.developer, by_developer(), other=sides.evaluator.party)


def test_only_who_coordinates_signs_and_gives_and_everybody_of_a_side_takes_back(world, sides, signed):
    member = world.actor(sides.developer.party, Role.MEMBER)
    with pytest.raises(Forbidden):
        services.give(member, signed)
    services.withdraw(member, signed)
    assert state(sides.evaluator, signed)[Part.AGREEMENT] == "withdrawn"


def test_an_organisation_that_left_the_terms_still_takes_everything_back(world, sides, given):
    from dataclasses import replace

    from levee.access.models import Party

    with as_role(world.owner_role):
        Party.unscoped.filter(id=sides.evaluator.party).update(standing=Standing.LEFT)
    services.withdraw(replace(sides.evaluator, standing=Standing.LEFT), given)
    assert state(sides.developer, given)[Part.GRANT] == "ended"


def test_nobody_else_knows_of_it_and_not_even_the_house(world, sides, given):
    for stranger in (world.coordinator(), sides_in(world).developer):
        assert selectors.agreements(stranger) == []
        for ask in (selectors.agreement, selectors.envelope, selectors.partners, services.withdraw, services.token):
            with pytest.raises(NotFound):
                ask(stranger, given)


def test_who_gives_gives_no_more_than_was_agreed(world, sides, signed):
    for more in ({"tokens": 50_000_001}, {"calls": 121}, {"ends": datetime(2027, 1, 1, tzinfo=UTC)}):
        with pytest.raises(BadInput):
            services.give(sides.developer, signed, **more)
    services.give(sides.developer, signed, tokens=10, ends=world.clock.now() + timedelta(days=1))
    world.clock.advance(timedelta(days=1))
    assert state(sides.evaluator, signed)[Part.GRANT] == "ended"
    assert state(sides.evaluator, signed)[Part.AGREEMENT] == "signed"
    world.clock.advance(timedelta(days=60))
    assert state(sides.evaluator, signed)[Part.AGREEMENT] == "expired"


def test_no_access_before_the_window_begins(sides):
    later = {"begins": "2026-12-01T00:00:00Z", "ends": "2026-12-20T00:00:00Z"}
    key = services.offer(sides.developer, by_developer(**later), other=sides.evaluator.party)
    services.sign(sides.evaluator, key, by_both(**later))
    with pytest.raises(AgainstRules, match="not begun"):
        services.give(sides.developer, key)


def test_the_evaluator_names_the_key_that_calls_and_its_token_is_for_that_key(world, sides, signed):
    client = name_of(STRANGER.public_key())
    services.name_client(sides.evaluator, signed, client)
    services.give(sides.developer, signed)
    token = services.token(sides.evaluator, signed)
    capability = SignedTokens([services.house_key()]).opened(token, int(world.clock.now().timestamp()))
    assert capability.client == client
    with pytest.raises(AgainstRules):
        services.token(sides.developer, signed)
    with pytest.raises(AgainstRules):
        services.name_client(sides.evaluator, signed, name_of(EVALUATOR.public_key()))


def test_a_gateway_opens_by_what_the_house_says_and_closes_when_it_says_otherwise(world, sides, given, tmp_path):
    found, now = selectors.agreement(sides.developer, given), int(world.clock.now().timestamp())
    store = Store(tmp_path)
    store.trust(services.house_key())
    store.agree(Entered(digest=found.digest, model="spinnaker", upstream="m", ends=now + 10**6, tokens=50_000_000))
    for said in services.statements(sides.developer):
        store.take(said, now)
    assert store.opened(found.grant, now) is not None
    services.withdraw(sides.evaluator, given)
    (said,) = services.statements(sides.developer)
    assert isinstance(heard(said, [services.house_key()], now), Withdrawal)
    store.take(said, now)
    assert store.opened(found.grant, now) is None
    store.close()


def test_the_house_says_nothing_of_it_to_the_evaluator_or_to_a_stranger(world, sides, given):
    assert services.statements(sides.evaluator) == []
    assert services.statements(world.coordinator()) == []


def test_what_was_used_is_said_by_the_developer_and_read_by_both(sides, given):
    services.report_use(sides.developer, given, spent=1200)
    assert selectors.agreement(sides.evaluator, given).spent == 1200
    with pytest.raises(AgainstRules):
        services.report_use(sides.evaluator, given, spent=1)
    with pytest.raises(BadInput):
        services.report_use(sides.developer, given, spent=-1)


def test_results_are_those_of_the_plan_that_was_named_before(sides, given):
    services.plan(sides.evaluator, given, PLAN)
    with pytest.raises(AgainstRules):
        services.plan(sides.evaluator, given, PLAN)
    services.begin(sides.evaluator, given)
    services.finish(sides.evaluator, given, runs=4)
    services.determine(sides.evaluator, given, results("undecided"))
    found = selectors.agreement(sides.developer, given)
    assert found.state[Part.DETERMINATION] == "undecided"
    assert found.runs == 1, "as the signed results say"
    assert found.bundle.startswith("sha256:")


def test_results_of_another_plan_are_refused(sides, given):
    services.plan(sides.evaluator, given, "sha256:" + "9" * 64)
    services.begin(sides.evaluator, given)
    services.stop(sides.evaluator, given, runs=1)
    with pytest.raises(BadInput, match="another plan"):
        services.determine(sides.evaluator, given, results("above"))


def test_a_withdrawal_is_for_good_and_asks_nothing(world, sides, given):
    services.plan(sides.evaluator, given, PLAN)
    services.begin(sides.evaluator, given)
    services.withdraw(sides.developer, given)
    found = selectors.agreement(sides.evaluator, given)
    assert (found.state[Part.GRANT], found.state[Part.EVALUATION]) == ("ended", "stopped")
    assert found.plan == PLAN, "what was planned stays on record"
    for again in (services.withdraw, services.give, services.begin):
        with pytest.raises(AgainstRules):
            again(sides.developer if again is not services.begin else sides.evaluator, given)
    with pytest.raises(AgainstRules):
        services.reword(sides.developer, given, by_developer())


def test_a_row_that_was_taken_back_cannot_be_given_again_by_any_statement(world, sides, given):
    from django.db.utils import IntegrityError

    services.withdraw(sides.developer, given)
    with pytest.raises(IntegrityError, match="stays so"), as_role(world.owner_role):
        Agreement.unscoped.filter(id=given).update(agreement="signed", grant="given")


def test_all_of_a_model_or_all_there_is_ends_at_once(sides, given):
    other = services.offer(sides.developer, by_developer(model="topsail"), other=sides.evaluator.party)
    assert services.withdraw_all(sides.developer, model="spinnaker") == 1
    assert state(sides.developer, other)[Part.AGREEMENT] == "offered_by_developer"
    assert services.withdraw_all(sides.evaluator) == 1
    assert services.withdraw_all(sides.evaluator) == 0


def test_the_certificate_of_deletion_is_of_both_and_comes_after_the_end(sides, given):
    with pytest.raises(AgainstRules):
        services.certify(sides.developer, given, certificate())
    services.withdraw(sides.evaluator, given)
    with pytest.raises(BadInput):
        services.certify(sides.developer, given, certificate(tokens=1))
    with pytest.raises(NotFound):
        selectors.certificate(sides.evaluator, given)
    services.certify(sides.developer, given, certificate())
    assert selectors.certificate(sides.evaluator, given) == certificate()


def test_both_propose_partners_and_both_may_object(sides, signed):
    harrow = services.propose(sides.developer, signed, name="Harrow", criteria="it keeps minimist")
    with pytest.raises(AgainstRules):
        services.decide_partner(sides.developer, harrow, verb=Verb.AGREE, because="ours")
    services.flag_conflict(sides.evaluator, harrow, conflicts="it sells a rival product")
    services.flag_conflict(sides.developer, harrow, conflicts="x" * 2000)
    services.flag_conflict(sides.evaluator, harrow, conflicts="and a lab of its own")
    services.decide_partner(sides.evaluator, harrow, verb=Verb.AGREE, because="it is careful")
    services.decide_partner(sides.developer, harrow, verb=Verb.OBJECT, because="it was sold")
    (seen,) = selectors.partners(sides.evaluator, signed)
    assert (seen.state, seen.because) == ("objected", "it was sold")
    assert seen.conflicts.startswith("evaluator: it sells a rival product\ndeveloper: x")
    with pytest.raises(BadInput):
        services.decide_partner(sides.evaluator, harrow, verb=Verb.PROPOSE, because=" ")
    assert state(sides.developer, signed)[Part.AGREEMENT] == "signed", "to object changes nothing else"


def test_a_developer_asks_and_the_clearinghouse_answers_in_words(world, sides):
    key = services.ask(sides.developer, model="spinnaker", question="Is it covered?")
    with pytest.raises(AgainstRules):
        services.ask(sides.developer, model="spinnaker", question="Again?")
    with pytest.raises((Forbidden, NotFound)):
        services.answer(sides.evaluator, key, text="yes")
    assert selectors.enquiries(sides.evaluator) == []
    services.note_release(sides.developer, model="spinnaker")
    coordinator = world.coordinator()
    services.answer(coordinator, key, text="It is being looked at.")
    with pytest.raises(AgainstRules):
        services.answer(coordinator, key, text="It is.")
    (seen,) = selectors.enquiries(sides.developer)
    assert (seen.answer, seen.own) == ("It is being looked at.", True)
    services.ask(sides.developer, model="spinnaker", question="And now?")


def test_a_release_waits_on_nobody_and_nobody_else_sees_it(world, sides, given):
    services.note_release(sides.developer, model="spinnaker")
    assert selectors.releases(sides.developer) == ["spinnaker"]
    assert state(sides.developer, given)[Part.RELEASE] == "released"
    assert state(sides.evaluator, given)[Part.RELEASE] == "not yet"
    assert selectors.releases(world.coordinator()) == []
    with pytest.raises(AgainstRules):
        services.note_release(sides.developer, model="spinnaker")


def test_letters_between_the_sides_say_nothing_and_leave_whoever_acts(world, sides):
    with as_role(world.owner_role):
        Organisation.unscoped.filter(id=sides.evaluator.party).update(contact="desk@tidewater.example")
    key = services.offer(sides.developer, by_developer(), other=sides.evaluator.party)
    services.withdraw(world.actor(sides.developer.party, Role.MEMBER), key)
    told = letters.outbox(world.coordinator())
    assert [each.address for each in told] == ["desk@tidewater.example"] * 2
    assert not any(word in repr(told) for word in ("spinnaker", "frontier", "Halyard"))


def test_a_side_sees_the_number_of_the_member_on_the_other_whatever_it_calls_itself(sides, given):
    assert selectors.agreement(sides.evaluator, given).other == sides.developer.party
    assert selectors.agreement(sides.developer, given).other_id == public_id("ORG", sides.evaluator.party)


def test_other_words_keep_the_key_that_calls(sides, signed):
    client, first = name_of(STRANGER.public_key()), selectors.agreement(sides.developer, signed).digest
    services.name_client(sides.evaluator, signed, client)
    services.reword(sides.developer, signed, by_developer(tokens=9, amends=first))
    assert selectors.agreement(sides.evaluator, signed).client == client


def test_what_cannot_be_read_any_more_is_still_taken_back_and_told_to_gateways_as_ended(world, sides, given):
    other = services.offer(sides.developer, by_developer(model="topsail"), other=sides.evaluator.party)
    services.sign(sides.evaluator, other, by_both(model="topsail"))
    services.give(sides.developer, other)
    with as_role(world.owner_role):
        Agreement.unscoped.filter(id=given).update(envelope=b"{}")
    now = int(world.clock.now().timestamp())
    said = [heard(each, [services.house_key()], now) for each in services.statements(sides.developer)]
    assert sorted(type(each).__name__ for each in said) == ["Grant", "Withdrawal"]
    services.withdraw(sides.evaluator, given)
    assert services.withdraw_all(sides.evaluator) == 1


def test_after_a_withdrawal_nothing_is_determined(sides, given):
    services.plan(sides.evaluator, given, PLAN)
    services.begin(sides.evaluator, given)
    services.withdraw(sides.developer, given)
    with pytest.raises(AgainstRules):
        services.determine(sides.evaluator, given, results("above"))


def test_figures_that_no_column_holds_are_refused_and_no_nest_of_brackets_breaks_anything(sides):
    import base64
    import json

    told = json.loads(by_developer())
    nested = {**told, "payload": base64.b64encode(b"[" * 20_000).decode()}
    with pytest.raises(LeveeError):
        services.offer(sides.developer, json.dumps(nested).encode(), other=sides.evaluator.party)
    key = services.offer(sides.developer, by_developer(calls=2**40), other=sides.evaluator.party)
    services.sign(sides.evaluator, key, by_both(calls=2**40))
    services.give(sides.developer, key)
    services.plan(sides.evaluator, key, PLAN)
    services.begin(sides.evaluator, key)
    with pytest.raises(BadInput):
        services.finish(sides.evaluator, key, runs=2**31)


def test_what_a_model_found_is_traced_to_its_exchange_and_the_developer_learns_no_more(world, sides, given):
    mine = found_by(world, sides.evaluator)
    theirs = found_by(world, sides.developer, key="own-9")
    services.withdraw(sides.developer, given)
    services.hand_off(sides.evaluator, given, finding=mine, leaf=PLAN)
    (seen,) = selectors.handed_off(sides.developer, given)
    assert (seen.leaf, seen.finding, seen.finding_id) == (PLAN, None, "")
    assert selectors.handed_off(sides.evaluator, given)[0].finding == mine
    assert "spinnaker" not in repr(findings.get(world.coordinator(), mine)), (
        "the finding names no developer and no model"
    )
    with pytest.raises(Conflict):
        services.hand_off(sides.evaluator, given, finding=mine, leaf=PLAN)
    with pytest.raises(NotFound):
        services.hand_off(sides.evaluator, given, finding=theirs, leaf=PLAN)
    with pytest.raises(AgainstRules):
        services.hand_off(sides.developer, given, finding=theirs, leaf=PLAN)
