"""How bytes that somebody handed in are given out: to be saved, and never shown by a browser."""

from __future__ import annotations


def saved_as(name: str) -> dict[str, str]:
    """Headers of an answer that is such a file.

    Args:
        name: as it was handed in; what is not a plain letter, digit, dot, dash or underscore becomes an underscore.
    """
    plain = "".join(each if each.isascii() and (each.isalnum() or each in ".-_") else "_" for each in name)
    return {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": f'attachment; filename="{plain.lstrip(".") or "_"}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "Cache-Control": "no-store",
    }
