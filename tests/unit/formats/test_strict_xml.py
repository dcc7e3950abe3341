import pytest

from levee.formats.strict_xml import children, parts, root_of, text_in
from levee.kernel.errors import BadInput, TooLarge

HOSTS = b"""<?xml version="1.0"?>
<!-- made by hand -->
<report xmlns="urn:example:report"><about><tool>Sonde</tool></about>
 <host name="a"><item n="1"><note>one</note></item><item n="2"/></host>
 <host name="b"><item n="3"/></host>
</report>"""


def test_the_root_is_known_from_the_first_bytes_in_any_encoding():
    assert root_of(HOSTS[:90]) == ("urn:example:report", "report")
    assert root_of('<?xml version="1.0" encoding="UTF-16"?><r/>'.encode("utf-16")) == ("", "r")
    assert root_of(b"<") is None
    assert root_of(b"no") is None


def test_parts_come_one_by_one_with_their_place_and_surroundings():
    found = [
        (part.element.get("n"), part.place, part.around[-1].get("name"), text_in(part.around[0], "about", "tool"))
        for part in parts(HOSTS, {"item"}, keep={"about"})
    ]
    assert found == [
        ("1", "/report[1]/host[1]/item[1]", "a", "Sonde"),
        ("2", "/report[1]/host[1]/item[2]", "a", "Sonde"),
        ("3", "/report[1]/host[2]/item[1]", "b", "Sonde"),
    ]


def test_a_part_brings_along_all_that_is_in_it_and_leaves_nothing_behind():
    hosts = list(parts(HOSTS, {"host", "item"}))
    assert [len(list(children(part.element, "item"))) for part in hosts] == [2, 1]
    assert text_in(hosts[0].element, "item", "note") == "one"
    assert list(hosts[1].around[0]) == []


@pytest.mark.parametrize(
    "data", [HOSTS[:-12], b"<a><b></a>", b"<a>\xff</a>", b'<?xml version="1.0" encoding="x-no"?><a/>']
)
def test_what_is_no_xml_is_refused_with_its_line(data):
    with pytest.raises(BadInput) as refused:
        list(parts(data, {"item"}))
    assert refused.value.place.startswith("line")


@pytest.mark.parametrize(
    "declared",
    [b'<!ENTITY a "ha">', b'<!ENTITY a SYSTEM "file:///etc/passwd">', b'<!ENTITY % a SYSTEM "http://127.0.0.1/x">'],
)
def test_entities_are_refused_wherever_they_would_lead(declared):
    bomb = b"<!DOCTYPE r [" + declared + b"]><r>&a;</r>"
    for ask in (root_of, lambda data: list(parts(data, {"r"}))):
        with pytest.raises(BadInput, match="entities"):
            ask(bomb)


def test_bottomless_documents_are_refused():
    with pytest.raises(TooLarge):
        list(parts(b"<a>" * 5000 + b"</a>" * 5000, {"b"}))
