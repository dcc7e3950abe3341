"""Names that are no package's: what is matched by one is a question, and never an answer.

`CPE` and `NAME` stand in the place of an ecosystem. A product's name counts with its maker's, or alone where it has two
words: one word is what many things are called.
"""

from __future__ import annotations

import re

from levee.formats import cpe
from levee.formats.package_identity import fold_name

CPE, NAME = cpe.ECOSYSTEM, "NAME"
SAID = {
    CPE: "matched by CPE alone, a last resort: another product may have the same name",
    NAME: "matched by its name alone, which is a guess: another product may have the same name",
}
_LEGAL = re.compile(
    r"-(?:ag|se|gmbh|kg|inc|llc|ltd|limited|corp|corporation|co|company|plc|sa|nv|bv|ab|as|oy|srl|spa)\.?$"
)
_LETTER = re.compile(r"[^\W\d_]")


def product_name(maker: str, product: str) -> str:
    """The name by which a product is known, `maker/product` or `product`; empty where that says too little."""
    named, made_by = (
        fold_name("GIT", each.replace("/", " ")).strip("-.") for each in (product, maker.replace(",", " "))
    )
    while (shorter := _LEGAL.sub("", made_by)) != made_by:
        made_by = shorter
    if not _LETTER.search(named) or not (made_by or "-" in named):
        return ""
    return f"{made_by}/{named}" if made_by else named
