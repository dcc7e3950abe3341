"""The coordinator's part of the story: cases, a maintainer without an account, fixes, publication."""

from __future__ import annotations

import re
import subprocess
import tempfile
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import httpx

from levee.access.selectors import actor_of
from levee.advisories import services as advisories
from levee.advisories.selectors import of_case as advisory_of
from levee.advisories.selectors import publications
from levee.advisories.types import Draft, State
from levee.cases import services as cases
from levee.cases.rules.answers import Answer
from levee.cases.rules.embargo import EndReason
from levee.cases.selectors import get as case_of
from levee.cases.selectors import participants as case_participants
from levee.clustering import selectors as clusters
from levee.findings import selectors as findings
from levee.fixes import selectors as fixes
from levee.fixes import services as fix_services
from levee.fixes.types import FixState
from levee.identity.selectors import names
from levee.kernel.errors import LeveeError
from levee.kernel.ids import parse_public_id
from levee.notify import selectors as notify
from levee.settings import settings
from levee.validation.types import Change

if TYPE_CHECKING:
    from collections.abc import Callable

    from levee.cli.demo.cast import Cast
    from levee.cli.demo.samples import Samples
    from levee.cli.demo.telling import Teller
    from levee.clustering.types import Cluster
    from levee.platform.clock import FileClock
    from levee.policy.actors import Actor

MAINTAINER = "tidepack maintainers"
ADDRESS = "maintainers@tidepack.example"
_CODE = re.compile(r"^\s*([0-9A-HJKMNP-TV-Z]{10})\s*$", re.MULTILINE)


