"""What is understood of the lists that package managers and machines print."""

import json

import pytest

from levee.formats.package_identity import compared
from levee.formats.purl import parse_purl
from levee.formats.versions import sort_key
from levee.inventory.reading import read
from levee.inventory.types import Corrections
from levee.kernel.errors import BadInput
from support import list_files as lists


def packages(text, filename="x.txt", **corrections):
    data = text if isinstance(text, bytes) else text.encode()
    return read(data, filename, Corrections(**corrections))


def understood(reading):
    return {(each.ecosystem, each.name, each.version): each.purl for each in reading.components}


def test_a_debian_list_is_of_the_release_that_one_of_its_packages_tells():
    reading = packages(lists.DPKG)
    assert reading.system == "Debian 12"
    assert understood(reading)["Debian", "libssl3", "3.0.11-1~deb12u2"] == (
        "pkg:deb/debian/libssl3@3.0.11-1~deb12u2?distro=debian-12"
    )
    assert any("Debian 12" in each.reason for each in reading.remarks)
    assert all(each.key for each in reading.components)


def test_a_list_that_names_source_packages_is_matched_by_them():
    reading = packages(lists.DPKG_QUERY)
    assert reading.system == "Ubuntu 22.04"
    assert ("Ubuntu", "openssl", "3.0.2-0ubuntu1.15") in understood(reading)
    assert ("Debian", "openssl", "3.0.11-1~deb12u2") in understood(packages(lists.DPKG_STATUS))
    assert ("Alpine", "openssl", "3.3.2-r0") in understood(packages(lists.APK))
    assert ("Alpine", "openssl", "3.3.2-r0") in understood(packages(lists.APK_DATABASE))


def test_os_release_above_a_list_says_the_system_and_the_host():
    reading = packages(lists.OS_RELEASE + "ii  zlib1g  1:1.2.13.dfsg-1  amd64  compression\n")
    assert (reading.system, [each.name for each in reading.assets]) == ("Debian 12", ["mail-1"])
    assert not reading.unmatchable
    assert reading.accounted


def test_a_list_of_an_unknown_system_says_so_and_a_person_can_say_it():
    text = "ii  zlib1g  1:1.2.13.dfsg-1  amd64  compression\n"
    unknown = packages(text)
    assert (unknown.system, len(unknown.unmatchable)) == ("", 1)
    assert "Debian 12" in unknown.reasons[0].reason
    said = packages(text, system="debian bookworm", asset="mail-9")
    assert (said.system, said.assets[0].name, said.matchable) == ("Debian 12", "mail-9", 1)
    with pytest.raises(BadInput, match="no packages of this kind"):
        packages(text, system="AlmaLinux 9")


def test_what_was_removed_or_is_no_software_is_listed_as_such():
    removed = packages(lists.DPKG + "rc  telnetd 0.17-44 amd64 telnet\nun  ftpd <none> <none> (none)\n")
    assert ["settings are left" in each.reason for each in removed.not_understood] == [True, False]
    key = packages(lists.RPM)
    assert ["a key" in each.reason for each in key.not_understood] == [True]
    assert removed.accounted
    assert key.accounted


@pytest.mark.parametrize("text", [lists.RPM_COLUMNS, lists.RPM_NEVRA, lists.DNF])
def test_an_epoch_is_part_of_an_rpms_version(text):
    reading = packages(text, system="AlmaLinux 9.3")
    (openssl,) = [each for each in reading.components if each.name.startswith("openssl")]
    assert openssl.version == "1:3.0.7-25.el9_3"
    assert "epoch=1" in openssl.purl
    assert openssl.key is not None


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (lists.RPM, True),
        (lists.RPM + "dbus-1:1.12.20-8.el9.x86_64\n", False),
        (lists.RPM_COLUMNS, False),
        (lists.RPM_NEVRA, False),
        (lists.DNF, False),
    ],
)
def test_a_list_without_any_epoch_hides_them_and_says_so(text, hidden):
    reading = packages(text, system="AlmaLinux 9.3")
    assert {"epoch=unknown" in each.purl for each in reading.components} == {hidden}
    assert any("states no epochs" in each.reason for each in reading.remarks) == hidden


def test_a_spreadsheet_s_rpm_without_an_epoch_may_have_one():
    rows = "asset,name,version,ecosystem\nweb,openssl,3.0.7-25.el9_3,AlmaLinux:9\n"
    (component,) = packages(rows, "a.csv").components
    assert (component.version, "epoch=unknown" in component.purl) == ("3.0.7-25.el9_3", True)


BUILT_APART = {
    "dpkg status": "Package: dmsetup\nStatus: install ok installed\nSource: lvm2 (2.03.16-2)\nVersion: 2:1.02.185-2\n",
    "dpkg-query": "dmsetup\t2:1.02.185-2\tamd64\tlvm2\t2.03.16-2\tinstalled\n",
    "osquery": '{"deb_packages": [{"name": "dmsetup", "version": "2:1.02.185-2", "source": "lvm2 (2.03.16-2)"}]}',
    "cyclonedx": """{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{
        "type": "library", "name": "dmsetup", "version": "2:1.02.185-2",
        "purl": "pkg:deb/debian/dmsetup@2:1.02.185-2?distro=debian-12", "properties": [
        {"name": "aquasecurity:trivy:SrcName", "value": "lvm2"},
        {"name": "aquasecurity:trivy:SrcVersion", "value": "2.03.16"},
        {"name": "aquasecurity:trivy:SrcRelease", "value": "2"}]}]}""",
    "purl": "asset,purl\na,pkg:deb/debian/dmsetup@2:1.02.185-2?distro=debian-12&upstream=lvm2@2.03.16-2\n",
}


