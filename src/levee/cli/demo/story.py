"""The story, chapter by chapter. Every step is the same call that a person or machine would make."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import httpx

from levee.app.wiring import jobs
from levee.cli.demo.casework import Casework
from levee.cli.demo.cast import OPERATORS, Cast, assemble
from levee.clustering import selectors as clusters
from levee.exposure import selectors as exposure
from levee.exposure import services as exposure_services
from levee.exposure.states import State
from levee.findings import selectors as findings
from levee.identity import services as identity
from levee.inventory import services as inventory
from levee.kernel.errors import LeveeError, Unavailable
from levee.notify import selectors as notify
from levee.platform.clock import FileClock
from levee.platform.database.roles import DbRole
from levee.platform.jobs import unfinished
from levee.settings import settings
from levee.validation import selectors as validation
from levee.validation import services as validation_services
from levee.validation.types import Judgement, Result

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from uuid import UUID

    from levee.app.house import House
    from levee.cli.demo.samples import Samples
    from levee.cli.demo.telling import Teller
    from levee.clustering.types import Cluster
    from levee.platform.database.server import Server
    from levee.policy.actors import Actor
    from levee.validation.types import Verdict

PATIENCE_SECONDS = 900
BATCH = 20
LEFT = {"bank": 0, "hospital": 2, "water": 0}  # where the maker of a device is not ready


@dataclass(slots=True, kw_only=True)
class Story:
    """The story as it unfolds."""

    house: House
    database: Server
    samples: Samples
    teller: Teller
    cast: Cast
    clock: FileClock

    @classmethod
    def begin(cls, house: House, database: Server, samples: Samples, teller: Teller) -> Story:
        """Let everyone in."""
        clock_file = settings().clock_file
        if clock_file is None:
            raise LeveeError("the demo runs on a simulated calendar", code="demo.broken")
        cast = assemble(house.first_link, samples.finders)
        clock = FileClock(clock_file)
        return cls(house=house, database=database, samples=samples, teller=teller, cast=cast, clock=clock)

    def tell(self, *, sbom: Path | None) -> dict[str, int]:
        """Tell it from the flood to the installed fix.

        Returns:
            The figures, all counted from what the house holds in the end.
        """
        self._inventories(sbom)
        self._flood()
        verdicts = self._validated()
        self._judged(verdicts)
        casework = Casework(samples=self.samples, teller=self.teller, cast=self.cast, clock=self.clock, wait=self.wait)
        casework.work()
        self._operators_told(casework.published)
        self._installed()
        return self._counted(casework)

    def wait(self, what: str, total: int, done: Callable[[], int]) -> None:
        """Wait until the worker has done so many, showing how far it is."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        with self.teller.bar(what, total) as move:
            while (now := done()) < total:
                move(now)
                self.house.check()
                if time.monotonic() > deadline:
                    raise Unavailable(f"{what}: {now} of {total} after {PATIENCE_SECONDS} s", place="the worker")
                time.sleep(0.4)
            move(total)

    def quiet(self, what: str) -> None:
        """Wait until no job waits or runs, but for what the sandbox does."""
        address = self.database.address(DbRole.WORKER)
        kinds = [kind.name for kind in jobs() if not kind.sandboxed]
        most = max(1, unfinished(address, kinds))
        self.wait(what, most, lambda: max(0, most - unfinished(address, kinds)))

    def _inventories(self, sbom: Path | None) -> None:
        self.teller.chapter(self.clock.now(), "Three operators hand in what they run; it stays theirs")
        for key, actor in self.cast.operators.items():
            data = self.samples.inventory(self.samples.world(key))
            done = inventory.import_file(actor, data, filename="fleet.cdx.json", name="fleet")
            self.teller.line(f"{OPERATORS[key][0]}: {done.rows} rows understood, {len(done.not_understood)} not")
        if sbom is not None:
            actor = self.cast.operators["bank"]
            inventory.import_file(actor, sbom.read_bytes(), filename=sbom.name, name="a visitor's")
            self.teller.line(f"a visitor's inventory was added to the bank: {sbom.name}")

    def _flood(self) -> None:
        self.clock.advance(timedelta(hours=2))
        self.teller.chapter(self.clock.now(), "A flood of findings comes in")
        name, packed = self.samples.source_target()
        validation_services.add_target(self.cast.coordinator, name, packed)
        taken = 0
        with self.teller.bar("findings handed in", len(self.samples.submissions)) as move:
            for finder, token in self.cast.tokens.items():
                own = [finding for name, finding in self.samples.submissions if name == finder]
                for start in range(0, len(own), BATCH):
                    taken += _hand_in(token, own[start : start + BATCH])
                    move(taken)
        self.teller.line(f"{taken} taken in from {len(self.cast.tokens)} finders")
        if self.samples.swapped:
            self.teller.line(f"turned into fixed versions: {', '.join(self.samples.swapped)}")

    def _validated(self) -> Mapping[UUID, Verdict]:
        taken = findings.count(self.cast.coordinator)
        self.wait("proofs replayed in the sandbox", taken, lambda: len(self._verdicts()))
        verdicts = self._verdicts()
        for result in Result:
            count = sum(verdict.result is result for verdict in verdicts.values())
            if count:
                self.teller.line(f"{count:>3} {result.replace('_', ' ')}")
        unreachable = sorted({each.target for each in verdicts.values() if "registry" in each.detail})
        if unreachable:
            self.teller.line(f"left out, for no registry answers here: {', '.join(unreachable)}")
        return verdicts

    def _verdicts(self) -> Mapping[UUID, Verdict]:
        coordinator = self.cast.coordinator
        return validation.verdicts(coordinator, [each.id for each in findings.listed(coordinator, limit=5000)])

    def _clusters(self) -> Sequence[Cluster]:
        return clusters.listed(self.cast.coordinator, limit=1000)

    def _judged(self, verdicts: Mapping[UUID, Verdict]) -> None:
        beyond = [verdict for verdict in verdicts.values() if verdict.result is Result.BEYOND_SANDBOX]
        self.clock.advance(timedelta(hours=5))
        self.teller.chapter(self.clock.now(), "A person reads what no sandbox can show")
        for verdict in beyond[:1]:
            validation_services.judge(
                self.cast.coordinator,
                verdict.finding,
                judgement=Judgement.ACCEPTED,
                name="R. Okonjo, coordinator",
                statement="Seen on the bench with the vendor's own unit.",
            )
            self.teller.line("one is accepted on evidence, by name; the others wait for more")
        shown = [each for each in verdicts.values() if each.result is Result.EFFECT_SHOWN and each.kind == "memory"]
        for verdict in shown:
            validation_services.judge(
                self.cast.coordinator,
                verdict.finding,
                judgement=Judgement.CONTRACT,
                name="R. Okonjo, coordinator",
                statement="No input file may make the reader touch memory that it does not own.",
            )
        self.teller.line(f"{len(shown)} memory errors break what the library promises: stated, by name")
        settled = sum(each.settled for each in self._verdicts().values())
        self.wait("findings grouped", settled, lambda: sum(len(each.members) for each in self._clusters()))

    def _operators_told(self, published: int) -> None:
        if not published:
            return
        self.quiet("operators matched and told")
        self.teller.chapter(self.clock.now(), "Those concerned get their list; the others hear nothing")
        for key, actor in self.cast.operators.items():
            to_do = exposure.actions(actor, states=(State.OPEN,), limit=200)
            self.teller.line(f"{OPERATORS[key][0]}: {len(to_do)} to do")
            for action in to_do[:2]:
                due = f"{action.due_at:%d %b}" if action.due_at else "with the next upgrade"
                self.teller.line(f"    {action.title} ({due}; row {action.timeline.row})")

    def _told(self) -> set[str]:
        addresses = {f"it@{key}.example" for key in OPERATORS}
        return {letter.address for letter in notify.outbox(self.cast.coordinator, limit=1000)} & addresses

    def _installed(self) -> None:
        self.clock.advance(timedelta(days=6))
        self.teller.chapter(self.clock.now(), "The operators upgrade and scan again")
        for key, actor in self.cast.operators.items():
            self._claim(actor)
            data = self.samples.inventory(self.samples.after_fixes(self.samples.world(key), left=LEFT[key]))
            done = inventory.import_file(actor, data, filename="fleet.cdx.json", name="fleet")
            self.teller.line(f"{OPERATORS[key][0]}: {len(done.diff.changed)} upgrades seen by the second inventory")
        self.quiet("second inventories matched")

    def _claim(self, actor: Actor) -> None:
        for action in exposure.actions(actor, states=(State.OPEN,), limit=200):
            exposure_services.claim(actor, action.id, note="Reported by telephone.")

    def _counted(self, casework: Casework) -> dict[str, int]:
        verdicts = self._verdicts().values()
        grouped = self._clusters()
        counts = [exposure.counts(actor) for actor in self.cast.operators.values()]
        refused = {Result.NOT_REPRODUCED, Result.CONTROL_FAILED, Result.FLAKY, Result.BUILD_FAILED}
        return {
            "findings": len(verdicts),
            "confirmed": sum(confirmed(each) for each in verdicts),
            "effect_shown": sum(each.result is Result.EFFECT_SHOWN and not confirmed(each) for each in verdicts),
            "beyond": sum(each.result is Result.BEYOND_SANDBOX for each in verdicts),
            "refused": sum(each.result in refused for each in verdicts),
            "groups": sum(len(each.members) > 1 for each in grouped),
            "clusters": len(grouped),
            "fixed": casework.fixed,
            "published": casework.published,
            "operators_told": len(self._told()),
            "confirmed_fixed": sum(each.confirmed for each in counts),
            "claimed": sum(each.claimed for each in counts),
        }

    def links(self) -> dict[str, str]:
        """A one-time sign-in link for each role."""
        actors = {"coordinator": self.cast.coordinator}
        actors |= self.cast.finders
        actors |= {OPERATORS[key][0]: actor for key, actor in self.cast.operators.items()}
        site = settings().site
        return {name: f"{site}/link/{identity.make_link(actor, actor.id)}/" for name, actor in actors.items()}


def confirmed(verdict: Verdict) -> bool:
    """An effect with a silent contrast, or with the contract that it breaks stated by a named person."""
    stated = verdict.said is not None and verdict.said.judgement is Judgement.CONTRACT
    return verdict.result is Result.CONFIRMED or (verdict.result is Result.EFFECT_SHOWN and stated)


def _hand_in(token: str, batch: list[dict[str, object]]) -> int:
    """Hand a batch in over the API, as a lab's machine does."""
    response = httpx.post(
        f"{settings().site}/api/v1/findings",
        content=json.dumps({"findings": batch}).encode(),
        headers={"Authorization": f"Bearer {token}"},
        timeout=120,
    )
    answer = response.json()
    if not response.is_success:
        raise LeveeError(str(answer.get("title")), code="demo.refused", place=str(answer.get("place", "")))
    return len(answer["accepted"])
