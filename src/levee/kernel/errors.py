"""Every error that Levee raises on purpose.

LeveeError
├── BadInput            400  what was handed in cannot be read; names the place
├── NotSignedIn         401  nobody is known to be asking
├── Forbidden           403  a member without the right
├── NotFound            404  absent, or not for this reader: the two are never told apart
├── Conflict            409  the state of the thing does not allow the verb
│   └── AgainstRules    409  a rule of the field forbids it, whoever asks; logged for who asked
├── TooLarge            413  over a stated limit
├── WrongKind           415  of a media type that is not read
├── ServedElsewhere     421  another site of the house serves this; names its address
├── TooMany             429  over a stated rate
├── Unavailable         503  something outside Levee did not answer
└── UnsafeSetup         500  Levee refuses to start or run in this setting
"""

from __future__ import annotations

from typing import ClassVar


class LeveeError(Exception):
    """An error with a stable code, a plain message and advice.

    Args:
        message: what is wrong, in one sentence.
        code: stable, dotted, machine-readable; the class's own code where none is given.
        place: where in the input (JSON pointer, line, field, file), or empty.
        advice: what to do about it, or empty.
    """

    default_code: ClassVar[str] = "levee.error"
    status: ClassVar[int] = 500

    def __init__(self, message: str, *, code: str = "", place: str = "", advice: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.place = place
        self._advice = advice

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message

    def complete(self, *, place: str, advice: str) -> None:
        """Add a place and advice where it was raised without."""
        self.place = self.place or place
        self._advice = self._advice or advice

    def advice(self) -> str:
        """What the reader can do about it; empty when there is nothing to add."""
        return self._advice


class BadInput(LeveeError):
    """What was handed in cannot be read."""

    default_code = "input.bad"
    status = 400


class NotSignedIn(LeveeError):
    """Nobody is known to be asking."""

    default_code = "access.not_signed_in"
    status = 401


class Forbidden(LeveeError):
    """A member asked for something that its role does not hold."""

    default_code = "access.forbidden"
    status = 403


class NotFound(LeveeError):
    """Absent, or not for this reader."""

    default_code = "access.not_found"
    status = 404


class Conflict(LeveeError):
    """The state of the thing does not allow the verb."""

    default_code = "state.conflict"
    status = 409


class AgainstRules(Conflict):
    """A rule of the field forbids it, whoever asks."""

    default_code = "rules.against"


class TooLarge(LeveeError):
    """Over a stated limit of size or depth."""

    default_code = "input.too_large"
    status = 413


class WrongKind(LeveeError):
    """A body of a media type that is not read."""

    default_code = "input.wrong_kind"
    status = 415


class ServedElsewhere(LeveeError):
    """This is served at another address, which the place names."""

    default_code = "served.elsewhere"
    status = 421


class TooMany(LeveeError):
    """Over a stated rate."""

    default_code = "rate.too_many"
    status = 429


class Unavailable(LeveeError):
    """Something outside Levee did not answer."""

    default_code = "outside.unavailable"
    status = 503


class UnsafeSetup(LeveeError):
    """Levee refuses to start or run in this setting."""

    default_code = "setup.unsafe"
    status = 500