@pytest.mark.parametrize("kind", BUILT_APART)
def test_what_is_built_from_a_source_of_another_version_is_compared_by_that(kind):
    (component,) = packages(BUILT_APART[kind], system="Debian 12").components
    assert (component.ecosystem, component.name, component.version) == ("Debian", "lvm2", "2.03.16-2")
    assert component.key == sort_key("deb", "2.03.16-2")
    assert "upstream=lvm2%402.03.16-2" in component.purl
    assert "1.02.185-2" in component.stated or kind == "purl"


def test_an_rpm_s_part_with_a_version_of_its_own_is_compared_by_its_source_whose_epoch_nobody_says():
    rows = (
        "perl-libs 4 5.32.1 481.el9 x86_64 perl-5.32.1-481.el9.src.rpm\n"
        "perl-Errno 0 1.30 481.el9 x86_64 perl-5.32.1-481.el9.src.rpm\n"
    )
    libs, errno = packages(rows, system="Rocky Linux 9").components
    assert (libs.name, libs.version, "epoch=4" in libs.purl) == ("perl", "4:5.32.1-481.el9", True)
    assert (errno.name, errno.version, "epoch=unknown" in errno.purl) == ("perl", "5.32.1-481.el9", True)
    assert not compared(parse_purl(errno.purl), errno.version).epoch_known
    alma = [(each.name, each.version) for each in packages(rows, system="AlmaLinux 9").components]
    assert alma == [("perl-libs", "4:5.32.1-481.el9"), ("perl-Errno", "1.30-481.el9")]


def test_a_list_of_binary_packages_says_what_it_cannot_match_and_the_command_that_can():
    (said,) = [each.reason for each in packages(lists.DPKG).remarks if "source packages" in each.reason]
    assert "cat /etc/os-release /var/lib/dpkg/status" in said
    assert not [each for each in packages(lists.DPKG_STATUS).remarks if "source packages" in each.reason]


def test_dpkg_query_s_rows_of_removed_packages_are_no_software():
    rows = "a\t1.0-1\tamd64\ta\t1.0-1\tinstalled\nb\t1.0-1\tamd64\tb\t1.0-1\tconfig-files\n"
    reading = packages(rows, system="Debian 12")
    assert [each.name for each in reading.components] == ["a"]
    assert [each.reason for each in reading.not_understood] == ["b is not installed"]


def test_an_rpm_list_is_of_the_distribution_whose_release_package_it_holds():
    reading = packages(lists.RPM)
    assert reading.system == "AlmaLinux 9.3"
    assert ("AlmaLinux", "python3-dnf-plugin-versionlock", "4.3.0-11.el9") in understood(reading)


def test_a_requirement_without_one_exact_version_keeps_none():
    versions = {each.name: each.version for each in packages(lists.FREEZE).components}
    assert versions == {"django": "4.2.1", "requests": "", "zope-interface": "5.4.0", "own-tool": ""}


def test_scoped_and_nested_npm_packages_keep_their_whole_name():
    assert set(understood(packages(lists.NPM_LOCK))) == {("npm", "lodash", "4.17.11"), ("npm", "@babel/core", "7.1.0")}
    assert set(understood(packages(lists.NPM_LS))) == {("npm", "lodash", "4.17.11"), ("npm", "ini", "1.3.5")}


def test_programs_and_updates_of_windows_are_kept_with_what_they_are_good_for():
    programs = packages(lists.WINGET.encode("utf-16"), "desk-7.txt")
    assert [(each.stated, each.name, each.version) for each in programs.components] == [
        ("7-Zip 24.08 (7zip.7zip) 24.08", "7-zip-24.08", "24.08"),
        ("Meter Reader (Merrow.MeterReader)", "meter-reader", ""),
    ]
    updates = packages(lists.HOTFIX)
    assert [each.name for each in updates.components] == ["KB5031356", "KB5032189"]
    assert "what is mended" in updates.reasons[0].reason


def test_osquery_says_the_host_and_the_system_beside_its_tables():
    reading = packages(lists.OSQUERY)
    assert reading.system == "Debian 12"
    assert set(understood(reading)) == {("Debian", "openssl", "3.0.11-1~deb12u2"), ("npm", "lodash", "4.17.11")}
    removed = json.loads(lists.OSQUERY_LOG) | {"action": "removed"}
    gone = packages(json.dumps(removed) + "\n" + lists.OSQUERY_LOG.decode())
    assert [each.reason for each in gone.not_understood] == ["an entry about what was removed"]
    assert gone.accounted


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("npm", "npm"), ("pip", "PyPI"), ("python", "PyPI"), ("java", "Maven"), ("Debian 12", "Debian"),
        ("Ubuntu:22.04", "Ubuntu"), ("RHEL 9", "Red Hat"), ("alpine", "Alpine"),
    ],
)  # fmt: skip
def test_a_spreadsheet_names_ecosystems_in_words_of_its_own(kind, expected):
    name = "org.example:thing" if kind == "java" else "thing"
    (component,) = packages(f"host,name,version,ecosystem\na,{name},1.0,{kind}\n").components
    assert component.ecosystem == expected
