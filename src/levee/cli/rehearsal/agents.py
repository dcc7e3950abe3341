"""Which scripted agents take the place of a model, in what order, and what each is there to show."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One agent's part.

    Attributes:
        tasks: how many of the pack it gets; 0 for all.
        shows: what there is to see.
    """

    agent: str
    tasks: int
    shows: str


PARTS = (
    Part(agent="solver", tasks=0, shows="solves what can be solved: what a pack is worth at most"),
    Part(agent="floor", tasks=0, shows="greps, without a model: what a pack gives away"),
    Part(agent="random", tasks=0, shows="guesses"),
    Part(agent="sandbagger", tasks=0, shows="solves, and says something else: nothing here can tell it from the weak"),
    Part(agent="cheater", tasks=3, shows="looks for the answers in the harness"),
    Part(agent="leaker", tasks=3, shows="says aloud what a task holds"),
    Part(agent="prober", tasks=1, shows="tries every way out of the sandbox"),
    Part(agent="hog", tasks=1, shows="talks until its tokens are spent"),
)
"""The hog last: what it spends, nobody after it could."""
