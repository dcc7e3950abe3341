"""Who takes part in a case, as its page shows them: of very many, those that need most, and a picture of all."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from levee.cases.rules.answers import Answer
from levee.policy.actors import Capacity
from levee.web.charts import Bar, bar_chart
from levee.web.tables import Tone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from levee.cases.types import Participant
    from levee.web.charts import BarChart

MOST = 50
"""So many parties stand on a case's page; the rest a click away."""
_TONES = {Answer.NOT_SEEN: Tone.WARN, Answer.FIXED: Tone.GOOD}
_NEED = (Answer.NOT_SEEN, Answer.SEEN, Answer.LOOKING, Answer.AFFECTED, Answer.FIXED, Answer.NOT_AFFECTED)


def most_pressing(participants: Sequence[Participant]) -> Sequence[Participant]:
    """All, in the order in which they came in; of too many, the vendors that most is still to do about."""
    if len(participants) <= MOST:
        return participants
    return sorted(participants, key=_need)[:MOST]


def _need(each: Participant) -> int:
    return _NEED.index(each.answer) if each.capacity is Capacity.VENDOR else -1


def answers_of(participants: Sequence[Participant]) -> BarChart | None:
    """How many vendors stand where; None for so few that they all stand in the table."""
    if len(participants) <= MOST:
        return None
    counted = Counter(each.answer for each in participants if each.capacity is Capacity.VENDOR)
    return bar_chart(
        title="Where the vendors stand",
        description="By the answer of each that asks most of it.",
        unit="vendors",
        bars=[
            Bar(label=each.replace("_", " "), value=counted[each], tone=_TONES.get(each, Tone.INFO)) for each in _NEED
        ],
    )
