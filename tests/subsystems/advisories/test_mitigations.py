"""Operators get a mitigation without detail before a flaw is public: only where it is attacked, and only a few."""

from __future__ import annotations

import json
import re

import pytest
from django.db import ProgrammingError, connection, transaction
from hypothesis import given
from hypothesis import strategies as some

from levee.advisories import selectors, services
from levee.advisories.leaking import leaks, words
from levee.cases import selectors as cases
from levee.cases import services as casework
from levee.cases.projects.sharing import Label
from levee.cases.projects.upkeep import Keeps
from levee.cases.rules.claims import ClaimVerb
from levee.cases.rules.facts import Event
from levee.house import services as house
from levee.house.types import Name
from levee.identity.models import Organisation
from levee.kernel.errors import AgainstRules, BadInput, Forbidden, NotFound
from levee.kernel.ids import public_id
from levee.ledger.models import Pending
from levee.notices import selectors as notices
from levee.notify import selectors as letters
from levee.platform.database.roles import DbRole
from levee.policy.actions import Action
from levee.policy.actors import OrganisationKind, Role
from support.coordination import vendor_of
from support.database import as_role
from support.stories import DRAFT

TEXT = "Let the gateway drop what comes from outside, and restart it every night."


def operator(world, name="Hospital"):
    person = world.actor(world.organisation(OrganisationKind.OPERATOR, name), Role.MEMBER, name=name)
    with as_role(world.owner_role):
        Organisation.unscoped.filter(id=person.party).update(contact=f"{name.lower()}@example.org")
    return person


def read_by(actor):
    with as_role(DbRole.OPERATOR):
        return notices.received(actor)


def warn(by, opened, *recipients, **changes):
    given = {
        "product": "Minimist",
        "text": TEXT,
        "label": Label.AMBER_STRICT,
        "because": "attacks on hospitals",
        **changes,
    }
    return services.warn(by, opened.case, recipients=[each.party for each in recipients], **given)


@pytest.fixture
def hospital(world):
    return operator(world)


@pytest.fixture
def attacked(world, opened):
    """Attacks are on record, and the embargo is kept."""
    claim = casework.claim(opened.finder, opened.case, event=Event.ATTACKS_OBSERVED, evidence="a log")
    casework.decide_claim(
        opened.coordinator, opened.case, claim, verb=ClaimVerb.ACCEPT, because="seen", keep_embargo=True
    )
    return opened


def test_an_operator_reads_what_to_do_how_to_handle_it_and_nothing_else(world, attacked, hospital):
    warn(attacked.coordinator, attacked, hospital)
    (read,) = read_by(hospital)
    assert (read.product, read.text, read.label) == ("Minimist", TEXT, "TLP:AMBER+STRICT")
    with pytest.raises(NotFound):
        cases.get(hospital, attacked.case)
    (letter,) = [each for each in letters.outbox(attacked.coordinator) if each.address == "hospital@example.org"]
    assert "/notices/" in letter.text
    assert "inimist" not in letter.text


def test_why_and_whom_stands_in_the_houses_log_and_the_cases_tells_every_party_how_many(world, attacked, hospital):
    warn(attacked.coordinator, attacked, hospital)
    with as_role(world.owner_role):
        rows = Pending.unscoped.filter(fields__contains=f'"{Action.NOTICE_SEND}"').values_list("log_kind", "fields")
        told = {kind: json.loads(fields) for kind, fields in rows}
    assert told["case"]["recipients"] == 1
    assert told["organisation"]["because"] == "attacks on hospitals"
    for secret in ("attacks on hospitals", str(hospital.party), "Hospital"):
        assert secret not in json.dumps(told["case"])


def test_who_was_not_told_cannot_tell_that_anybody_was(world, attacked, hospital):
    other = operator(world, "Bank")
    before = read_by(other)
    warn(attacked.coordinator, attacked, hospital)
    assert read_by(other) == before == []
    assert [each.address for each in letters.outbox(attacked.coordinator) if each.address == "bank@example.org"] == []


