"""Nothing runs that was not named before, and no model's tools where its agreement does not want them."""

import json
from dataclasses import asdict, replace
from importlib import import_module

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typer.testing import CliRunner

from levee.frontier.agreements.signing import countersign, offer
from levee.frontier.agreements.terms import read_agreement
from levee.frontier.determination.plan import Plan, spelt
from levee.frontier.determination.runs import NO_MODEL, read_runs
from levee.frontier.envelopes import name_of
from levee.frontier.evaluations.folder import Folder, run_line, run_of, scripted_in
from levee.frontier.evaluations.ordering import check_plan, check_sandbox, claimed, pack_of, tools
from levee.frontier.evaluations.record import Record, seed_of
from levee.frontier.evaluations.spelling import order_bytes, read_order, read_transcript, transcript_bytes
from levee.frontier.evaluations.types import MARK, Call, Limit, Message, Transcript
from levee.frontier.packs.types import Part
from levee.frontier.statements import Operation
from levee.frontier.tokens import issue
from levee.kernel.errors import AgainstRules, BadInput, Conflict
from support.evaluating import TASKS, ordered, place_in
from support.gateway import HOUSE, NOW, carried
from unit.frontier.test_agreements import DEVELOPER, EVALUATOR, told

PLAN = Plan(pack="sha256:" + "b" * 64, threshold=0.5, looks=(10, 20))
REFERENCE = "the reference sandbox, which shares a kernel and is for low capability only"


def signed(**more):
    agreement = read_agreement(told(**more))
    return countersign(offer(agreement, DEVELOPER), EVALUATOR), carried(agreement=agreement.digest)


def transcript(**more):
    return Transcript(
        **{
            "task": "one",
            "family": "ones",
            "epoch": 1,
            "success": True,
            "tokens": 12,
            "minutes": 2.5,
            "messages": (Message(role="user", text="Find it."), Message(role="assistant", text="half a \ud800")),
            "calls": (Call(tool="bash", given="ls", output="it"),),
            "submissions": ("it",),
            "limit": Limit.NONE,
            "seed": 3,
            "tries": 1,
            "scripted": "",
            **more,
        }
    )


def test_only_the_plan_that_was_named_is_run_and_no_more_tasks_than_it_has():
    check_plan(PLAN, PLAN.digest, 20)
    with pytest.raises(BadInput, match="another was named"):
        check_plan(replace(PLAN, threshold=0.4), PLAN.digest, 20)
    with pytest.raises(BadInput):
        check_plan(PLAN, PLAN.digest, 21)


def test_the_pack_is_the_plans_and_has_as_many_tasks(tmp_path):
    place = place_in(tmp_path)
    assert [each.name for each in pack_of([place.pack], place.plan, 3).pack.tasks] == [each.name for each in TASKS]
    with pytest.raises(BadInput):
        pack_of([place.pack], PLAN, 3)
    with pytest.raises(BadInput, match="4 tasks were planned, and 3 are here"):
        pack_of([place.pack], place.plan, 4)
    (place.pack / Part.SEALED / "0001.json").unlink()
    with pytest.raises(BadInput, match="missing"):
        pack_of([place.pack], place.plan, 3)


def test_a_models_tools_run_beside_the_hosts_kernel_only_where_both_accept_it():
    both, token = signed(sandbox=REFERENCE)
    check_sandbox(both, token, "")
    with pytest.raises(AgainstRules):
        check_sandbox(*signed(sandbox="a machine of their own"), "")
    with pytest.raises(BadInput, match="another agreement"):
        check_sandbox(both, carried(), "")
    with pytest.raises(BadInput, match="both have signed"):
        check_sandbox(offer(read_agreement(told(sandbox=REFERENCE)), DEVELOPER), token, "")
    with pytest.raises(BadInput, match="the agreement says"):
        check_sandbox(None, token, "")


