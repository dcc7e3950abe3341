"""A sweep reads whatever any key that it finds can open, wherever it lies; what was destroyed opens nowhere."""

import base64
import bz2
import gzip
import io
import json
import lzma
import sqlite3
import tarfile
import zipfile
from contextlib import closing
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from levee.frontier.agreements.terms import read_agreement
from levee.frontier.deletion.canaries import new_canary, read_canaries
from levee.frontier.deletion.certificates import LIMITS, certificate, countersigned, read_certificate, signers
from levee.frontier.deletion.deleting import Deletion, Wrap, delete
from levee.frontier.deletion.shredding import destroyed
from levee.frontier.deletion.sweeping import sweep
from levee.frontier.deletion.views import LARGEST
from levee.frontier.envelopes import name_of
from levee.frontier.envelopes import sealed as signed
from levee.frontier.packs.generating import generate
from levee.frontier.sealing import new_key, padded, sealed, unwrapped
from levee.frontier.seals import new_pair, secret_bytes
from levee.kernel.errors import BadInput, Conflict

NOW = datetime(2026, 12, 24, tzinfo=UTC)
SEAL, SECRET = new_pair()
KEY = new_key([SEAL])
CANARY = new_canary()
SOUGHT = frozenset({CANARY.encode()})
SEALED = sealed(padded(json.dumps({"asked": f"x {CANARY} y"}).encode()), KEY.recipient)


@pytest.fixture
def store(tmp_path):
    """A folder with a holder's key and a wrap, to which a test adds where the sealed thing lies."""
    folder = tmp_path / "store"
    folder.mkdir()
    (folder / "ours.key").write_text(f"{'01' * 32}\n{SECRET}\n")
    (folder / "wrap").write_bytes(KEY.wrapped)
    return folder


