from __future__ import annotations

import contextlib
import hashlib
import json
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Self
from urllib.parse import urljoin

import httpx

from levee.kernel.errors import BadInput, NotFound, TooLarge, Unavailable
from levee.platform.addresses import route

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType

ADVICE = "name the host in LEVEE_FEED_HOSTS if feeds may come from there"
MOST = 4 << 30
MOST_SMALL = 64 << 20
MOST_REDIRECTS = 5
TRIES = 3
_MISSING = frozenset({404, 410})
_REFUSED = frozenset({401, 403, 429, 451})
_MOVED = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Known:
    """What was noted of an answer, so that the same is not fetched again (RFC 9110, section 13)."""

    etag: str = ""
    last_modified: str = ""

    def asking(self) -> dict[str, str]:
        """The headers of a conditional request."""
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in asked.items() if value}

    def resuming(self) -> str:
        """What a partial answer must still be a part of; empty where nothing strong is known."""
        return self.last_modified if not self.etag or self.etag.startswith("W/") else self.etag


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that was fetched whole.

    Attributes:
        path: in the spool. known: for the next request. at: the server's own clock, or None.
    """

    path: Path
    known: Known
    at: datetime | None


class Web:
    """A client for feeds.

    Args:
        spool: folder for what is fetched; what was cut off is kept there and gone on with.
        trusted: host names of the own network that feeds may come from, also without TLS.
        tell: hears of progress: bytes so far, and bytes in all or None.
        seconds: the most that one file may take.
        patience: the longest silence of a server, in seconds.
    """

    def __init__(
        self,
        spool: Path,
        *,
        trusted: Collection[str] = (),
        tell: Callable[[int, int | None], None] = lambda _done, _all: None,
        seconds: float = 3600,
        patience: float = 30,
    ) -> None:
        self._spool = spool
        self._trusted = frozenset(trusted)
        self._tell = tell
        self._seconds = seconds
        self._client = httpx.Client(
            timeout=patience,
            follow_redirects=False,
            headers={"User-Agent": "levee (feeds)", "Accept-Encoding": "identity"},
        )

    def __enter__(self) -> Self:
        """Use as a context, so that connections are closed."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close connections."""
        self._client.close()

    def file(self, url: str, *, known: Known | None = None, most: int = MOST) -> Fetched | None:
        """Fetch a file into the spool.

        Args:
            url: where it is.
            known: of the file that is held already.
            most: bytes.

        Returns:
            The file, or None where it is the one that is held already.

        Raises:
            NotFound: there is none. Unavailable: the server does not answer, refuses, or breaks off again and again.
            TooLarge: over `most` bytes. BadInput: the address, or one that it leads to, is none for feeds.
        """
        deadline = time.monotonic() + self._seconds
        part = self._spool / f"{hashlib.sha256(url.encode()).hexdigest()[:32]}.part"
        for last in (False,) * (TRIES - 1) + (True,):
            try:
                return self._once(url, known or Known(), part, most, deadline)
            except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
                if last or time.monotonic() > deadline:
                    size = part.stat().st_size if part.exists() else 0
                    raise Unavailable(
                        f"the server breaks off or does not answer: {error}" if str(error) else "no answer in time",
                        code="feed.unavailable",
                        place=url,
                        advice=f"the next pull goes on after the {size} bytes that came" if size else "try again later",
                    ) from error
        return None

    def data(self, url: str, *, most: int = MOST_SMALL) -> bytes:
        """Fetch a small file into memory; raises as `file`."""
        fetched = self.file(url, most=most)
        if fetched is None:
            raise Unavailable("an answer without a body", code="feed.unavailable", place=url)
        data = fetched.path.read_bytes()
        fetched.path.unlink()
        return data

    def chunks(self, url: str) -> Iterator[bytes]:
        """The bytes of a file as they come; who takes them decides how many; raises as `file`."""
        deadline = time.monotonic() + self._seconds
        try:
            with self._answer(url, {}) as answer:
                _refuse(answer, url)
                for chunk in answer.iter_raw():
                    yield chunk
                    if time.monotonic() > deadline:
                        raise httpx.ReadTimeout("too slow")
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise Unavailable("the server breaks off or does not answer", code="feed.unavailable", place=url) from error

    def _once(self, url: str, known: Known, part: Path, most: int, deadline: float) -> Fetched | None:
        begun = _Part(part)
        headers = begun.headers() or known.asking()
        with self._answer(url, headers) as answer:
            if answer.status_code == httpx.codes.NOT_MODIFIED:
                return None
            if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
                begun.forget()
                raise httpx.ReadError("what was fetched before is no part of it")
            _refuse(answer, url)
            offset = begun.offset(answer)
            said = Known(answer.headers.get("etag", ""), answer.headers.get("last-modified", ""))
            begun.note(said)
            try:
                self._receive(answer, part, offset, most=most, deadline=deadline)
            except TooLarge:
                begun.forget()
                raise
            whole = part.with_suffix(".whole")
            part.replace(whole)
            begun.forget()
            return Fetched(whole, said, _date(answer))

    def _receive(self, answer: httpx.Response, part: Path, offset: int, *, most: int, deadline: float) -> None:
        length = answer.headers.get("content-length", "")
        total = offset + int(length) if length.isdigit() else None
        if total is not None and total > most:
            raise TooLarge(f"{total} bytes are offered, at most {most} are taken", code="feed.too_large")
        done = offset
        with part.open("r+b" if offset else "wb") as file:
            file.truncate(offset)
            file.seek(offset)
            for chunk in answer.iter_raw():
                done += len(chunk)
                if done > most:
                    raise TooLarge(f"more than {most} bytes", code="feed.too_large")
                file.write(chunk)
                self._tell(done, total)
                if time.monotonic() > deadline:
                    raise httpx.ReadTimeout("too slow")
        if total is not None and done != total:
            raise httpx.ReadError(f"{done} of {total} bytes came")

    @contextlib.contextmanager
    def _answer(self, url: str, headers: Mapping[str, str]) -> Iterator[httpx.Response]:
        """The answer, after redirects, each of which is checked like the first address."""
        at = url
        for _ in range(MOST_REDIRECTS + 1):
            way = route(at, trusted=self._trusted, advice=ADVICE)
            request = self._client.build_request(
                "GET",
                way.url,
                headers={**headers, "Host": way.host},
                extensions={"sni_hostname": way.server_name} if way.server_name else {},
            )
            answer = self._client.send(request, stream=True)
            try:
                if answer.status_code not in _MOVED:
                    yield answer
                    return
                at = urljoin(at, answer.headers.get("location", ""))
            finally:
                answer.close()
        raise BadInput(f"more than {MOST_REDIRECTS} redirects", code="feed.redirects", place=url)


