import json
import random

import pytest

from levee.findings import selectors as findings
from levee.kernel.errors import NotFound
from levee.kernel.hashing import sha256
from levee.ledger.models import Pending
from levee.platform.database.roles import DbRole
from levee.platform.jobs import carry_out
from levee.platform.models import Run
from levee.platform.ports import ports, replaced
from levee.platform.signing import EvidenceSignature, verify_evidence
from levee.policy.actors import Actor, OrganisationKind, PrincipalKind, Standing
from levee.validation import selectors, services
from levee.validation.engine.registries import clients
from levee.validation.models import Verdict
from levee.validation.types import Result
from samples import tidepack_proofs
from support.database import as_role
from support.running import crash_proof, hand_in, work


def crash(cause="runs", caller="note", seed=1):
    return crash_proof(tidepack_proofs.crash(cause, caller, random.Random(seed)))


def run_of(world, finding):
    with as_role(world.owner_role):
        return Run.unscoped.get(kind=services.VALIDATE, subject=finding)


def as_run(run):
    return Actor(
        id=run.id,
        kind=PrincipalKind.SERVICE,
        party=run.party,
        organisation_kind=OrganisationKind.CLEARINGHOUSE,
        standing=Standing.JOINED,
    )


def test_a_crash_that_the_fixed_release_does_not_have_is_confirmed_with_four_fields(world, registered):
    finder = world.finder()
    finding = hand_in(finder, crash(), key="k")
    work()
    verdict = selectors.verdict(finder, finding)
    assert verdict.result is Result.CONFIRMED, verdict.detail
    assert (verdict.effect_shown, verdict.effect_runs) == (5, 5)
    assert verdict.contrast == "silent"
    assert verdict.contrast_build.startswith("source:tidepack@1.1.0 ")
    assert "memory that it does not own" in verdict.contract
    assert "1.1.0 is silent" in verdict.contract
    assert verdict.reach == "yes"
    assert verdict.settled
    assert "tp_runs_expand" in verdict.signature
    assert verdict.signature.startswith("source:tidepack@1.0.0 memory ")


def test_its_evidence_is_what_the_worker_signed_and_the_ledger_holds(world, registered):
    finder = world.finder()
    finding = hand_in(finder, crash(), key="k")
    work()
    evidence = selectors.evidence(finder, finding)
    signature = EvidenceSignature(key=bytes.fromhex(evidence.key), value=bytes.fromhex(evidence.signature))
    verify_evidence(evidence.document, signature, trusted={ports().evidence.public_key})
    assert sha256(evidence.document).hex() == evidence.digest
    assert json.loads(evidence.document)["runs"]
    with as_role(world.owner_role):
        noted = [json.loads(row.fields) for row in Pending.unscoped.filter(log_key=finder.party)]
    digests = {value for each in noted for value in each.values() if isinstance(value, str)}
    assert evidence.digest in digests
    with pytest.raises(NotFound):
        selectors.evidence(world.finder(), finding)


def test_what_does_not_crash_is_not_reproduced(world, registered):
    finder = world.finder()
    decoys = [proof.data for proof in tidepack_proofs.decoys(5, 3)]
    keys = [hand_in(finder, crash_proof(data), key=str(place)) for place, data in enumerate(decoys)]
    work()
    assert {selectors.verdict(finder, key).result for key in keys} == {Result.NOT_REPRODUCED}


def test_without_a_contrast_an_effect_is_only_shown_and_waits_for_a_person(world, registered):
    finder = world.finder()
    none = hand_in(finder, crash(), key="none", contrast="")
    absent = hand_in(finder, crash(), key="absent", contrast="9.9.9")
    work()
    for finding, why in ((none, "no contrast was given"), (absent, "9.9.9")):
        verdict = selectors.verdict(registered, finding)
        assert (verdict.result, verdict.contrast, verdict.contract) == (Result.EFFECT_SHOWN, "none", "")
        assert why in verdict.detail
        assert verdict.waits
        assert not verdict.settled


def test_what_has_no_proof_is_beyond_the_sandbox_in_the_finders_own_words(world, registered):
    finder = world.finder()
    finding = hand_in(finder, None, key="k")
    work()
    verdict = selectors.verdict(finder, finding)
    assert verdict.result is Result.BEYOND_SANDBOX
    assert verdict.detail == "it needs the vendor's own board"


def test_a_target_that_nobody_registered_is_named_in_the_verdict(world, registered):
    finder = world.finder()
    finding = hand_in(finder, crash(), key="k", target="source:nowhere@1.0")
    work()
    verdict = selectors.verdict(finder, finding)
    assert verdict.result is Result.NOT_REPRODUCED
    assert "nowhere 1.0" in verdict.detail


def test_a_run_sees_its_own_finding_and_only_until_its_verdict(world, registered):
    finder = world.finder()
    mine, other = hand_in(finder, None, key="mine"), hand_in(finder, None, key="other")
    actor = as_run(run_of(world, mine))
    with as_role(DbRole.WORKER):
        assert [each.id for each in findings.listed(actor)] == [mine]
        with pytest.raises(NotFound):
            findings.get(actor, other)
        services.validate(actor, mine)
        assert findings.count(actor) == 0


