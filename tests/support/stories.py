"""A case and its people, with verbs that let a story of coordination be read line by line."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from levee.advisories.types import Draft
from levee.cases import selectors, services
from levee.cases.rules.answers import Answer
from levee.cases.rules.claims import ClaimVerb
from levee.cases.rules.embargo import ConsentVerb, EmbargoVerb, EndReason
from levee.kernel.errors import LeveeError
from levee.policy.actors import OrganisationKind
from support.coordination import colleague_of, come_in, found_again, open_for, publish_by_two
from support.running import work

if TYPE_CHECKING:
    from uuid import UUID

    from levee.cases.rules.facts import Event
    from levee.policy.actors import Actor

DRAFT = Draft(
    title="Prototype pollution in minimist",
    summary="Arguments can change every object.",
    details="",
    package="npm:minimist",
    fixed="0.2.1",
    credits=("Harrow",),
)


class Story:
    """What happens in one case.

    Attributes:
        owner: its coordinator.
        finder: who reported the flaw.
        case: the case; after a correction, the one that took its place.
    """

    def __init__(self, world, *, days: float = 30) -> None:
        self.world = world
        self.opened = open_for(world, days=days)
        self.owner, self.finder, self.case = self.opened.coordinator, self.opened.finder, self.opened.case

    def vendor(self, name: str) -> Actor:
        """A member organisation is told, by recorded decision."""
        vendor = self.world.actor(self.world.organisation(OrganisationKind.VENDOR, name), name=name)
        services.invite(self.owner, self.case, party=vendor.party, name=name, because="its code")
        return vendor

    def letter(self, name: str) -> str:
        """A maintainer without an account is written to; returns the locator."""
        self.world.clock.advance(timedelta(minutes=1))
        return services.invite_maintainer(
            self.owner, self.case, name=name, address=f"{name.lower()}@example.org", because="its code"
        )

    def maintainer(self, name: str) -> Actor:
        """The same, and it types its codes and agrees to the embargo."""
        return come_in(self.world, self.owner, self.letter(name))

    def second_finder(self, name: str = "Second finder") -> Actor:
        """Somebody finds it too, and the coordinator takes the report in."""
        finder = self.world.finder(name)
        services.take_in(self.owner, self.case, found_again(self.world, self.opened, finder))
        return finder

    def colleague(self) -> Actor:
        """Another coordinator of the same house."""
        return colleague_of(self.world)

    def pass_days(self, days: float) -> None:
        self.world.clock.advance(timedelta(days=days))

    def ahead(self, days: float) -> datetime:
        return self.world.clock.now() + timedelta(days=days)

    def proposes(self, who: Actor, *, days: float, answer_in: float | None = None) -> UUID:
        answer_by = None if answer_in is None else self.ahead(answer_in)
        return services.propose_embargo(who, self.case, end=self.ahead(days), because="as we said", answer_by=answer_by)

    def owner_says(self, verb: EmbargoVerb, proposal: UUID) -> None:
        services.decide_proposal(self.owner, self.case, proposal, verb=verb, because="as agreed")

    def says_it_happened(self, who: Actor, event: Event, evidence: str = "a post") -> UUID:
        return services.claim(who, self.case, event=event, evidence=evidence)

    def owner_accepts(self, claim: UUID, *, keep_embargo: bool = False) -> None:
        services.decide_claim(
            self.owner, self.case, claim, verb=ClaimVerb.ACCEPT, because="we saw it", keep_embargo=keep_embargo
        )

    def owner_refuses(self, claim: UUID) -> None:
        services.decide_claim(self.owner, self.case, claim, verb=ClaimVerb.REFUSE, because="it is another flaw")

    def answers(self, who: Actor, answer: Answer, *, product: str = "", version: str = "", reason: str = "") -> None:
        services.answer(who, self.case, answer=answer, by="Ada", product=product, version=version, justification=reason)

    def leaves(self, who: Actor) -> None:
        services.consent(who, self.case, verb=ConsentVerb.REVISE)

    def writes(self, who: Actor, text: str) -> None:
        services.send(who, self.case, text=text, author="somebody")

    def ends(self, reason: EndReason, evidence: str = "a post") -> None:
        services.end_embargo(self.owner, self.case, reason=reason, evidence=evidence)

    def publishes(self) -> None:
        """Two of the owner's people publish, and the worker signs it and puts it into the public schema."""
        publish_by_two(self.owner, self.colleague(), self.case, DRAFT)
        work()

    def state(self, reader: Actor | None = None):
        """The case as somebody sees it."""
        return selectors.get(reader or self.owner, self.case)

    def seat(self, who: Actor):
        """How somebody stands, as the owner sees it."""
        return next(each for each in selectors.participants(self.owner, self.case) if each.party == who.party)

    def seat_named(self, name: str):
        """The same, by the name that the case calls it."""
        return next(each for each in selectors.participants(self.owner, self.case) if each.name == name)

    def read_by(self, who: Actor) -> list[str]:
        """The messages that somebody sees."""
        return [each.text for each in selectors.messages(who, self.case)]

    def told(self) -> list[str]:
        """The history, line by line."""
        return [each.says for each in selectors.history(self.owner, self.case)]

    def refused(self, code: str, doing, *given, **named) -> None:
        """Something is refused by a rule, and nothing moves."""
        before = self.told()
        with pytest.raises(LeveeError) as refusal:
            doing(*given, **named)
        assert refusal.value.code == code, refusal.value
        assert self.told() == before


@pytest.fixture
def story(world):
    """A case under an embargo of thirty days, with its finder and its owner."""
    return Story(world)
