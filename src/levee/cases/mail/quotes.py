"""What somebody wrote in a letter, without what the letter quotes: that may be under an embargo, or be a code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from levee.kernel.ids import ALPHABET

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_QUOTED = re.compile(r"^\s{0,3}(?:>|\|\s)")
_BELOW_IS_OLD = re.compile(
    r"^\s*(?:-{2,}\s*(?:original message|original-nachricht|ursprüngliche nachricht|message d'origine|mensaje original"
    r"|forwarded message|weitergeleitete nachricht)\s*-{2,}|_{20,}|begin forwarded message:)\s*$",
    re.IGNORECASE,
)
_FIELD = re.compile(r"^\s*\*?(?:from|von|de|da)\s*:\*?\s.{0,400}$", re.IGNORECASE)
_FURTHER_FIELD = re.compile(
    r"^\s*\*?(?:sent|date|to|cc|subject|gesendet|datum|an|betreff|envoyé|à|objet|enviado|para|asunto)\s*:",
    re.IGNORECASE,
)
_ATTRIBUTION = re.compile(
    r"^\s*(?:on|am|le|el|il|op|den)\b.{1,400}(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef|skrev)\b"
    r".{0,120}:\s*$",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^-- ?$")
_CODE = re.compile(rf"(?<![0-9A-Za-z])(?=[A-Z]*[0-9])[{ALPHABET}]{{10}}(?![0-9A-Za-z])")
_CODE_ALONE = re.compile(rf"^\W*[{ALPHABET}]{{10}}\W*$")
_LOCATOR = re.compile(r"\S{0,400}/contact/CON-\S{0,80}")
_GAP = re.compile(r"\n{3,}")
_ATTRIBUTION_LINES = 3


def own_words(text: str) -> str:
    """What the sender wrote itself.

    Lines that are marked as quoted go wherever they stand; so does all below a line that says that an older letter
    follows, the signature, and whatever looks like a code or the address of a link.
    """
    kept = "\n".join(
        _without_secrets(line) for line in _own(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    )
    return _GAP.sub("\n\n", kept).strip()


def _own(lines: Sequence[str]) -> Iterator[str]:
    place = 0
    while place < len(lines):
        line = lines[place]
        spoken = _attribution(lines, place)
        if spoken and not _quotes_follow(lines, place + spoken):
            return  # the older letter follows without marks
        if _SIGNATURE.match(line) or _BELOW_IS_OLD.match(line) or _fields(lines, place):
            return
        if not spoken and not _QUOTED.match(line):
            yield line.rstrip()
        place += spoken or 1


def _attribution(lines: Sequence[str], place: int) -> int:
    """How many lines say who wrote what follows; none where these do not."""
    for count in range(1, _ATTRIBUTION_LINES + 1):
        joined = " ".join(each.strip() for each in lines[place : place + count])
        if _ATTRIBUTION.match(joined):
            return count
    return 0


def _quotes_follow(lines: Sequence[str], place: int) -> bool:
    following = next((each for each in lines[place : place + 3] if each.strip()), "")
    return bool(_QUOTED.match(following))


def _fields(lines: Sequence[str], place: int) -> bool:
    """Whether the header of an older letter begins here, as some programs write it into the text."""
    return bool(_FIELD.match(lines[place])) and any(_FURTHER_FIELD.match(each) for each in lines[place + 1 : place + 4])


def _without_secrets(line: str) -> str:
    if _CODE_ALONE.match(line):
        return ""
    return _CODE.sub("…", _LOCATOR.sub("…", line))
