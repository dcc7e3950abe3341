"""What every adapter for private channels promises, against servers that behave as the APIs document."""

from __future__ import annotations

from datetime import timedelta

import pytest

from levee.cases.bridges.github import GitHub
from levee.cases.bridges.gitlab import GitLab
from levee.cases.bridges.port import Known, Problem, Report, Trouble
from levee.kernel.errors import BadInput
from support.channels import START, TOKEN

ADAPTERS = {"github": GitHub, "gitlab": GitLab}
REPORT = Report(title="Prototype pollution", text="A name reaches the prototype.", package="pkg:npm/minimist")


def adapter(server, *, token=TOKEN, project="", trusted=("127.0.0.1",)):
    return ADAPTERS[server.kind](server.base, token, project or server.project, lambda: START, trusted)


@pytest.fixture
def channel(channel_server):
    return adapter(channel_server)


@pytest.fixture
def handed_in(channel_server, channel):
    remote = channel.hand_in(REPORT)
    return remote, channel_server.kept[remote.id]


def refused(act, *given):
    with pytest.raises(Trouble) as trouble:
        act(*given)
    return trouble.value


def test_a_report_is_handed_in_privately_and_its_name_and_address_come_back(channel_server, handed_in):
    remote, kept = handed_in
    assert remote.url == kept.body.get("html_url", kept.body.get("web_url"))
    assert remote.state == kept.body["state"]
    assert kept.body["description"] == REPORT.text
    assert "reports" in channel_server.asked[-1][1] or kept.body["confidential"] is True


def test_comments_of_all_pages_come_in_oldest_first_and_later_only_what_is_new(channel_server, channel, handed_in):
    remote, kept = handed_in
    for number in range(5):
        channel_server.comment(kept, f"word {number}")
    news = channel.news(remote.id, Known())
    assert [each.text for each in news.said] == [f"word {number}" for number in range(5)]
    assert len({each.key for each in news.said}) == 5
    assert {each.author for each in news.said} == {"maintainer"}
    channel_server.comment(kept, "one more")
    again = channel.news(remote.id, news.known)
    assert "one more" in [each.text for each in again.said]
    assert "word 0" not in [each.text for each in again.said]


def test_a_comment_after_a_page_that_was_just_full_is_not_missed(channel_server, channel, handed_in):
    remote, kept = handed_in
    for number in range(channel_server.per_page):
        channel_server.comment(kept, f"word {number}")
    known = channel.news(remote.id, channel.news(remote.id, Known()).known).known
    channel_server.comment(kept, "one more")
    assert "one more" in [each.text for each in channel.news(remote.id, known).said]


def test_what_is_as_it_was_is_not_sent_again(channel_server, channel, handed_in):
    remote, kept = handed_in
    channel_server.comment(kept, "a word")
    known = channel.news(remote.id, channel.news(remote.id, Known()).known).known
    news = channel.news(remote.id, known)
    assert news.remote is None
    assert {status for _, _, status in channel_server.asked[-2:]} == {304}


def test_a_state_that_moves_is_told(channel_server, channel, handed_in):
    remote, kept = handed_in
    known = channel.news(remote.id, Known()).known
    channel_server.move(kept, channel_server.final)
    news = channel.news(remote.id, known)
    assert news.remote.state == channel_server.final
    assert news.said == [] or "changed the status" not in news.said[0].text, "what the channel writes is no comment"


def test_a_reply_is_added_and_known_by_its_key(channel_server, channel, handed_in):
    remote, kept = handed_in
    key = channel.reply(remote.id, "Thank you.")
    assert [str(each["id"]) for each in kept.comments] == [key]
    assert [each.key for each in channel.news(remote.id, Known()).said] == [key]


@pytest.mark.parametrize("verb", ["hand_in", "news", "reply"])
def test_a_token_that_is_not_accepted_is_told_as_such(channel_server, handed_in, verb):
    remote, _ = handed_in
    stranger = adapter(channel_server, token="another")
    given = {"hand_in": (REPORT,), "news": (remote.id, Known()), "reply": (remote.id, "x")}[verb]
    assert refused(getattr(stranger, verb), *given).problem is Problem.TOKEN


def test_a_project_that_takes_no_reports_there_is_told_as_such(channel_server, channel):
    channel_server.on = False
    trouble = refused(channel.hand_in, REPORT)
    assert (trouble.problem, trouble.problem.passes) == (Problem.CLOSED, False)


def test_a_limit_names_the_hour_at_which_it_ends(channel_server, channel):
    channel_server.limited_until = START + timedelta(minutes=17)
    trouble = refused(channel.hand_in, REPORT)
    assert (trouble.problem, trouble.until) == (Problem.LIMITED, START + timedelta(minutes=17))


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_server_that_fails_may_be_asked_again(channel_server, channel, status):
    channel_server.fails = [status]
    trouble = refused(channel.hand_in, REPORT)
    assert (trouble.problem, trouble.problem.passes) == (Problem.DOWN, True)


def test_a_redirect_is_not_followed(channel_server, channel):
    channel_server.fails = [301]
    assert refused(channel.hand_in, REPORT).problem is Problem.REFUSED
    assert len(channel_server.asked) == 1


def test_a_server_in_a_private_network_is_not_asked_unless_it_is_named(channel_server):
    assert refused(adapter(channel_server, trusted=()).hand_in, REPORT).problem is Problem.REFUSED
    assert channel_server.asked == []


def test_nobody_answers(channel_server, channel):
    channel_server.stop()
    assert refused(channel.hand_in, REPORT).problem is Problem.DOWN


@pytest.mark.parametrize("project", ["", "name", "../../user", "a/../b", "a/b?x=1", "a/b#c", "a b/c", "https://a/b"])
def test_what_is_no_project_is_refused(channel_server, project):
    with pytest.raises(BadInput) as error:
        adapter(channel_server, project=project or " ")
    assert error.value.place == "project"


def test_what_is_too_long_is_cut_and_not_refused(channel_server, channel):
    remote = channel.hand_in(Report(title="t" * 5000, text="d" * 70_000))
    assert remote.id in channel_server.kept
