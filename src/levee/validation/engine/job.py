"""The engine's one entry in the runner: a job's header and attachments in, an answer out. No network, no database.

Jobs are put together with `judge_job`, `replay_job`, `regression_job` and `build_job` by the dispatcher, which has
fetched everything; the answer is plain JSON. What a proof, a patch or a package does wrong is an answer, not an error.
"""

from __future__ import annotations

import secrets
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from levee.formats.diff import read_patch
from levee.formats.patch_rules import PROTECTED
from levee.kernel.errors import BadInput, LeveeError, TooLarge
from levee.kernel.hashing import canonical_json
from levee.validation.engine.build import BuildFailed, DoesNotApply, Patch, SealedBuild
from levee.validation.engine.engine import Engine
from levee.validation.engine.manifest import FILE
from levee.validation.engine.targets import FetchedTarget, read_target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from levee.platform.sandbox.port import Sandbox

    Header = dict[str, Any]
    Attachments = dict[str, bytes]
    Answer = tuple[Header, Attachments]

SEALED = "sealed"
_MOST_PROOFS = 1000


def handle(header: Header, attachments: Attachments, sandbox: Sandbox) -> Answer:
    """Do one job.

    Args:
        header: `{"job": "judge" | "replay" | "regression" | "build", …}` as the functions below make it.
        attachments: name -> bytes: proofs, patches, archives.
        sandbox: where everything foreign runs.

    Returns:
        `{"refused": {code, message, place, advice}}` where what was handed in breaks a rule; else the job's answer.

    Raises:
        UnsafeSetup: the sandbox, or an interpreter, is not there.
    """
    jobs: dict[str, Callable[[Header, Attachments, Engine], Answer]] = {
        "judge": _judge,
        "replay": _replay,
        "regression": _regression,
        "build": _build,
    }
    work = jobs.get(str(header.get("job")))
    if work is None:
        return _refused(BadInput("there is no such job", code="job.unknown", place="/job")), {}
    with tempfile.TemporaryDirectory(prefix="levee-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        try:
            sealed = _sealed(header, attachments)
            engine = Engine(sandbox=sandbox, folder=folder, random=secrets.token_bytes, sealed=sealed)
            return work(header, attachments, engine)
        except (BadInput, TooLarge) as error:
            return _refused(error), {}


def _refused(error: LeveeError) -> Header:
    return {
        "refused": {"code": error.code, "message": error.message, "place": error.place, "advice": error.advice()},
    }


def _attachment(attachments: Mapping[str, bytes], name: object) -> bytes:
    if not isinstance(name, str) or name not in attachments:
        raise BadInput("an attachment is missing", code="job.attachment", place=str(name)[:80])
    return attachments[name]


def _target(header: Header, attachments: Attachments, name: str) -> FetchedTarget | None:
    return read_target(header[name], attachments, f"/{name}") if header.get(name) else None


def _the_target(header: Header, attachments: Attachments) -> FetchedTarget:
    target = _target(header, attachments, "target")
    if target is None:
        raise BadInput("a job names a target", code="job.target", place="/target")
    return target


def _patch(header: Header, attachments: Attachments, name: str) -> Patch | None:
    return checked_patch(_attachment(attachments, header[name])) if header.get(name) else None


def checked_patch(diff: bytes) -> Patch:
    """A patch that breaks none of the static rules; it may not touch the target's manifest either.

    Raises:
        BadInput, TooLarge: with the line of what is refused.
    """
    return Patch(diff=read_patch(diff, protected=(*PROTECTED, FILE, f"**/{FILE}")).text.encode())


def with_builds(job: Answer, sealed: Iterable[SealedBuild]) -> Answer:
    """A job with builds that were made before, so that it need not make them."""
    header, attachments = job
    listed, attached = [], {}
    for index, each in enumerate(sealed):
        listed.append({"key": each.key, "log": each.log, "attachment": f"build/{index}"})
        attached[f"build/{index}"] = each.packed
    return {**header, "sealed": listed}, {**attachments, **attached}


def _sealed(header: Header, attachments: Attachments) -> list[SealedBuild]:
    listed = header.get("sealed", [])
    return [
        SealedBuild(key=str(each["key"]), packed=_attachment(attachments, each["attachment"]), log=str(each["log"]))
        for each in listed
    ]


def judge_job(
    proof: bytes, target: FetchedTarget, contrast: FetchedTarget | None = None, contrast_patch: bytes | None = None
) -> Answer:
    """A job that judges a proof; its answer is `{"verdict": …, "evidence_digest": …}` with the evidence attached.

    Attachments of the answer: `evidence` and `proof`, both canonical JSON; the proof is what was run.
    """
    described, attached = target.as_header("target")
    header: Header = {"job": "judge", "proof": "proof", "target": described, "contrast": None, "contrast_patch": None}
    attachments = {"proof": proof, **attached}
    if contrast is not None:
        header["contrast"], further = contrast.as_header("contrast")
        attachments |= further
    if contrast_patch is not None:
        header["contrast_patch"] = "contrast_patch"
        attachments["contrast_patch"] = contrast_patch
    return header, attachments


def _judge(header: Header, attachments: Attachments, engine: Engine) -> Answer:
    proof = engine.read(_attachment(attachments, header.get("proof")))
    verdict = engine.judge(
        proof,
        _the_target(header, attachments),
        _target(header, attachments, "contrast"),
        _patch(header, attachments, "contrast_patch"),
    )
    evidence = verdict.evidence
    answer = {key: value for key, value in verdict.as_dict().items() if key != "evidence"}
    attached = {"evidence": canonical_json(evidence.as_dict()), "proof": canonical_json(proof.document)}
    return {"verdict": answer, "evidence_digest": evidence.digest}, attached


def replay_job(
    proofs: Sequence[bytes], target: FetchedTarget, *, patch: bytes | None = None, upgrade: FetchedTarget | None = None
) -> Answer:
    """A job that runs proofs on a patched target, or on an upgrade of it.

    Its answer is `{"applies": bool, "builds": bool, "why": text, "proofs": [{proof, kind, shown, runs, reached,
    silent, signs, why}]}`.
    """
    described, attachments = target.as_header("target")
    header: Header = {"job": "replay", "target": described, "patch": None, "upgrade": None}
    header["proofs"] = [f"proof/{index}" for index in range(len(proofs))]
    attachments |= {f"proof/{index}": proof for index, proof in enumerate(proofs)}
    if patch is not None:
        header["patch"] = "patch"
        attachments["patch"] = patch
    if upgrade is not None:
        header["upgrade"], further = upgrade.as_header("upgrade")
        attachments |= further
    return header, attachments


def _replay(header: Header, attachments: Attachments, engine: Engine) -> Answer:
    names = header.get("proofs")
    if not isinstance(names, list) or len(names) > _MOST_PROOFS:
        raise BadInput(f"a list of at most {_MOST_PROOFS} proofs is wanted", code="job.proofs", place="/proofs")
    target = _the_target(header, attachments)
    patch, upgrade = _patch(header, attachments, "patch"), _target(header, attachments, "upgrade")
    proofs = [engine.read(_attachment(attachments, name)) for name in names]
    try:
        replayed = engine.replay(target, proofs, patch=patch, upgrade=upgrade)
    except BuildFailed as error:
        return _unbuilt(error) | {"proofs": []}, {}
    return {**_BUILT, "proofs": [{**asdict(one), "signs": list(one.signs)} for one in replayed]}, {}


_BUILT: Header = {"applies": True, "builds": True, "why": "", "log": ""}


def _unbuilt(error: BuildFailed) -> Header:
    applies = not isinstance(error, DoesNotApply)
    return {"applies": applies, "builds": False, "why": error.message, "log": error.advice()}


def regression_job(target: FetchedTarget, patch: bytes) -> Answer:
    """A job that runs a target's own tests without and with a patch.

    Its answer is `{"applies", "builds", "why", "held": bool, "broken": [name], "before": [{name, passed, count}],
    "after": […]}`.
    """
    described, attachments = target.as_header("target")
    return {"job": "regression", "target": described, "patch": "patch"}, {**attachments, "patch": patch}


def _regression(header: Header, attachments: Attachments, engine: Engine) -> Answer:
    patch = checked_patch(_attachment(attachments, header.get("patch")))
    try:
        found = engine.regression(_the_target(header, attachments), patch)
    except BuildFailed as error:
        return _unbuilt(error) | {"held": False, "broken": [], "before": [], "after": []}, {}
    tests = {"before": [asdict(one) for one in found.before], "after": [asdict(one) for one in found.after]}
    return {**_BUILT, "held": found.held, "broken": list(found.broken), **tests}, {}


def build_job(target: FetchedTarget, patch: bytes | None = None) -> Answer:
    """A job that builds a target; its answer is `{"applies", "builds", "why", "log", "digest"}`, the build attached."""
    described, attachments = target.as_header("target")
    header: Header = {"job": "build", "target": described, "patch": None}
    if patch is not None:
        header["patch"] = "patch"
        attachments["patch"] = patch
    return header, attachments


def _build(header: Header, attachments: Attachments, engine: Engine) -> Answer:
    try:
        target, patch = _the_target(header, attachments), _patch(header, attachments, "patch")
        built, sealed = engine.build(target, patch), engine.seal(target, patch)
    except BuildFailed as error:
        return _unbuilt(error) | {"digest": ""}, {}
    return {**_BUILT, "log": built.log, "digest": built.digest}, {SEALED: sealed.packed}
