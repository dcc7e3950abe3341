"""Public advisories in other spellings than JSON: every one is read."""

from __future__ import annotations

import pytest

from levee.formats.osv import osv_record, rustsec_document, yaml_document


@pytest.mark.parametrize(
    ("source", "count", "read"), [("pypa", 2661, yaml_document), ("rustsec", 1205, rustsec_document)]
)
def test_every_record_is_read(unpacked, source, count, read):
    found = [osv_record(read(data)) for data in unpacked(f"osv/{source}.tar.gz").values()]
    assert len(found) == count
    assert all(record.affected for record in found if record.withdrawn is None)
