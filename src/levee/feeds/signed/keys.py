"""The keys of a house that hands feeds on: root keys lie offline, three others sign day by day.

Who holds the day's keys can hand on wrong feeds until the root, by a threshold of offline keys, takes their place.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import serialization
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, Root, Snapshot, Targets, Timestamp

from levee.kernel.errors import BadInput, Conflict, NotFound
from levee.platform.files import kept_secret, make_private_folder, write_private

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

DAILY = (Targets.type, Snapshot.type, Timestamp.type)
ROOT_LIFE = timedelta(days=365)
ROOT = "root.json"


def signer(folder: Path, role: str) -> CryptoSigner:
    """A day's key, made on first use (mode 0600)."""
    return _loaded(kept_secret(folder / f"{role}.pem", lambda: CryptoSigner.generate_ed25519().private_bytes))


def found(folder: Path, offline: Path, *, now: datetime, keys: int = 3, threshold: int = 2) -> bytes:
    """Make the root: its keys into a folder that is taken away, and the first root metadata.

    Args:
        folder: of the house's day's keys.
        offline: a new folder, to be moved to separate places at once.
        now: the present instant.
        keys: how many root keys there are; `threshold` of them are needed for a new root.
        threshold: see `keys`.

    Returns:
        The root metadata, which others are given by another way than the feeds.

    Raises:
        Conflict: there is a root already. BadInput: the threshold cannot be met.
    """
    if (folder / ROOT).exists():
        raise Conflict("this house has a root already", place=str(folder / ROOT), advice="renew it: give its keys")
    if not 1 <= threshold <= keys:
        raise BadInput(f"{threshold} of {keys} keys cannot sign", place="threshold")
    make_private_folder(offline)
    held = [CryptoSigner.generate_ed25519() for _ in range(keys)]
    for number, each in enumerate(held, start=1):
        write_private(offline / f"root-{number}.pem", each.private_bytes)
    root = Root(consistent_snapshot=True, expires=_whole(now + ROOT_LIFE))
    for each in held:
        root.add_key(each.public_key, Root.type)
    root.roles[Root.type].threshold = threshold
    return _keep(folder, root, held)


def renew(folder: Path, offline: Sequence[Path], *, now: datetime, fresh: bool = False) -> bytes:
    """A new root version, signed by enough of the offline keys.

    Args:
        folder: of the house's day's keys.
        offline: files of root keys.
        now: the present instant.
        fresh: replace the day's keys, which were lost or may be in other hands.

    Returns:
        The root metadata; clients find it by themselves, signed by the keys that they trust.

    Raises:
        NotFound: there is no root yet. BadInput: these keys are not enough.
    """
    root = root_of(folder).signed
    held = [_loaded(path.read_bytes()) for path in offline]
    known = {each.public_key.keyid: each for each in held if each.public_key.keyid in root.roles[Root.type].keyids}
    if len(known) < root.roles[Root.type].threshold:
        raise BadInput(
            f"a new root takes {root.roles[Root.type].threshold} of its keys; {len(known)} are here", place="keys"
        )
    root.version += 1
    root.expires = _whole(now + ROOT_LIFE)
    if fresh:
        for role in DAILY:
            (folder / f"{role}.pem").unlink(missing_ok=True)
    for role in DAILY:
        for key in list(root.roles[role].keyids):
            root.revoke_key(key, role)
    return _keep(folder, root, list(known.values()))


def root_of(folder: Path) -> Metadata[Root]:
    """The root metadata in force.

    Raises:
        NotFound: none was made yet.
    """
    path = folder / ROOT
    if not path.exists():
        raise NotFound(
            "this house has no root to sign under", place=str(path), advice="levee feeds root FOLDER makes its keys"
        )
    return Metadata[Root].from_bytes(path.read_bytes())


def _keep(folder: Path, root: Root, held: Sequence[CryptoSigner]) -> bytes:
    for role in DAILY:
        root.add_key(signer(folder, role).public_key, role)
    signed = Metadata(root)
    for each in held:
        signed.sign(each, append=True)
    data = signed.to_bytes()
    write_private(folder / f"{root.version}.{ROOT}", data)
    write_private(folder / ROOT, data)
    return data


def _loaded(pem: bytes) -> CryptoSigner:
    try:
        return CryptoSigner(serialization.load_pem_private_key(pem, None))
    except (ValueError, TypeError) as error:
        raise BadInput("no private key in PEM", code="feed.key") from error


def _whole(moment: datetime) -> datetime:
    """Without fractions, which the metadata do not hold."""
    return moment.replace(microsecond=0)
