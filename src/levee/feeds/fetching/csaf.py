"""CSAF providers: what they list, and each document with its digest and signature checked before it is read.

Source: CSAF 2.0, section 7.1 (requirements 7 to 20): `provider-metadata.json`, ROLIE feeds (JSON) or a folder with
`changes.csv`, and `.sha256`, `.sha512` and `.asc` beside each document.
"""

from __future__ import annotations

import csv
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit

from levee.feeds.reading.items import Member, Refusal, instant, refusal
from levee.formats.strict_json import Json, as_object, as_text, list_at, object_at, pointer, read_json, text_at
from levee.kernel.errors import BadInput, LeveeError, NotFound
from levee.platform.signing.openpgp import Certificates

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from levee.feeds.fetching.walk import Walk
    from levee.feeds.fetching.web import Web

_DIGEST = re.compile(r"[0-9a-fA-F]+")
_SUMS = (("sha512", "sha512"), ("sha256", "sha256"))


@dataclass(frozen=True, slots=True)
class Listed:
    """One document that a provider lists: where it is, when it changed, and where its proofs are."""

    url: str
    changed: datetime
    sums: Mapping[str, str]
    signature: str


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider's metadata, as far as fetching needs them; `certificates` are those whose fingerprints hold."""

    name: str
    listed: Sequence[Listed]
    certificates: Certificates | None
    problems: Sequence[Refusal]

    @property
    def newest(self) -> datetime | None:
        """Of the newest change that it lists."""
        return max((each.changed for each in self.listed), default=None)


def provider(web: Web, url: str) -> Provider:
    """Read a provider's metadata and everything that it lists, TLP:WHITE or CLEAR only.

    Args:
        web: the client.
        url: of `provider-metadata.json`, or of a folder with `changes.csv`.

    Raises:
        BadInput: they cannot be read; `place` is a JSON pointer. And as `Web.file`.
    """
    if not url.endswith(".json"):
        folder = url.rstrip("/") + "/"
        return Provider(urlsplit(url).hostname or "", _folder(web, folder), None, ())
    value = as_object(read_json(web.data(url)), "")
    publisher = text_at(object_at(value, "publisher", ""), "name", "/publisher")
    problems: list[Refusal] = []
    listed: dict[str, Listed] = {}
    for at, each in enumerate(list_at(value, "distributions", "")):
        place = pointer("/distributions", at)
        try:
            for found in _distribution(web, url, as_object(each, place), place):
                listed.setdefault(found.url, found)
        except LeveeError as error:
            problems.append(refusal(f"provider-metadata.json {place}", error))
    certificates = _certificates(web, url, value, problems)
    return Provider(publisher, tuple(listed.values()), certificates, problems)


def documents(web: Web, found: Provider, walk: Walk) -> Iterator[Member | Refusal]:
    """The documents that changed, each after its digest and signature were found right.

    Args:
        web: the client.
        found: the provider.
        walk: how far it was followed; notes what could not be taken, which is tried again next time.
    """
    yield from found.problems
    for each in sorted(found.listed, key=lambda one: one.changed):
        if not walk.wants(each.url, each.changed):
            continue
        place = each.url.rpartition("/")[2]
        try:
            data = web.data(each.url)
            _check_sums(web, each, data)
            _check_signature(web, each, data, found.certificates)
        except LeveeError as error:
            walk.failed.add(each.url)
            yield refusal(place, error)
        else:
            yield Member(place, data)


def _distribution(web: Web, base: str, source: Mapping[str, Json], place: str) -> Iterator[Listed]:
    rolie = object_at(source, "rolie", place)
    for at, each in enumerate(list_at(rolie, "feeds", pointer(place, "rolie"))):
        inner = pointer(place, "rolie", "feeds", at)
        feed = as_object(each, inner)
        if text_at(feed, "tlp_label", inner, "WHITE") in {"WHITE", "CLEAR", "UNLABELED"}:
            yield from _rolie(web, urljoin(base, text_at(feed, "url", inner)))
    folder = text_at(source, "directory_url", place)
    if folder:
        yield from _folder(web, urljoin(base, folder.rstrip("/") + "/"))


