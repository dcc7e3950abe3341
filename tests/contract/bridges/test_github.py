"""What GitHub alone does: its comments are new, and an older server of one's own has none."""

from __future__ import annotations

import pytest

from contract.bridges.test_channels import REPORT, adapter, refused
from levee.cases.bridges.port import Known, Problem

pytestmark = pytest.mark.parametrize("channel_server", ["github"], indirect=True)


@pytest.fixture
def old(channel_server):
    channel_server.comments_on = False
    return adapter(channel_server)


def test_a_server_without_comments_still_tells_its_state(channel_server, old):
    remote = old.hand_in(REPORT)
    news = old.news(remote.id, Known())
    assert (news.comments, news.remote) == (False, remote)
    assert refused(old.reply, remote.id, "x").problem is Problem.NO_COMMENTS


def test_the_package_is_named_in_its_ecosystem(channel_server, old):
    remote = old.hand_in(REPORT)
    named = channel_server.kept[remote.id].body["vulnerabilities"]
    assert named == [{"package": {"ecosystem": "npm", "name": "minimist"}}]
