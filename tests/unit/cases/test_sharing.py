"""Who may pass on what (TLP 2.0), and who must be told of a flaw in what."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.cases.projects.naming import component
from levee.cases.projects.sharing import Circle, Label, circles, label_of
from levee.cases.projects.told import check_told, reason
from levee.cases.projects.upkeep import Keeps
from levee.cases.rules.embargo import Embargo
from levee.cases.rules.facts import Event
from levee.kernel.errors import AgainstRules, BadInput
from levee.policy.actors import OrganisationKind

OWN, CLIENTS, COMMUNITY, EVERYONE = Circle
KINDS = st.sampled_from(OrganisationKind)


@pytest.mark.parametrize(
    ("label", "kind", "whom"),
    [
        (Label.RED, OrganisationKind.INTERMEDIARY, ()),
        (Label.RED, OrganisationKind.CLEARINGHOUSE, ()),
        (Label.AMBER_STRICT, OrganisationKind.INTERMEDIARY, (OWN,)),
        (Label.AMBER_STRICT, OrganisationKind.VENDOR, (OWN,)),
        (Label.AMBER, OrganisationKind.INTERMEDIARY, (OWN, CLIENTS)),
        (Label.AMBER, OrganisationKind.VENDOR, (OWN, CLIENTS)),
        (Label.AMBER, OrganisationKind.FINDER, (OWN,)),
        (Label.GREEN, OrganisationKind.FINDER, (OWN, COMMUNITY)),
        (Label.CLEAR, OrganisationKind.OPERATOR, (OWN, COMMUNITY, EVERYONE)),
    ],
)
def test_whom_a_label_lets_a_party_tell(label, kind, whom):
    assert circles(label, kind) == whom


@given(kind=KINDS)
def test_a_label_that_binds_less_never_lets_fewer_be_told(kind):
    told = [set(circles(label, kind)) for label in Label]
    assert all(less <= more for less, more in pairwise(told))
    assert told[0] == set()
    assert told[-1] >= {OWN, COMMUNITY, EVERYONE}


@pytest.mark.parametrize(
    ("embargo", "world", "label"),
    [
        (Embargo.ACTIVE, (), Label.AMBER_STRICT),
        (Embargo.REVISE, (Event.ATTACKS_OBSERVED,), Label.AMBER_STRICT),
        (Embargo.NONE, (), Label.AMBER),
        (Embargo.EXITED, (Event.ATTACKS_OBSERVED,), Label.AMBER),
        (Embargo.EXITED, (Event.PUBLIC_AWARE,), Label.CLEAR),
        (Embargo.NONE, (Event.EXPLOIT_PUBLIC,), Label.CLEAR),
    ],
)
def test_an_embargo_binds_the_organisations_in_a_case_until_the_flaw_is_public(embargo, world, label):
    assert label_of(embargo, world) is label


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ("pkg:npm/minimist@1", "pkg:npm/minimist"),
        ("cpe:2.3:a:Substack:Minimist:1.2.5:*:*:*:*:*:*:*", "cpe:2.3:a:substack:minimist"),
        ("cpe:/a:substack:minimist:1.2.5", "cpe:2.3:a:substack:minimist"),
        ("cpe:2.3:a:substack:minimist", "cpe:2.3:a:substack:minimist"),
    ],
)
def test_a_component_has_one_name_whatever_version_was_given(said, named):
    assert component(said) == named


@pytest.mark.parametrize("said", ["cpe:2.3:a:*:*", "cpe:2.3", "minimist"])
def test_what_names_no_product_is_refused(said):
    with pytest.raises(BadInput):
        component(said)


def test_makers_and_shippers_are_told_with_the_reason():
    project = "pkg:npm/minimist"
    assert reason(project, Keeps.MAKES, project) == "makes it"
    assert "maybe the same" in reason("cpe:2.3:a:substack:minimist", Keeps.SHIPS, project)
    assert reason("cpe:2.3:a:substack:minimist2", Keeps.SHIPS, project) == ""
    assert reason("pkg:npm/minimist2", Keeps.SHIPS, project) == ""


@given(kind=KINDS, keeps=st.sets(st.sampled_from(Keeps)), public=st.booleans())
def test_who_only_runs_software_is_told_when_the_flaw_is_public(kind, keeps, public):
    runs = kind in {OrganisationKind.OPERATOR, OrganisationKind.INTERMEDIARY, OrganisationKind.AGENCY}
    if runs and not keeps - {Keeps.RUNS} and not public:
        with pytest.raises(AgainstRules) as refused:
            check_told(kind, keeps, public=public)
        assert refused.value.code == "case.who_is_told"
    else:
        check_told(kind, keeps, public=public)
