"""Attacks run before there is a fix: a few who run the software are told what to do, and nothing of the flaw."""

from __future__ import annotations

from levee.advisories import services as advisories
from levee.cases import services
from levee.cases.projects.sharing import Label
from levee.cases.projects.upkeep import Keeps
from levee.cases.rules.embargo import Embargo
from levee.cases.rules.facts import Event
from levee.notices import selectors as notices
from levee.platform.database.roles import DbRole
from levee.policy.actors import OrganisationKind
from support.database import as_role


def read_by(operator):
    with as_role(DbRole.OPERATOR):
        return [each.text for each in notices.received(operator)]


def test_a_hospital_that_runs_it_closes_the_door_while_the_vendor_still_works(world, story):
    hospital, bank = (world.actor(world.organisation(OrganisationKind.OPERATOR, each)) for each in ("Hospital", "Bank"))
    services.state_upkeep(hospital, component="pkg:npm/minimist", keeps=Keeps.RUNS, because="our portal")
    vendor = story.vendor("Minimist")
    notice = {"product": "Minimist", "label": Label.AMBER_STRICT, "because": "attacks", "recipients": [hospital.party]}
    story.refused("notice.not_attacked", advisories.warn, story.owner, story.case, text="Close the door.", **notice)
    claim = story.says_it_happened(vendor, Event.ATTACKS_OBSERVED, "a log")
    story.owner_accepts(claim, keep_embargo=True)
    telling = "It is a pollution of the prototype."
    story.refused("notice.tells", advisories.warn, story.owner, story.case, text=telling, **notice)
    advisories.warn(story.owner, story.case, text="Close the door to the outside.", **notice)
    assert read_by(hospital) == ["Close the door to the outside."]
    assert read_by(bank) == []
    assert story.state().embargo is Embargo.ACTIVE
    story.publishes()
    story.refused("notice.public", advisories.warn, story.owner, story.case, text="Close the door.", **notice)
