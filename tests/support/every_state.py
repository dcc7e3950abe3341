"""An agreement in whatever state, and every step from there, tried through the real services."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID
from zlib import crc32

from django.db import transaction

from levee.frontier import selectors, services
from levee.frontier.agreements.terms import read_agreement
from levee.frontier.bundles import manifest
from levee.frontier.course.exploring import by_the_table
from levee.frontier.course.machines import START, TABLE, By, Part, Verb
from levee.frontier.envelopes import name_of, sealed
from levee.frontier.models import Agreement, Enquiry, Partner, Release
from levee.frontier.services.rows import COLUMNS, enquiry_state
from levee.kernel.errors import LeveeError
from support.database import as_role
from support.frontier import EVALUATOR, PACK, PLAN, by_both, by_developer, by_evaluator, certificate, told

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from levee.frontier.course.machines import State, Step
    from levee.policy.actors import Actor
    from support.frontier import Sides

KEY, PARTNER, ENQUIRY = (UUID(int=n) for n in (71, 72, 73))
DIGEST = read_agreement(told()).digest
OFFERED = {By.DEVELOPER: by_developer(), By.EVALUATOR: by_evaluator()}
REWORDED = {By.DEVELOPER: by_developer(amends=DIGEST), By.EVALUATOR: by_evaluator(amends=DIGEST)}
SIGNED, CERTIFICATE = by_both(), certificate()
OTHERS = 12
"""In one state of so many, what the table does not allow is tried as well."""
SHARE = 1 if os.environ.get("LEVEE_EVERY_STATE") else 48
"""One state of so many is tried through the services; with LEVEE_EVERY_STATE, every one, which takes some minutes."""


@dataclass(frozen=True)
class Keys:
    """What the rows of one state are called."""

    agreement: UUID = KEY
    partner: UUID = PARTNER
    enquiry: UUID = ENQUIRY
    model: str = "spinnaker"

    @classmethod
    def numbered(cls, number: int) -> Keys:
        """Those of one among many."""
        return cls(*(UUID(int=4 * number + place) for place in range(3)), f"model-{number}")


class _Undo(Exception):
    """Ends a block with what it did."""


class EveryState:
    """A house in which states are written as nobody could through the services, and steps are taken through them."""

    def __init__(self, world, sides: Sides) -> None:
        self.world, self.coordinator = world, world.coordinator()
        self.actors = {By.DEVELOPER: sides.developer, By.EVALUATOR: sides.evaluator}
        self.party = {by.value: each.party for by, each in self.actors.items()}

    def sampled(self, state: State) -> list[tuple[Step, State]]:
        """As `taken` in some states, and as the table says it in the others."""
        return self.taken(state) if _number(state) % SHARE == 0 else by_the_table()(state)

    def taken(self, state: State) -> list[tuple[Step, State]]:
        """The steps that the services take from a state, and where they lead."""
        self.put(state)
        allowed = {_named(step) for step in TABLE if step.possible(state)}
        others = _number(state) % OTHERS == 0
        beside = [step for step in TABLE if step.by is not By.CLOCK and _named(step) not in allowed] if others else []
        tried = [*(step for step in TABLE if step.possible(state)), *beside]
        return [(step, there) for step in tried if (there := self.after(state, step)) is not None]

    def put(self, state: State) -> None:
        """Write the rows of a state, and no other."""
        with as_role(self.world.owner_role):
            for model in (Agreement, Partner, Enquiry, Release):
                model.unscoped.all().delete()
        self.add([(Keys(), state)])

    def add(self, states: Sequence[tuple[Keys, State]]) -> None:
        """Write the rows of states, each with a model of its own, as nobody could through the services."""
        kinds = (self._agreement, self._partner, self._enquiry, self._release)
        made = [[row for keys, state in states if (row := kind(keys, state)) is not None] for kind in kinds]
        with as_role(self.world.owner_role):
            for model, rows in zip((Agreement, Partner, Enquiry, Release), made, strict=True):
                model.unscoped.bulk_create(rows)

    def _agreement(self, keys: Keys, state: State) -> Agreement | None:
        if state[Part.AGREEMENT] == "none":
            return None
        now = self.world.clock.now()
        return Agreement(
            id=keys.agreement,
            digest=DIGEST,
            envelope=SIGNED,
            model=keys.model,
            client=name_of(EVALUATOR.public_key()),
            at=now,
            ends=now + timedelta(days=9),
            grant_ends=now + timedelta(days=8),
            plan=PLAN,
            **{part.value: state[part] for part in COLUMNS},
            **self.party,
        )

    def _partner(self, keys: Keys, state: State) -> Partner | None:
        if state[Part.PARTNER] == "none":
            return None
        said = {"name": "p", "criteria": "c", "at": self.world.clock.now(), "state": state[Part.PARTNER]}
        return Partner(id=keys.partner, of=keys.agreement, **said, **self.party)

    def _enquiry(self, keys: Keys, state: State) -> Enquiry | None:
        if state[Part.ENQUIRY] == "none":
            return None
        now = self.world.clock.now()
        return Enquiry(
            id=keys.enquiry,
            developer=self.party["developer"],
            asked_of=self.world.house,
            model=keys.model,
            question="q",
            asked_at=now - timedelta(days=1),
            answered_at=now if state[Part.ENQUIRY] == "answered" else None,
        )

    def _release(self, keys: Keys, state: State) -> Release | None:
        if state[Part.RELEASE] == "not yet":
            return None
        now = self.world.clock.now()
        return Release(id=keys.agreement, developer=self.party["developer"], model=keys.model, at=now)

    def after(self, state: State, step: Step) -> State | None:
        """Where a step leads, None where it is refused; what it did is undone again."""
        there = None
        block = transaction.atomic()
        block._from_testcase = True  # an act is nested in nothing else
        with suppress(_Undo), block:
            with suppress(LeveeError):
                self._do(state, step)
                there = self._read()
            raise _Undo
        return there

    def _read(self) -> State:
        with as_role(self.world.owner_role):
            rows = [model.unscoped.order_by("-id").first() for model in (Agreement, Partner)]
            asked = Enquiry.unscoped.order_by("-asked_at").first()
            released = Release.unscoped.exists()
        agreement, partner = rows
        state = dict(START)
        if agreement is not None:
            state |= {part: getattr(agreement, part.value) for part in COLUMNS}
        if partner is not None:
            state[Part.PARTNER] = partner.state
        if asked is not None:
            state[Part.ENQUIRY] = enquiry_state(asked)
        if released:
            state[Part.RELEASE] = "released"
        return state

    def _do(self, state: State, step: Step) -> None:
        if step.by is By.CLOCK:
            self._pass(step)
        elif step.by is By.GOVERNMENT:
            services.answer(self.coordinator, ENQUIRY, text="in words")
        else:
            self._call(state, step, self.actors[step.by])

    def _pass(self, step: Step) -> None:
        """Let the clock reach an end, and somebody look."""
        over = self.world.clock.now() - timedelta(seconds=1)
        ended = {"grant_ends": over} if Part.GRANT in step.moves else {"ends": over}
        with as_role(self.world.owner_role):
            Agreement.unscoped.update(**ended)
        seen = selectors.agreement(self.actors[By.DEVELOPER], KEY).state
        with as_role(self.world.owner_role):
            Agreement.unscoped.update(**{part.value: seen[part] for part in COLUMNS})

    def _call(self, state: State, step: Step, actor: Actor) -> None:
        match step.verb:
            case Verb.OFFER if state[Part.AGREEMENT] == "none":
                other = next(each for by, each in self.actors.items() if by is not step.by)
                services.offer(actor, OFFERED[step.by], other=other.party)
            case Verb.OFFER | Verb.AMEND:
                services.reword(actor, KEY, (OFFERED if step.verb is Verb.OFFER else REWORDED)[step.by])
            case Verb.PROPOSE if state[Part.PARTNER] == "none":
                services.propose(actor, KEY, name="p", criteria="c")
            case Verb.PROPOSE | Verb.OBJECT | Verb.AGREE:
                services.decide_partner(actor, PARTNER, verb=step.verb, because="so")
            case Verb.DETERMINE:
                services.determine(actor, KEY, results(step.moves[Part.DETERMINATION]))
            case _:
                CALLS[step.verb](actor)


CALLS: dict[Verb, Callable[[Actor], object]] = {
    Verb.SIGN: lambda actor: services.sign(actor, KEY, SIGNED),
    Verb.DECLINE: lambda actor: services.decline(actor, KEY),
    Verb.WITHDRAW: lambda actor: services.withdraw(actor, KEY),
    Verb.GIVE: lambda actor: services.give(actor, KEY),
    Verb.PLAN: lambda actor: services.plan(actor, KEY, PLAN),
    Verb.RUN: lambda actor: services.begin(actor, KEY),
    Verb.STOP: lambda actor: services.stop(actor, KEY),
    Verb.FINISH: lambda actor: services.finish(actor, KEY, runs=1),
    Verb.ASK: lambda actor: services.ask(actor, model="spinnaker", question="is it?"),
    Verb.CERTIFY: lambda actor: services.certify(actor, KEY, CERTIFICATE),
    Verb.RELEASE: lambda actor: services.note_release(actor, model="spinnaker"),
}


def results(outcome: str) -> bytes:
    """What an evaluator signs of its results."""
    said = {"agreement": DIGEST, "outcome": outcome, "pack": PACK, "plan": PLAN, "runs": 1}
    return sealed(manifest.KIND, said, EVALUATOR)


def _number(state: State) -> int:
    """The same for the same state, in whatever run."""
    return crc32(repr(sorted(state.items())).encode())


def _named(step: Step) -> tuple[Verb, By, Part, str]:
    part = next(iter(step.moves))
    return step.verb, step.by, part, step.moves[part]
