"""What every store of bytes promises, whatever it is made of; each adapter runs all of it."""

import fcntl
import shutil
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from levee.kernel.errors import LeveeError, NotFound
from levee.kernel.ids import RandomIds
from levee.platform.blobs import Blobs, FolderBlobs, keys
from levee.platform.files import write_private

ONE = UUID(int=1)
TWO = UUID(int=2)
SECRET = b"a heap overflow in the parser of the thing"


@dataclass
class Store:
    """An adapter with what a thief or a backup would see of it."""

    blobs: Blobs
    objects: Path  # the bytes, as a backup holds them
    keys: Path

    def reopened(self) -> Blobs:
        return FolderBlobs(self.objects, self.keys, ids=RandomIds())


@pytest.fixture(params=["folder"])
def store(request, tmp_path):
    objects, keys = tmp_path / "store" / "objects", tmp_path / "store" / "keys"
    return Store(FolderBlobs(objects, keys, ids=RandomIds()), objects, keys)


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@given(data=st.binary(max_size=5_000))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_what_was_put_comes_back(store, data):
    ref = store.blobs.put(data, holder=ONE)
    assert store.blobs.get(ref) == data
    assert ref.size == len(data)


def test_what_was_put_outlives_the_process(store):
    ref = store.blobs.put(SECRET, holder=ONE)
    assert store.reopened().get(ref) == SECRET


def test_nothing_readable_lies_on_the_disk(store):
    store.blobs.put(SECRET, holder=ONE)
    for path in files(store.objects) + files(store.keys):
        assert SECRET not in path.read_bytes()


def test_keys_are_for_one_account_only(store):
    store.blobs.put(SECRET, holder=ONE)
    for path in [store.keys, *store.keys.rglob("*")]:
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


def test_equal_bytes_put_twice_share_nothing(store):
    first, second = (store.blobs.put(SECRET, holder=ONE) for _ in range(2))
    assert first.id != second.id
    one, two = (path.read_bytes() for path in files(store.objects))
    assert one != two
    store.blobs.shred(first)
    assert store.blobs.get(second) == SECRET


def test_content_addresses_tell_equal_bytes_within_one_organisation_only(store):
    assert store.blobs.address(SECRET, holder=ONE) == store.reopened().address(SECRET, holder=ONE)
    assert store.blobs.address(SECRET, holder=ONE) != store.blobs.address(SECRET + b"!", holder=ONE)
    assert store.blobs.address(SECRET, holder=ONE) != store.blobs.address(SECRET, holder=TWO)


def test_what_was_never_put_and_what_was_shredded_are_not_told_apart(store):
    ref = store.blobs.put(SECRET, holder=ONE)
    store.blobs.shred(ref)
    store.blobs.shred(ref)
    unknown = replace(ref, id=RandomIds().new())
    messages = set()
    for each in (ref, unknown):
        with pytest.raises(NotFound) as refused:
            store.blobs.get(each)
        messages.add((str(refused.value), refused.value.code))
    assert len(messages) == 1


def test_changed_or_missing_bytes_are_never_handed_out(store):
    ref = store.blobs.put(SECRET, holder=ONE)
    (path,) = files(store.objects)
    sealed = path.read_bytes()
    for place in range(0, len(sealed), 7):
        path.write_bytes(sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :])
        with pytest.raises(LeveeError) as refused:
            store.blobs.get(ref)
        assert refused.value.code == "blob.damaged"
    for damaged in (sealed[:-1], sealed[:5], b"", sealed + b"x"):
        path.write_bytes(damaged)
        with pytest.raises(LeveeError):
            store.blobs.get(ref)
    path.unlink()
    with pytest.raises(LeveeError) as refused:
        store.blobs.get(ref)
    assert refused.value.code == "blob.damaged"


def test_the_bytes_of_one_object_cannot_stand_in_for_another(store):
    first, second = store.blobs.put(b"one", holder=ONE), store.blobs.put(b"two", holder=ONE)
    for folder in (store.objects, store.keys):
        named = {path.name: path for path in files(folder)}
        shutil.copy(named[first.id.hex], named[second.id.hex])
    with pytest.raises(LeveeError):
        store.blobs.get(second)


def test_a_size_that_is_not_the_objects_is_refused(store):
    ref = store.blobs.put(SECRET, holder=ONE)
    with pytest.raises(LeveeError):
        store.blobs.get(replace(ref, size=ref.size + 1))


