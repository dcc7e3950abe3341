"""The house's key under what it tells gateways."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from levee.platform.files import kept_secret

if TYPE_CHECKING:
    from pathlib import Path


class StatementKey:
    """An Ed25519 key (RFC 8032), kept in `keys_folder/statements.ed25519` (mode 0600), made on first use."""

    def __init__(self, keys_folder: Path) -> None:
        self._file = keys_folder / "statements.ed25519"

    @cached_property
    def private(self) -> Ed25519PrivateKey:
        """The key itself.

        Raises:
            UnsafeSetup: it is open to other accounts.
        """
        raw = kept_secret(self._file, lambda: Ed25519PrivateKey.generate().private_bytes_raw())
        return Ed25519PrivateKey.from_private_bytes(raw)
