"""A worker process for the tests of the queue: argv holds an address, a file, a kind of job, how long it hangs."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from levee.platform.database import config
from levee.platform.database.roles import Address


def main(address: dict, log: str, kind: str, hang: float) -> None:
    config.choose(Address(**address))
    os.environ["DJANGO_SETTINGS_MODULE"] = "levee.app.django"
    import django

    django.setup()
    from levee.app.wiring import wire
    from levee.platform.jobs import JobKind, queue, register
    from levee.settings import Settings

    def handler(_actor, _subject):
        with Path(log).open("a") as file:
            file.write(f"{os.getpid()}\n")
        time.sleep(hang)

    wire(Settings(data_folder=Path(log).parent, tests=True))
    register(JobKind(name=kind, handler=handler))
    queue.LAST_HEARD_SECONDS = 1
    queue.work_off(JobKind(name=kind, handler=handler).side, others=1)


if __name__ == "__main__":
    main(**json.loads(sys.argv[1]))