def database(path, *values):
    """Rows that are in the file's log alone; the bytes of both."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("pragma journal_mode = wal")
        db.execute('create table "odd ""name" (id integer, data)')
        db.commit()
        db.execute("pragma wal_checkpoint(truncate)")
        db.executemany('insert into "odd ""name" (data) values (?)', [(each,) for each in values])
        db.commit()
        return path.read_bytes(), path.with_name(path.name + "-wal").read_bytes()


def packed(data, how=zipfile.ZIP_DEFLATED):
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", how) as archive:
        archive.writestr("samples/1.json", b'{"data": "%s"}' % base64.b64encode(data))
    return found.getvalue()


def tarred(*members):
    """A tar archive, of the members in order, in which a name may come twice."""
    found = io.BytesIO()
    with tarfile.open(fileobj=found, mode="w") as archive:
        for name, data in members:
            told = tarfile.TarInfo(name)
            told.size = len(data)
            archive.addfile(told, io.BytesIO(data))
    return found.getvalue()


PLACES = {
    "a file": lambda: SEALED,
    "between other bytes": lambda: b"before" * 100 + SEALED,
    "one after another": lambda: sealed(b"another", KEY.recipient) + SEALED,
    "base64 in JSON": lambda: json.dumps({"sealed": base64.b64encode(SEALED).decode()}).encode(),
    "lines of base64": lambda: base64.encodebytes(SEALED),
    "gzip": lambda: gzip.compress(SEALED),
    "bzip2": lambda: bz2.compress(SEALED),
    "xz": lambda: lzma.compress(SEALED),
    "a zip as Inspect packs its logs": lambda: packed(SEALED, zipfile.ZIP_ZSTANDARD),
    "a zip in a gzip": lambda: gzip.compress(packed(SEALED)),
    "a tar": lambda: tarred(("a", b"one"), ("b", SEALED), ("b", b"another of the same name")),
    "a tar in a gzip": lambda: gzip.compress(tarred(("a", SEALED), ("c", b"three"))),
}


@pytest.mark.parametrize("how", PLACES)
def test_what_a_found_key_opens_is_read_wherever_it_lies(store, how):
    (store / "kept").write_bytes(PLACES[how]())
    found = sweep([store], canaries=SOUGHT)
    assert found.canaries == SOUGHT
    assert (found.unread, found.unopened) == ({}, {})
    destroyed(store / "wrap")
    assert sweep([store], canaries=SOUGHT, keys=[SECRET]).canaries == set()


@pytest.mark.parametrize("log", [False, True], ids=["in its file", "in its log"])
def test_a_database_is_read_with_its_log_and_nothing_is_written(store, log):
    found = database(store / "kept.sqlite3", SEALED, "text")
    if log:  # as a process leaves them that ends too soon
        assert SEALED[:100] not in found[0]
        for name, data in zip(("kept.sqlite3", "kept.sqlite3-wal"), found, strict=True):
            (store / name).write_bytes(data)
    before = {path: path.read_bytes() for path in store.iterdir()}
    assert sweep([store], canaries=SOUGHT).canaries == SOUGHT
    assert {path: path.read_bytes() for path in store.iterdir()} == before


def test_a_backup_of_a_whole_gateway_is_read_with_the_log_of_its_database(tmp_path):
    file, log = database(tmp_path / "kept.sqlite3", SEALED)
    assert SEALED[:100] not in file
    (tmp_path / "backups").mkdir()
    members = (("g/kept.sqlite3", file), ("g/kept.sqlite3-wal", log), ("g/wraps/GRT-1.age", KEY.wrapped))
    (tmp_path / "backups" / "monday.tar.gz").write_bytes(gzip.compress(tarred(*members)))
    found = sweep([tmp_path / "backups"], canaries=SOUGHT, keys=[SECRET])
    assert found.canaries == SOUGHT
    assert (found.wraps, found.unopened) == (1, {})


def test_a_wrap_that_some_key_opens_is_counted_though_nothing_else_opens(store):
    (store / "wrap").write_bytes(b"what no sweep unpacks" + KEY.wrapped + bytes(500))
    assert sweep([store]).wraps == 1


@pytest.mark.parametrize("kept", [SEALED + bytes(500), SEALED[:-1], SEALED[:1000]], ids=["longer", "shorter", "a part"])
def test_what_is_sealed_counts_as_opened_by_its_head_and_without_its_key_not_at_all(store, kept):
    (store / "kept").write_bytes(b"what no sweep unpacks" + kept)
    assert sweep([store]).opened == 2, "with the wrap itself"
    destroyed(store / "wrap")
    found = sweep([store])
    assert (found.sealed, found.opened) == (1, 0)


@pytest.mark.parametrize("where", ["a holder's key", "the wrap"])
def test_without_either_half_of_the_way_nothing_is_read(store, where):
    (store / "kept").write_bytes(SEALED)
    (store / ("ours.key" if where == "a holder's key" else "wrap")).unlink()
    found = sweep([store], canaries=SOUGHT)
    assert (found.canaries, found.opened) == (set(), 0)
    assert found.sealed > 0


def test_a_wrap_is_found_inside_other_things_and_through_other_wraps(store):
    second = new_key([KEY.recipient])
    (store / "wrap").write_bytes(b"a page of something" + KEY.wrapped + bytes(500))
    (store / "more").write_bytes(base64.b64encode(second.wrapped) + b"\n" + sealed(CANARY.encode(), second.recipient))
    found = sweep([store], canaries=SOUGHT)
    assert found.canaries == SOUGHT
    assert len(found.unwrapped) == 2


def test_what_lies_in_the_clear_is_read_too(store):
    (store / "trace.log").write_text(f"2026-12-01 ran: echo {CANARY}")
    assert sweep([store], canaries=SOUGHT).canaries == SOUGHT


@pytest.mark.parametrize("spelt", ["text", "bytes", "hexadecimal", "base64"])
def test_a_key_that_should_be_gone_is_found_however_it_is_spelt(store, spelt):
    key = unwrapped(KEY.wrapped, SECRET)
    raw = secret_bytes(key)
    spellings = {"text": key.encode(), "bytes": raw, "hexadecimal": raw.hex().encode(), "base64": base64.b64encode(raw)}
    assert sweep([store], gone=[key]).clear == 0
    (store / "core").write_bytes(b"\0" * 1001 + spellings[spelt] + b"\0" * 1001)
    assert sweep([store], gone=[key]).clear == 1


def test_what_cannot_be_opened_is_said_and_looked_at_as_bytes(store):
    (store / "broken.zip").write_bytes(packed(b"x")[:40] + CANARY.encode())
    (store / "broken.sqlite3").write_bytes(b"SQLite format 3\0" + b"\x07" * 300)
    found = sweep([store], canaries=SOUGHT)
    assert {each.rsplit("/", 1)[1] for each in found.unopened} == {"broken.zip", "broken.sqlite3"}
    assert found.unread == {}
    assert found.canaries == SOUGHT


def test_a_file_of_which_no_byte_is_looked_at_is_told_from_those(store):
    with (store / "huge").open("wb") as file:
        file.truncate(LARGEST + 1)
    found = sweep([store])
    assert found.unread == {str(store / "huge"): "too large"}
    assert found.unopened == {}


def test_links_are_not_followed_out_of_a_store_and_what_they_name_stays(store, tmp_path):
    outside = tmp_path / "outside"
    outside.write_text(CANARY)
    (store / "link").symlink_to(outside)
    assert sweep([store], canaries=SOUGHT).canaries == set()
    gone = destroyed(store)
    assert not store.exists()
    assert outside.read_text() == CANARY
    assert gone.files == 2


def test_what_is_destroyed_is_overwritten_first(store):
    other = store / "another name of the same file"
    other.hardlink_to(store / "wrap")
    destroyed(store / "wrap")
    assert other.read_bytes() == b""
    with pytest.raises(BadInput, match="cannot be destroyed"):
        destroyed(store / "wrap")


def test_a_canary_has_its_shape():
    assert read_canaries([CANARY.encode() + b"\n"]) == SOUGHT
    task = generate("web-session", b"1" * 16).canary
    assert read_canaries([task.encode()]) == {task.encode()}, "those of generated tasks are looked for too"
    with pytest.raises(BadInput, match="a canary is"):
        read_canaries([b"CANARY-1"])


DEVELOPER, EVALUATOR, STRANGER = (Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n in (1, 2, 3))
AGREEMENT = read_agreement(
    {
        "template": "eo-14409-1",
        "developer": {"name": "Halyard Frontier Lab", "key": name_of(DEVELOPER.public_key()), "seal": SEAL},
        "evaluator": {"name": "Tidewater", "key": name_of(EVALUATOR.public_key()), "seal": new_pair()[0]},
        "model": "spinnaker",
        "access": "AL1",
        "purpose": "cyber-evaluation",
        "about": "Whether it finds flaws.",
        "operations": ["chat"],
        "begins": "2026-12-01T00:00:00Z",
        "ends": "2026-12-31T00:00:00Z",
        "tokens": 50_000_000,
        "calls": 120,
        "days": 90,
        "keeps": "sealed transcripts",
        "evidence": "this agreement alone",
        "publication": "by nobody",
        "sandbox": "a machine of their own",
        "holds": [{"what": "counts of calls", "why": "the tax code asks for it", "days": 3650}],
    }
)


def report(tmp_path, side, *, leave="", wrapped=KEY.wrapped):
    """What one side's deletion of one wrap tells; `leave` is what it forgets to delete."""
    folder = tmp_path / side
    folder.mkdir()
    (folder / "GRT-1.age").write_bytes(wrapped)
    (folder / "sealed").write_bytes(SEALED)
    (folder / "ours.key").write_text(SECRET)
    if leave == "a copy of the wrap":
        (folder / "copy").write_bytes(KEY.wrapped)
    elif leave == "a trace":
        (folder / "trace").write_text(CANARY)
    elif leave == "the bytes of the key":
        (folder / "core").write_bytes(secret_bytes(unwrapped(KEY.wrapped, SECRET)))
    elif leave == "a wrap that it cannot unpack":
        (folder / "dump").write_bytes(b"dump" + new_key([SEAL]).wrapped + bytes(500))
    deletion = Deletion(
        agreement=AGREEMENT.digest,
        side=side,
        wraps=(Wrap(grant="GRT-1", path=folder / "GRT-1.age", key=KEY.recipient),),
        places=(folder,),
        canaries=SOUGHT,
    )
    return json.loads(json.dumps(delete(deletion, NOW, lambda _: None).told()))


