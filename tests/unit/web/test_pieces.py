from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.template import engines

from levee import web
from levee.web.tables import Cell, Column, Table, Tone

COLUMNS = (Column(label="Case"), Column(label="Days", numeric=True))


def drawn(source, **context):
    return engines["django"].from_string("{% load levee %}" + source).render(context)


class Report(forms.Form):
    title = forms.CharField(help_text="One line.")
    route = forms.ChoiceField(widget=forms.RadioSelect, choices=[("mail", "By mail"), ("page", "On the page")])
    consent = forms.BooleanField()


def test_each_cell_carries_its_column_so_that_a_narrow_screen_can_name_it():
    page = drawn("{% table t %}", t=Table(caption="Cases", columns=COLUMNS, rows=(("CAS-1", "41"),)))
    assert 'data-label="Case"' in page
    assert 'data-label="Days" class="levee-number"' in page


def test_a_table_without_rows_says_so_instead():
    page = drawn("{% table t %}", t=Table(caption="Cases", columns=COLUMNS, rows=(), empty="No cases yet"))
    assert "No cases yet" in page
    assert "<table" not in page


def test_a_row_of_the_wrong_length_is_refused():
    with pytest.raises(ValueError, match="shorter"):
        Table(caption="Cases", columns=COLUMNS, rows=(("CAS-1",),)).cells()


def test_what_a_finder_wrote_is_never_markup():
    cell = Cell(text="<img src=x>", tone=Tone.WARN, detail="<b>bold</b>")
    page = drawn("{% table t %}", t=Table(caption="Cases", columns=COLUMNS[:1], rows=((cell,),)))
    assert "<img" not in page
    assert "<b>" not in page


def test_an_unknown_tone_is_a_mistake_and_not_a_silent_class():
    with pytest.raises(ValueError, match="purple"):
        drawn('{% status "Open" "purple" %}')


def test_a_refused_field_names_its_hint_and_its_error_to_a_screen_reader():
    page = drawn("{% field f.title %}", f=Report({"title": ""}))
    assert 'aria-describedby="id_title-hint id_title-error"' in page
    assert 'id="id_title-error"' in page
    assert 'class="usa-input usa-input--error"' in page


def test_every_option_of_a_choice_has_a_label_of_its_own():
    page = drawn("{% field f.route %}", f=Report())
    for n in (0, 1):
        assert f'id="id_route_{n}"' in page
        assert f'for="id_route_{n}"' in page
    assert "<legend" in page


def test_the_summary_of_errors_leads_to_each_field():
    page = drawn("{% form_errors f %}", f=Report({}))
    assert 'href="#id_title"' in page
    assert 'href="#id_consent"' in page
    assert drawn("{% form_errors f %}", f=Report()).strip() == ""


def test_every_state_that_a_page_shows_has_a_colour_that_there_is():
    said = {
        (page.name, tone)
        for page in (Path(web.__file__).parent / "templates").rglob("*.html")
        for tone in re.findall(r'{% status [^%]* "(\w+)" %}', page.read_text())
    }
    assert len(said) > 10
    assert [each for each in said if each[1] not in set(Tone)] == []


def test_an_instant_is_told_in_utc_to_people_and_whole_to_programs():
    at = datetime(2026, 12, 1, 6, 30, 15, tzinfo=ZoneInfo("Europe/Berlin"))
    assert drawn("{{ at|utc }}, {{ at|iso }}", at=at) == "2026-12-01 05:30 UTC, 2026-12-01T05:30:15+00:00"