def test_yesterdays_backup_of_the_bytes_with_todays_keys_does_not_open_a_shredded_object(store, tmp_path):
    ref, kept = store.blobs.put(SECRET, holder=ONE), store.blobs.put(b"kept", holder=ONE)
    backup = tmp_path / "yesterday"
    shutil.copytree(store.objects, backup)
    store.blobs.shred(ref)
    restored = FolderBlobs(backup, store.keys, ids=RandomIds())
    assert restored.get(kept) == b"kept"
    with pytest.raises(NotFound):
        restored.get(ref)


def test_after_a_new_epoch_even_a_found_wrap_of_a_shredded_object_is_useless(store, tmp_path):
    ref, kept = store.blobs.put(SECRET, holder=ONE), store.blobs.put(b"kept", holder=ONE)
    objects, wraps = tmp_path / "objects.bak", tmp_path / "wraps.bak"
    shutil.copytree(store.objects, objects)
    shutil.copytree(store.keys / "wraps", wraps)  # as carved from the disk, or from a backup of the wraps
    store.blobs.shred(ref)
    assert store.blobs.rotate() == 1
    shutil.copytree(wraps, store.keys / "wraps", dirs_exist_ok=True)
    with pytest.raises(LeveeError):
        FolderBlobs(objects, store.keys, ids=RandomIds()).get(ref)
    with pytest.raises(LeveeError):  # the copy put an old wrap over the living one: its epoch is gone as well
        store.blobs.get(kept)


def test_a_new_epoch_destroys_the_old_key_and_keeps_every_living_object(store):
    refs = [store.blobs.put(bytes([number]), holder=ONE) for number in range(20)]
    before = {path.read_bytes() for path in files(store.keys)}
    told = []
    assert store.blobs.rotate(lambda done, of: told.append((done, of))) == 20
    assert told[-1] == (20, 20)
    assert [store.blobs.get(ref) for ref in refs] == [bytes([number]) for number in range(20)]
    after = {path.read_bytes() for path in files(store.keys)}
    assert len(before & after) == 1 + 1  # the organisation's key and the empty lock; every wrap and epoch key is new


def test_a_new_epoch_that_was_interrupted_loses_nothing(store):
    refs = [store.blobs.put(bytes([number % 256]), holder=ONE) for number in range(600)]

    def power_cut(done, of):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.blobs.rotate(power_cut)
    assert [store.blobs.get(ref) for ref in refs] == [bytes([number % 256]) for number in range(600)]
    assert store.blobs.rotate() == 600
    assert len(files(store.keys / "epochs")) == 1


def test_objects_put_and_shredded_while_the_epoch_changes_stay_as_they_should(store):
    def put_and_shred(number):
        kept, gone = (store.reopened().put(bytes([number]), holder=ONE) for _ in range(2))
        store.blobs.shred(gone)
        return kept, gone

    with ThreadPoolExecutor(4) as pool:
        acts = [pool.submit(put_and_shred, number) for number in range(40)]
        for _ in range(5):
            store.blobs.rotate()
        results = [act.result() for act in acts]
    for number, (kept, gone) in enumerate(results):
        assert store.blobs.get(kept) == bytes([number])
        with pytest.raises(NotFound):
            store.blobs.get(gone)


def test_while_a_wrap_is_renewed_nobody_can_shred_what_it_belongs_to(store, monkeypatch):
    store.blobs.put(SECRET, holder=ONE)
    renewed = []

    def write(path, data):
        with (store.keys / "lock").open() as handle, pytest.raises(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)  # what shredding would need
        renewed.append(path.parent.parent.name)
        write_private(path, data)

    monkeypatch.setattr(keys, "write_private", write)
    store.blobs.rotate()
    assert "wraps" in renewed


def test_all_objects_of_one_organisation_end_in_one_step(store):
    theirs, others = store.blobs.put(SECRET, holder=ONE), store.blobs.put(SECRET, holder=TWO)
    address = store.blobs.address(SECRET, holder=ONE)
    store.blobs.shred_all(holder=ONE)
    assert store.blobs.rotate() == 1
    with pytest.raises(NotFound):
        store.blobs.get(theirs)
    assert store.blobs.get(others) == SECRET
    assert store.blobs.address(SECRET, holder=ONE) != address