def test_operators_processes_have_no_privilege_on_what_was_decided_and_coordinators_read_no_notice(attacked, hospital):
    warn(attacked.coordinator, attacked, hospital)
    for role, tables in (
        (DbRole.OPERATOR, ("advisories_mitigation", "advisories_recipient", "cases_case", "findings_finding")),
        (DbRole.MATCHER, ("notices_notice", "advisories_mitigation", "advisories_recipient")),
        (DbRole.WEB, ("notices_notice",)),
    ):
        for table in tables:
            with as_role(role), pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"select * from {table}")


def test_nobody_is_told_before_attacks_are_on_record_nor_once_it_is_public(opened, hospital):
    with pytest.raises(AgainstRules) as refused:
        warn(opened.coordinator, opened, hospital)
    assert refused.value.code == "notice.not_attacked"
    claim = casework.claim(opened.finder, opened.case, event=Event.ATTACKS_OBSERVED, evidence="a log")
    with pytest.raises(AgainstRules):
        warn(opened.coordinator, opened, hospital)
    casework.decide_claim(
        opened.coordinator, opened.case, claim, verb=ClaimVerb.ACCEPT, because="seen", keep_embargo=True
    )
    opened.publishes(DRAFT)
    with pytest.raises(AgainstRules) as refused:
        warn(opened.coordinator, opened, hospital)
    assert refused.value.code == "notice.public"
    assert read_by(hospital) == []


@pytest.mark.parametrize(
    ("changes", "place", "word"),
    [
        ({"text": "Beware of prototype pollution."}, "text", "pollution, prototype"),
        ({"text": "A NAME in the Arguments does it."}, "text", "arguments"),
        ({"text": "Leave version 0.0.8."}, "text", "8"),
        ({"product": "Minimist, whose prototype is reached"}, "product", "prototype"),
    ],
)
def test_a_notice_that_shares_a_word_with_the_flaw_is_refused_with_the_word(attacked, hospital, changes, place, word):
    with pytest.raises(BadInput) as refused:
        warn(attacked.coordinator, attacked, hospital, **changes)
    assert (refused.value.code, refused.value.place) == ("notice.tells", place)
    assert word in str(refused.value)
    assert read_by(hospital) == []


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"text": " "}, "text"),
        ({"text": "t" * 2001}, "text"),
        ({"product": ""}, "product"),
        ({"product": "a\nb"}, "product"),
        ({"label": Label.CLEAR}, "label"),
        ({"because": ""}, "because"),
    ],
)
def test_a_field_that_cannot_stand_is_named_and_nobody_is_told(attacked, hospital, changes, place):
    with pytest.raises(BadInput) as refused:
        warn(attacked.coordinator, attacked, hospital, **changes)
    assert refused.value.place == place
    assert read_by(hospital) == []


def test_only_operators_that_take_no_part_are_told(world, attacked):
    for recipients in ((), (vendor_of(world),), (attacked.finder,)):
        with pytest.raises(BadInput, match="recipients"):
            warn(attacked.coordinator, attacked, *recipients)


def test_all_notices_of_a_case_together_reach_no_more_than_the_house_allows(world, attacked):
    told = [operator(world, f"Clinic {number}") for number in range(6)]
    warn(attacked.coordinator, attacked, *told[:4])
    with pytest.raises(AgainstRules) as refused:
        warn(attacked.coordinator, attacked, *told[4:])
    assert (refused.value.code, refused.value.place) == ("notice.too_many", "recipients")
    warn(attacked.coordinator, attacked, *told[:5], text="Now leave it off for good.")
    house.choose(attacked.coordinator, Name.NOTICE_CAP, value="0", because="never again")
    with pytest.raises(AgainstRules):
        warn(attacked.coordinator, attacked, told[0])
    assert [len(read_by(each)) for each in told] == [2, 2, 2, 2, 1, 0]