def _rolie(web: Web, url: str) -> Iterator[Listed]:
    """A ROLIE feed in JSON (RFC 8322 with CSAF 2.0, section 7.1.15)."""
    feed = object_at(as_object(read_json(web.data(url)), ""), "feed", "")
    for at, each in enumerate(list_at(feed, "entry", "/feed")):
        place = pointer("/feed/entry", at)
        entry = as_object(each, place)
        content = text_at(object_at(entry, "content", place), "src", pointer(place, "content"))
        links = [as_object(link, place) for link in list_at(entry, "link", place)]
        by = {
            (text_at(link, "rel", place), (href := text_at(link, "href", place)).rpartition(".")[2]): urljoin(url, href)
            for link in links
        }
        target = content or next((href for (rel, _), href in by.items() if rel == "self"), "")
        if not target:
            raise BadInput("an entry names its document", code="csaf.rolie", place=pointer(place, "content"))
        yield Listed(
            urljoin(url, target),
            instant(text_at(entry, "updated", place), pointer(place, "updated")),
            {name: by["hash", name] for name, _ in _SUMS if ("hash", name) in by},
            next((href for (rel, _), href in by.items() if rel == "signature"), ""),
        )


def _folder(web: Web, url: str) -> Sequence[Listed]:
    """A folder with `changes.csv`: a relative path and an instant on each line."""
    text = web.data(urljoin(url, "changes.csv")).decode("utf-8", "replace")
    found = []
    for number, row in enumerate(csv.reader(text.splitlines()), start=1):
        if len(row) != 2 or row[0].startswith("/") or ".." in row[0] or "://" in row[0]:  # noqa: PLR2004 - path, instant
            raise BadInput("a line holds a path and a time", code="csaf.changes", place=f"changes.csv line {number}")
        document = urljoin(url, quote(row[0]))
        sums = {name: f"{document}.{name}" for name, _ in _SUMS}
        found.append(Listed(document, instant(row[1], f"changes.csv line {number}"), sums, f"{document}.asc"))
    return found


def _check_sums(web: Web, listed: Listed, data: bytes) -> None:
    """One digest that holds is enough; one that does not is a refusal; none at all is one for who promises them."""
    for name, algorithm in _SUMS:
        if name not in listed.sums:
            continue
        try:
            stated = _DIGEST.match(web.data(listed.sums[name], most=4096).decode("ascii", "replace").strip())
        except NotFound:
            continue
        if stated is None or hashlib.new(algorithm, data).hexdigest() != stated[0].lower():
            raise BadInput(f"the document does not have the {name} that is stated", code="csaf.digest")
        return
    raise BadInput("no digest is beside the document", code="csaf.digest")


def _check_signature(web: Web, listed: Listed, data: bytes, certificates: Certificates | None) -> None:
    if certificates is None:
        return  # a plain folder, or a provider without keys: its digests are all there is
    if not listed.signature:
        raise BadInput("no signature is listed for the document", code="csaf.signature")
    try:
        signature = web.data(listed.signature, most=65536)
    except NotFound as error:
        raise BadInput("no signature is beside the document", code="csaf.signature") from error
    certificates.verify_detached(data, signature)


def _certificates(web: Web, base: str, value: Mapping[str, Json], problems: list[Refusal]) -> Certificates | None:
    """The keys that the metadata name. None are named: signatures are not asked for; a named one that fails is told."""
    keys = list_at(value, "public_openpgp_keys", "")
    if not keys:
        return None
    held = Certificates()
    for at, each in enumerate(keys):
        place = pointer("/public_openpgp_keys", at)
        try:
            key = as_object(each, place)
            fingerprint = as_text(key.get("fingerprint"), pointer(place, "fingerprint"))
            held.add(fingerprint, web.data(urljoin(base, text_at(key, "url", place)), most=1 << 20))
        except LeveeError as error:
            problems.append(refusal(f"provider-metadata.json {place}", error))
    return held
