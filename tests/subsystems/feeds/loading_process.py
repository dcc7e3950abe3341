"""A process that loads a feed, for the tests that kill it: argv holds an address, folders, and the feed's name."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from levee.platform.database import config
from levee.platform.database.roles import Address


def main(address: dict, house: str, path: str, name: str) -> None:
    config.choose(Address(**address))
    os.environ["DJANGO_SETTINGS_MODULE"] = "levee.app.django"
    import django

    django.setup()
    from levee.app.wiring import wire
    from levee.feeds import loading, services
    from levee.platform.database.roles import DbRole
    from levee.settings import Settings

    wire(Settings(data_folder=Path(house), tests=True), DbRole.MATCHER)
    loading.RECORDS_AT_ONCE = 50

    def tell(what, done, _total):
        sys.stdout.write(f"{what} {done}\n")
        sys.stdout.flush()

    with services.by_hand() as actor:
        services.load(actor, services.by_name(actor, name), Path(path), tell=tell)


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
