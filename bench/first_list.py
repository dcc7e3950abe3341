"""From a file of any kind to the first ranked list, in a real browser; run as `python bench/first_list.py [FOLDER]`.

`levee operator up` on a fresh folder with the worlds' advisories. For each kind the bank's file is chosen in the
wizard, looked at, imported, matched, and the list opened. Prints one JSON line: seconds of machine time for each kind,
from the press on "Look at it first" to the list with its first card, the worker's matching included. Each file is an
inventory of its own in the same house. With FOLDER, draws wizard, preview, import, board, action, brief and asset at
both widths into it.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from playwright.sync_api import sync_playwright

from _house import fresh_folder

sys.path.insert(0, str(Path(__file__).parents[1]))
from levee.platform.database.rls import OPERATOR_JOBS
from levee.platform.database.server import open_server
from levee.settings import settings
from samples import worlds
from samples.worlds.kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from levee.platform.database.server import Server

NAMES = ("cyclonedx-json", "spdx-json", "csv", "csv-odd", "dpkg", "apk", "osquery", "nessus", "cyhy", "trivy")
WIDTHS = (1280, 390)
PATIENCE_SECONDS = 120
LINK = re.compile(r"http://\S+/link/\S+/")


def main(pictures: Path | None) -> None:
    """Go the way once for each kind."""
    bank = worlds.bank(1)
    with fresh_folder() as folder, tempfile.TemporaryDirectory() as given:
        worlds.write_advisories(Path(given) / "advisories")
        levee("init", "--name", bank.title)
        levee("pull", "--from", Path(given) / "advisories")
        with up(folder) as link, sync_playwright() as playwright:
            chromium = shutil.which("chromium") or shutil.which("google-chrome")
            browser = playwright.chromium.launch(
                executable_path=chromium, chromium_sandbox=False, args=["--disable-dev-shm-usage"]
            )
            page = browser.new_page(viewport={"width": WIDTHS[0], "height": 900}, base_url=settings().operators_site)
            page.goto(link)
            page.get_by_role("button", name="Sign in").click()
            page.wait_for_load_state()
            server = open_server(settings())
            took = {}
            for kind in KINDS:
                if kind.name in NAMES:
                    file = Path(given) / kind.filename(bank)
                    file.write_bytes(kind.write(bank))
                    took[kind.name] = round(first_list(page, server, file, kind.name, pictures), 1)
            if pictures:
                look_around(page, pictures)
            server.close()
            browser.close()
    print(json.dumps({"seconds": took, "slowest": max(took.values())}))


def first_list(page: Page, server: Server, file: Path, name: str, pictures: Path | None) -> float:
    """Seconds from the press to the list."""
    page.goto("/inventory/")
    page.get_by_label("File").set_input_files(file)
    page.get_by_label("Name of the inventory").fill(name)
    draw(page, pictures, f"wizard-{name}")
    began = time.perf_counter()
    page.get_by_role("button", name="Look at it first").click()
    page.get_by_text("What was understood").wait_for()
    drawing = time.perf_counter()
    draw(page, pictures, f"preview-{name}")
    began += time.perf_counter() - drawing
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_text("What changed").wait_for()
    while waiting(server):
        time.sleep(0.05)
    page.get_by_role("link", name="What to do now").click()
    page.locator(".levee-first h2").wait_for()
    return time.perf_counter() - began


def waiting(server: Server) -> bool:
    """Whether an inventory is still to be matched."""
    with psycopg.connect(server.address(OPERATOR_JOBS).conninfo()) as asking:
        row = asking.execute(
            "select count(*) from procrastinate_jobs where status in ('todo', 'doing') and args->>'kind' = %s",
            ["exposure.match_inventory"],
        ).fetchone()
    return bool(row and row[0])


def look_around(page: Page, pictures: Path) -> None:
    """The pages that a newcomer sees next."""
    page.goto("/actions/")
    draw(page, pictures, "board")
    page.locator(".levee-first a").first.click()
    page.wait_for_load_state()
    draw(page, pictures, "action")
    page.goto("/brief/")
    draw(page, pictures, "brief")
    page.goto("/inventory/")
    draw(page, pictures, "inventories")
    page.get_by_role("link", name="cyclonedx-json").click()
    page.wait_for_load_state()
    page.get_by_role("link", name="mail-1").click()
    page.wait_for_load_state()
    draw(page, pictures, "asset")


def draw(page: Page, pictures: Path | None, name: str) -> None:
    """The page at both widths."""
    if pictures is None:
        return
    pictures.mkdir(parents=True, exist_ok=True)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.screenshot(path=str(pictures / f"{name}-{width}.png"), full_page=True)
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})


@contextmanager
def up(folder: Path) -> Iterator[str]:
    """The operator's pages; gives the link that opens them."""
    printed = folder / "printed"
    with printed.open("w") as log:
        process = subprocess.Popen([sys.executable, "-m", "levee.cli", "operator", "up"], stdout=log, stderr=log)
    try:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not (found := LINK.search(printed.read_text())):
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(printed.read_text())
            time.sleep(0.1)
        yield found[0]
    finally:
        process.terminate()
        process.wait()


def levee(*words: object) -> None:
    """Run a command to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "levee.cli", "operator", *map(str, words)], check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