def test_a_report_says_what_could_be_read_before_and_that_nothing_can_after(tmp_path):
    told = report(tmp_path, "developer")
    assert (told["before"]["canaries"], told["after"]["canaries"]) == (1, 0)
    assert (told["before"]["opened"] > 0, told["after"]["opened"]) == (True, 0)
    assert told["keys"][0]["key"] == KEY.recipient
    assert told["keys"][0]["wrap"].startswith("sha256:")
    assert CANARY not in json.dumps(told)
    assert "AGE-SECRET" not in json.dumps(told)


def test_both_sides_sign_what_was_destroyed_what_is_kept_and_what_it_cannot_prove(tmp_path):
    reports = [report(tmp_path, side) for side in ("developer", "evaluator")]
    once = certificate(AGREEMENT, reports, EVALUATOR)
    assert [each.name for each in signers(once, AGREEMENT)] == ["Tidewater"]
    both = countersigned(once, AGREEMENT, DEVELOPER)
    assert len(signers(both, AGREEMENT)) == 2
    told = read_certificate(both, AGREEMENT)
    assert told["kept"] == [{"what": "counts of calls", "why": "the tax code asks for it", "days": 3650}]
    assert told["limits"] == list(LIMITS)
    assert "cannot prove that no copy" in told["limits"][0]
    with pytest.raises(Conflict):
        countersigned(both, AGREEMENT, DEVELOPER)
    with pytest.raises(BadInput, match="neither side"):
        countersigned(both, AGREEMENT, STRANGER)


