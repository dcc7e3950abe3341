"""A newcomer's first list from each of many kinds of files: looked at, imported, and the right thing first."""

from __future__ import annotations

import pytest

from levee.policy.actors import OrganisationKind, Role
from samples import worlds
from samples.worlds.kinds import KINDS
from support.browsing import looking, serving
from support.published import publish_flaws
from support.running import work

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.usefixtures("on_operators_side"),
]

BANK = worlds.bank(1)
BY_NAME = {kind.name: kind for kind in KINDS}
FIRST = {
    # kind of file: what its operator has to do first, judged by hand
    "cyclonedx-json": "Ask Merrow Core Services to upgrade lodash",
    "spdx-json": "Upgrade lodash",
    "csv": "Ask Merrow Core Services to upgrade lodash",
    "csv-odd": "Upgrade lodash",
    "dpkg": "Upgrade libxml2",
    "rpm": "Upgrade httpd",
    "apk": "Upgrade openssl",
    "osquery": "Upgrade lodash",
    "nessus": "Upgrade lodash",
    "cyhy": "Upgrade lodash",
    "trivy": "Upgrade openssh",
}


@pytest.mark.parametrize("name", FIRST)
def test_a_file_of_any_kind_leads_to_the_right_thing_first(name, real_world, chromium, tmp_path):
    kind, operator = BY_NAME[name], real_world.organisation(OrganisationKind.OPERATOR, BANK.title)
    teller = real_world.actor(operator, Role.MEMBER)
    publish_flaws(real_world)
    file = tmp_path / kind.filename(BANK)
    file.write_bytes(kind.write(BANK))
    with serving() as address, looking(chromium, address, teller) as page:
        page.goto("/inventory/")
        page.get_by_label("File").set_input_files(file)
        page.get_by_label("Name of the inventory").fill("bank")
        page.get_by_role("button", name="Look at it first").click()
        page.get_by_text("What was understood").wait_for()
        page.get_by_role("button", name="Import", exact=True).click()
        page.get_by_text("What changed").wait_for()
        work()
        page.get_by_role("link", name="What to do now").click()
        first = page.locator(".levee-first h2")
        first.wait_for()
        assert first.inner_text().startswith(FIRST[name]), first.inner_text()
        assert page.locator(".levee-todo").count() <= 9
        assert page.complaints == []
