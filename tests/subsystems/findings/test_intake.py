import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.findings import selectors, services
from levee.findings.submission import read
from levee.kernel.errors import BadInput, Conflict, Forbidden, LeveeError, NotFound, TooLarge
from levee.policy.actors import OrganisationKind, Role, Standing


def document(**changes):
    return {
        "title": "Prototype pollution through --__proto__",
        "description": "Write to ada@example.org about it.",
        "target": "npm:minimist@0.0.8",
        "contrast": "0.2.1",
        "cwe": "CWE-1321",
        "provenance": {"tool": "harrow", "tool_version": "2", "model": "m", "model_version": "1"},
        "why_no_proof": "none at hand",
        "key": "k-1",
        **changes,
    }


def test_a_finding_is_seen_by_its_finder_and_the_clearinghouse_and_nobody_else(world):
    finder, stranger, coordinator = world.finder(), world.finder(), world.coordinator()
    receipt = services.submit(finder, read(document()))
    assert selectors.get(finder, receipt.finding).provenance.tool == "harrow"
    assert selectors.get(coordinator, receipt.finding).title.startswith("Prototype")
    assert selectors.count(stranger) == 0
    with pytest.raises(NotFound):
        selectors.get(stranger, receipt.finding)


def test_the_same_key_and_content_give_the_same_receipt(world):
    finder = world.finder()
    first = services.submit(finder, read(document()))
    again = services.submit(finder, read(document()))
    assert (again.finding, again.repeated) == (first.finding, True)
    assert selectors.count(finder) == 1


def test_the_same_key_with_other_content_is_refused_and_nothing_is_written(world):
    finder = world.finder()
    services.submit(finder, read(document()))
    with pytest.raises(Conflict) as refused:
        services.submit(finder, read(document(title="Something else")))
    assert refused.value.place == "/key"
    assert selectors.count(finder) == 1


def test_two_organisations_may_use_the_same_key(world):
    one, other = world.finder(), world.finder()
    assert not services.submit(one, read(document())).repeated
    assert not services.submit(other, read(document())).repeated


def test_who_limited_its_part_hands_nothing_in(world):
    limited = world.actor(world.organisation(OrganisationKind.FINDER, standing=Standing.LIMITED), Role.MEMBER)
    with pytest.raises((Forbidden, NotFound)):
        services.submit(limited, read(document()))


def test_one_bad_item_of_a_batch_is_named_and_the_others_are_kept(world):
    finder = world.finder()
    batch = {
        "findings": [
            document(key="a"),
            document(key="b", target="http://example.org/x"),
            document(key="c", severity="critical"),
            document(key="d"),
        ]
    }
    became = services.submit_batch(finder, json.dumps(batch).encode())
    assert len(became.accepted) == 2
    assert [each.place for each in became.refused] == ["/findings/1/target", "/findings/2/severity"]
    assert all(each.message for each in became.refused)


def test_the_only_finding_of_a_document_is_taken_or_the_document_is_refused(world):
    finder = world.finder()
    services.submit_batch(finder, json.dumps(document()).encode())
    for changes, place in (({"title": "Something else"}, "/key"), ({"key": "k-2", "target": "what"}, "/target")):
        with pytest.raises(LeveeError) as refused:
            services.submit_batch(finder, json.dumps(document(**changes)).encode())
        assert refused.value.place == place
    assert selectors.count(finder) == 1


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"findings": [', "line 1"),
        ('{"findings": [], "findings": []}', "findings"),
        ('{"findings": 5}', "/findings"),
        ('{"findings": [], "format": "mine"}', "/format"),
        ("[]", "/"),
        ('{"title": NaN}', "title"),
    ],
)
def test_a_document_that_cannot_be_read_says_where(world, text, place):
    with pytest.raises(BadInput) as refused:
        services.submit_batch(world.finder(), text.encode())
    assert place in refused.value.place


def test_a_batch_over_the_limit_is_refused_as_a_whole(world):
    with pytest.raises(TooLarge):
        services.submit_batch(world.finder(), b" " * (services.LARGEST_BATCH + 1))


def test_a_proof_that_is_none_is_refused_at_the_door_with_its_place(world):
    with pytest.raises(BadInput) as refused:
        services.submit(world.finder(), read(document(proof={"form": "telepathy"})))
    assert refused.value.place.startswith("/proof")


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_bring_the_reader_down(data):
    try:
        services.submit_batch(None, data)
    except LeveeError as error:
        assert error.message


@given(
    st.dictionaries(
        st.sampled_from(["title", "target", "key", "provenance", "cwe", "x"]), st.none() | st.integers() | st.text()
    )
)
def test_every_submission_is_read_or_refused_with_a_place(fields):
    try:
        read(fields)
    except BadInput as error:
        assert error.place.startswith("/")
