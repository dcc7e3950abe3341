"""All forgeries of a seed."""

from __future__ import annotations

from random import Random

from contract.forgeries import misuses, pretences, walks
from contract.forgeries.forgery import Forgery, Maker
from contract.forgeries.scripts import scripts

DATA: tuple[Maker, ...] = (
    walks.constructor_walks,
    walks.templates,
    walks.unsafe_loads,
    walks.mines,
    walks.gadgets,
    walks.chains_that_decide,
    walks.results_as_arguments,
    pretences.invented_calls,
    pretences.guessed_tokens,
    pretences.injected_lines,
    pretences.injected_frames,
    pretences.hostile_documents,
    pretences.wrong_kinds,
    pretences.reexported_modules,
    pretences.aliases,
    misuses.documented_writes,
    misuses.documented_requests,
    misuses.costs_by_design,
    misuses.patched_targets,
    misuses.local_objects,
    misuses.identity_readers,
)


def forgeries(seed: int) -> list[Forgery]:
    """At least 300 of at least 30 kinds; the same for the same seed."""
    return [forgery for make in (*DATA, scripts) for forgery in make(Random(f"{make.__name__}/{seed}"))]
