"""The brief: one page in plain English, whatever an operator has to do.

Its grade is Flesch-Kincaid's by textstat. Names are counted fairly: each name of a product, a machine, a vendor or a
flaw counts as one everyday word of two syllables ("program", "server", "vendor", "number"), however long it is, and
each version as one syllable, for no wording makes them easier. Syllables are counted as groups of vowels, which needs
no dictionary from outside and counts rather too many than too few.
"""

import html
import re
import textwrap
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from uuid import UUID

import pytest
import textstat
from hypothesis import given, settings
from hypothesis import strategies as st
from textstat.backend.counts import _count_syllables

from levee.exposure.actions.folding import Remedy
from levee.exposure.actions.states import State
from levee.exposure.brief.content import MOST, Part, Source, compose
from levee.exposure.brief.page import as_html
from levee.exposure.brief.paper import as_pdf
from levee.exposure.brief.text import as_text
from levee.exposure.priority.shipped import BOD_26_04, shipped
from levee.exposure.priority.timelines import timeline
from levee.exposure.types import Action
from levee.formats.signals import Signal
from levee.inventory.types import Owner

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
BOD = shipped()[BOD_26_04]
PLAIN = {
    "packages": ["program"],
    "versions": ["two"],
    "assets": ["server"],
    "makers": ["", "Vendor"],
    "flaws": ["number"],
}
REAL = {
    "packages": [
        "lodash",
        "org.apache.logging.log4j:log4j-core",
        "ASP.NET Core Runtime x86_64",
        "x" * 200,
        "Ünï <b>",
        "日本",
    ],
    "versions": ["4.17.21", "1:2.3.4-5ubuntu0.20.04.1~esm3", "2025.11.23.0001"],
    "assets": ["web-1", "radiology-workstation-7.hospital.example", "PUMP \u202e 3", "a\nb", "w" * 300],
    "makers": ["", "Merrow Core Banking Services of North America Incorporated"],
    "flaws": ["CVE-2026-12345", "GHSA-jf85-cpcp-j695"],
}


def actions(words):
    inputs = st.fixed_dictionaries(
        {
            name: st.builds(
                Signal,
                value=st.sampled_from(values),
                source=st.just("somebody"),
                at=st.integers(0, 2000).map(lambda hours: NOW - timedelta(hours=hours)),
                assumed=st.booleans(),
            )
            for name, values in BOD.choices.items()
        }
    )
    return st.builds(
        lambda key, owner, maker, package, version, certain, assets, flaws, told, exploited: Action(
            id=key,
            remedy=Remedy(
                owner=owner, owner_name=maker, ecosystem="npm", package=package, version=version, certain=certain
            ),
            state=State.OPEN,
            assets=tuple(assets),
            vulnerabilities=tuple(flaws),
            due_at=told.due_at,
            overdue=told.overdue(NOW),
            timeline=told,
            standing="",
            exploited=exploited,
            opened_at=NOW,
            state_at=NOW,
            reopened=0,
        ),
        st.uuids(version=4),
        st.sampled_from(Owner),
        st.sampled_from(words["makers"]),
        st.sampled_from(words["packages"]),
        st.sampled_from(["", *words["versions"]]),
        st.booleans(),
        st.lists(st.sampled_from(words["assets"]), min_size=1, max_size=6),
        st.lists(st.sampled_from(words["flaws"]), min_size=1, max_size=6),
        inputs.map(lambda each: timeline(BOD, each, detected_at=NOW - timedelta(days=1), now=NOW)),
        st.booleans(),
    )


def briefs(words, *, most=14):
    return st.builds(
        lambda found, claimed, ages: compose(
            found,
            organisation=words["assets"][0],
            now=NOW,
            total=len(found),
            claimed=claimed,
            rests_on=[
                Source(name=words["packages"][0], at=None if age is None else NOW - timedelta(days=age)) for age in ages
            ],
        ),
        st.lists(actions(words), max_size=most),
        st.integers(0, 40),
        st.lists(st.none() | st.integers(0, 90), max_size=6),
    )


def items(brief):
    return [item for part in brief.parts.values() for item in part]


def prose(brief):
    """What a reader reads, a sentence each; a title ends like a sentence."""
    said = [f"{item.title}, {item.due}. {' '.join(filter(None, item.sentences))}" for item in items(brief)]
    return " ".join([*said, *brief.closing, *(f"{line}." for line in brief.rests_on)])


@pytest.fixture
def grade(monkeypatch):
    class Spoken:
        def __getitem__(self, word):
            groups = len(re.findall(r"[aeiouy]+", word)) - (bool(re.search(r"[^aeiouyl]e$", word)) and len(word) > 3)
            return [["V1"] * max(1, groups)]

    monkeypatch.setattr(_count_syllables, "get_cmudict", lambda _language: Spoken())
    return textstat.flesch_kincaid_grade


def test_the_measure_tells_plain_from_learned(grade):
    assert grade("The cat sat on the mat. It was a big cat.") < 2
    assert grade("Vulnerability remediation necessitates organisational prioritisation of internet-facing assets.") > 14


def test_a_seventh_grader_reads_it(grade):
    worst = 0.0

    @settings(max_examples=120)
    @given(briefs(PLAIN, most=10).filter(items))
    def read(brief):
        nonlocal worst
        worst = max(worst, grade(prose(brief)))
        assert grade(prose(brief)) <= 7, prose(brief)

    read()
    assert worst > 1, "something was measured"


