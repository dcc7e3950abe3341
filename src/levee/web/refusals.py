"""A refusal beside the field that it is about: the page comes back with what was typed, and says what to change."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django import forms

    from levee.kernel.errors import LeveeError

CORRECTABLE = frozenset({400, 409, 413, 429})
"""What another input, or the same one later, would mend."""


def say(error: LeveeError) -> str:
    """What is wrong and what to do about it, in whole sentences.

    Raises:
        LeveeError: the same, where no other input would mend it.
    """
    if error.status not in CORRECTABLE:
        raise error
    return " ".join(_sentence(each) for each in (error.message, error.advice()) if each)


def beside(form: forms.Form, error: LeveeError, fields: Mapping[str, str] | None = None, *, within: str = "") -> None:
    """Put a refusal beside its field, or above the form where it is about none.

    Args:
        form: that was handed in.
        error: what refused it.
        fields: the form's own name for a place, where it differs.
        within: the field that holds all other places, such as the lines of a file.

    Raises:
        LeveeError: the same, where no other input would mend it.
    """
    named = (fields or {}).get(error.place, error.place.strip("/"))
    if named in form.fields:
        form.add_error(named, say(error))
    else:
        where = f"{error.place[:1].upper()}{error.place[1:]}: " if error.place else ""
        form.add_error(within or None, f"{where}{say(error)}")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!", ")")) else ".")
