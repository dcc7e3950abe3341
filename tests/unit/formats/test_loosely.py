"""A product's bare name counts only where it says enough, and always in one spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from levee.formats.loosely import product_name


@pytest.mark.parametrize(
    ("maker", "product", "name"),
    [
        ("Siemens AG", "SIMATIC S7-1200", "siemens/simatic-s7-1200"),
        ("siemens", "Simatic  S7-1200", "siemens/simatic-s7-1200"),
        ("Acme Co., Ltd.", "Gate", "acme/gate"),
        ("", "SIMATIC S7-1200", "simatic-s7-1200"),
        ("Acme", "Client/Server", "acme/client-server"),
        ("", "Firefox", ""),
        ("", "Server", ""),
        ("", "", ""),
        ("Siemens", "", ""),
        ("Siemens", "7.1", ""),
        ("AG", "Gate", "ag/gate"),
    ],
)
def test_a_name_counts_with_its_maker_s_or_with_two_words(maker, product, name):
    assert product_name(maker, product) == name


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_name_is_its_own_name_and_splits_into_maker_and_product_in_one_way(maker, product):
    name = product_name(maker, product)
    made_by, slash, named = name.rpartition("/")
    assert name.count("/") <= 1
    assert not name or product_name(made_by, named) == name
    assert bool(slash) == bool(made_by)