def test_a_job_that_is_delivered_twice_gives_one_verdict(world, registered):
    finding = hand_in(world.finder(), crash(), key="k")
    run = run_of(world, finding)
    with as_role(DbRole.WORKER):
        services.validate(as_run(run), finding)  # a worker that died before it could say that the run had ended
        assert carry_out(services.VALIDATE, run.id)
        assert carry_out(services.VALIDATE, run.id)
    with as_role(world.owner_role):
        assert Verdict.unscoped.filter(finding=finding).count() == 1


@pytest.fixture
def no_registry(monkeypatch):
    """Clients that are set to a registry that does not answer; what they said before is forgotten."""
    for name in ("PIP_INDEX_URL", "NPM_CONFIG_REGISTRY", "npm_config_registry"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    for registry in (clients.pip_registry, clients.npm_registry):
        registry.cache_clear()
    yield
    for registry in (clients.pip_registry, clients.npm_registry):
        registry.cache_clear()


def test_a_registry_that_does_not_answer_is_asked_again_and_in_the_end_a_person_looks(world, registered, no_registry):
    finder = world.finder()
    finding = hand_in(finder, pollution(), key="k", target="npm:levee-nothing@1.0.0", contrast="")
    run = run_of(world, finding)
    with as_role(DbRole.WORKER):
        assert not carry_out(services.VALIDATE, run.id)
        assert selectors.verdict(finder, finding) is None
        assert not carry_out(services.VALIDATE, run.id)
        assert carry_out(services.VALIDATE, run.id)
    verdict = selectors.verdict(finder, finding)
    assert verdict.result is Result.BEYOND_SANDBOX
    assert "registry" in verdict.detail


def pollution():
    return {
        "levee": "proof/1",
        "form": "calls",
        "kind": "prototype_pollution",
        "language": "javascript",
        "steps": [{"call": "levee-nothing", "args": [["--__proto__.{{K}}", "{{V}}"]]}],
        "benign": [{"call": "levee-nothing", "args": [["--a", "b"]]}],
    }


def test_a_worker_that_dies_on_a_job_each_time_does_not_keep_it_for_ever(world, registered):
    finding = hand_in(world.finder(), crash(), key="k")
    run = run_of(world, finding)
    with as_role(world.owner_role):
        Run.unscoped.filter(id=run.id).update(attempts=3)
    with as_role(DbRole.WORKER):
        assert carry_out(services.VALIDATE, run.id)
    assert selectors.verdict(registered, finding).result is Result.BEYOND_SANDBOX


GENERATED = "import base64, json, sys\nprint(json.dumps({document!r}))\n"


def test_of_a_generator_the_output_is_the_proof(world, registered):
    finder = world.finder()
    script = GENERATED.format(document=crash())
    generator = {"levee": "proof/1", "form": "generator", "kind": "memory", "language": "python", "script": script}
    one, other = hand_in(finder, generator, key="script"), hand_in(finder, crash(), key="bytes")
    silent = hand_in(finder, {**generator, "script": "raise SystemExit(3)"}, key="broken")
    work()
    written, plain = selectors.verdict(finder, one), selectors.verdict(finder, other)
    assert written.result is plain.result is Result.CONFIRMED, written.detail
    assert (written.proof_digest, written.signature) == (plain.proof_digest, plain.signature)
    assert json.loads(selectors.ran(registered, one)) == crash()
    assert selectors.verdict(finder, silent).result is Result.NOT_REPRODUCED


class TakenOver:
    """A runner that was taken over: it answers what it likes, starting from one honest answer."""

    honest = None

    def __init__(self, runner, change):
        self._runner, self._change = runner, change

    def run(self, kind, header, attachments, *, seconds):
        if TakenOver.honest is None:
            TakenOver.honest = self._runner.run(kind, header, attachments, seconds=seconds)
        message = TakenOver.honest
        header, attachments = json.loads(json.dumps(message.header)), dict(message.attachments)
        self._change(header, attachments)
        return type(message)(header=header, attachments=attachments)


def confirm(header, _attachments):
    header["verdict"] |= {"result": "confirmed"}
    header["verdict"]["contract"]["basis"] = "contrast"
    header["verdict"]["contrast"] |= {"state": "silent", "spec": "source:tidepack@1.1.0"}


def another_proof(header, attachments):
    attachments["proof"] = json.dumps(crash(seed=99)).encode()
    header["verdict"]["proof"] = sha256(attachments["proof"]).hex()


def another_evidence(_header, attachments):
    attachments["evidence"] = b'{"format":"evidence/1"}'


def one_field_more(header, _attachments):
    header["verdict"]["severity"] = "critical"


def more_showings_than_runs(header, _attachments):
    header["verdict"]["effect"]["shown"] = 9


@pytest.mark.parametrize(
    "lie",
    [confirm, another_proof, another_evidence, one_field_more, more_showings_than_runs],
    ids=lambda lie: lie.__name__,
)
def test_a_runner_that_was_taken_over_confirms_nothing(world, registered, runner, lie):
    finder = world.finder()
    finding = hand_in(finder, crash(), key="k", contrast="")
    with replaced(runner=TakenOver(runner, lie)):
        work()
    verdict = selectors.verdict(finder, finding)
    assert verdict.result is Result.BEYOND_SANDBOX
    assert "runner.answer" in verdict.detail
    assert not verdict.settled
