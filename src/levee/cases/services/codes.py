"""The codes of letters: ten characters that are typed by hand, kept as a keyed digest alone."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.crypto import salted_hmac

from levee.kernel.ids import ALPHABET

if TYPE_CHECKING:
    from uuid import UUID

CODE_LASTS = timedelta(hours=72)
CODE_LENGTH = 10
TRIES = 5


def fresh_code() -> str:
    """A code of ten characters, 50 random bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def digest_of(contact: UUID, code: str) -> bytes:
    """HMAC-SHA-256 of a code as typed, under the house's secret, which the database does not hold.

    Case and blanks do not matter; the same code of another contact has another digest.
    """
    return salted_hmac("levee.cases.code", f"{contact}:{_plain(code)}", algorithm="sha256").digest()


def could_be_code(code: str) -> bool:
    """Whether it has the shape of a code; what has not is no try."""
    return len(_plain(code)) == CODE_LENGTH and set(_plain(code)) <= set(ALPHABET)


def _plain(code: str) -> str:
    return "".join(code.split()).replace("-", "").upper()
