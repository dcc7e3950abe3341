"""Generators: a finder's script, run alone; what it prints is the proof, and the script is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.kernel.errors import BadInput, TooLarge
from levee.platform.sandbox.port import Limits, Run
from levee.validation.engine.kinds import Language
from levee.validation.engine.proof import MAX_PROOF
from levee.validation.engine.runtime import interpreter

if TYPE_CHECKING:
    from levee.platform.sandbox.port import Sandbox
    from levee.validation.engine.proof import Proof

LIMITS = Limits(output=MAX_PROOF + 1)
_FILES = {Language.JAVASCRIPT: "generator.js", Language.PYTHON: "generator.py"}


def materialise(proof: Proof, sandbox: Sandbox) -> bytes:
    """What a generator prints, at most 256 KiB; it runs without target, network, slots and nonces.

    Raises:
        BadInput: it does not end well, or prints nothing. TooLarge: it prints too much.
    """
    if proof.language is None:
        raise TypeError(proof.form)
    program = interpreter(proof.language)
    name = _FILES[proof.language]
    arguments = ("-I", "-S", "-B") if proof.language is Language.PYTHON else ()
    outcome = sandbox.run(
        Run(
            argv=(program.path, *arguments, f"/w/{name}"),
            files={name: proof.script.encode()},
            trees=program.trees,
            limits=LIMITS,
        )
    )
    if len(outcome.stdout) > MAX_PROOF:
        raise TooLarge("the generator prints more than 256 KiB", code="proof.generator", place="/script")
    if outcome.exit != 0 or outcome.hits or not outcome.stdout:
        raise BadInput("the generator does not end well, or prints nothing", code="proof.generator", place="/script")
    _refuse_generator(outcome.stdout)
    return outcome.stdout


def _refuse_generator(printed: bytes) -> None:
    if b'"generator"' in printed[:MAX_PROOF]:
        raise BadInput("a generator prints calls or bytes", code="proof.generator", place="/script")
