"""Feeds handed on under signatures, against whoever holds the server, the wire or some of the keys."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from tuf.api.metadata import Metadata, Root, Snapshot, Targets, Timestamp

from levee.feeds.fetching.web import Web
from levee.feeds.signed import keys, repository
from levee.feeds.signed.client import Trust, from_kit, from_network
from levee.kernel.errors import BadInput, LeveeError, NotFound

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
DAY = timedelta(days=1)
FILES = [("feeds.json", b"{}"), ("kev/00.jsonl.gz", b"good data")]


class House:
    """One that hands feeds on, and what its server shows."""

    def __init__(self, folder, site):
        self.keys, self.offline, self.folder, self.site = folder / "keys", folder / "offline", folder / "served", site
        self.keys.mkdir(parents=True)
        self.root = keys.found(self.keys, self.offline, now=NOW)

    def publish(self, files=FILES, now=NOW):
        repository.write(self.folder, self.keys, iter(files), now=now)
        self.serve()

    def serve(self):
        self.site.files = {
            "/" + each.relative_to(self.folder).as_posix(): each.read_bytes()
            for each in self.folder.rglob("*")
            if each.is_file()
        }

    def forge(self, name, change, *signers):
        """Change a served metadata file, signed by whoever it is signed by."""
        path = f"/metadata/{name}"
        found = Metadata.from_bytes(self.site.files[path])
        change(found.signed)
        found.signatures.clear()
        for each in signers:
            found.sign(each, append=True)
        self.site.files[path] = found.to_bytes()


@pytest.fixture
def house(tmp_path, site):
    house = House(tmp_path / "house", site)
    house.publish()
    return house


@pytest.fixture
def reader(tmp_path, house, site):
    """Another house, which was given the root by hand."""

    def read(name="kev/00.jsonl.gz", now=NOW, root=house.root):
        with Web(tmp_path, trusted={"127.0.0.1"}, seconds=5, patience=2) as web:
            return from_network(Trust(root, tmp_path / "trusted"), site.base, web, now=now).get(name).read_bytes()

    return read


def refused(act, *codes):
    with pytest.raises(LeveeError) as told:
        act()
    assert told.value.code in codes, told.value


def test_what_was_signed_is_read_and_read_again_when_it_changes(house, reader):
    assert reader() == b"good data"
    house.publish([*FILES[:1], ("kev/00.jsonl.gz", b"newer data")], now=NOW + DAY / 2)
    assert reader(now=NOW + DAY / 2) == b"newer data"
    with pytest.raises(NotFound):
        reader("kev/01.jsonl.gz")


def test_a_rollback_is_refused(house, reader):
    old = dict(house.site.files)
    house.publish([*FILES[:1], ("kev/00.jsonl.gz", b"newer data")])
    assert reader() == b"newer data"
    house.site.files = old
    refused(reader, "feed.rollback")


def test_a_freeze_is_refused_after_a_day(house, reader):
    assert reader(now=NOW + DAY - timedelta(minutes=1)) == b"good data"
    refused(lambda: reader(now=NOW + DAY + timedelta(minutes=1)), "feed.frozen")


def test_parts_of_two_states_are_refused(house, reader):
    old = dict(house.site.files)
    house.publish([*FILES[:1], ("kev/00.jsonl.gz", b"newer data")])
    house.site.files["/metadata/2.snapshot.json"] = old["/metadata/1.snapshot.json"]
    refused(reader, "feed.rollback", "feed.signature")
    house.serve()
    house.site.files["/metadata/2.targets.json"] = old["/metadata/1.targets.json"]
    refused(reader, "feed.rollback", "feed.signature")


@pytest.mark.parametrize("name", ["timestamp.json", "1.snapshot.json", "1.targets.json", "2.root.json"])
def test_endless_metadata_are_cut_off(house, reader, name):
    house.site.endless.add(f"/metadata/{name}")
    refused(reader, "feed.too_long")


def test_an_endless_payload_is_cut_off(house, reader):
    (path,) = (each for each in house.site.files if each.endswith("00.jsonl.gz"))
    house.site.endless.add(path)
    refused(reader, "feed.too_long")


def test_a_swapped_payload_is_refused(house, reader):
    (path,) = (each for each in house.site.files if each.endswith("00.jsonl.gz"))
    for wrong in (b"evil data", b"good dat", b"good data and more", b""):
        house.site.files[path] = wrong
        refused(reader, "feed.signature", "feed.too_long")


@pytest.mark.parametrize(
    ("name", "role"), [("timestamp.json", "timestamp"), ("1.snapshot.json", "snapshot"), ("1.targets.json", "targets")]
)
def test_another_key_or_none_signs_nothing(house, reader, name, role):
    for signers in ((), (keys.CryptoSigner.generate_ed25519(),), _others(house, role)):
        house.serve()
        house.forge(name, lambda _signed: None, *signers)
        refused(reader, "feed.signature", "feed.too_long")


def _others(house, role):
    """Keys that are this house's, and not of this role."""
    return [keys.signer(house.keys, each) for each in keys.DAILY if each != role]


