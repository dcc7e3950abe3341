"""An agreement is data that both sides sign: within what its template allows, in plain words, amended only anew."""

from __future__ import annotations

import base64
import json
import stat

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from levee.cli.agreements import app, key_in, opening_key_in
from levee.frontier.agreements.signing import countersign, offer, read_signed, signed_by
from levee.frontier.agreements.templates import shipped
from levee.frontier.agreements.terms import read_agreement
from levee.frontier.agreements.wording import clauses
from levee.frontier.envelopes import name_of
from levee.frontier.sealing import new_key, opened, sealed
from levee.frontier.seals import new_pair
from levee.kernel.errors import BadInput, Conflict, NotFound

DEVELOPER, EVALUATOR, STRANGER = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2, 3))
SEALS = [new_pair()[0] for _ in range(2)]


def told(**more):
    return {
        "template": "eo-14409-1",
        "developer": {"name": "Halyard Frontier Lab", "key": name_of(DEVELOPER.public_key()), "seal": SEALS[0]},
        "evaluator": {"name": "Tidewater Evaluations", "key": name_of(EVALUATOR.public_key()), "seal": SEALS[1]},
        "model": "spinnaker",
        "access": "AL1",
        "purpose": "cyber-evaluation",
        "about": "Whether the model finds and uses flaws in software, by the pack named in the plan.",
        "operations": ["chat", "responses"],
        "begins": "2026-12-01T00:00:00Z",
        "ends": "2026-12-31T00:00:00Z",
        "tokens": 50_000_000,
        "calls": 120,
        "days": 90,
        "keeps": "counts",
        "evidence": "this agreement alone",
        "publication": "when both agree to each text",
        "sandbox": "a machine of their own",
        **more,
    }


def test_both_sides_sign_the_same_words():
    agreement = read_agreement(told())
    offered = offer(agreement, DEVELOPER)
    assert [each.name for each in signed_by(offered)] == ["Halyard Frontier Lab"]
    both = countersign(offered, EVALUATOR)
    assert [each.name for each in signed_by(both)] == ["Halyard Frontier Lab", "Tidewater Evaluations"]
    assert read_signed(both) == agreement
    assert read_signed(both).digest == agreement.digest


def test_it_does_not_matter_who_signs_first():
    agreement = read_agreement(told())
    assert len(signed_by(countersign(offer(agreement, EVALUATOR), DEVELOPER))) == 2


def test_nobody_else_signs_and_nobody_signs_twice():
    offered = offer(read_agreement(told()), DEVELOPER)
    with pytest.raises(BadInput):
        offer(read_agreement(told()), STRANGER)
    with pytest.raises(BadInput):
        countersign(offered, STRANGER)
    with pytest.raises(Conflict):
        countersign(offered, DEVELOPER)


@given(place=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_a_changed_word_is_signed_by_nobody(place, bit):
    both = countersign(offer(read_agreement(told()), DEVELOPER), EVALUATOR)
    payload = bytearray(base64.b64decode(json.loads(both)["payload"]))
    payload[place % len(payload)] ^= 1 << bit
    changed = json.dumps({**json.loads(both), "payload": base64.b64encode(payload).decode()}).encode()
    with pytest.raises((BadInput, NotFound)):
        read_signed(changed)


def test_another_window_is_another_agreement_that_names_the_first():
    first = read_agreement(told())
    second = read_agreement(told(begins="2027-01-01T00:00:00Z", ends="2027-01-31T00:00:00Z", amends=first.digest))
    assert second.amends == first.digest != second.digest


def test_a_window_of_the_orders_template_is_thirty_days_to_the_second():
    read_agreement(told(ends="2026-12-31T00:00:00Z"))
    with pytest.raises(BadInput) as refused:
        read_agreement(told(ends="2026-12-31T00:00:01Z"))
    assert refused.value.place == "/ends"
    assert "new agreement" in refused.value.advice()


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"template": "eo-1"}, "/template"),
        ({"developer": {"name": "A"}}, "/developer/key"),
        ({"developer": {"name": "A", "key": "ed25519:00", "seal": SEALS[0]}}, "/developer/key"),
        ({"developer": {"name": " ", "key": name_of(DEVELOPER.public_key()), "seal": SEALS[0]}}, "/developer/name"),
        ({"evaluator": {"name": "B", "key": name_of(DEVELOPER.public_key()), "seal": SEALS[1]}}, "/evaluator/key"),
        ({"evaluator": {"name": "B", "key": name_of(EVALUATOR.public_key()), "seal": SEALS[0]}}, "/evaluator/seal"),
        ({"developer": {"name": "A", "key": name_of(DEVELOPER.public_key())}}, "/developer/seal"),
        ({"developer": {"name": "A", "key": name_of(DEVELOPER.public_key()), "seal": "age1"}}, "/developer/seal"),
        ({"model": "a model"}, "/model"),
        ({"access": "AL4"}, "/access"),
        ({"about": "two\nlines"}, "/about"),
        ({"operations": []}, "/operations"),
        ({"operations": ["responses", "chat"]}, "/operations"),
        ({"operations": ["train"]}, "/operations"),
        ({"begins": "2026-12-01"}, "/begins"),
        ({"ends": "2026-11-30T00:00:00Z"}, "/ends"),
        ({"tokens": 0}, "/tokens"),
        ({"calls": True}, "/calls"),
        ({"days": -1}, "/days"),
        ({"keeps": "everything"}, "/keeps"),
        ({"evidence": "trust us"}, "/evidence"),
        ({"sandbox": "the cloud"}, "/sandbox"),
        ({"holds": [{"what": "counts", "why": "tax", "days": 0}]}, "/holds/0/days"),
        ({"amends": "sha256:1"}, "/agreement"),
        ({"licence": "granted"}, "/licence"),
    ],
)
def test_terms_that_cannot_stand_are_refused_with_their_field(more, place):
    with pytest.raises((BadInput, NotFound)) as refused:
        read_agreement(told(**more))
    assert refused.value.place == place


