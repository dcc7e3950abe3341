"""An agreement in plain words, clause by clause, beside the form that machines hold to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from levee.frontier.agreements.templates import template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from levee.frontier.agreements.terms import Agreement


def clauses(agreement: Agreement) -> Iterator[tuple[str, str]]:
    """Name and text of each clause that applies."""
    terms = {
        **agreement.told(),
        "developer": agreement.developer.name,
        "evaluator": agreement.evaluator.name,
        "developer_seal": agreement.developer.seal,
        "evaluator_seal": agreement.evaluator.seal,
        "operations": " and ".join(agreement.operations),
        "tokens": f"{agreement.tokens:,}",
        "begins": f"{agreement.begins:%Y-%m-%d %H:%M} UTC",
        "ends": f"{agreement.ends:%Y-%m-%d %H:%M} UTC",
        "holds": "; ".join(f"{each.what} for {each.days} days ({each.why})" for each in agreement.holds),
    }
    for name, text in template(agreement.template).says.items():
        if name != "holds" or agreement.holds:
            yield name, text.format_map(terms)