def test_who_runs_the_component_is_suggested_with_the_reason_and_is_told_of_no_case_by_that(world, attacked, hospital):
    casework.state_upkeep(hospital, component="pkg:npm/minimist", keeps=Keeps.RUNS, because="our portal")
    (suggested,) = cases.who_runs(attacked.coordinator, attacked.case)
    assert (suggested.name, suggested.reason, suggested.because) == ("Hospital", "runs it", "our portal")
    assert not cases.suggestions(attacked.coordinator, attacked.case)
    with pytest.raises(AgainstRules):
        casework.invite(attacked.coordinator, attacked.case, party=hospital.party, name="Hospital", because="runs it")
    warn(attacked.coordinator, attacked, hospital)
    (decided,) = selectors.mitigations(attacked.colleague, attacked.case)
    assert decided.recipients == (("Hospital", "runs it: our portal"),)
    assert not cases.who_runs(attacked.finder, attacked.case)


def test_only_the_owners_coordinators_without_an_interest_decide_and_only_they_see_whom(world, attacked, hospital):
    vendor = vendor_of(world)
    casework.invite(attacked.coordinator, attacked.case, party=vendor.party, name="Minimist", because="its code")
    for party, refusal in ((vendor, Forbidden), (attacked.finder, NotFound), (hospital, NotFound)):
        with pytest.raises(refusal):
            warn(party, attacked, hospital)
    casework.say_conflict(attacked.colleague, attacked.case, because="holds shares", of=attacked.coordinator.id)
    with pytest.raises(AgainstRules, match="conflict of interest"):
        warn(attacked.coordinator, attacked, hospital)
    warn(attacked.colleague, attacked, hospital)
    for party in (vendor, attacked.finder, hospital):
        assert selectors.mitigations(party, attacked.case) == []


@given(some.text(max_size=200), some.text(max_size=200), some.text(max_size=40))
def test_what_is_told_and_what_is_secret_share_no_word_but_what_is_free(text, secret, free):
    found = leaks(text, secret=[secret], free=[free])
    assert set(found) == (words(text) & words(secret)) - words(free)
    assert leaks(text, secret=[], free=[]) == []
    assert leaks(text, secret=[text], free=[text]) == []
    assert set(leaks(secret, secret=[secret], free=[])) == words(secret)


def test_case_and_accents_hide_no_word_and_small_words_tell_nothing():
    assert leaks("HEAP Überlauf", secret=["heap", "ÜBERLAUF"], free=[]) == ["heap", "überlauf"]
    assert leaks("Use it with that from 80 on.", secret=["with that from port 80"], free=[]) == ["80"]
    assert leaks("Close it.", secret=["it is"], free=[]) == []


def test_the_page_shows_a_notice_in_full_and_gives_exactly_what_it_showed(client, attacked, hospital):
    from levee.web.signed_in import SESSION_KEY

    session = client.session
    session[SESSION_KEY] = str(attacked.coordinator.id)
    session.save()
    page = f"/cases/{cases.get(attacked.coordinator, attacked.case).public_id}/notices/new/"
    words = {
        "product": "Minimist",
        "text": TEXT,
        "label": "TLP:AMBER",
        "recipients": public_id("ORG", hospital.party),
        "because": "attacks",
    }
    shown = client.post(page, words)
    assert TEXT in shown.text
    assert read_by(hospital) == []
    digest = re.search(r'name="shown" value="([0-9a-f]{64})"', shown.text)[1]
    changed = client.post(page, {**words, "text": "Switch it off.", "shown": digest, "send": "1"})
    assert (changed.status_code, read_by(hospital)) == (200, []), "what was changed since is shown again"
    assert client.post(page, {**words, "shown": digest, "send": "1"}).status_code == 302
    assert [each.text for each in read_by(hospital)] == [TEXT]
