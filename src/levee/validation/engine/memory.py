"""Runs of the bytes form: input for the target's own program, built with sanitizers.

The report goes to a file whose name only the harness knows, and the program must end with the status that the harness
drew for this run: sanitizer text that a program prints is no report.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.formats.sanitizer import Report, parse_report
from levee.platform.sandbox.port import MIB, Limits, Run

if TYPE_CHECKING:
    from levee.platform.sandbox.port import Outcome, Sandbox
    from levee.validation.engine.fill import Random
    from levee.validation.engine.manifest import Program
    from levee.validation.engine.sealed import BuiltTarget

LIMITS = Limits(memory=1024 * MIB)
_STATUS = range(64, 125)
_KEPT = 16_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryRun:
    """One run of a program on some input.

    Attributes:
        reported: the sanitizer wrote into the harness's file and ended the program as the harness had set it to.
        report: what it wrote, parsed; None where it wrote nothing that can be read.
        text: what it wrote. token, status: the secrets of this run.
    """

    reported: bool
    report: Report | None
    text: str
    token: str
    status: int
    outcome: Outcome

    @property
    def quiet(self) -> bool:
        """Whether the program ended by itself, with no report and no limit met."""
        ended = self.outcome.exit is not None and self.outcome.exit != self.status
        return ended and not self.text and not self.outcome.hits


def run_program(
    program: Program,
    data: bytes,
    *,
    via: str,
    built: BuiltTarget,
    sandbox: Sandbox,
    random: Random,
    symbols: bool = False,
) -> MemoryRun:
    """Run a program of a built target once.

    Args:
        program: as the manifest has it.
        data: its input.
        via: "file" or "stdin".
        built: the target.
        sandbox: where it runs.
        random: draws this run's secrets.
        symbols: let the sanitizer name frames, which costs an order of magnitude more time.
    """
    token, status = f"r{random(12).hex()}", _STATUS.start + random(1)[0] % len(_STATUS)
    options = f"log_path=/w/{token}:exitcode={status}:detect_leaks=0:symbolize={int(symbols)}:handle_abort=0"
    outcome = sandbox.run(_run(program, data, via, built, options))
    text = b"\n".join(outcome.files[name] for name in sorted(outcome.files)).decode("utf-8", "replace")
    report = parse_report(text)
    return MemoryRun(
        reported=report is not None and outcome.exit == status,
        report=report,
        text=text[:_KEPT],
        token=token,
        status=status,
        outcome=outcome,
    )


def _arguments(program: Program, via: str) -> list[str]:
    """On standard input there is no file to name, so the word that stands for one is left out."""
    named = ["/w/input"] if via == "file" else []
    return [given for word in program.arguments for given in (named if word == "{input}" else [word])]


def _run(program: Program, data: bytes, via: str, built: BuiltTarget, options: str) -> Run:
    return Run(
        argv=(f"/t/{built.root}/{program.path}", *_arguments(program, via)),
        files={"input": data} if via == "file" else {},
        trees={"/t": built.tree},
        stdin=data if via == "stdin" else b"",
        environment={"ASAN_OPTIONS": options, "UBSAN_OPTIONS": f"{options}:print_stacktrace=1"},
        limits=LIMITS,
        executable_work=True,
        collect=(f"{options.partition(':')[0].rpartition('/')[2]}*",),
    )
