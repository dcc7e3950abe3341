"""What a person sees while something takes longer."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from levee.kernel.progress import Tell


@contextmanager
def shown(beginning: str) -> Iterator[Tell]:
    """A line with what is being done, how much of how much, and for how long; gone when it is over.

    Args:
        beginning: what is said until the work itself says something.
    """
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as lines:
        line = lines.add_task(beginning, total=None)

        def tell(what: str, done: int, of: int | None) -> None:
            figures = f"{done:,} of {of:,}" if of else f"{done:,}"
            lines.update(line, description=f"{what}: {figures}", completed=done, total=of)

        yield tell
