"""The brief as an HTML document of its own, for a mail or a file: no script, nothing fetched from anywhere. Pure."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from levee.exposure.brief.content import Brief, Item

_STYLE = (
    "body{font:16px/1.4 sans-serif;max-width:42em;margin:1em auto;padding:0 1em;color:#1b1b1b}"
    "h1{font-size:1.4em}h2{font-size:1.1em;margin:1em 0 .3em;border-bottom:2px solid #005ea2}"
    "ol,ul{margin:0;padding-left:1.6em}li{margin:.3em 0}.due{color:#8b0a03}footer{font-size:.85em;color:#454545}"
    "@media print{body{font-size:11px;margin:0}}"
)


def as_html(brief: Brief, *, site: str = "") -> str:
    """Set it as a document.

    Args:
        brief: what it says.
        site: address of the pages, so that titles lead to their actions; no links where empty.
    """
    number, parts = 1, []
    for part, items in brief.parts.items():
        parts.append(f"<h2>{part}</h2>{_list(items, number, site)}")
        number += len(items)
    closing = "".join(f"<p>{escape(line)}</p>" for line in brief.closing)
    rests_on = "".join(f"<li>{escape(line)}</li>" for line in brief.rests_on)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(brief.title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>'
        f"<h1>{escape(brief.title)}</h1>{''.join(parts)}{closing}"
        f"<footer><p>What this rests on:</p><ul>{rests_on}</ul></footer></body></html>\n"
    )


def _list(items: Iterable[Item], first: int, site: str) -> str:
    entries = "".join(_item(item, site) for item in items)
    return f'<ol start="{first}">{entries}</ol>' if entries else "<p>Nothing.</p>"


def _item(item: Item, site: str) -> str:
    title = escape(item.title)
    if site:
        title = f'<a href="{escape(site)}/actions/{escape(item.action)}/">{title}</a>'
    said = escape(" ".join(filter(None, item.sentences)))
    return f'<li><strong>{title}</strong> <span class="due">({escape(item.due)})</span><br>{said}</li>'