class _Part:
    """What came of a file before it was cut off, and what it is a part of."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._note = path.with_suffix(".note")
        try:
            self._known = Known(**json.loads(self._note.read_text()))
            self._size = path.stat().st_size
        except (OSError, ValueError, TypeError):
            self._known, self._size = Known(), 0

    def headers(self) -> dict[str, str]:
        """Asking for the rest (RFC 9110, section 14); nothing where there is none, or nobody says a rest of what."""
        same = self._known.resuming()
        return {"Range": f"bytes={self._size}-", "If-Range": same} if self._size and same else {}

    def offset(self, answer: httpx.Response) -> int:
        """Where the answer goes on: after what is here, or from the start."""
        if answer.status_code != httpx.codes.PARTIAL_CONTENT:
            return 0
        start = answer.headers.get("content-range", "").removeprefix("bytes ").partition("-")[0]
        if start != str(self._size):
            self.forget()
            raise httpx.ReadError("another part came than the one asked for")
        return self._size

    def note(self, known: Known) -> None:
        """Note what the file is a part of, before its first byte."""
        draft = self._note.with_suffix(".draft")
        draft.write_text(json.dumps({"etag": known.etag, "last_modified": known.last_modified}))
        draft.replace(self._note)

    def forget(self) -> None:
        """Begin anew next time."""
        for each in (self._path, self._note):
            each.unlink(missing_ok=True)


def _refuse(answer: httpx.Response, url: str) -> None:
    code = answer.status_code
    if code in _MISSING:
        raise NotFound("the server has no such file", code="feed.not_found", place=url)
    if code in _REFUSED:
        raise Unavailable(
            f"the server refuses ({code})",
            code="feed.refused",
            place=url,
            advice="Some publishers refuse programs: add a mirror's address, take the feed from another house "
            "(levee feeds add NAME URL --kind levee), or load it from a folder (levee feeds load NAME PATH).",
        )
    if code not in (httpx.codes.OK, httpx.codes.PARTIAL_CONTENT):
        raise Unavailable(f"the server answers {code}", code="feed.unavailable", place=url)


def _date(answer: httpx.Response) -> datetime | None:
    try:
        return parsedate_to_datetime(answer.headers.get("date", ""))
    except (TypeError, ValueError):
        return None
