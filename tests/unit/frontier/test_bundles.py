"""Results in one signed file: scored again by anyone, changed by nobody unseen, and shown in part without the rest."""

from __future__ import annotations

import base64
import itertools
import json
import random
from datetime import UTC, datetime

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typer.testing import CliRunner

from levee.cli.frontier import app
from levee.frontier.bundles.checking import check
from levee.frontier.bundles.redacting import view
from levee.frontier.bundles.writing import KIND, bundle
from levee.frontier.determination.plan import Plan, digest_of, spelt
from levee.frontier.determination.runs import Run
from levee.frontier.determination.telling import determination
from levee.frontier.envelopes import name_of, sealed
from levee.kernel.errors import LeveeError
from levee.kernel.hashing import canonical_json

KEY, OTHER = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2))
TRUSTED = [name_of(KEY.public_key())]
PLAN = Plan(pack="sha256:" + "0" * 64, threshold=0.4, looks=(10, 20), epochs=2)
AGREEMENT = "sha256:" + "a" * 64
AT = datetime(2026, 11, 30, 4, 0, tzinfo=UTC)


def runs():
    rng = np.random.default_rng(7)
    return [
        Run(task=f"t{task}", family=f"f{task % 5}", epoch=epoch, success=bool(rng.random() < 0.6), tokens=100 * epoch)
        for task in range(20)
        for epoch in (1, 2)
    ]


def test_the_outcome_at_the_head_is_that_of_the_determination():
    told = json.loads(made())
    manifest = json.loads(base64.b64decode(told["manifest"]["payload"]))
    other = {**manifest, "outcome": "below" if manifest["outcome"] != "below" else "above"}
    told["manifest"] = json.loads(sealed(KIND, other, KEY))
    with pytest.raises(LeveeError) as refused:
        check(canonical_json(told), TRUSTED)
    assert refused.value.place == "/manifest/outcome"


def test_a_view_shows_something():
    shown = json.loads(view(made(), TRUSTED, tasks={"t1"}))
    with pytest.raises(LeveeError, match="some of the runs"):
        check(canonical_json({**shown, "shown": []}), TRUSTED)


def made(plan=PLAN, what=None, key=KEY):
    salts = itertools.count()
    return bundle(
        plan,
        what or runs(),
        agreement=AGREEMENT,
        tools={"inspect-ai": "0.3.285"},
        made_at=AT,
        key=key,
        salt=lambda: next(salts).to_bytes(16, "big"),
    )


def test_a_bundle_is_scored_again_by_whoever_has_it():
    found = check(made(), TRUSTED)
    assert found.whole
    assert found.same_code
    assert list(found.runs) == runs()
    assert found.manifest["plan"] == PLAN.digest
    assert found.manifest["agreement"] == AGREEMENT
    assert found.determination == spelt(determination(PLAN, runs()))


def test_every_changed_byte_is_found():
    data, rng = made(), random.Random(5)
    for _ in range(1000):
        changed = bytearray(data)
        changed[rng.randrange(len(data))] ^= rng.randrange(1, 256)
        with pytest.raises(LeveeError):
            check(bytes(changed), TRUSTED)


@pytest.mark.parametrize("cut", [0, 1, 500, -1])
def test_a_bundle_that_is_cut_short_is_none(cut):
    with pytest.raises(LeveeError):
        check(made()[:cut], TRUSTED)


def test_nobody_elses_signature_counts():
    with pytest.raises(LeveeError):
        check(made(key=OTHER), TRUSTED)


@pytest.mark.parametrize(
    "changes",
    [
        lambda told: told["runs"][0][1].update(success=not told["runs"][0][1]["success"]),
        lambda told: told["runs"].pop(),
        lambda told: told["runs"].append(told["runs"][0]),
        lambda told: told["runs"].reverse(),
        lambda told: told["plan"].update(threshold="0.3"),
        lambda told: told["determination"].update(outcome="below"),
        lambda told: told.update(note="x"),
        lambda told: told.pop("plan"),
    ],
)
def test_whatever_is_changed_in_whole_json_is_found(changes):
    told = json.loads(made())
    changes(told)
    with pytest.raises(LeveeError):
        check(canonical_json(told), TRUSTED)


def test_an_evaluator_that_signs_another_outcome_is_found_out_by_scoring_again():
    told = json.loads(made())
    manifest = check(made(), TRUSTED).manifest
    told["determination"]["outcome"] = "below"
    lie = {**manifest, "outcome": "below", "determination": digest_of(told["determination"])}
    told["manifest"] = json.loads(sealed(KIND, lie, KEY))
    with pytest.raises(LeveeError) as refused:
        check(canonical_json(told), TRUSTED)
    assert refused.value.place == "/determination/outcome"


def test_a_view_shows_some_runs_and_nothing_of_the_others():
    shown = view(made(), TRUSTED, tasks=["t3", "t7"])
    found = check(shown, TRUSTED)
    assert not found.whole
    assert {run.task for run in found.runs} == {"t3", "t7"}
    for hidden in ("t0", "t11", "t19"):
        assert f'"{hidden}"'.encode() not in shown
    with pytest.raises(LeveeError):
        view(shown, TRUSTED, tasks=["t3"])
    with pytest.raises(LeveeError):
        view(made(), TRUSTED, tasks=["t99"])


def test_every_changed_byte_of_a_view_is_found():
    data, rng = view(made(), TRUSTED, tasks=["t3"]), random.Random(6)
    for _ in range(500):
        changed = bytearray(data)
        changed[rng.randrange(len(data))] ^= rng.randrange(1, 256)
        with pytest.raises(LeveeError):
            check(bytes(changed), TRUSTED)


def test_a_run_of_another_bundle_does_not_pass_in_a_view():
    mine, theirs = (json.loads(view(made(what=each), TRUSTED, tasks=["t3"])) for each in (runs(), [*runs()[::-1]]))
    with pytest.raises(LeveeError):
        check(canonical_json({**mine, "shown": theirs["shown"]}), TRUSTED)


def test_results_go_out_and_are_checked_from_the_command_line(tmp_path):
    def run(*words):
        return CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "200"})

    plan, lines, key, out = (tmp_path / each for each in ("plan.json", "runs.jsonl", "our.key", "results.json"))
    plan.write_text(json.dumps({"pack": PLAN.pack, "threshold": 0.4, "looks": [10, 20], "epochs": 2}))
    lines.write_text("\n".join(json.dumps({"task": r.task, "epoch": r.epoch, "success": r.success}) for r in runs()))
    name, _ = run("agreement", "key", key).stdout.split()
    answer = run(
        "bundle", plan, lines, "--agreement", AGREEMENT, "--key", key, "--out", out, "--tool", "inspect-ai=0.3"
    )
    assert answer.exit_code == 0, answer.output
    assert (
        "all 40 runs are as they were signed, and say this again, by the same code"
        in run("verify", out, "--key", name).stdout
    )
    shown = tmp_path / "view.json"
    assert run("redact", out, "--key", name, "--task", "t3", "--out", shown).exit_code == 0
    assert "2 of 40 runs are shown" in run("verify", shown, "--key", name).stdout
    assert json.loads(run("verify", out, "--key", name, "--json").stdout)["manifest"]["tools"]["inspect-ai"] == "0.3"
    assert isinstance(run("verify", out, "--key", TRUSTED[0]).exception, LeveeError)
