"""Fetching over HTTP, with limits; bytes that were fetched once are kept by their digest."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Self

import httpx

from levee.kernel.errors import NotFound, TooLarge, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

    from levee.validation.engine.registries.clients import Registry

MOST_INDEX = 256 * 1024 * 1024
MOST_ARCHIVE = 256 * 1024 * 1024
_SECONDS = 60.0
_MISSING = frozenset({404, 410})


@contextlib.contextmanager
def answers_read() -> Iterator[None]:
    """What a registry answers is foreign data: a shape that it should not have is said so, and nothing breaks.

    Raises:
        Unavailable: the block met such a shape.
    """
    try:
        yield
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise Unavailable("the registry's answer cannot be read", code="registry.answer") from error


class Fetcher:
    """A client of one registry.

    Args:
        registry: its addresses and certificates.
        folder: where fetched archives are kept, or None to keep none.
    """

    def __init__(self, registry: Registry, folder: Path | None) -> None:
        self.registry = registry
        self._folder = folder
        self._client = httpx.Client(
            verify=registry.trust(), timeout=_SECONDS, follow_redirects=True, headers={"User-Agent": "levee"}
        )

    def __enter__(self) -> Self:
        """Use as a context, so that connections are closed."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close connections."""
        self._client.close()

    def get(self, address: str, *, accept: str, most: int = MOST_INDEX) -> tuple[bytes, str]:
        """The body, and its media type.

        Raises:
            NotFound: the registry has no such thing. Unavailable: it does not answer. TooLarge: over `most` bytes.
        """
        try:
            with self._client.stream("GET", address, headers={"Accept": accept}) as answer:
                if answer.status_code in _MISSING:
                    raise NotFound("the registry has no such package or file", code="registry.not_found")
                if answer.status_code != httpx.codes.OK:
                    raise Unavailable(f"the registry answers {answer.status_code}", code="registry.unavailable")
                body = bytearray()
                for chunk in answer.iter_bytes():
                    body += chunk
                    if len(body) > most:
                        raise TooLarge("the registry's answer is too large", code="registry.too_large")
                return bytes(body), answer.headers.get("content-type", "").partition(";")[0].strip()
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise Unavailable(
                "no registry answers",
                code="registry.unavailable",
                advice="Look at the index that pip or npm is set to, and at the network.",
            ) from error

    def archive(self, address: str, *, kept_as: str, intact: Callable[[bytes], bool]) -> bytes:
        """An archive whose digest holds; from the folder where it was kept before.

        Args:
            address: where it is.
            kept_as: the name it is kept under: its digest as hex.
            intact: tells whether bytes have the digest that the index states.

        Raises:
            Unavailable: the bytes are not what the index says. And as `get`.
        """
        kept = self._folder / kept_as if self._folder else None
        if kept is not None and kept.is_file() and intact(data := kept.read_bytes()):
            return data
        data, _ = self.get(address, accept="*/*", most=MOST_ARCHIVE)
        if not intact(data):
            raise Unavailable("the registry's bytes do not have the digest that it states", code="registry.digest")
        if kept is not None:
            _keep(kept, data)
        return data


def _keep(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
    Path(name).replace(path)
