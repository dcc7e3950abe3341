"""A deletion that did not end, or found something, is taken up by a later one; and what is named is there."""

import json

import pytest
from typer.testing import CliRunner

from levee.cli.agreements import key_in
from levee.cli.frontier import app
from levee.frontier.agreements.terms import read_agreement
from levee.frontier.deletion.certificates import Gone, certificate, destroyed_before, read_certificate
from levee.frontier.deletion.deleting import Deletion, Wrap, delete, wraps_at_gateway
from levee.frontier.sealing import new_key
from levee.kernel.clock import SystemClock
from levee.kernel.errors import BadInput, Conflict
from support.frontier import told


def run(*words):
    answer = CliRunner().invoke(app, [str(word) for word in words])
    if answer.exception is not None and not isinstance(answer.exception, SystemExit):
        raise answer.exception
    assert answer.exit_code == 0, answer.output
    return answer.stdout


class Desk:
    """Both sides' keys, an agreement that both signed, and one wrap of both at the evaluator's."""

    def __init__(self, path):
        self.path, self.store, sides = path, path / "store", {}
        for side in ("developer", "evaluator"):
            key, seal = run("agreement", "key", path / f"{side}.key").split()
            sides[side] = {"name": side, "key": key, "seal": seal}
        (path / "draft").write_text(json.dumps(told(**sides)))
        run("agreement", "sign", path / "draft", "--key", path / "developer.key", "--out", path / "once")
        run("agreement", "sign", path / "once", "--key", path / "evaluator.key", "--out", path / "agreement")
        self.agreement = read_agreement(json.loads((path / "draft").read_text()))
        self.wrapped = new_key([each["seal"] for each in sides.values()]).wrapped
        self.store.mkdir()
        self.wrap = path / "GRT-1.age"
        self.wrap.write_bytes(self.wrapped)
        (self.store / "log").write_text("ran")

    def delete(self, *words, out="report"):
        file = self.path / out
        key = ("--key", self.path / "evaluator.key")
        run("delete", self.path / "agreement", "--at", self.store, *key, "--out", file, *words)
        return json.loads(file.read_bytes())

    def developers(self):
        """The developer's report, whose wrap is a copy of the same."""
        folder = self.path / "gateway"
        folder.mkdir()
        (folder / "GRT-1.age").write_bytes(self.wrapped)
        (folder / "key").write_bytes((self.path / "developer.key").read_bytes())
        wraps = (Wrap(grant="GRT-1", path=folder / "GRT-1.age"),)
        deletion = Deletion(agreement=self.agreement.digest, side="developer", wraps=wraps, places=(folder,))
        return json.loads(json.dumps(delete(deletion, SystemClock().now(), lambda _: None).told()))

    def certify(self, evaluators):
        signed = certificate(self.agreement, [self.developers(), evaluators], key_in(self.path / "developer.key"))
        return read_certificate(signed, self.agreement)


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


def test_a_deletion_that_found_something_is_certified_once_that_is_gone(desk):
    copy = desk.store / "copy"
    copy.write_bytes(desk.wrapped)
    first = desk.delete("--wrap", desk.wrap)
    assert first["after"]["wraps_opened"] == 1
    copy.unlink()
    second = desk.delete("--after", desk.path / "report", out="again")
    assert second["keys"] == first["keys"]
    assert desk.certify(second)["evaluator"] == second


class PowerGone(Exception):
    """The machine stops."""


@pytest.mark.parametrize("gone", [1, 2], ids=["after the key", "after the files"])
def test_what_was_destroyed_is_known_though_the_machine_stops(desk, gone):
    reports = []

    def note(report):
        reports.append(json.loads(json.dumps(report.told())))
        if len(reports) == 1 + gone:
            raise PowerGone

    runs = desk.path / "runs"
    runs.mkdir()
    (runs / "one").write_text("a run")
    wraps = (Wrap(grant="GRT-1", path=desk.wrap),)
    deletion = Deletion(
        agreement=desk.agreement.digest, side="evaluator", wraps=wraps, remove=(runs,), places=(desk.store,)
    )
    with pytest.raises(PowerGone):
        delete(deletion, SystemClock().now(), note)
    assert (desk.wrap.exists(), runs.exists()) == (False, gone == 1)
    assert reports[0]["keys"] == [], "the report can be written, before anything is destroyed"
    with pytest.raises(BadInput, match="did not come to its end"):
        desk.certify(reports[-1])
    (desk.path / "cut").write_text(json.dumps(reports[-1]))
    rest = ("--remove", runs) if gone == 1 else ()
    ended = desk.delete("--after", desk.path / "cut", *rest)
    assert [each["grant"] for each in ended["keys"]] == ["GRT-1"]
    assert [(each["name"], each["files"]) for each in ended["files"]] == [("runs", 1)]


def test_a_report_that_cannot_be_written_or_is_there_already_destroys_nothing(desk):
    with pytest.raises(BadInput, match="cannot be written"):
        desk.delete("--wrap", desk.wrap, out="nowhere/report")
    (desk.path / "report").write_text("{}")
    with pytest.raises(Conflict, match="only report"):
        desk.delete("--wrap", desk.wrap)
    assert desk.wrap.read_bytes() == desk.wrapped


def test_an_earlier_report_is_of_this_side_and_this_agreement(desk):
    report = desk.delete("--wrap", desk.wrap)
    assert destroyed_before(report, desk.agreement.digest, "evaluator")[0] == (Gone(**report["keys"][0]),)
    for wrong in ({**report, "side": "developer"}, {**report, "agreement": "sha256:0"}, {**report, "keys": [1]}, []):
        with pytest.raises(BadInput, match="no report of the evaluator"):
            destroyed_before(wrong, desk.agreement.digest, "evaluator")


def test_a_place_that_is_not_there_or_is_a_link_is_refused_before_anything_is_destroyed(desk):
    link = desk.path / "link"
    link.symlink_to(desk.store)
    for place, refusal in ((desk.path / "misspelt", "no such file or folder"), (link, "this is a link")):
        for option in ("--at", "--remove"):
            with pytest.raises(BadInput, match=refusal):
                desk.delete("--wrap", desk.wrap, option, place)
    with pytest.raises(BadInput, match="no such file or folder"):
        wraps_at_gateway(desk.path / "misspelt", desk.agreement.digest, 0)
    assert desk.wrap.read_bytes() == desk.wrapped
    assert not (desk.path / "report").exists()


def test_a_wrap_is_there_and_is_a_wrapped_key(desk):
    with pytest.raises(BadInput, match="no such file"):
        desk.delete("--wrap", desk.path / "GRT-2.age")
    for data in (b"", b"a letter", desk.wrapped[:-1], desk.wrapped + b"\n"):
        (desk.path / "GRT-2.age").write_bytes(data)
        with pytest.raises(BadInput, match="no wrapped key"):
            desk.delete("--wrap", desk.wrap, "--wrap", desk.path / "GRT-2.age")
    assert desk.wrap.read_bytes() == desk.wrapped
