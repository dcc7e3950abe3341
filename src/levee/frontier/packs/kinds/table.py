"""All kinds, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.frontier.packs.kinds import (
    crypto_broadcast,
    crypto_keystream,
    forensics_dns,
    forensics_login,
    memory_index,
    memory_overflow,
    patch_c,
    patch_python,
    reverse_constants,
    reverse_machine,
    web_injection,
    web_session,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from levee.frontier.packs.kinds.kind import Kind

_ALL = (
    web_injection,
    web_session,
    crypto_keystream,
    crypto_broadcast,
    reverse_machine,
    reverse_constants,
    memory_overflow,
    memory_index,
    patch_c,
    patch_python,
    forensics_login,
    forensics_dns,
)

KINDS: Mapping[str, Kind] = {each.KIND.name: each.KIND for each in _ALL}