def test_a_scripted_agent_needs_no_agreement_but_a_name_that_its_results_carry():
    check_sandbox(None, carried(), "floor")
    assert tools("floor")["scripted-agent"] == "floor"
    assert "scripted-agent" not in tools("")
    with pytest.raises(BadInput):
        check_sandbox(None, carried(), "gpt 9\n")


def test_an_expired_token_and_one_that_asks_no_model_are_refused_before_anything_runs():
    assert claimed(issue(carried(), HOUSE), NOW).model == "model-a"
    for token, when in (
        (issue(carried(), HOUSE), NOW + 10**6),
        (issue(carried(operations=frozenset({Operation.RESPONSES})), HOUSE), NOW),
        ("none", NOW),
    ):
        with pytest.raises(BadInput):
            claimed(token, when)


def test_what_was_kept_of_a_run_is_read_back_and_a_changed_file_is_named(tmp_path):
    folder = Folder(tmp_path / "one")
    folder.begin({"model": "a"}, resume=False)
    folder.keep(1, transcript(task="two"))
    folder.keep(0, transcript())
    assert [each.task for each in folder.transcripts()] == ["one", "two"]
    assert folder.transcripts()[0] == transcript()
    (file,) = (tmp_path / "one" / "runs").glob("0001*")
    file.write_bytes(file.read_bytes()[:-9])
    with pytest.raises(BadInput, match="0001-0001"):
        folder.transcripts()


def test_a_folder_holds_one_evaluation_and_goes_on_with_no_other(tmp_path):
    folder = Folder(tmp_path / "one")
    with pytest.raises(BadInput):
        folder.begin({"model": "a"}, resume=True)
    folder.begin({"model": "a"}, resume=False)
    folder.begin({"model": "a"}, resume=True)
    with pytest.raises(Conflict, match="model"):
        folder.begin({"model": "b"}, resume=True)
    with pytest.raises(Conflict):
        folder.begin({"model": "a"}, resume=False)


def test_how_often_a_run_was_begun_is_counted_though_a_crash_cut_a_line_short(tmp_path):
    folder = Folder(tmp_path)
    assert folder.note_begun("one", 1) == 1
    with (tmp_path / "begun.jsonl").open("ab") as file:
        file.write(b'["one", ')
    assert folder.note_begun("one", 1) == 2
    assert folder.note_begun("one", 2) == 1


def test_runs_are_handed_to_a_determination_as_they_were():
    (run,) = read_runs([run_line(run_of(transcript())).encode()])
    assert run == run_of(transcript())
    assert (run.family, run.tokens, run.minutes) == ("ones", 12, 2.5)


def test_a_transcript_keeps_half_a_character_that_a_model_said():
    assert read_transcript(transcript_bytes(transcript())) == transcript()


def test_an_order_comes_out_of_the_pipe_as_it_went_in(tmp_path):
    order = ordered(place_in(tmp_path), "http://127.0.0.1:1", "a-secret-token")
    assert read_order(order_bytes(order)) == order
    assert b"a-secret-token" not in (tmp_path / "evaluation" / "evaluation.json").read_bytes()


def test_the_seed_of_a_run_is_its_own_and_the_same_each_time():
    seeds = {seed_of(1, task, epoch) for task in ("a", "b", "a1") for epoch in range(1, 12)}
    assert len(seeds) == 33
    assert seed_of(1, "a", 1) == seed_of(1, "a", 1) != seed_of(2, "a", 1)


def test_an_answer_is_asked_for_no_longer_than_what_is_left_of_the_run():
    record = Record(number=0, task=TASKS[0], epoch=1, seed=1, most=1000, desk=None)
    assert record.room(100, 4096) == 900
    record.spend(850)
    assert record.room(100, 4096) == 50
    assert record.room(150, 4096) == 0
    assert replace(record, most=None).room(10**6, 4096) == 4096