@settings(max_examples=40)
@given(briefs(REAL))
def test_at_most_ten_actions_stand_on_it_each_in_one_part_and_the_rest_is_counted(brief):
    assert len(items(brief)) <= MOST
    assert list(brief.parts) == list(Part)
    assert bool(brief.more) == any("more on your list" in line for line in brief.closing)


@settings(max_examples=25)
@given(briefs(REAL))
def test_it_is_one_sheet_of_paper_with_every_action_on_it(brief):
    sheet = as_pdf(brief)
    assert len(re.findall(rb"/Type /Page\b", sheet)) == 1
    assert b"/Count 1 " in sheet
    written = b" ".join(re.findall(rb"\((.*?)\) Tj", sheet)).decode("latin-1")
    for number in range(1, len(items(brief)) + 1):
        assert f"{number}. " in written
    assert "What this rests on" in written
    assert as_pdf(brief) == sheet


@settings(max_examples=40)
@given(briefs(REAL))
def test_as_text_no_line_is_longer_than_a_terminal_and_nothing_is_lost(brief):
    text = as_text(brief)
    assert all(len(line) <= 80 for line in text.split("\n"))
    flat = "".join(text.split())
    for item in items(brief):
        assert "".join(item.title.split()) in flat
        assert "".join(" ".join(item.sentences).split()) in flat


class Read(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.text, self.fetched = [], "", []

    def handle_starttag(self, tag, attrs):
        if tag not in {"meta", "br"}:
            self.open.append(tag)
        self.fetched += [value for name, value in attrs if name in {"src", "onclick"}]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@settings(max_examples=40)
@given(briefs(REAL))
def test_as_html_it_is_well_formed_fetches_nothing_and_lets_no_name_become_markup(brief):
    read = Read()
    read.feed(as_html(brief, site="https://levee.example"))
    assert (read.open, read.fetched) == ([], [])
    for item in items(brief):
        assert item.title in read.text
        assert html.escape(item.action) in as_html(brief, site="https://levee.example")


def one(owner=Owner.US, *, kev=True, exposed=True, total=True, ago=0, **changes):
    at = NOW - timedelta(days=ago)
    said = {
        name: Signal(value=values[yes], source="x", at=at)
        for (name, values), yes in zip(BOD.choices.items(), (kev, exposed, True, total), strict=True)
    }
    told = timeline(BOD, said, detected_at=at, now=NOW)
    remedy = Remedy(owner=owner, owner_name="", ecosystem="npm", package="ini", version="1.3.6", **changes)
    return Action(
        id=UUID(int=1),
        remedy=remedy,
        state=State.OPEN,
        assets=("web-1",),
        vulnerabilities=("CVE-1",),
        due_at=told.due_at,
        overdue=told.overdue(NOW),
        timeline=told,
        standing="",
        exploited=kev,
        opened_at=NOW,
        state_at=NOW,
        reopened=0,
    )


def parts_of(*found):
    brief = compose(found, organisation="Bank", now=NOW, total=len(found), claimed=0, rests_on=())
    return {part: len(each) for part, each in brief.parts.items() if each}


def test_what_the_parts_are():
    assert parts_of(one()) == {Part.TODAY: 1}, "three days from now is today's work"
    assert parts_of(one(kev=False, total=False, ago=8)) == {Part.WEEK: 1}, "14 days, eight of them gone"
    assert parts_of(one(kev=False, total=False, ago=20)) == {Part.TODAY: 1}, "late"
    assert parts_of(one(kev=False, total=False)) == {Part.WAIT: 1}
    assert parts_of(one(Owner.VENDOR), one(Owner.MANUFACTURER)) == {Part.ASK: 2}


def test_evidence_is_kept_before_anything_is_changed_and_the_reason_stands_beside_it():
    brief = compose([one()], organisation="Bank", now=NOW, total=1, claimed=0, rests_on=())
    (item,) = items(brief)
    said = " ".join(item.sentences)
    assert said.index("save the logs") < said.index("Then update")
    assert "Attackers use this now." in said
    assert item.due == "by Sat 28 Nov"


def test_the_whole_page_reads_like_this():
    brief = compose(
        [one(), one(Owner.VENDOR, kev=False, total=False)],
        organisation="Bank",
        now=NOW,
        total=12,
        claimed=1,
        rests_on=[Source(name="Your list office", at=NOW - timedelta(days=9)), Source(name="News of flaws", at=NOW)],
    )
    assert as_text(brief) == textwrap.dedent(
        """\
        What to do: Bank, Wed 25 Nov 2026

        DO TODAY
          1. Update ini to 1.3.6 (by Sat 28 Nov)
             Where: web-1. First save the logs, and look for signs of a break-in. Then
             update. Closes CVE-1. Attackers use this now. It can be reached from the
             internet.

        DO THIS WEEK
          Nothing.

        ASK YOUR VENDOR
          2. Your vendor: update ini to 1.3.6 (by Wed 9 Dec)
             Where: web-1. Write to them. Closes CVE-1. It can be reached from the
             internet.

        CAN WAIT
          Nothing.

        10 more on your list in Levee. These come first.
        1 reported done. Send a new list of your software to prove it.

        WHAT THIS RESTS ON
          Your list office: 9 days old
          News of flaws: today
        """
    )
