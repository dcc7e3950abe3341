"""An operator at work over the API of the operators' site, as its own scripts would be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from levee.cli.intakes import followed
from levee.kernel.errors import LeveeError
from levee.kernel.progress import nobody
from levee.policy.actions import Action
from levee.settings import settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SCOPES = (Action.INVENTORY_SEE, Action.INVENTORY_IMPORT, Action.EXPOSURE_SEE, Action.ACTION_CLAIM)
MOST = 200


@dataclass(frozen=True, slots=True)
class Operating:
    """What the holder of an operator's token does there."""

    token: str

    def import_file(self, data: bytes, *, filename: str) -> Mapping[str, Any]:
        """Make a file the present state of the fleet; tells what was understood and what changed."""
        found: dict[str, Any] = self._ask("POST", "/inventory/imports", content=data, name="fleet", filename=filename)
        if "state" in found:  # a visitor's large file, which a job takes in
            return followed(found, nobody, lambda path: self._ask("GET", path))
        return found

    def to_do(self) -> Sequence[Mapping[str, Any]]:
        """What is open, the most pressing first."""
        found: Sequence[Mapping[str, Any]] = self._ask("GET", "/actions", limit=MOST)["actions"]
        return found

    def claim_all(self, note: str) -> None:
        """Report everything that is open as done."""
        for action in self.to_do():
            self._ask("POST", f"/actions/{action['public_id']}/claim", json={"note": note})

    def counts(self) -> Mapping[str, int]:
        """How many actions stand where."""
        found: Mapping[str, int] = self._ask("GET", "/actions/counts")
        return found

    def _ask(
        self,
        method: str,
        path: str,
        *,
        content: bytes | None = None,
        json: object = None,
        **query: str | int,
    ) -> Any:  # noqa: ANN401 - JSON as it comes
        kind = {} if content is None else {"Content-Type": "application/octet-stream"}
        response = httpx.request(
            method,
            f"{settings().operators_site}/api/v1{path}",
            headers={"Authorization": f"Bearer {self.token}", **kind},
            content=content,
            json=json,
            params=query,
            timeout=120,
        )
        answer = response.json()
        if not response.is_success:
            raise LeveeError(str(answer.get("title")), code="demo.refused", place=str(answer.get("place", "")))
        return answer
