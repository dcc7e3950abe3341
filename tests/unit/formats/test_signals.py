from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.formats.signals import VALUES, Signal, Signals, graver, read_answer, severity
from levee.kernel.errors import BadInput

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAY = timedelta(days=1)
instants = st.integers(-50, 50).map(lambda hours: MONDAY + timedelta(hours=hours))


def said(name):
    value = st.sampled_from(VALUES[name]) if name in VALUES else st.floats(0, 1).map(lambda chance: f"{chance:.5f}")
    return st.none() | st.builds(Signal, value=value, source=st.just("x"), at=instants)


signals = st.builds(Signals, **{name: said(name) for name in Signals.__dataclass_fields__})


@given(signals, signals)
def test_two_sources_together_say_the_graver_and_never_less_than_one_of_them(one, other):
    both = one.joined(other)
    assert both.known().keys() == one.known().keys() | other.known().keys()
    for name, signal in both.known().items():
        stated = [each.known()[name] for each in (one, other) if name in each.known()]
        if name == "epss":
            assert signal.at == max(each.at for each in stated)
        else:
            assert severity(name, signal.value) == max(severity(name, each.value) for each in stated)
    assert both.known().items() == other.joined(one).known().items()


def test_of_two_that_agree_the_one_known_first_counts():
    early, late = (Signal(value="yes", source="x", at=at) for at in (MONDAY, MONDAY + DAY))
    assert graver("kev", late, early) is early


@pytest.mark.parametrize(
    ("name", "text", "answer"),
    [
        ("exploitation", "None", "none"),
        ("exploitation", "Public PoC", "poc"),
        ("technical_impact", "TOTAL", "total"),
        ("human_impact", "very_high", "very high"),
        ("kev", " Yes ", "yes"),
    ],
)
def test_an_answer_is_read_in_any_spelling_that_is_published(name, text, answer):
    assert read_answer(name, text) == answer


@pytest.mark.parametrize("text", ["", "maybe", "total", "y" * 99])
def test_what_is_no_answer_is_refused_with_the_answers_there_are(text):
    with pytest.raises(BadInput) as refused:
        read_answer("kev", text, place="line 3")
    assert refused.value.place == "line 3"
    assert "no, yes" in refused.value.advice()
