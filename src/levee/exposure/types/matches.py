from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from levee.exposure.types.advisories import Source

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from levee.exposure.priority.timelines import Timeline
    from levee.exposure.types.vex import Excuse


class Explanation(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Why a component counts as affected, or why that is left open.

    Attributes:
        stated: the component in its file's own words. purl: normalised. package: as the advisory names it.
        record, revision: the advisory and when it was last modified. place: JSON pointer to what decided in it.
        because: the reason in one sentence.
        scheme: the order of versions that was used.
        introduced, end: the events around the version, or empty where the record lists the very version.
        end_kind: what the end is: `fixed` and `limit` are not affected any more, `last_affected` still is.
        also: which scanners say the same, and when. advice: what a scanner advises, in its own words.
        source: by what way the record came here, and which state of it that was.
    """

    stated: str
    purl: str
    package: str
    record: str
    revision: str
    place: str
    because: str
    scheme: str
    introduced: str
    end: str
    end_kind: str
    also: tuple[str, ...] = ()
    advice: str = ""
    source: Source = msgspec.field(default_factory=Source)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """One component affected by an advisory, or by a scanner's word.

    It is not `certain` where the record or the inventory leaves it open. With an `excuse` it is put aside: it is on
    record, and asks for nothing.
    """

    id: UUID
    asset: UUID
    asset_name: str
    version: str
    vulnerability: str
    certain: bool
    detected_at: datetime
    ended_at: datetime | None
    ended_because: str
    explanation: Explanation
    timeline: Timeline
    excuse: Excuse | None = None

    @property
    def counts(self) -> bool:
        """Whether it asks for something to be done."""
        return self.ended_at is None and self.excuse is None
