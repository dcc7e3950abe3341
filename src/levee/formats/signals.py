"""What is publicly said about a vulnerability, or about an asset, as dated answers that name their source. Pure.

Feeds hand these out, policy tables ask for them, and the order inside a band rests on them. Every answer is one word of
its question's vocabulary, so that it can be kept, shown and compared in one way.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from levee.kernel.errors import BadInput

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

YES_NO = ("no", "yes")
VALUES: Mapping[str, tuple[str, ...]] = {
    "kev": YES_NO,
    "ransomware": YES_NO,
    "weaponised": YES_NO,
    "exploitation": ("none", "poc", "active"),
    "automatable": YES_NO,
    "technical_impact": ("partial", "total"),
    "exposed": YES_NO,
    "system_exposure": ("small", "controlled", "open"),
    "safety_impact": ("negligible", "marginal", "critical", "catastrophic"),
    "mission_impact": ("degraded", "mef support crippled", "mef failure", "mission failure"),
    "human_impact": ("low", "medium", "high", "very high"),
    "criticality": ("low", "medium", "high"),
}
"""Every question and its answers, the mildest first (SSVC's words where SSVC asks it)."""
_SYNONYMS = {"public poc": "poc", "proof of concept": "poc", "true": "yes", "false": "no", "y": "yes", "n": "no"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One answer: what is said, who says so, and since when it is known.

    Attributes:
        value: a word of the question's vocabulary (`VALUES`); for EPSS a probability such as `0.87549`.
        source: who says so, in words that can be shown.
        at: since when it is known; for a yes to KEV, the listing date.
        detail: what has to stand beside the value, such as the version of EPSS's model and its date.
        assumed: nobody says so; the value is the one that the operator's settings assume.
    """

    value: str
    source: str
    at: datetime
    detail: str = ""
    assumed: bool = False

    @property
    def yes(self) -> bool:
        """Whether the answer is yes."""
        return self.value == "yes"

    @property
    def stated(self) -> bool:
        """Whether somebody says yes, rather than that it is assumed."""
        return self.yes and not self.assumed

    @property
    def number(self) -> float:
        """The value as a number; for EPSS."""
        return float(self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """What is publicly known of one vulnerability; None where nobody says.

    Attributes:
        kev: in the list of known exploited vulnerabilities. ransomware: used by ransomware, as that list says.
        weaponised: a working exploit is public (a Metasploit or Nuclei module).
        exploitation, automatable, technical_impact: SSVC's answers.
        epss: the probability of exploitation in the next 30 days.
    """

    kev: Signal | None = None
    ransomware: Signal | None = None
    weaponised: Signal | None = None
    exploitation: Signal | None = None
    automatable: Signal | None = None
    technical_impact: Signal | None = None
    epss: Signal | None = None

    def known(self) -> Mapping[str, Signal]:
        """What somebody says, by question."""
        told = ((each.name, getattr(self, each.name)) for each in fields(self))
        return {name: signal for name, signal in told if signal is not None}

    def joined(self, other: Signals) -> Signals:
        """What two sources say together: the graver answer, and of two that agree the one known first.

        A newer EPSS score outranks an older one, whichever is higher.
        """
        mine, theirs = self.known(), other.known()
        return Signals(
            **{
                name: graver(name, mine[name], theirs[name]) if name in mine and name in theirs else each
                for name, each in {**theirs, **mine}.items()
            }
        )


NOTHING_KNOWN = Signals()


def graver(name: str, one: Signal, other: Signal) -> Signal:
    """The answer that outranks the other one."""
    if name == "epss":
        return max(one, other, key=lambda signal: (signal.at, signal.number))
    return min(one, other, key=lambda signal: (-severity(name, signal.value), signal.at))


def severity(name: str, value: str) -> int:
    """Where an answer stands among those of its question; 0 is the mildest."""
    return VALUES[name].index(value)


def read_answer(name: str, text: str, *, place: str = "") -> str:
    """An answer as the vocabulary spells it; published data mixes letter case and spelling.

    Raises:
        BadInput: it is no answer to that question, the empty text neither: unknown is not no.
    """
    word = " ".join(text.replace("_", " ").split()).lower()
    for each in (word, _SYNONYMS.get(word, "")):
        if each in VALUES[name]:
            return each
    raise BadInput(
        f"{text[:40]!r} is no answer to {name}",
        code="signal.value",
        place=place,
        advice=f"one of: {', '.join(VALUES[name])}",
    )