@pytest.mark.parametrize(
    ("leave", "what"),
    [
        ("a copy of the wrap", "canaries"),
        ("a trace", "canaries"),
        ("a wrap that it cannot unpack", "wraps_opened"),
        ("the bytes of the key", "keys_in_the_clear"),
    ],
)
def test_nothing_is_certified_while_anything_can_be_read(tmp_path, leave, what):
    reports = [report(tmp_path, "developer", leave=leave), report(tmp_path, "evaluator")]
    with pytest.raises(BadInput, match="can still be read") as refused:
        certificate(AGREEMENT, reports, DEVELOPER)
    assert refused.value.place == f"/developer/after/{what}"


def test_a_certificate_takes_both_sides_reports_on_its_agreement(tmp_path):
    reports = [report(tmp_path, side) for side in ("developer", "evaluator")]
    for wrong in (
        reports[:1],
        [reports[0], {**reports[1], "agreement": "sha256:" + "0" * 64}],
        [reports[0], {**reports[1], "keys": []}],
        [reports[0], {**reports[1], "more": 1}],
        [reports[0], {**reports[1], "keys": ["a key"]}],
    ):
        with pytest.raises(BadInput):
            certificate(AGREEMENT, wrong, DEVELOPER)
    with pytest.raises(BadInput, match="neither side"):
        certificate(AGREEMENT, reports, STRANGER)


def test_both_sides_destroyed_the_same_keys_or_nothing_is_certified(tmp_path):
    other = report(tmp_path, "evaluator", wrapped=new_key([SEAL]).wrapped)
    with pytest.raises(BadInput, match="did not destroy the same keys"):
        certificate(AGREEMENT, [report(tmp_path, "developer"), other], DEVELOPER)


@pytest.mark.parametrize(
    ("when", "said", "refusal"),
    [
        ("before", {"places": []}, "nothing was looked at"),
        ("before", {"places": [{"name": "backups", "files": 0, "bytes": 0}]}, "nothing was looked at"),
        ("after", {"unread": 1}, "something was not looked at"),
        ("after", {"keys_tried": 0}, "no key was tried"),
    ],
)
def test_what_looked_at_nothing_or_tried_no_key_certifies_nothing(tmp_path, when, said, refusal):
    told = report(tmp_path, "developer")
    changed = {**told, when: {**told[when], **said}}
    with pytest.raises(BadInput, match=refusal):
        certificate(AGREEMENT, [changed, report(tmp_path, "evaluator")], DEVELOPER)


def test_a_certificate_that_leaves_out_its_limits_or_what_is_kept_is_none(tmp_path):
    told = read_certificate(
        certificate(AGREEMENT, [report(tmp_path, side) for side in ("developer", "evaluator")], DEVELOPER), AGREEMENT
    )
    kind = "application/vnd.levee.frontier.deletion.v1+json"
    for changed in ({**told, "limits": []}, {**told, "kept": []}, {**told, "evaluator": {}}):
        with pytest.raises(BadInput):
            read_certificate(signed(kind, changed, DEVELOPER), AGREEMENT)
    with pytest.raises(BadInput):
        read_certificate(signed(kind, told, STRANGER), AGREEMENT)
