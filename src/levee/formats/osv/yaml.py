"""OSV records that are kept as YAML, as the Python and other advisory databases do.

Every scalar is read as text: `introduced: 1.10` is the version 1.10, not the number 1.1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from levee.formats.osv.record import MAX_BYTES
from levee.formats.strict_json import MAX_DEPTH, as_object
from levee.kernel.errors import BadInput, TooLarge

if TYPE_CHECKING:
    from collections.abc import Hashable


class _Texts(yaml.CBaseLoader):
    """Texts, lists and mappings; a key that stands twice is refused."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 - as the class above has it
        found = super().construct_mapping(node, deep=deep)
        if len(found) != len(node.value):
            raise BadInput("a key stands twice", code="yaml.duplicate_key", place=_line(node.start_mark))
        return found


def yaml_document(data: bytes) -> dict[str, Any]:
    """The document as plain values: objects, arrays and text.

    Raises:
        BadInput: no YAML, or not an object; `place` names the line. TooLarge: over 16 MiB or 40 levels.
    """
    if len(data) > MAX_BYTES:
        raise TooLarge("a record has at most 16 MiB", code="yaml.too_large")
    try:
        found = yaml.load(data, Loader=_Texts)  # noqa: S506 - makes nothing but texts, lists and mappings
    except yaml.MarkedYAMLError as error:
        raise BadInput(f"no YAML: {error.problem}", code="yaml.syntax", place=_line(error.problem_mark)) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadInput("no YAML: characters that it does not allow", code="yaml.encoding") from error
    except RecursionError as error:
        raise TooLarge("nested too deep", code="yaml.too_deep") from error
    _tree(found, MAX_DEPTH, set())
    return dict(as_object(found, ""))


def _line(mark: yaml.Mark | None) -> str:
    return "" if mark is None else f"line {mark.line + 1}"


def _tree(value: object, depth: int, seen: set[int]) -> None:
    """Refuse what is not a tree: an alias that stands for a whole part makes a small file a huge document."""
    if not isinstance(value, dict | list):
        return
    if depth == 0:
        raise TooLarge("nested too deep", code="yaml.too_deep")
    if id(value) in seen:
        raise BadInput("an alias stands for a part of the document", code="yaml.alias", advice="write the part out")
    seen.add(id(value))
    for inner in value.values() if isinstance(value, dict) else value:
        _tree(inner, depth - 1, seen)
