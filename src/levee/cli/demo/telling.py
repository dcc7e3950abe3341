"""The demo's voice in the terminal."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

LINE_EVERY_SECONDS = 10


class Teller:
    """Tells the story: chapters with their day, lines, bars for what takes time."""

    def __init__(self) -> None:
        self.console = Console(highlight=False)

    def step(self, text: str) -> None:
        """A quiet line about the machinery."""
        self.console.print(f"  … {text}", style="dim", markup=False)

    def chapter(self, day: datetime, title: str) -> None:
        """A new chapter on the simulated calendar."""
        self.console.print(f"\n[bold]{day:%d %b %Y}[/bold]  {title}")

    def line(self, text: str) -> None:
        """Something that happened."""
        self.console.print(f"  {text}", markup=False)

    @contextmanager
    def bar(self, what: str, total: int) -> Iterator[Callable[[int], None]]:
        """A bar, or a line now and then where nobody watches one; the block moves it to a count."""
        if not self.console.is_terminal:
            yield self._lines(what, total)
            return
        columns = (TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self.console) as progress:
            task = progress.add_task(what, total=total)
            yield lambda done: progress.update(task, completed=done)

    def _lines(self, what: str, total: int) -> Callable[[int], None]:
        told = began = time.monotonic()

        def move(done: int) -> None:
            nonlocal told
            now = time.monotonic()
            if now - told >= LINE_EVERY_SECONDS or (done == total and now - began >= LINE_EVERY_SECONDS):
                told = now
                self.line(f"{what}: {done} of {total} after {now - began:.0f} s")

        return move

    def table(self, figures: Mapping[str, int]) -> None:
        """The figures at the end."""
        table = Table("what", "how many", title="From the flood to the installed fix")
        for name, figure in figures.items():
            table.add_row(name.replace("_", " "), str(figure))
        self.console.print()
        self.console.print(table)

    def links(self, links: Mapping[str, str], public: str) -> None:
        """Where to look, as whom."""
        self.console.print("\nLook around: each link signs you in once.")
        for who, link in links.items():
            self.console.print(f"  {who:<28} {link}", markup=False, soft_wrap=True)
        self.console.print(f"  {'everyone':<28} {public}", markup=False, soft_wrap=True)
        self.console.print("Stop with Ctrl-C.", style="dim")