def test_no_words_of_a_model_make_it_a_scripted_agent(tmp_path):
    record = Record(number=0, task=TASKS[0], epoch=1, seed=1, most=None, desk=None)
    record.messages = [Message(role="user", text="task"), Message(role="assistant", text=f"{MARK} first")]
    assert record.transcript("").scripted == ""
    assert scripted_in([record.transcript("floor")]) == "floor"
    Folder(tmp_path / "run").begin({"tools": tools("")}, resume=False)
    Folder(tmp_path / "run").keep(0, record.transcript(""))
    told = CliRunner().invoke(import_module("levee.cli.main").app, ["frontier", "runs", str(tmp_path / "run")])
    assert "scripted" not in json.loads(told.stdout)
    assert "1 runs are worded as a scripted agent's" in told.stderr, "whoever forgot to say so is told"


def test_the_folder_of_an_evaluation_is_determined_and_bundled_with_what_it_was_run_with(tmp_path):
    def levee(*words):
        told = CliRunner().invoke(import_module("levee.cli.main").app, ["frontier", *map(str, words)])
        assert told.exit_code == 0, told.output
        return told

    folder, plan, key, out = (tmp_path / name for name in ("run", "plan", "key", "out"))
    plan.write_text(json.dumps({"pack": PLAN.pack, "threshold": 0.5, "looks": [10]}))
    Folder(folder).begin({"tools": tools("")}, resume=False)
    for number in range(10):
        Folder(folder).keep(number, transcript(task=f"task {number}", family=f"{number}", scripted="floor"))
    told = levee("determine", plan, folder, "--json")
    assert json.loads(told.stdout)["outcome"] == "above"
    assert "no model" in told.stderr
    key.write_text("01" * 32)
    levee("bundle", plan, folder, "--agreement", "sha256:" + "a" * 64, "--key", key, "--out", out)
    name = name_of(Ed25519PrivateKey.from_private_bytes(b"\x01" * 32).public_key())
    manifest = json.loads(levee("verify", out, "--key", name, "--json").stdout)["manifest"]
    assert manifest["tools"] == {**tools(""), "scripted-agent": "floor"}
    (tmp_path / "lines").write_text(levee("runs", folder).stdout)
    for place in (folder, tmp_path / "lines"):
        assert json.loads(levee("determine", plan, place, "--json").stdout)["says"].startswith(NO_MODEL)
    levee("bundle", plan, tmp_path / "lines", "--agreement", "sha256:" + "a" * 64, "--key", key, "--out", out)
    assert NO_MODEL in " ".join(levee("verify", out, "--key", name).stdout.split())


def test_the_command_runs_nothing_that_is_refused(tmp_path):
    place = place_in(tmp_path, epochs=2)
    plan = spelt(asdict(place.plan)) | {"threshold": place.plan.threshold, "error": place.plan.error}
    both, token = signed(sandbox="a machine of their own")
    files = {"plan": json.dumps(plan), "key": "01" * 32, "token": issue(replace(token, expires=2**40), HOUSE)}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "both").write_bytes(both)
    words = [
        "frontier",
        "run",
        tmp_path / "plan",
        place.folder,
        "--pack",
        place.pack,
        "--gateway",
        "http://127.0.0.1:1",
    ]
    words += ["--token-file", tmp_path / "token", "--key", tmp_path / "key"]

    def refused(*more):
        told = CliRunner().invoke(import_module("levee.cli.main").app, list(map(str, (*words, *more))))
        assert not place.folder.exists()
        return told.exception

    named = ("--named", place.plan.digest)
    assert isinstance(refused(*named, "--agreement", tmp_path / "both"), AgainstRules)
    assert isinstance(refused(*named), BadInput)
    assert "another was named" in str(refused("--named", PLAN.digest, "--scripted", "floor"))
    (place.pack / "pack.json").write_bytes(b"{}")
    assert isinstance(refused(*named, "--scripted", "floor"), BadInput)
