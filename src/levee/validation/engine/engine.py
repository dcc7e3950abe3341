"""The engine: judges proofs, replays them on changed builds, runs regression tests. No network and no database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from levee.kernel.errors import BadInput
from levee.validation.engine.build import Builder, BuildFailed, Patch, drivers_folder, manifest_of
from levee.validation.engine.doubts import doubt, doubt_of_contrast
from levee.validation.engine.evidence import Evidence, build_record, limits_record
from levee.validation.engine.generator import materialise
from levee.validation.engine.kinds import Form, Kind, Language
from levee.validation.engine.proof import Proof, parse_proof
from levee.validation.engine.regression import Comparison, compare, run_tests
from levee.validation.engine.targets import Ecosystem, FetchedTarget
from levee.validation.engine.trial import Bench, Rules, Silence, TargetShowing, Trial
from levee.validation.engine.trial_calls import CallsTrial
from levee.validation.engine.trial_growth import GrowthTrial
from levee.validation.engine.trial_memory import MemoryTrial
from levee.validation.engine.verdict import (
    Contrast,
    ContrastField,
    EffectField,
    Reach,
    Result,
    Verdict,
    decide,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from levee.platform.sandbox.port import Sandbox
    from levee.validation.engine.build import SealedBuild
    from levee.validation.engine.fill import Random
    from levee.validation.engine.sealed import BuiltTarget

_RULES = Rules()
_LANGUAGES = {Ecosystem.NPM: Language.JAVASCRIPT, Ecosystem.PYPI: Language.PYTHON}


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """One proof on a changed build.

    Attributes:
        shown: in how many of `runs` runs the effect was there. silent: reached, and no sign of the class.
    """

    proof: str
    kind: Kind
    shown: int
    runs: int
    reached: bool
    silent: bool
    signs: tuple[str, ...]
    why: str = ""


class Engine:
    """Judges what it is given, in one sandbox.

    Args:
        sandbox: where foreign code runs.
        folder: for built trees; its owner's, and passable for the sandbox's users.
        random: draws nonces; `secrets.token_bytes` outside of tests.
        parallel: how many runs at a time.
        progress: told what is being done, in a few words.
        sealed: builds that were made before.
    """

    def __init__(
        self,
        *,
        sandbox: Sandbox,
        folder: Path,
        random: Random,
        parallel: int = 2,
        progress: Callable[[str], None] | None = None,
        sealed: Iterable[SealedBuild] = (),
        _rules: Rules = _RULES,
    ) -> None:
        drivers = drivers_folder(folder / "drivers")
        self._builder = Builder(sandbox=sandbox, folder=folder / "builds", drivers=drivers, sealed=sealed)
        self._bench = Bench(
            sandbox=sandbox, random=random, drivers=drivers, folder=folder / "swaps", parallel=parallel, rules=_rules
        )
        self._say = progress or (lambda _: None)

    def read(self, data: bytes) -> Proof:
        """A proof, ready to run: a generator is run alone, and its output is the proof.

        Raises:
            BadInput, TooLarge: the proof, or what the generator printed, breaks a rule.
        """
        results = self._bench.rules.results_as_arguments
        proof = parse_proof(data, _results_as_arguments=results)
        if proof.form is not Form.GENERATOR:
            return proof
        self._say("running the generator")
        return parse_proof(materialise(proof, self._bench.sandbox), _results_as_arguments=results)

    def build(self, target: FetchedTarget, patch: Patch | None = None) -> BuiltTarget:
        """Unpack and build a target in the sandbox.

        Raises:
            BuildFailed, DoesNotApply: it does not build, or the patch does not apply.
        """
        self._say(f"building {target.spec}{' with the patch' if patch else ''}")
        return self._builder.build(target, patch)

    def seal(self, target: FetchedTarget, patch: Patch | None = None) -> SealedBuild:
        """The output of that build as one archive, to hand to other engines.

        Raises:
            BuildFailed, DoesNotApply: it does not build, or the patch does not apply.
        """
        return self._builder.seal(target, patch)

    def judge(
        self,
        proof: Proof,
        target: FetchedTarget,
        contrast: FetchedTarget | None = None,
        contrast_patch: Patch | None = None,
    ) -> Verdict:
        """Judge a proof against a target.

        Args:
            proof: of form calls or bytes.
            target: the build that the proof speaks of.
            contrast: an upstream release without the flaw; None shows the effect only.
            contrast_patch: with no `contrast`, a patch to the target from somebody other than the finder.

        Raises:
            BadInput: the proof is of a language that the target is not written in.
        """
        trial = self._trial(proof, target)
        try:
            built = self.build(target)
        except BuildFailed as error:
            return self._unbuilt(proof, trial, target, error)
        self._say(f"running the proof on {target.spec}")
        showing = trial.on_target(built)
        field, against = self._contrast(trial, showing, target, contrast, contrast_patch)
        control = showing.control or self._swap(trial, built, against, field)
        open_point = (doubt(proof) or doubt_of_contrast(target, contrast)) if self._bench.rules.doubts else ""
        result, why = decide(showing.effect, field, control=control, loaded=showing.loaded, doubt=open_point)
        return Verdict(
            result=result,
            kind=proof.kind,
            effect=showing.effect,
            contrast=field,
            reach=showing.reach,
            contract_basis="contrast" if result is Result.CONFIRMED else "open",
            why=why,
            proof_digest=proof.digest,
            evidence=self._evidence(proof, trial, build_record(built), build_record(against)),
            signature=showing.signature,
        )

    def _trial(self, proof: Proof, target: FetchedTarget) -> Trial:
        if proof.form is Form.BYTES:
            return MemoryTrial(proof, self._bench, manifest_of(target))
        _check_language(proof, target)
        return GrowthTrial(proof, self._bench) if proof.kind is Kind.GROWTH else CallsTrial(proof, self._bench)

    def _contrast(
        self,
        trial: Trial,
        showing: TargetShowing,
        target: FetchedTarget,
        contrast: FetchedTarget | None,
        patch: Patch | None,
    ) -> tuple[ContrastField, BuiltTarget | None]:
        if contrast is None and patch is None:
            return ContrastField(state=Contrast.NONE, why="no contrast was given"), None
        if not showing.effect.reproduced:
            return ContrastField(state=Contrast.NONE, why="the effect was not shown, so nothing was compared"), None
        spec = contrast.spec if contrast else f"{target.spec} with a patch"
        try:
            built = self.build(contrast or target, None if contrast else patch)
        except BuildFailed as error:
            return ContrastField(state=Contrast.NOT_REACHED, spec=spec, why=error.message), None
        self._say(f"running the proof on {spec}")
        silence = trial.on_contrast(built, showing)
        return _field(silence, spec, built), built

    def _swap(self, trial: Trial, built: BuiltTarget, against: BuiltTarget | None, field: ContrastField) -> str:
        comparable = against is not None and against.version != built.version
        if against is None or not comparable or field.state is not Contrast.SILENT:
            return ""
        if not self._bench.rules.identity_swap:
            return ""
        self._say("running the proof on the target with the contrast's version")
        return trial.swapped(built, against.version)

    def _unbuilt(self, proof: Proof, trial: Trial, target: FetchedTarget, error: BuildFailed) -> Verdict:
        return Verdict(
            result=Result.BUILD_FAILED,
            kind=proof.kind,
            effect=EffectField(shown=0, runs=0, needed=0, why=error.message),
            contrast=ContrastField(state=Contrast.NONE, why="the target did not build"),
            reach=Reach.UNKNOWN,
            contract_basis="open",
            why=error.message,
            proof_digest=proof.digest,
            evidence=self._evidence(
                proof, trial, {"spec": target.spec, "archives": target.digest, "log": error.advice()}, {}
            ),
        )

    def _evidence(self, proof: Proof, trial: Trial, target: dict[str, object], contrast: dict[str, object]) -> Evidence:
        return Evidence(
            proof=proof.digest,
            target=target,
            contrast=contrast,
            engine=trial.describe(),
            limits=limits_record(trial.limits),
            runs=tuple(trial.records),
        )

    def replay(
        self,
        target: FetchedTarget,
        proofs: Sequence[Proof],
        *,
        patch: Patch | None = None,
        upgrade: FetchedTarget | None = None,
    ) -> list[Replayed]:
        """Run proofs on a target with a patch, or on an upgrade of it.

        Raises:
            DoesNotApply, BuildFailed: there is no such build.
        """
        changed = self.build(upgrade, patch) if upgrade else self.build(target, patch)
        return [self._replayed(proof, target, changed) for proof in proofs]

    def _replayed(self, proof: Proof, target: FetchedTarget, changed: BuiltTarget) -> Replayed:
        self._say(f"replaying {proof.digest[:12]}")
        trial = self._trial(proof, target)
        cost = trial.cost(self.build(target)) if isinstance(trial, GrowthTrial) else 0.0
        showing = TargetShowing(effect=EffectField(shown=0, runs=0, needed=0), loaded=True, cost=cost)
        silence = trial.on_contrast(changed, showing)
        return Replayed(
            proof=proof.digest,
            kind=proof.kind,
            shown=silence.shown,
            runs=silence.runs,
            reached=silence.reached,
            silent=silence.reached and not silence.signs,
            signs=silence.signs,
            why=silence.why,
        )

    def regression(self, target: FetchedTarget, patch: Patch) -> Comparison:
        """Run the target's own tests without and with a patch.

        Raises:
            DoesNotApply, BuildFailed: there is no such build. BadInput: the target carries no tests.
        """
        manifest = manifest_of(target)
        before, after = self.build(target), self.build(target, patch)
        self._say(f"running the tests of {target.spec}")
        first = run_tests(manifest, before, self._bench, stated=before)
        return compare(first, run_tests(manifest, after, self._bench, stated=before))


def _check_language(proof: Proof, target: FetchedTarget) -> None:
    manifest = manifest_of(target)
    fitting = manifest.language if manifest else _LANGUAGES[target.ecosystem]
    if proof.language != fitting:
        raise BadInput(
            f"a proof in {proof.language} says nothing about a target in {fitting}",
            code="proof.language",
            place="/language",
        )


def _field(silence: Silence, spec: str, built: BuiltTarget) -> ContrastField:
    state = Contrast.NOT_REACHED if not silence.reached else Contrast.NOT_SILENT if silence.signs else Contrast.SILENT
    return ContrastField(state=state, spec=spec, build=built.digest, signs=silence.signs, why=silence.why)