def test_a_new_root_below_its_threshold_is_refused(house, reader):
    assert reader() == b"good data"
    offline = [keys._loaded(each.read_bytes()) for each in sorted(house.offline.glob("*.pem"))]
    house.site.files["/metadata/2.root.json"] = house.site.files["/metadata/1.root.json"]

    def take_over(root):
        root.version = 2
        for role in (Root.type, *keys.DAILY):
            root.add_key(keys.CryptoSigner.generate_ed25519().public_key, role)
        root.roles[Root.type].threshold = 1

    for signers in (
        [],
        offline[:1],
        [offline[0], offline[0]],
        _others(house, ""),
        [keys.CryptoSigner.generate_ed25519()],
    ):
        house.forge("2.root.json", take_over, *signers)
        refused(reader, "feed.signature")


def test_another_house_is_not_this_one(house, reader, tmp_path, site):
    other = House(tmp_path / "other", SimpleNamespace(files={}))
    refused(lambda: reader(root=other.root), "feed.signature")


def test_lost_daily_keys_are_replaced_by_the_root_and_sign_nothing_any_more(house, reader):
    assert reader() == b"good data"
    lost = {role: keys.signer(house.keys, role) for role in keys.DAILY}
    keys.renew(house.keys, sorted(house.offline.glob("*.pem"))[:2], now=NOW + DAY, fresh=True)
    house.publish([*FILES[:1], ("kev/00.jsonl.gz", b"newer data")], now=NOW + DAY)
    assert reader(now=NOW + DAY) == b"newer data"

    def later(stamp):
        stamp.version += 1
        stamp.expires = NOW + 9 * DAY

    house.forge("timestamp.json", later, lost["timestamp"])
    refused(lambda: reader(now=NOW + DAY), "feed.signature")


def test_too_few_root_keys_renew_nothing(house):
    with pytest.raises(BadInput):
        keys.renew(house.keys, sorted(house.offline.glob("*.pem"))[:1], now=NOW)


def test_a_kit_is_read_offline_long_after_and_says_how_stale_it_is(house, tmp_path):
    trust = Trust(house.root, tmp_path / "trusted")
    with from_kit(trust, house.folder, now=NOW + 40 * DAY) as (found, stale):
        assert found.get("kev/00.jsonl.gz").read_bytes() == b"good data"
        assert stale == 39 * DAY


def test_a_kit_that_is_older_than_one_seen_before_is_refused(house, tmp_path):
    trust, old = Trust(house.root, tmp_path / "trusted"), tmp_path / "old"
    shutil.copytree(house.folder, old)
    house.publish(now=NOW + DAY)
    with from_kit(trust, house.folder, now=NOW + DAY):
        pass
    with pytest.raises(BadInput) as told, from_kit(trust, old, now=NOW + DAY):
        pass
    assert told.value.code == "feed.rollback"


def test_a_kit_whose_parts_were_never_valid_together_is_refused(house, tmp_path):
    stamp = house.folder / "metadata" / "timestamp.json"
    found = Metadata[Timestamp].from_bytes(stamp.read_bytes())
    found.signed.expires = NOW + 60 * DAY
    found.sign(keys.signer(house.keys, "timestamp"))
    stamp.write_bytes(found.to_bytes())
    with pytest.raises(BadInput), from_kit(Trust(house.root, tmp_path / "t"), house.folder, now=NOW + 70 * DAY):
        pass


def test_a_kit_says_its_own_date_and_cannot_move_it(house, tmp_path):
    stamp = house.folder / "metadata" / "timestamp.json"
    told = json.loads(stamp.read_bytes())
    told["signed"]["expires"] = "2027-11-28T12:00:00Z"
    stamp.write_text(json.dumps(told))
    with pytest.raises(BadInput), from_kit(Trust(house.root, tmp_path / "t"), house.folder, now=NOW):
        pass


def test_a_tar_that_leads_outside_is_refused(house, tmp_path):
    import tarfile

    kit = tmp_path / "kit.tar"
    with tarfile.open(kit, "w") as packed:
        packed.add(house.folder, "kit")
    with from_kit(Trust(house.root, tmp_path / "t"), kit, now=NOW) as (found, stale):
        assert found.get("kev/00.jsonl.gz").read_bytes() == b"good data"
        assert not stale
    with tarfile.open(kit, "w") as packed:
        packed.add(house.folder / "metadata" / "timestamp.json", "../../escaped.json")
    with pytest.raises(BadInput), from_kit(Trust(house.root, tmp_path / "t"), kit, now=NOW):
        pass
    assert not (tmp_path.parent / "escaped.json").exists()


def test_metadata_live_as_long_as_the_rules_say(house):
    read = {
        role: Metadata.from_bytes(house.site.files[f"/metadata/{name}"]).signed.expires - NOW
        for role, name in (
            ("timestamp", "timestamp.json"),
            ("snapshot", "1.snapshot.json"),
            ("targets", "1.targets.json"),
        )
    }
    assert read == {"timestamp": DAY, "snapshot": 7 * DAY, "targets": 30 * DAY}
    assert {Snapshot.type, Targets.type, Timestamp.type} == set(read)
    root = Metadata[Root].from_bytes(house.root).signed
    assert (root.roles["root"].threshold, len(root.roles["root"].keyids)) == (2, 3)


def test_what_is_served_holds_no_private_key(house):
    assert not any(b"PRIVATE" in data for data in house.site.files.values())
    assert all(each.stat().st_mode & 0o077 == 0 for each in house.offline.glob("*.pem"))
