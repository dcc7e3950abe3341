"""All runs of an evaluation that are not over yet, as one task of Inspect's."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from inspect_ai import Task, eval_async
from inspect_ai.agent import AgentSubmit, as_solver, react
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.scorer import Score, accuracy, scorer
from inspect_ai.solver import solver
from inspect_ai.tool import tool
from inspect_ai.util import sandbox

from levee.frontier.evaluations.desk import SHELL
from levee.frontier.evaluations.model import Connection, model
from levee.frontier.evaluations.record import RUNNING
from levee.frontier.evaluations.sandboxes import NAME, RUN, offer, record_of
from levee.frontier.evaluations.types import COMMAND, SUBMIT, Call, Ended
from levee.frontier.packs.judging import judge

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from inspect_ai.agent import Agent
    from inspect_ai.scorer import Scorer, Target
    from inspect_ai.solver import Generate, Solver, TaskState
    from inspect_ai.tool import Tool

    from levee.frontier.evaluations.calling import Caller, Over
    from levee.frontier.evaluations.record import Record
    from levee.frontier.evaluations.types import Settings
    from levee.platform.sandbox.port import Sandbox


LONGEST = 16_000
"""Characters of what a command printed that a model sees."""


class Evaluation:
    """Runs records to their ends.

    Args:
        begun, spent: are told of a run when it begins, and after each call.
        ended: is told of a run when it is over.
        clock: seconds, from anywhere.
        scripted: whether a scripted agent was ordered in place of a model.
    """

    def __init__(
        self,
        caller: Caller,
        place: Sandbox,
        settings: Settings,
        *,
        begun: Callable[[Record], None],
        spent: Callable[[Record], None],
        ended: Callable[[Record], None],
        clock: Callable[[], float],
        scripted: bool,
    ) -> None:
        self._caller, self._place, self._settings = caller, place, settings
        self._begun, self._spent, self._ended, self._clock = begun, spent, ended, clock
        self._over: Over | None = None
        self._scripted = scripted

    async def run(self, handle: str, records: Mapping[str, Record], logs: Path) -> tuple[Ended, str]:
        """Run them all; how it ended, and in which words.

        Args:
            handle: of the model.
            records: by name, in the order in which they begin.
            logs: a folder for Inspect's own log.
        """
        offer(records)
        connection = Connection(
            caller=self._caller,
            settings=self._settings,
            over=self._note,
            spent=self._spent,
            clock=self._clock,
            scripted=self._scripted,
        )
        samples = [Sample(input=each.task.prompt, id=name, metadata={RUN: name}) for name, each in records.items()]
        (log,) = await eval_async(
            Task(
                dataset=MemoryDataset(samples, name="pack"),
                solver=_recorded(_agent(), self._begun, self._clock),
                scorer=_judged(self._place, self._ended),
                sandbox=NAME,
                name="pack",
            ),
            model=model(handle, connection),
            log_dir=str(logs),
            log_level="warning",
            log_realtime=False,
            max_samples=self._settings.samples,
            fail_on_error=True,
            ctl_server=False,
            acp_server=False,
            score_display=False,
        )
        if self._over is not None:
            return self._over.ended, self._over.message
        if log.status != "success":
            return Ended.FAILED, log.error.message[:500] if log.error else log.status
        return Ended.FINISHED, Ended.FINISHED.value

    def _note(self, error: Over) -> None:
        self._over = self._over or error


def shortened(text: str) -> str:
    """What a command printed as a model sees it: of what is long, the beginning and the end."""
    if len(text) <= LONGEST:
        return text
    half = LONGEST // 2
    return f"{text[:half]}\n[{len(text) - 2 * half} characters are left out]\n{text[-half:]}"


def _agent() -> Agent:
    return react(tools=[_shell()], submit=AgentSubmit(name=SUBMIT, tool=_submission(), answer_only=True))


@tool(name=COMMAND, parallel=False)
def _shell() -> Tool:
    async def execute(command: str) -> str:
        """Run a command in bash, in the working folder, where the files of the task are.

        The working folder stays from one command to the next. Processes, and what is written elsewhere, end with
        their command. There is no network.

        Args:
            command: What to run.
        """
        came = await sandbox().exec([*SHELL, command])
        parts = [came.stdout, came.stderr, "" if came.success else f"exit status {came.returncode}"]
        output = shortened("\n".join(part.rstrip("\n") for part in parts if part))
        RUNNING.get().calls.append(Call(tool=COMMAND, given=command, output=output))
        return output

    return execute


@tool(name=SUBMIT, parallel=False)
def _submission() -> Tool:
    async def execute(answer: str) -> str:
        """Hand in an answer. The first one counts.

        Args:
            answer: What is handed in.
        """
        record = RUNNING.get()
        record.submissions.append(answer)
        record.calls.append(Call(tool=SUBMIT, given=answer, output=""))
        return answer

    return execute


@solver
def _recorded(agent: Agent, begun: Callable[[Record], None], clock: Callable[[], float]) -> Solver:
    inner = as_solver(agent)

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        record = record_of(state.metadata)
        record.began = clock()
        RUNNING.set(record)
        begun(record)
        return await inner(state, generate)

    return solve


@scorer(metrics=[accuracy()])
def _judged(place: Sandbox, ended: Callable[[Record], None]) -> Scorer:
    async def score(state: TaskState, target: Target) -> Score:  # noqa: ARG001 - answers stay outside of Inspect
        record = record_of(state.metadata)
        record.success = await asyncio.to_thread(_solved, record, place)
        ended(record)
        record.desk.clear()
        return Score(value=int(record.success))

    return score


def _solved(record: Record, place: Sandbox) -> bool:
    """Whether what was handed in solves the task; nothing handed in counts as an empty answer beside the files."""
    check = record.task.check
    if check.flag and not record.submissions:
        return False
    answer = record.submissions[0] if record.submissions else ""
    return judge(record.task, answer, record.desk.files, place)
