"""What starts and stops clocks: moments of a case, some told by its history, the others stated by who knows them."""

from __future__ import annotations

from enum import StrEnum


class Moment(StrEnum):
    """Something that happens in a case, to all of it or to one vendor."""

    TOLD = "told"
    LIST_TOLD = "list_told"
    ATTACKS = "attacks"
    PUBLIC = "public"
    AWARE_OF_EXPLOITATION = "aware_of_exploitation"
    FIX_READY = "fix_ready"
    EARLY_WARNING = "early_warning"
    NOTIFICATION = "notification"
    FINAL_REPORT = "final_report"
    EMBARGO_AGREED = "embargo_agreed"

    @property
    def says(self) -> str:
        """As a sentence without its subject."""
        return _SAYS[self]


_SAYS = {
    Moment.TOLD: "the vendor got the report",
    Moment.LIST_TOLD: "the list was told",
    Moment.ATTACKS: "attacks were seen",
    Moment.PUBLIC: "the flaw is public",
    Moment.AWARE_OF_EXPLOITATION: "the vendor knows of active exploitation",
    Moment.FIX_READY: "a fix or a mitigation is available",
    Moment.EARLY_WARNING: "the early warning was sent",
    Moment.NOTIFICATION: "the notification was sent",
    Moment.FINAL_REPORT: "the final report was sent",
    Moment.EMBARGO_AGREED: "the embargo was agreed",
}
OF_A_VENDOR = frozenset(
    {
        Moment.AWARE_OF_EXPLOITATION,
        Moment.FIX_READY,
        Moment.EARLY_WARNING,
        Moment.NOTIFICATION,
        Moment.FINAL_REPORT,
    }
)
"""A vendor states these for itself, and nobody else does."""
OF_THE_CASE = frozenset({Moment.LIST_TOLD})
"""The case's owner or a finder states these, for all of it."""
