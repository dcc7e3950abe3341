from __future__ import annotations

import json
import os
import shutil
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from levee.cli.demo.telling import Teller
from levee.cli.frontier_files import needs_evals
from levee.cli.rehearsal.hosts import Host
from levee.kernel.errors import BadInput, Unavailable
from levee.platform.database.roles import DbRole
from levee.platform.database.supervisor import stop_unused
from levee.settings import settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from levee.policy.actors import Actor

SIDES = ("developer", "evaluator")
MARK = ".levee-rehearsal"


def rehearse(
    once: Annotated[
        bool, typer.Option("--once", help="end afterwards instead of leaving the pages to look at")
    ] = False,
    each: Annotated[int, typer.Option(min=1, max=20, help="tasks of each of the twelve kinds")] = 1,
) -> None:
    """Go the whole way once on this machine, with scripted agents where a model would be: agreement to certificate.

    Everything is real but the model: a house, a gateway, an evaluation with its sandbox, signed results, a withdrawal
    and a deletion. What scripted agents score is no score of any model.
    """
    needs_evals()
    if os.geteuid() != 0:
        raise Unavailable("the sandbox of an evaluation needs root", advice="run it as root, in a machine of its own")
    began, teller = time.monotonic(), Teller()
    folder = _own_folder()
    from levee.app import boot  # noqa: PLC0415 - reads the settings made above
    from levee.app.house import running  # noqa: PLC0415 - the same

    with running(teller.step) as house:
        boot(DbRole.WEB)
        from levee.cli.rehearsal.story import Rehearsal  # noqa: PLC0415 - needs Django
        from levee.kernel.ids import public_id  # noqa: PLC0415 - the same

        actors = _let_in(house.first_link)
        hosts = {side: _host(folder, side, actors[side]) for side in SIDES}
        numbers = {side: public_id("ORG", actors[side].party) for side in SIDES}
        rehearsal = Rehearsal(
            developer=hosts["developer"], evaluator=hosts["evaluator"], numbers=numbers, teller=teller, each=each
        )
        figures = rehearsal.tell()
        if not once:
            teller.links(_links(actors), settings().site)
            with suppress(KeyboardInterrupt):
                house.wait()
    typer.echo(json.dumps({**figures, "seconds": round(time.monotonic() - began)}))


def _own_folder() -> Path:
    """A house and two hosts of the rehearsal's own, new each time."""
    folder = Path(os.environ.get("LEVEE_REHEARSAL_FOLDER") or "/var/lib/levee-rehearsal")
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise BadInput("this folder holds something else than a rehearsal", place=str(folder), advice="name another")
    stop_unused(folder)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o711, parents=True)
    (folder / MARK).touch()
    os.environ |= {"LEVEE_DATA_FOLDER": str(folder), "LEVEE_TICK_SECONDS": "1", "LEVEE_HOUSE_NAME": "Clearinghouse"}
    settings.cache_clear()
    return folder


def _let_in(first_link: str) -> Mapping[str, Actor]:
    """The two organisations, with somebody who coordinates for each."""
    from levee.access.selectors import actor_of  # noqa: PLC0415 - needs Django
    from levee.identity import services  # noqa: PLC0415 - the same
    from levee.policy.actors import OrganisationKind, Role  # noqa: PLC0415 - the same

    house = actor_of(services.use_link(first_link.rstrip("/").rpartition("/")[2]))
    if house is None:
        raise Unavailable("the house cannot be entered")
    kinds = (OrganisationKind.AI_DEVELOPER, OrganisationKind.EVALUATOR)
    found: dict[str, Actor] = {"coordinator": house}
    for side, kind, name in zip(SIDES, kinds, ("Halyard Frontier Lab", "Tidewater Evaluations"), strict=True):
        organisation = services.add_organisation(house, name=name, kind=kind, sector="", contact="")
        first = services.add_member(
            house, organisation=organisation.id, name=f"{name} administrator", roles=[Role.ADMIN]
        )
        administrator = actor_of(first.id)
        if administrator is None:
            raise Unavailable(f"{name} cannot be entered")
        lead = services.add_member(
            administrator,
            organisation=organisation.id,
            name=f"{name} lead",
            roles=[Role.MEMBER, Role.COORDINATOR, Role.ADMIN],
        )
        actor = actor_of(lead.id)
        if actor is None:
            raise Unavailable(f"{name} cannot be entered")
        found[side] = actor
    return found


def _host(folder: Path, side: str, actor: Actor) -> Host:
    from levee.identity import services  # noqa: PLC0415 - the same
    from levee.policy.actions import Action  # noqa: PLC0415 - the same

    own = folder / side
    own.mkdir(mode=0o700)
    scopes = [each for each in Action if each.startswith(("framework:", "enquiry:"))]
    token = services.issue_token(actor, name="rehearsal", scopes=scopes, lasts=timedelta(days=30))
    (own / "house.token").write_text(token.secret)
    (own / "house.token").chmod(0o600)
    return Host(
        name=side, folder=own, given={"LEVEE_URL": settings().site, "LEVEE_TOKEN_FILE": str(own / "house.token")}
    )


def _links(actors: Mapping[str, Actor]) -> dict[str, str]:
    """A one-time sign-in link for each."""
    from levee.identity import services  # noqa: PLC0415 - needs Django

    return {
        name: services.address_of_link(services.make_link(actor, actor.id), actor.organisation_kind)
        for name, actor in actors.items()
    }
