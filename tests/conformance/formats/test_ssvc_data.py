"""The table agrees with the one that CERT/CC publishes, in all sixteen rows."""

from __future__ import annotations

import csv

from levee.formats.ssvc import decide, read_impact, read_yes_no


def test_all_sixteen_rows_agree_with_the_published_table(levee_data):
    with (levee_data / "ssvc/cisa/cisa_bod_26_04_1_0_0.csv").open(newline="") as file:
        header, *published = csv.reader(file)
    assert [name.partition(" v")[0] for name in header[1:5]] == [
        "In KEV",
        "Publicly Exposed",
        "Automatable",
        "Technical Impact",
    ]
    for number, kev, exposed, automatable, impact, result in published:
        row = decide(
            kev=read_yes_no(kev),
            exposed=read_yes_no(exposed),
            automatable=read_yes_no(automatable),
            technical_impact=read_impact(impact),
        )
        assert (row.row, row.describe().replace(" and ", " & ")) == (int(number), result)
    assert len(published) == 16