def test_every_field_is_needed_but_two():
    for name in told():
        with pytest.raises(BadInput) as refused:
            read_agreement({key: value for key, value in told().items() if key != name})
        assert refused.value.place == f"/{name}"


def test_every_term_stands_in_plain_words():
    holds = [{"what": "counts of calls", "why": "the tax code asks for it", "days": 3650}]
    words = "\n".join(text for _, text in clauses(read_agreement(told(holds=holds))))
    for term in (
        "Halyard Frontier Lab",
        "Tidewater Evaluations",
        "spinnaker",
        "AL1",
        "chat and responses",
        "2026-12-01 00:00 UTC",
        "2026-12-31 00:00 UTC",
        "50,000,000 tokens",
        "120 calls",
        "90 days",
        *SEALS,
        "counts of calls for 3650 days (the tax code asks for it)",
        "when both agree to each text",
    ):
        assert term in words
    assert "{" not in words
    assert "holds" not in dict(clauses(read_agreement(told())))


@pytest.mark.parametrize("name", shipped())
def test_a_template_promises_that_leaving_is_free_and_that_nothing_is_a_licence(name):
    says = shipped()[name].says
    assert "without a reason" in says["exit"]
    assert "without anybody's consent" in says["exit"]
    assert "nothing here is a licence" in says["parties"]


@pytest.fixture
def run():
    def run(*words):
        return CliRunner().invoke(app, [str(word) for word in words])

    return run


def test_an_agreement_goes_from_one_desk_to_the_other_as_a_file(run, tmp_path):
    mine, theirs = tmp_path / "mine.key", tmp_path / "theirs.key"
    names = [dict(zip(("key", "seal"), run("key", each).stdout.split(), strict=True)) for each in (mine, theirs)]
    assert stat.S_IMODE(mine.stat().st_mode) == 0o600
    draft, once, both = (tmp_path / each for each in ("draft.json", "once.json", "both.json"))
    sides = {"developer": {"name": "Lab", **names[0]}, "evaluator": {"name": "Desk", **names[1]}}
    draft.write_text(json.dumps(told(**sides)))
    assert "It binds nobody yet" in run("read", draft).stdout
    assert "is signed by Lab" in run("sign", draft, "--key", mine, "--out", once).stdout
    assert "It binds nobody yet" in run("read", once).stdout
    assert "is signed by Lab, Desk" in run("sign", once, "--key", theirs, "--out", both).stdout
    shown = json.loads(run("read", both, "--json").stdout)
    assert shown["signed_by"] == ["Lab", "Desk"]
    assert shown["digest"] == read_agreement(json.loads(draft.read_text())).digest
    assert "Both have signed it" in run("read", both).stdout


def test_a_key_never_takes_another_ones_place(run, tmp_path):
    run("key", tmp_path / "a.key")
    kept = (tmp_path / "a.key").read_text()
    assert isinstance(run("key", tmp_path / "a.key").exception, Conflict)
    assert (tmp_path / "a.key").read_text() == kept


def test_what_one_key_file_prints_is_what_it_signs_and_opens_with(run, tmp_path):
    name, seal = run("key", tmp_path / "a.key").stdout.split()
    assert name_of(key_in(tmp_path / "a.key").public_key()) == name
    made = new_key([seal])
    assert opened(sealed(b"said", made.recipient), made.wrapped, opening_key_in(tmp_path / "a.key")) == b"said"


def test_a_file_without_a_key_to_open_with_is_refused(run, tmp_path):
    (tmp_path / "old.key").write_text("01" * 32)
    key_in(tmp_path / "old.key")
    with pytest.raises(BadInput, match="no key to open with"):
        opening_key_in(tmp_path / "old.key")


def test_what_is_no_key_and_no_agreement_is_refused(run, tmp_path):
    (tmp_path / "odd").write_text("{}")
    draft = tmp_path / "draft.json"
    draft.write_text(json.dumps(told()))
    assert isinstance(run("read", tmp_path / "odd").exception, BadInput)
    assert isinstance(run("sign", draft, "--key", tmp_path / "odd", "--out", tmp_path / "x").exception, BadInput)
    assert not (tmp_path / "x").exists()


def test_templates_are_listed(run):
    assert "30 days at most" in " ".join(run("templates").stdout.split())
    assert [each["name"] for each in json.loads(run("templates", "--json").stdout)] == list(shipped())
