"""`levee up` on an empty folder: pages, a link for the first person, and nothing left once it is told to stop."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import pytest

from support.database import root
from support.users import place_of

PATIENCE_SECONDS = 240
LINK = re.compile(r"http://localhost:\d+/link/\S+/")


class Started:
    """A house of its own, as a newcomer starts it: an empty folder, and no other server named."""

    def __init__(self, folder: Path, first_user: int) -> None:
        self.folder, self.printed = folder, folder.with_name("printed")
        self.port, self.public_port, self.operators_port = free_port(), free_port(), free_port()
        outside = ("LEVEE_DATABASE_URL", "LEVEE_DATABASE_OWNER_URL")
        environment = {name: value for name, value in os.environ.items() if name not in outside} | {
            "LEVEE_DATA_FOLDER": str(folder),
            "LEVEE_PORT": str(self.port),
            "LEVEE_PUBLIC_PORT": str(self.public_port),
            "LEVEE_OPERATORS_PORT": str(self.operators_port),
            "LEVEE_SLOT_UID": str(first_user),
        }
        with self.printed.open("w") as printed:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "levee.cli", "up"],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.printed.read_text()

    def await_said(self, words: str) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while words not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.1)

    def interrupt(self) -> int:
        """What a terminal does on Ctrl-C; the status it ends with."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(PATIENCE_SECONDS)

    def left(self) -> list[str]:
        """Whatever still runs with this house in its command or environment."""
        return [command for command, about in running() if str(self.folder) in about]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def running():
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_text(errors="replace")
            yield command, command + (process / "environ").read_text(errors="replace")
        except OSError:
            continue  # it has ended


@pytest.fixture
def house():
    if os.geteuid() != 0:
        pytest.skip("the runner needs root, and refuses without it")
    place = Path(tempfile.mkdtemp(dir=root()))
    place.chmod(0o711)
    started = Started(place / "house", place_of("house")["first_user"])
    yield started
    if started.process.poll() is None:
        os.killpg(started.process.pid, signal.SIGKILL)
        started.process.wait()
    shutil.rmtree(place, ignore_errors=True)


def press(client: httpx.Client, address: str) -> httpx.Response:
    """Open a page and press its one button, as a browser does."""
    assert client.get(address).is_success
    return client.post(address, data={"csrfmiddlewaretoken": client.cookies["csrftoken"]})


def test_an_empty_folder_becomes_a_house_whose_link_works_once_and_which_stops_leaving_nothing(house):
    house.await_said("stop with Ctrl-C")
    ports = (house.port, house.public_port, house.operators_port)
    site, public, operators = (f"http://localhost:{port}" for port in ports)
    for address in (site, public, operators):
        assert address in house.said()
    assert "Sign in" in httpx.get(f"{operators}/accounts/login/").text
    assert "Sign in" in httpx.get(f"{site}/accounts/login/").text
    assert httpx.get(public).is_success
    (link,) = LINK.findall(house.said())
    with httpx.Client() as first, httpx.Client() as second:
        assert press(first, link).headers["location"] == "/welcome/"
        for address in (site, operators):
            assert "Set up your account" in first.get(f"{address}/welcome/").text
        assert "No inventory" in first.get(f"{operators}/inventory/").text
        assert not press(second, link).has_redirect_location
        assert second.get(f"{site}/welcome/").status_code != httpx.codes.OK
    assert len(house.left()) > 4
    assert house.interrupt() == 0, house.said()
    assert house.left() == []
    with pytest.raises(httpx.ConnectError):
        httpx.get(site)
    assert "Traceback" not in house.said(), house.said()
