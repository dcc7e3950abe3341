"""A calendar that several processes share: the instant stands in a file. The demo moves it; nothing else uses it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from levee.kernel.errors import UnsafeSetup

if TYPE_CHECKING:
    from pathlib import Path


class FileClock:
    """Tells the instant that the file holds (ISO 8601 with zone)."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def now(self) -> datetime:
        """The instant in the file, as UTC.

        Raises:
            UnsafeSetup: the file is missing or holds no instant.
        """
        try:
            return datetime.fromisoformat(self._path.read_text().strip()).astimezone(UTC)
        except (OSError, ValueError) as error:
            raise UnsafeSetup(
                "the simulated calendar cannot be read", place=str(self._path), advice="unset LEVEE_CLOCK_FILE"
            ) from error

    def set(self, instant: datetime) -> None:
        """Put the calendar at an instant, for all processes at once."""
        fresh = self._path.with_suffix(".new")
        fresh.write_text(instant.astimezone(UTC).isoformat())
        fresh.replace(self._path)

    def advance(self, by: timedelta) -> None:
        """Move forward; time never goes back."""
        if by < timedelta(0):
            message = "a clock does not go back"
            raise ValueError(message)
        self.set(self.now() + by)
