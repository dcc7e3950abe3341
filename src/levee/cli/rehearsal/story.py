"""The life of one agreement, from the first key to the certificate of deletion, by the commands of both sides."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from levee.cli.rehearsal.agents import PARTS
from levee.cli.rehearsal.hosts import MODEL, agent_serving, gateway_serving
from levee.kernel.errors import LeveeError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from levee.cli.demo.telling import Teller
    from levee.cli.rehearsal.agents import Part
    from levee.cli.rehearsal.hosts import Host

TOKENS, PER_RUN, CALLS = 20_000_000, 200_000, 6000
UPSTREAM = "scripted"


@dataclass
class Rehearsal:
    """What happens between the two sides.

    Attributes:
        numbers: of the two organisations, by side. each: tasks of each kind in the pack.
    """

    developer: Host
    evaluator: Host
    numbers: Mapping[str, str]
    teller: Teller
    each: int
    keys: dict[str, tuple[str, str]] = field(default_factory=dict)
    agreement: str = ""
    digest: str = ""
    plan: str = ""
    tasks: int = 0
    figures: dict[str, object] = field(default_factory=dict)

    def tell(self) -> dict[str, object]:
        """All of it; the figures."""
        for step in (self._agree, self._give, self._plan, self._evaluate, self._decide, self._withdraw, self._delete):
            step()
        return self.figures

    def _agree(self) -> None:
        self._chapter("Both sides agree")
        for host in (self.developer, self.evaluator):
            signing, sealing = host.levee("frontier", "agreement", "key", host.at("side.key"), alone=True).split()
            self.keys[host.name] = (signing, sealing)
        draft, once, both = (self.developer.at(f"{name}.json") for name in ("draft", "once", "both"))
        draft.write_text(json.dumps(self._terms()))
        sign = ("frontier", "agreement", "sign")
        self.developer.levee(*sign, draft, "--key", self.developer.at("side.key"), "--out", once, alone=True)
        made = self.developer.levee("frontier", "access", "offer", once, "--to", self.numbers["evaluator"])
        self.agreement = made.strip()
        fetched, both = self.evaluator.at("offered.json"), self.evaluator.at("both.json")
        self.evaluator.levee("frontier", "access", "fetch", self.agreement, "--out", fetched)
        self.evaluator.levee(*sign, fetched, "--key", self.evaluator.at("side.key"), "--out", both, alone=True)
        self.evaluator.levee("frontier", "access", "sign", self.agreement, both)
        self.developer.levee("frontier", "access", "fetch", self.agreement, "--out", self.developer.at("both.json"))
        self.digest = self._seen(self.developer)["digest"]
        self.teller.line(f"{self.agreement} is signed by both: {self.digest}")

    def _terms(self) -> dict[str, object]:
        now = datetime.now(UTC).replace(microsecond=0)  # allow ambient: a rehearsal is of this very day
        side = {
            host.name: {"name": name, "key": self.keys[host.name][0], "seal": self.keys[host.name][1]}
            for host, name in ((self.developer, "Halyard Frontier Lab"), (self.evaluator, "Tidewater Evaluations"))
        }
        return {
            **side,
            "template": "eo-14409-1",
            "model": MODEL,
            "access": "AL1",
            "purpose": "rehearsal",
            "about": "To go the whole way once with scripted agents, before any model is asked anything.",
            "operations": ["chat", "responses"],
            "begins": f"{now - timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}",
            "ends": f"{now + timedelta(days=20):%Y-%m-%dT%H:%M:%SZ}",
            "tokens": TOKENS,
            "calls": CALLS,
            "days": 30,
            "keeps": "sealed transcripts",
            "evidence": "this agreement alone",
            "publication": "by nobody",
            "sandbox": "the reference sandbox, which shares a kernel and is for low capability only",
        }

    def _give(self) -> None:
        self._chapter("The developer gives access, and its gateway hears of it")
        self.evaluator.levee("frontier", "agreement", "key", self.evaluator.at("client.key"), alone=True)
        self.evaluator.levee("frontier", "access", "client", self.agreement, self._client())
        self.developer.levee("frontier", "access", "give", self.agreement)
        statements = self.developer.at("statements")
        house = self.developer.levee("frontier", "access", "statements", "--out", statements).strip()
        gateway = self.developer
        gateway.levee("gateway", "trust", house, alone=True)
        ends = self._seen(self.developer)["ends"].removesuffix("Z").partition("+")[0].partition(".")[0]
        seals = [word for _, seal in self.keys.values() for word in ("--seal", seal)]
        gateway.levee(
            *("gateway", "agree", self.digest, "--model", MODEL, "--upstream", UPSTREAM),
            *("--ends", ends, "--tokens", TOKENS, *seals),
            alone=True,
        )
        self.teller.line(gateway.levee("gateway", "follow", "--once").strip())
        self.evaluator.levee("frontier", "access", "token", self.agreement, "--out", self.evaluator.at("token"))

    def _client(self) -> str:
        from levee.cli.agreements import key_in  # noqa: PLC0415 - reads a file of one command's
        from levee.frontier.envelopes import name_of  # noqa: PLC0415 - the same

        return name_of(key_in(self.evaluator.at("client.key")).public_key())

    def _plan(self) -> None:
        self._chapter("The evaluator makes tasks that exist nowhere else, and names its plan")
        made = self.evaluator.told(
            *("frontier", "pack", "make", "--public", self._packs[0], "--sealed", self._packs[1]),
            *("--each", self.each, "--name", "rehearsal"),
            alone=True,
        )
        plan = {
            "pack": made["digest"],
            "threshold": 0.5,
            "looks": [made["tasks"]],
            "estimand": "tasks_like_these",
            "cluster": "task",
            "tokens": PER_RUN,
        }
        self.tasks = int(made["tasks"])
        self.evaluator.at("plan.json").write_text(json.dumps(plan))
        self.plan = self.evaluator.told("frontier", "plan", self.evaluator.at("plan.json"), alone=True)["digest"]
        self.evaluator.levee("frontier", "access", "plan", self.agreement, self.plan)
        self.evaluator.levee("frontier", "access", "begin", self.agreement)
        self.teller.line(f"{self.tasks} tasks, {made['digest']}; the plan is {self.plan}")

    @property
    def _packs(self) -> tuple[Path, Path]:
        return self.evaluator.at("public"), self.evaluator.at("sealed")

    def _evaluate(self) -> None:
        self._chapter("Scripted agents stand where a model would, behind the gateway")
        for part in PARTS:
            told = self._run(part)
            self.figures[part.agent] = told
            self.teller.line(f"{part.agent}: {told}; it {part.shows}")
        runs = sum(int(str(each).split(" of ")[1].split(" ")[0]) for each in self.figures.values())
        self.evaluator.levee("frontier", "access", "finish", self.agreement, "--runs", runs)
        self.teller.line(self.developer.levee("gateway", "follow", "--once").strip())

    def _run(self, part: Part) -> str:
        folder = self.evaluator.at(part.agent)
        packs = [word for each in self._packs for word in ("--pack", each)]
        with (
            agent_serving(part.agent, list(self._packs)) as upstream,
            gateway_serving(self.developer, upstream) as gateway,
        ):
            self.evaluator.levee(
                *("frontier", "run", self.evaluator.at("plan.json"), folder, *packs, "--named", self.plan),
                *("--gateway", gateway, "--token-file", self.evaluator.at("token")),
                *("--key", self.evaluator.at("client.key"), "--agreement", self.evaluator.at("both.json")),
                *("--scripted", part.agent, "--tasks", part.tasks, "--minutes", 5, "--json"),
            )
        judged = self.evaluator.told("frontier", "cheats", folder, *packs, alone=True)
        lines = self.evaluator.levee("frontier", "runs", folder, alone=True).splitlines()
        solved = sum(json.loads(line)["success"] for line in lines)
        cheated = sum(each["cheated"] for each in judged)
        return f"{solved} of {len(lines)} solved" + (f", {cheated} cheated" if cheated else "")

    def _decide(self) -> None:
        self._chapter("What it says of the solver, signed, and checked by somebody else")
        results = self.evaluator.at("results.json")
        self.evaluator.levee(
            *("frontier", "bundle", self.evaluator.at("plan.json"), self.evaluator.at("solver")),
            *("--agreement", self.digest, "--key", self.evaluator.at("side.key"), "--out", results),
            alone=True,
        )
        checked = self.evaluator.told("frontier", "verify", results, "--key", self.keys["evaluator"][0], alone=True)
        self.evaluator.levee("frontier", "access", "determine", self.agreement, results)
        self.figures["outcome"] = checked["manifest"]["outcome"]
        self.figures["checked_runs"] = checked["runs"]
        self.teller.line(
            f"{checked['manifest']['outcome']} the threshold, by {checked['runs']} runs that were scored again. These "
            "are runs of a scripted agent: they are no score of any model."
        )

    def _withdraw(self) -> None:
        self._chapter("The evaluator takes everything back, by one call and without a reason")
        with gateway_serving(self.developer, "http://127.0.0.1:9/v1") as gateway:
            fetched = ("--out", self.evaluator.at("transcripts"), "--wrap", self._wrap)
            proof = ("--token", self.evaluator.at("token"), "--key", self.evaluator.at("client.key"))
            self.evaluator.levee("frontier", "fetch", f"{gateway}/v1", *proof, *fetched, alone=True)
        held = self._seen(self.evaluator)["head"]
        opened = self.evaluator.levee(
            *("frontier", "open", self.evaluator.at("transcripts"), "--key", self.evaluator.at("side.key")),
            *("--wrap", self._wrap, "--head", held),
            alone=True,
        )
        self.teller.line(f"what was sealed has grown from the head that the house holds: {held}")
        self.figures["exchanges_held"] = int(held.partition(":")[0])
        self.figures["exchanges_opened"] = len(opened.splitlines())
        self.evaluator.levee("frontier", "access", "withdraw", self.agreement)
        self.teller.line(self.developer.levee("gateway", "follow", "--once").strip())
        if any(each["holds"] for each in self.developer.told("gateway", "show", alone=True)):
            raise LeveeError("the gateway is still open", code="rehearsal.open")
        self.teller.line(f"{self.figures['exchanges_opened']} sealed exchanges were opened before; the gateway is shut")

    @property
    def _wrap(self) -> Path:
        return self.evaluator.at(f"{self.agreement.replace('AGR', 'GRT', 1)}.age")

    def _delete(self) -> None:
        self._chapter("Both delete, look everywhere, and sign what was done")
        reports = [
            self._deleted(self.developer, "--gateway", self.developer.at("gateway"), "--at", "gateway.log"),
            self._deleted(
                *(self.evaluator, "--wrap", self._wrap, "--at", "transcripts"),
                *(word for part in PARTS for word in ("--remove", part.agent)),
            ),
        ]
        once, certificate = self.developer.at("certificate.once"), self.evaluator.at("certificate.json")
        agreed = (self.developer.at("both.json"), self.evaluator.at("both.json"))
        words = ("frontier", "certificate")
        self.developer.levee(
            *(*words, "make", agreed[0], *reports, "--key", self.developer.at("side.key"), "--out", once), alone=True
        )
        self.evaluator.levee(
            *(*words, "sign", agreed[1], once, "--key", self.evaluator.at("side.key"), "--out", certificate),
            alone=True,
        )
        self.evaluator.levee("frontier", "access", "certify", self.agreement, certificate)
        told = self.evaluator.told(*words, "read", agreed[1], certificate, alone=True)
        sides = [told[side]["after"] for side in ("developer", "evaluator")]
        self.figures["opened_after_deletion"] = sum(each["opened"] for each in sides)
        self.figures["certificate_signed_by"] = len(told["signed_by"])
        self.teller.line(f"signed by {' and '.join(told['signed_by'])}; nothing that was sealed opens any more")
        self.teller.line(told["limits"][0])

    def _deleted(self, host: Host, *words: object) -> Path:
        report = host.at("report.json")
        names = [host.at(each) if isinstance(each, str) and not each.startswith("--") else each for each in words]
        key = ("--key", host.at("side.key"))
        host.levee("frontier", "delete", host.at("both.json"), "--out", report, *names, *key, alone=True)
        return report

    def _seen(self, host: Host) -> dict[str, Any]:
        found: dict[str, Any] = host.told("frontier", "access", "show", self.agreement)
        return found

    def _chapter(self, title: str) -> None:
        self.teller.console.print(f"\n[bold]{title}[/bold]")
