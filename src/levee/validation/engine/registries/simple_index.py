"""One project's page of a Python package index, as JSON (PEP 691) or HTML (PEP 503)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag, urljoin

from levee.kernel.errors import Unavailable

ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexFile:
    """One file that an index lists.

    Attributes:
        sha256: hex. requires_python: a specifier, or empty.
        uploaded: RFC 3339 in UTC, so that texts order as instants (PEP 700); empty where the index does not say.
    """

    filename: str
    url: str
    sha256: str
    requires_python: str = ""
    yanked: bool = False
    uploaded: str = ""


def read_index(body: bytes, media: str, address: str) -> list[IndexFile]:
    """The files of a project; those without a SHA-256 digest are left out.

    Args:
        body: the page.
        media: its media type.
        address: where it came from, for relative addresses.

    Raises:
        Unavailable: the page cannot be read.
    """
    try:
        files = _json(body, address) if media.endswith("json") else _html(body, address)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unavailable("the index's answer cannot be read", code="registry.answer") from error
    return [file for file in files if file.sha256 and file.url.startswith(("https://", "http://"))]


def _json(body: bytes, address: str) -> list[IndexFile]:
    return [
        IndexFile(
            filename=str(item["filename"]),
            url=urljoin(address, str(item["url"])),
            sha256=str(item.get("hashes", {}).get("sha256", "")),
            requires_python=str(item.get("requires-python") or ""),
            yanked=bool(item.get("yanked")),
            uploaded=str(item.get("upload-time") or ""),
        )
        for item in json.loads(body)["files"]
    ]


class _Links(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address
        self.files: list[IndexFile] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag != "a" or not found.get("href"):
            return
        url, fragment = urldefrag(urljoin(self._address, str(found["href"])))
        algorithm, _, digest = fragment.partition("=")
        self.files.append(
            IndexFile(
                filename=unquote(url.rpartition("/")[2]),
                url=url,
                sha256=digest if algorithm == "sha256" else "",
                requires_python=found.get("data-requires-python") or "",
                yanked="data-yanked" in found,
            )
        )


def _html(body: bytes, address: str) -> list[IndexFile]:
    links = _Links(address)
    links.feed(body.decode("utf-8", "replace"))
    return links.files
