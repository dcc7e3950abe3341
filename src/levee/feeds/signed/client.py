"""Reading another house's repository with python-tuf's own client, from the network or from a folder carried over."""

from __future__ import annotations

import json
import tarfile
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from tuf.api.exceptions import (
    BadVersionNumberError,
    DownloadError,
    DownloadHTTPError,
    DownloadLengthMismatchError,
    ExpiredMetadataError,
    RepositoryError,
    UnsignedMetadataError,
)
from tuf.ngclient import Updater, UpdaterConfig
from tuf.ngclient.fetcher import FetcherInterface

from levee.feeds.signed.repository import METADATA, TARGETS
from levee.kernel.errors import BadInput, LeveeError, NotFound, TooLarge, Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from levee.feeds.fetching.web import Web

MOST_TARGET = 256 << 20
MOST_KIT = 16 << 30
_CONFIG = UpdaterConfig(targets_max_length=64 << 20, snapshot_max_length=8 << 20)
_HERE = "https://kit.invalid/"
_CHUNK = 1 << 18
_GONE = 404


@dataclass(frozen=True, slots=True)
class Trust:
    """What is known of the other house: its root as it was given, and where this house remembers what it saw."""

    root: bytes
    folder: Path


class SignedFeeds:
    """A repository whose metadata were found right.

    Args:
        trust: what is known of the other house.
        base: its address, with `metadata` and `targets` below.
        fetcher: the way to it.
        now: the instant that signatures must still be valid at.

    Raises:
        BadInput: a signature, version or date does not hold; nothing was taken. Unavailable: it does not answer.
    """

    def __init__(self, trust: Trust, base: str, fetcher: FetcherInterface, *, now: datetime) -> None:
        for each in (METADATA, TARGETS):
            (trust.folder / each).mkdir(parents=True, exist_ok=True)
        with _plain_errors():
            self._updater = Updater(
                str(trust.folder / METADATA),
                base.rstrip("/") + f"/{METADATA}/",
                target_dir=str(trust.folder / TARGETS),
                target_base_url=base.rstrip("/") + f"/{TARGETS}/",
                fetcher=fetcher,
                config=_CONFIG,
                bootstrap=trust.root,
            )
            _at(self._updater, now)
            self._updater.refresh()

    def get(self, name: str) -> Path:
        """A file, whole and right; from what was fetched before where it is still the same.

        Raises:
            NotFound: the repository lists none by that name. BadInput: what came is not what was signed.
        """
        with _plain_errors():
            listed = self._updater.get_targetinfo(name)
            if listed is None:
                raise NotFound("the other house does not list this", place=name)
            if listed.length > MOST_TARGET:
                raise TooLarge("a part of a feed has at most 256 MiB", place=name)
            held = self._updater.find_cached_target(listed) or self._updater.download_target(listed)
            return Path(held)


def _at(updater: Updater, now: datetime) -> None:
    """Hold expiry against a given instant; the client itself takes the machine's clock and offers no way to tell it."""
    trusted = updater._trusted_set  # noqa: SLF001 - see above; a test fails if the client stops honouring it
    trusted.reference_time = now


def from_network(trust: Trust, url: str, web: Web, *, now: datetime) -> SignedFeeds:
    """Over the network: a repository that is not signed anew each day is refused, as one that may be frozen."""
    return SignedFeeds(trust, url, _ByWeb(web), now=now)


@contextmanager
def from_kit(trust: Trust, path: Path, *, now: datetime) -> Iterator[tuple[SignedFeeds, timedelta]]:
    """From a folder or tar that was carried over.

    The network's rule of a day cannot hold where nothing newer can be asked for. In its place: everything must have
    been valid together at the last instant of the kit's own timestamp, nothing may be older than what was seen before,
    and how long the timestamp has been out of date is told.

    Args:
        trust: what is known of the other house.
        path: a folder with `metadata` and `targets`, or a tar of one.
        now: the present instant.

    Yields:
        The repository, and for how long its timestamp has been out of date (zero while it still holds).

    Raises:
        BadInput: it does not hold; nothing was taken.
    """
    with _folder_of(path) as folder:
        until = _expiry(folder / METADATA / "timestamp.json")
        stale = max(timedelta(0), now - until)
        yield SignedFeeds(trust, _HERE, _ByFolder(folder), now=min(now, until - timedelta(seconds=1))), stale


def _expiry(path: Path) -> datetime:
    """When the timestamp ends, by its own word; its signature is checked afterwards, over the same bytes."""
    try:
        stated = json.loads(path.read_bytes()[: _CONFIG.timestamp_max_length])["signed"]["expires"]
        return datetime.strptime(stated, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(
            "no timestamp of a repository is in there", code="feed.kit", place="metadata/timestamp.json"
        ) from error


@contextmanager
def _folder_of(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield path
        return
    with TemporaryDirectory(prefix="levee-kit-") as folder:
        try:
            with tarfile.open(path, "r:*") as kit:
                if sum(each.size for each in kit.getmembers()) > MOST_KIT:
                    raise TooLarge("a kit has at most 16 GiB", place=path.name)
                kit.extractall(folder, filter="data")
        except (tarfile.TarError, OSError, EOFError) as error:
            raise BadInput("the kit is cut off or damaged", code="feed.kit", place=path.name) from error
        top = Path(folder)
        inner = next((each.parent for each in top.rglob(METADATA) if each.is_dir()), top)
        yield inner


class _ByWeb(FetcherInterface):
    """Over the bounded client; how much of an endless answer is read, python-tuf says."""

    def __init__(self, web: Web) -> None:
        self._web = web

    def _fetch(self, url: str) -> Iterator[bytes]:
        try:
            yield from self._web.chunks(url)
        except NotFound as error:
            raise DownloadHTTPError(error.message, _GONE) from error
        except LeveeError as error:
            raise DownloadError(f"{error.message} {error.advice()}".strip()) from error


class _ByFolder(FetcherInterface):
    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def _fetch(self, url: str) -> Iterator[bytes]:
        path = (self._folder / unquote(urlsplit(url).path).lstrip("/")).resolve()
        if not path.is_relative_to(self._folder) or not path.is_file():
            raise DownloadHTTPError("not in the kit", _GONE)
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk


@contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except ExpiredMetadataError as error:
        raise BadInput(
            f"signed too long ago: {error}",
            code="feed.frozen",
            advice="The other house stopped signing, somebody holds its news back, or a clock is wrong.",
        ) from error
    except BadVersionNumberError as error:
        raise BadInput(
            f"older than what was seen before, or of two different states: {error}", code="feed.rollback"
        ) from error
    except UnsignedMetadataError as error:
        raise BadInput(f"not signed by enough of the keys that are trusted: {error}", code="feed.signature") from error
    except RepositoryError as error:
        raise BadInput(f"not what was signed: {error}", code="feed.signature") from error
    except DownloadLengthMismatchError as error:
        raise BadInput(f"longer than what was signed: {error}", code="feed.too_long") from error
    except DownloadError as error:
        raise Unavailable(f"the other house does not answer: {error}", code="feed.unavailable") from error
    except OSError as error:
        raise Unavailable(f"what is known of the other house cannot be read or kept: {error}") from error
