from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.http import HttpRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which part of a list is shown; numbers start at 1."""

    number: int
    total: int
    size: int

    @property
    def offset(self) -> int:
        """How many rows come before."""
        return (self.number - 1) * self.size

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // self.size))

    @property
    def before(self) -> int | None:
        """The page before, if any."""
        return self.number - 1 if self.number > 1 else None

    @property
    def after(self) -> int | None:
        """The page after, if any."""
        return self.number + 1 if self.number < self.last else None


def page_of(request: HttpRequest, *, total: int, size: int, otherwise: int = 1) -> Page:
    """The page that `?page=N` asks for, brought into range; `otherwise` the one that is shown to who asks for none."""
    asked = request.GET.get("page", "")
    number = int(asked) if asked.isdecimal() and len(asked) <= len(str(total)) + 1 else otherwise
    last = max(1, -(-total // size))
    return Page(number=min(max(1, number), last), total=total, size=size)
