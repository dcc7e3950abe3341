"""How a participant stands to the report it was sent (RM): each has its own, whatever the others do."""

from __future__ import annotations

from enum import StrEnum

from levee.cases.rules.machines import Machine


class Report(StrEnum):
    """Where a participant stands."""

    START = "start"
    RECEIVED = "received"
    INVALID = "invalid"
    VALID = "valid"
    DEFERRED = "deferred"
    ACCEPTED = "accepted"
    CLOSED = "closed"


class ReportVerb(StrEnum):
    """What a participant does with it."""

    RECEIVE = "receive"
    VALIDATE = "validate"
    INVALIDATE = "invalidate"
    ACCEPT = "accept"
    DEFER = "defer"
    CLOSE = "close"


REPORT = Machine(
    name="RM",
    of="a report",
    start=Report.START,
    ends=frozenset({Report.CLOSED}),
    steps={
        (Report.START, ReportVerb.RECEIVE): Report.RECEIVED,
        (Report.RECEIVED, ReportVerb.VALIDATE): Report.VALID,
        (Report.RECEIVED, ReportVerb.INVALIDATE): Report.INVALID,
        (Report.INVALID, ReportVerb.VALIDATE): Report.VALID,
        (Report.INVALID, ReportVerb.CLOSE): Report.CLOSED,
        (Report.VALID, ReportVerb.ACCEPT): Report.ACCEPTED,
        (Report.VALID, ReportVerb.DEFER): Report.DEFERRED,
        (Report.ACCEPTED, ReportVerb.DEFER): Report.DEFERRED,
        (Report.ACCEPTED, ReportVerb.CLOSE): Report.CLOSED,
        (Report.DEFERRED, ReportVerb.ACCEPT): Report.ACCEPTED,
        (Report.DEFERRED, ReportVerb.CLOSE): Report.CLOSED,
    },
)
TAKEN_UP = frozenset({Report.ACCEPTED, Report.DEFERRED, Report.CLOSED})
"""Where a vendor stands that has a fix: it accepted the report at some time."""
