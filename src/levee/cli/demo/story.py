"""The story, chapter by chapter. Every step is the same call that a person or machine would make."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from typing import TYPE_CHECKING

from levee.app.wiring import jobs
from levee.cli.demo.casework import Casework
from levee.cli.demo.cast import VISITOR, Cast, address_of, assemble
from levee.cli.demo.handing import hand_in
from levee.cli.demo.outcome import confirmed, left_out, refuse_failed, waited_for
from levee.clustering import selectors as clusters
from levee.findings import selectors as findings
from levee.identity import services as identity
from levee.kernel.errors import LeveeError, Unavailable
from levee.kernel.ids import public_id
from levee.platform.clock import FileClock
from levee.platform.database.roles import DbRole
from levee.platform.jobs import failed, unfinished
from levee.settings import settings
from levee.validation import selectors as validation
from levee.validation import services as validation_services
from levee.validation.types import Judgement, Result

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from uuid import UUID

    from levee.app.house import House
    from levee.cli.demo.samples import Samples
    from levee.cli.demo.telling import Teller
    from levee.cli.demo.visitor import Visitor
    from levee.clustering.types import Cluster
    from levee.platform.database.server import Server
    from levee.policy.actors import Actor
    from levee.validation.types import Verdict

PATIENCE_SECONDS = 900
BATCH = 20
LOOK_SECONDS = 2
LEFT = {"bank": 0, "hospital": 2, "water": 0}  # where the maker of a device is not ready


@dataclass(slots=True, kw_only=True)
class Story:
    """The story as it unfolds."""

    house: House
    database: Server
    samples: Samples
    visitor: Visitor
    teller: Teller
    cast: Cast
    clock: FileClock
    casework: Casework
    _visitors: UUID | None = None

    @classmethod
    def begin(cls, house: House, database: Server, samples: Samples, visitor: Visitor, teller: Teller) -> Story:
        """Let everyone in."""
        clock_file = settings().clock_file
        if clock_file is None:
            raise LeveeError("the demo runs on a simulated calendar", code="demo.broken")
        operators = samples.operators
        if visitor.inventory:
            operators[VISITOR] = ("A visitor's organisation", "")
        cast = assemble(house.first_link, samples.finders, operators)
        clock = FileClock(clock_file)
        casework = Casework(samples=samples, teller=teller, cast=cast, clock=clock)
        return cls(
            house=house,
            database=database,
            samples=samples,
            visitor=visitor,
            teller=teller,
            cast=cast,
            clock=clock,
            casework=casework,
        )

    def tell(self) -> dict[str, int]:
        """Tell it from the flood to the installed fix.

        Returns:
            The figures, all counted from what the house holds in the end.
        """
        self._inventories()
        self._flood()
        verdicts = self._validated()
        self._judged(verdicts)
        self.casework.work(self.wait)
        self._operators_told()
        self._installed()
        return self.figures()

    def wait(self, what: str, total: int, done: Callable[[], int]) -> None:
        """Wait until the worker has done so many, showing how far it is.

        Raises:
            LeveeError: a process ended, or a run failed for good, so that waiting is in vain.
            Unavailable: it takes too long.
        """
        look = began = time.monotonic()
        with self.teller.bar(what, total) as move:
            while (now := done()) < total:
                move(now)
                self.house.check()
                if time.monotonic() > look:
                    refuse_failed(failed(self.database.address(DbRole.LEDGER), waited_for()))
                    look = time.monotonic() + LOOK_SECONDS
                if time.monotonic() > began + PATIENCE_SECONDS:
                    raise Unavailable(f"{what}: {now} of {total} after {PATIENCE_SECONDS} s", place="the worker")
                time.sleep(0.4)
            move(total)

    def quiet(self, what: str) -> None:
        """Wait until no job waits or runs, but for what the sandbox does."""
        kinds = [kind.name for kind in jobs() if not kind.sandboxed]
        addresses = [self.database.address(role) for role in (DbRole.WORKER, DbRole.MATCHER)]

        def left() -> int:
            return sum(unfinished(address, kinds) for address in addresses)

        most = max(1, left())
        self.wait(what, most, lambda: max(0, most - left()))

    def _inventories(self) -> None:
        self.teller.chapter(self.clock.now(), "Operators hand in what they run; it stays theirs")
        for key, operating in self.cast.operating.items():
            filename, data = "fleet.cdx.json", self.visitor.inventory
            if key == VISITOR:
                filename = self.visitor.filename
            else:
                data = self.samples.inventory(self.samples.world(key))
            done = operating.import_file(data, filename=filename)
            self.teller.line(f"{self.cast.titles[key]}: {done['rows']} rows understood, {done['unread']} not")

    def _flood(self) -> None:
        self.clock.advance(timedelta(hours=2))
        self.teller.chapter(self.clock.now(), "A flood of findings comes in")
        name, packed = self.samples.source_target()
        validation_services.add_target(self.cast.coordinator, name, packed)
        taken: list[UUID] = []
        refused: list[str] = []
        with self.teller.bar("findings handed in", len(self.samples.submissions)) as move:
            for finder, token in self.cast.tokens.items():
                own = [finding for name, finding in self.samples.submissions if name == finder]
                for start in range(0, len(own), BATCH):
                    in_batch, not_in_it = hand_in(token, own[start : start + BATCH])
                    taken += in_batch
                    refused += not_in_it
                    move(len(taken) + len(refused))
        self.teller.line(
            f"{len(taken)} taken in from {len(self.cast.tokens)} finders, {len(refused)} refused at the door"
        )
        if self.visitor.finding is not None:
            self._visitors_proof(self.visitor.finding, next(iter(self.cast.tokens.values())))
        for each in refused:
            self.teller.line(f"    refused: {each}")
        if self.samples.swapped:
            self.teller.line(f"turned into fixed versions: {', '.join(self.samples.swapped)}")

    def _visitors_proof(self, finding: dict[str, object], token: str) -> None:
        taken, refused = hand_in(token, [finding])
        for complaint in refused:
            self.teller.line(f"the visitor's proof is refused at the door: {complaint}")
        for finding_key in taken:
            self._visitors = finding_key
            self.teller.line(f"the visitor's proof is taken in as {public_id('FND', finding_key)}")

    def _validated(self) -> Mapping[UUID, Verdict]:
        taken = findings.count(self.cast.coordinator)
        self.wait("proofs replayed in the sandbox", taken, lambda: len(self._verdicts()))
        verdicts = self._verdicts()
        for result in Result:
            count = sum(verdict.result is result for verdict in verdicts.values())
            if count:
                self.teller.line(f"{count:>3} {result.replace('_', ' ')}")
        unreachable = left_out(verdicts.values())
        if unreachable:
            self.teller.line(f"left out, for no registry answers here: {', '.join(unreachable)}")
        self._visitors_verdict()
        return verdicts

    def _visitors_verdict(self) -> None:
        if self._visitors is not None:
            verdict = self._verdicts()[self._visitors]
            said = f"{verdict.result.replace('_', ' ')}: {verdict.detail}".rstrip(": ")
            self.teller.line(f"the visitor's proof, {public_id('FND', self._visitors)}: {said}")

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

    def _operators_told(self) -> None:
        if not self.casework.published:
            return
        self.quiet("operators matched and told")
        self.teller.chapter(self.clock.now(), "Those concerned get their list; the others hear nothing")
        for key in self.cast.operators:
            self._to_do(key, most=2)

    def _to_do(self, key: str, *, most: int) -> None:
        to_do = self.cast.operating[key].to_do()
        self.teller.line(f"{self.cast.titles[key]}: {len(to_do)} to do")
        for action in to_do[:most]:
            due = f"{datetime.fromisoformat(at):%d %b}" if (at := action["due_at"]) else "with the next upgrade"
            self.teller.line(f"    {action['title']} ({due}; row {action['timeline']['row']})")

    def visitors(self) -> None:
        """What came of a visitor's own proof and inventory, said again at the end."""
        self._visitors_verdict()
        if VISITOR in self.cast.operators:
            self._to_do(VISITOR, most=200)

    def _told(self) -> set[str]:
        letters = (settings().data_folder / "outbox").glob("*.eml")
        return {str(message_from_bytes(each.read_bytes())["To"]) for each in letters} & set(
            map(address_of, self.cast.operators)
        )

    def _installed(self) -> None:
        self.clock.advance(timedelta(days=6))
        self.teller.chapter(self.clock.now(), "The operators upgrade and scan again")
        for key, left in LEFT.items():
            operating = self.cast.operating[key]
            operating.claim_all("Reported by telephone.")
            data = self.samples.inventory(self.samples.after_fixes(self.samples.world(key), left=left))
            changed = operating.import_file(data, filename="fleet.cdx.json")["diff"]["counts"]["changed"]
            self.teller.line(f"{self.cast.titles[key]}: {changed} upgrades seen by the second inventory")
        self.quiet("second inventories matched")

    def figures(self) -> dict[str, int]:
        """What the house holds, counted now."""
        verdicts = self._verdicts().values()
        grouped = self._clusters()
        counts = [operating.counts() for operating in self.cast.operating.values()]
        refused = {Result.NOT_REPRODUCED, Result.CONTROL_FAILED, Result.FLAKY, Result.BUILD_FAILED}
        return {
            "findings": len(verdicts),
            "confirmed": sum(confirmed(each) for each in verdicts),
            "effect_shown": sum(each.result is Result.EFFECT_SHOWN and not confirmed(each) for each in verdicts),
            "beyond": sum(each.result is Result.BEYOND_SANDBOX for each in verdicts),
            "refused": sum(each.result in refused for each in verdicts),
            "groups": sum(len(each.members) > 1 for each in grouped),
            "clusters": len(grouped),
            "fixed": self.casework.fixed,
            "published": self.casework.published,
            "operators_told": len(self._told()),
            "confirmed_fixed": sum(each["confirmed"] for each in counts),
            "claimed": sum(each["claimed"] for each in counts),
        }

    def links(self) -> dict[str, str]:
        """A one-time sign-in link for each role; a maintainer has no account, so a locator and its code."""
        house = self.cast.coordinator
        links = {"coordinator": self._link(house, house), "auditor": self._link(house, self.cast.auditor)}
        links |= {name: self._link(actor, actor) for name, actor in self.cast.finders.items()}
        links |= {self.cast.titles[key]: self._link(actor, actor) for key, actor in self.cast.operators.items()}
        maintainer = self.casework.new_letter()
        return links | ({"maintainer": f"{maintainer[0]} with the code {maintainer[1]}"} if maintainer else {})

    @staticmethod
    def _link(by: Actor, whom: Actor) -> str:
        return identity.address_of_link(identity.make_link(by, whom.id), whom.organisation_kind)
