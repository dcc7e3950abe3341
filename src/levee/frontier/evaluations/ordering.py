"""Before anything runs: whether the plan was named, is of this pack, and may be run here at all."""

from __future__ import annotations

import re
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from levee.frontier.agreements.signing import read_signed, signed_by
from levee.frontier.agreements.terms import Sandbox
from levee.frontier.determination.plan import spelt
from levee.frontier.evaluations.types import SANDBOX
from levee.frontier.packs.reading import read
from levee.frontier.packs.types import Part
from levee.frontier.statements import Operation
from levee.frontier.tokens import SignedTokens
from levee.kernel.errors import AgainstRules, BadInput, LeveeError, Unavailable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from levee.frontier.determination.plan import Plan
    from levee.frontier.evaluations.types import Order
    from levee.frontier.packs.reading import Opened
    from levee.frontier.tokens import Capability

SCAFFOLD = "react of inspect-ai with one shell and one submission"
_HANDLE = re.compile(r"[a-z][a-z0-9-]{0,40}")
_VARIES = ("samples", "price")
"""What may differ when an evaluation goes on: it changes no run."""


def check_plan(plan: Plan, named: str, tasks: int) -> None:
    """Whether a plan may be run.

    Args:
        plan: as it was read.
        named: the digest that was named for it before.
        tasks: how many are run by now.

    Raises:
        BadInput: another digest was named, or more tasks are asked for than were planned.
    """
    if named != plan.digest:
        raise BadInput(
            f"the plan is {plan.digest}, and another was named",
            place="named",
            advice="run what was named before the first run; a changed plan is a new one, with runs of its own",
        )
    if not 1 <= tasks <= plan.looks[-1]:
        raise BadInput(f"the plan has {plan.looks[-1]} tasks at most", place="tasks")


def pack_of(folders: Sequence[Path], plan: Plan, tasks: int) -> Opened:
    """The pack of a plan.

    Raises:
        BadInput: it is not the plan's, or has fewer tasks here than are to be run.
    """
    opened = read(folders, digest=plan.pack, whole=(Part.PUBLIC, Part.SEALED))
    if len(opened.pack.tasks) < tasks:
        raise BadInput(f"{tasks} tasks were planned, and {len(opened.pack.tasks)} are here", place="pack")
    return opened


def claimed(token: str, now: int) -> Capability:
    """What a token says of itself: whether that is so, its gateway knows.

    Raises:
        BadInput: it is no token, has expired, or does not let a model be asked.
    """
    try:
        found = SignedTokens([token.split(".")[2]]).opened(token, now)
    except (LeveeError, IndexError) as error:
        raise BadInput("this is no token, or it has expired", place="token") from error
    if Operation.CHAT not in found.operations:
        raise BadInput("this token does not open chat completions", place="token")
    return found


def check_sandbox(agreement: bytes | None, token: Capability, scripted: str) -> None:
    """Whether tools may run here, beside the host's own kernel.

    Args:
        agreement: as both signed it; needed wherever a model is asked.
        token: what it claims.
        scripted: the agent that stands where a model would; empty for a model.

    Raises:
        BadInput: no agreement is shown, not both have signed it, or it is another than the token's.
        AgainstRules: it wants the tools elsewhere.
    """
    if scripted and not _HANDLE.fullmatch(scripted):
        raise BadInput("a name of small letters, digits and hyphens", place="scripted")
    if agreement is None:
        if not scripted:
            raise BadInput(
                "the agreement says whether tools may run here",
                place="agreement",
                advice="give the file that both signed, or say which scripted agent stands where a model would",
            )
        return
    found = read_signed(agreement)
    if len(signed_by(agreement)) < 2:  # noqa: PLR2004 - both sides
        raise BadInput("it binds once both have signed", place="agreement")
    if found.digest != token.agreement:
        raise BadInput("the token was issued under another agreement", place="agreement")
    if found.sandbox is not Sandbox.REFERENCE:
        raise AgainstRules(
            f"the agreement wants tools to run on {Sandbox.MACHINE.value}",
            place="agreement",
            advice="this sandbox shares its kernel with the host: it is for models of low capability only",
        )


def about(order: Order) -> dict[str, Any]:
    """What an evaluation is, without its secrets: as its folder keeps it."""
    settings = {name: value for name, value in asdict(order.settings).items() if name not in _VARIES}
    return {
        "plan": spelt(asdict(order.plan)),
        "plan_digest": order.plan.digest,
        "agreement": order.agreement,
        "model": order.model,
        "scripted": order.scripted,
        "sandbox": SANDBOX,
        "settings": settings,
        "tools": tools(order.scripted),
    }


def tools(scripted: str) -> dict[str, str]:
    """What an evaluation runs with: names and versions; a scripted agent among them, so that nobody takes it for more.

    Raises:
        Unavailable: the extra is not installed.
    """
    try:
        found = {name: version(name) for name in ("inspect-ai", "levee")}
    except PackageNotFoundError as error:
        raise Unavailable(f"{error.name} is not installed here", advice="pip install 'levee[evals]'") from error
    found |= {"scaffold": SCAFFOLD, "sandbox": SANDBOX}
    return found | ({"scripted-agent": scripted} if scripted else {})