@dataclass(slots=True, kw_only=True)
class Casework:
    """Cases by cluster, and what came of them."""

    samples: Samples
    teller: Teller
    cast: Cast
    clock: FileClock
    fixed: int = 0
    published: int = 0
    _cases: dict[UUID, UUID] = field(default_factory=dict)
    _contact: tuple[UUID, UUID] | None = None
    _wait: Callable[[str, int, Callable[[], int]], None] = field(init=False, repr=False)

    def work(self, wait: Callable[[str, int, Callable[[], int]], None]) -> None:
        """From clusters to publications.

        Args:
            wait: told what is waited for, how much of it there is, and how to count what is done.
        """
        self._wait = wait
        found = [each for each in clusters.listed(self.cast.coordinator, limit=1000) if "@" in each.target]
        self._open(found)
        maintained = [each for each in found if each.target.startswith("source:")]
        if maintained:
            self._maintainer(maintained)
        self._upgrades([each for each in found if each not in maintained])
        if found:
            self._leak(found)
        self._publish(found)

    def _open(self, found: list[Cluster]) -> None:
        self.clock.advance(timedelta(days=1))
        self.teller.chapter(self.clock.now(), "One case for each cause, under embargo")
        for cluster in found:
            finding = findings.get(self.cast.coordinator, cluster.findings[0])
            self._cases[cluster.id] = cases.open_case(
                self.cast.coordinator,
                cluster=cluster.id,
                title=f"{cluster.target}: {cluster.kind.replace('_', ' ')}",
                summary=finding.title,
                embargo_end=self.clock.now() + timedelta(days=45),
            )
        reports = sum(len(cluster.members) for cluster in found)
        self.teller.line(f"{len(found)} cases for {reports} reports; every finder keeps its credit")

    def _maintainer(self, maintained: list[Cluster]) -> None:
        coordinator = self.cast.coordinator
        first = maintained[0]
        cases.invite_maintainer(
            coordinator,
            self._cases[first.id],
            name=MAINTAINER,
            address=ADDRESS,
            because="the flaw is in their code",
        )
        self.teller.line("the maintainer has no account: a letter with a locator and a code leaves")
        maintainer = self._come_in()
        seats = case_participants(coordinator, self._cases[first.id])
        self._contact = next((first.id, seat.id) for seat in seats if seat.party == maintainer.party)
        for cluster in maintained[1:]:
            cases.invite(
                coordinator,
                self._cases[cluster.id],
                party=maintainer.party,
                name=MAINTAINER,
                because="the flaw is in their code",
            )
        self.clock.advance(timedelta(days=2))
        self.teller.chapter(self.clock.now(), "The maintainer answers and sends patches")
        wrong = fix_services.attach(
            maintainer,
            self._cases[first.id],
            change=Change(patch=self.samples.wrong_patch()),
            author=MAINTAINER,
            note="Return early.",
        )
        self._checked([wrong])
        refused = fixes.get(maintainer, wrong)
        self.teller.line(f"a first patch is {refused.state}: {refused.detail}")
        self._patches(maintainer, maintained)

    def new_letter(self) -> tuple[str, str] | None:
        """A fresh locator and code for the maintainer; None where there was none to write to."""
        if self._contact is None:
            return None
        cluster, participant = self._contact
        cases.new_link(self.cast.coordinator, self._cases[cluster], participant=participant)
        return self._letter()

    def _come_in(self) -> Actor:
        """Open the page of the letter, type its code, accept the terms: what a maintainer does in a browser."""
        locator, code = self._letter()
        if httpx.get(locator, timeout=30).status_code != httpx.codes.OK:
            raise LeveeError("the letter leads nowhere", code="demo.broken", place=locator)
        contact = parse_public_id("CON", locator.rstrip("/").rpartition("/")[2])
        actor = actor_of(cases.enter(contact, code=code))
        if actor is None:
            raise LeveeError("the code opened nothing", code="demo.broken")
        self.clock.advance(timedelta(minutes=1))
        cases.renew_terms_code(actor, contact)
        cases.accept(actor, contact, by="P. Anselm, maintainer", code=self._letter()[1])
        return actor

    def _letter(self) -> tuple[str, str]:
        """Locator and code of the newest letter to the maintainer."""
        letters = notify.outbox(self.cast.coordinator, limit=1000)
        text = next(each.text for each in letters if each.address == ADDRESS)
        code = _CODE.search(text)
        locator = next(line.strip() for line in text.splitlines() if "/contact/" in line)
        if code is None:
            raise LeveeError("the letter holds no code", code="demo.broken")
        return locator, code[1]

    def _answer(self, maintainer: Actor, case: UUID) -> None:
        """Answer; who came in by a link types a second code, sent at this moment."""
        code = ""
        if cases.needs_code(maintainer, case):
            self.clock.advance(timedelta(minutes=1))  # so that the letter with it is the newest one
            cases.renew_code(maintainer, case)
            code = self._letter()[1]
        cases.answer(maintainer, case, answer=Answer.AFFECTED, by="P. Anselm, maintainer", code=code)

    def _patches(self, maintainer: Actor, maintained: list[Cluster]) -> None:
        attached = []
        for cluster in maintained:
            case = self._cases[cluster.id]
            self._answer(maintainer, case)
            patch = self.samples.patch_for(cluster.signature)
            if patch is not None:
                change = Change(patch=patch)
                attached.append(fix_services.attach(maintainer, case, change=change, author=MAINTAINER))
        self._checked(attached)
        self._count(attached, "patches")

    def _upgrades(self, found: list[Cluster]) -> None:
        self.clock.advance(timedelta(days=1))
        self.teller.chapter(self.clock.now(), "Releases that claim to fix the rest are held against every proof")
        attached = []
        for cluster in found:
            contrast = findings.get(self.cast.coordinator, cluster.findings[0]).contrast
            if contrast:
                change = Change(upgrade=contrast)
                case = self._cases[cluster.id]
                attached.append(fix_services.attach(self.cast.coordinator, case, change=change, author="upstream"))
        self._checked(attached)
        self._count(attached, "releases")

    def _checked(self, attached: list[UUID]) -> None:
        coordinator = self.cast.coordinator
        self._wait(
            "fixes checked",
            len(attached),
            lambda: sum(fixes.get(coordinator, fix).state is not FixState.WAITING for fix in attached),
        )

    def _count(self, attached: list[UUID], what: str) -> None:
        seen = [fixes.get(self.cast.coordinator, fix) for fix in attached]
        good = sum(fix.state is FixState.VERIFIED for fix in seen)
        self.fixed += good
        self.teller.line(f"{good} of {len(seen)} {what} verified; each says to which level, none is called correct")

    def _leak(self, found: list[Cluster]) -> None:
        self.clock.advance(timedelta(days=4))
        self.teller.chapter(self.clock.now(), "One flaw turns up on a public list: its embargo ends at once")
        case = self._cases[found[0].id]
        cases.end_embargo(
            self.cast.coordinator, case, reason=EndReason.PUBLIC, evidence="https://lists.example.org/leak"
        )
        ended = case_of(self.cast.coordinator, case)
        self.teller.line(
            f"{ended.title}: ended {ended.embargo_ended_at:%d %b %H:%M} UTC, {ended.embargo_end:%d %b} was agreed"
        )

    def _publish(self, found: list[Cluster]) -> None:
        self.clock.advance(timedelta(days=1))
        self.teller.chapter(self.clock.now(), "Publication: two people, one source, OSV and CSAF, signed")
        ready = [cluster for cluster in found if self._verified(cluster)]
        for cluster in ready:
            self._by_two(self._cases[cluster.id], self._draft(cluster))
        coordinator = self.cast.coordinator

        def shown() -> int:
            known = (advisory_of(coordinator, self._cases[cluster.id]) for cluster in ready)
            return sum(each is not None and each.state is State.PUBLISHED for each in known)

        self._wait("advisories signed and shown", len(ready), shown)
        self.published = len(ready)
        if ready:
            advisory = advisory_of(coordinator, self._cases[ready[0].id])
            if advisory is not None:
                self.teller.line(f"{advisory.name}: {check_signatures(advisory.name)}")

    def _by_two(self, case: UUID, draft: Draft) -> None:
        """The coordinator writes it; a colleague reads the whole text and agrees to it."""
        advisories.ask(self.cast.coordinator, case, draft)
        read = publications(self.cast.colleague, case)[0]
        because = "it says what was proved, and how to be rid of it"
        advisories.settle(self.cast.colleague, case, agree=True, digest=read.digest, because=because)

    def _verified(self, cluster: Cluster) -> bool:
        found = fixes.of_case(self.cast.coordinator, self._cases[cluster.id])
        return any(fix.state is FixState.VERIFIED for fix in found)

    def _draft(self, cluster: Cluster) -> Draft:
        coordinator = self.cast.coordinator
        members = findings.listed(coordinator, only=cluster.findings, limit=1000)
        credited = sorted(set(names(coordinator, {member.organisation for member in members}).values()))
        first = members[-1]
        return Draft(
            title=f"{cluster.target.rpartition('@')[0]}: {cluster.kind.replace('_', ' ')}",
            summary=first.title,
            details=first.description,
            package=cluster.target.rpartition("@")[0],
            fixed=first.contrast or self.samples.fixed_release(),
            cwe=first.cwe,
            credits=tuple(credited),
        )


def check_signatures(name: str) -> str:
    """Fetch one advisory as anybody would, and let gpg verify both files in a process of its own."""
    site = settings().public_site
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "key.asc").write_bytes(httpx.get(f"{site}/openpgp.asc", timeout=30).content)
        gpg = ["gpg", "--batch", "--quiet", "--homedir", folder]
        subprocess.run([*gpg, "--import", str(home / "key.asc")], check=True, capture_output=True)
        for kind in ("osv.json", "csaf.json"):
            for part in (kind, f"{kind}.asc"):
                (home / part).write_bytes(httpx.get(f"{site}/advisories/{name}/{part}", timeout=30).content)
            subprocess.run(
                [*gpg, "--verify", str(home / f"{kind}.asc"), str(home / kind)], check=True, capture_output=True
            )
    return "gpg finds both signatures good"
