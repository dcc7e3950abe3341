"""What an evaluator signs of its results: read without scoring anything again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from levee.frontier.envelopes import opened
from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Iterable

KIND = "application/vnd.levee.frontier.results.v1+json"


def read_manifest(envelope: bytes, trusted: Iterable[str]) -> dict[str, Any]:
    """The manifest in an envelope.

    Raises:
        BadInput: nobody trusted signed it, or it holds no results.
    """
    kind, manifest = opened(envelope, trusted)
    if kind != KIND:
        raise BadInput("the envelope holds no results", place="/manifest/payloadType")
    return manifest
