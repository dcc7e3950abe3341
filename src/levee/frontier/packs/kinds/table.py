"""All kinds, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.frontier.packs.kinds import crypto_keystream, forensics_dns, web_injection

if TYPE_CHECKING:
    from collections.abc import Mapping

    from levee.frontier.packs.kinds.kind import Kind

_ALL = (web_injection, crypto_keystream, forensics_dns)

KINDS: Mapping[str, Kind] = {each.KIND.name: each.KIND for each in _ALL}
