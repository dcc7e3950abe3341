"""Operating systems whose packages advisories name: which one a list is from, by its own words or by what it holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from levee.formats.package_identity import EPOCH_UNKNOWN
from levee.formats.purl import Purl, make_purl

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# words as they begin os-release's ID, PRETTY_NAME, OSV's ecosystem or what people type -> purl type and namespace
_WORDS = {
    "debian": ("deb", "debian"), "ubuntu": ("deb", "ubuntu"), "alpine": ("apk", "alpine"), "wolfi": ("apk", "wolfi"),
    "chainguard": ("apk", "chainguard"), "red hat": ("rpm", "redhat"), "redhat": ("rpm", "redhat"),
    "rhel": ("rpm", "redhat"), "centos": ("rpm", "centos"), "alma": ("rpm", "almalinux"), "rocky": ("rpm", "rocky"),
    "amazon": ("rpm", "amazon"), "amzn": ("rpm", "amazon"), "oracle": ("rpm", "oracle"), "fedora": ("rpm", "fedora"),
    "photon": ("rpm", "photon"), "suse": ("rpm", "suse"), "sles": ("rpm", "suse"), "sled": ("rpm", "suse"),
    "opensuse": ("rpm", "opensuse"), "mariner": ("rpm", "mariner"), "azurelinux": ("rpm", "azurelinux"),
    "azure linux": ("rpm", "azurelinux"), "openeuler": ("rpm", "openeuler"), "mageia": ("rpm", "mageia"),
}  # fmt: skip
_CODENAMES = {
    "jessie": "8", "stretch": "9", "buster": "10", "bullseye": "11", "bookworm": "12", "trixie": "13", "forky": "14",
    "xenial": "16.04", "bionic": "18.04", "focal": "20.04", "jammy": "22.04", "noble": "24.04",
}  # fmt: skip
_TITLES = {
    "debian": "Debian", "ubuntu": "Ubuntu", "alpine": "Alpine", "redhat": "Red Hat Enterprise Linux",
    "almalinux": "AlmaLinux", "rocky": "Rocky Linux", "centos": "CentOS", "amazon": "Amazon Linux",
    "oracle": "Oracle Linux", "fedora": "Fedora", "suse": "SUSE Linux Enterprise", "opensuse": "openSUSE",
}  # fmt: skip
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_SETTING = re.compile(r"^(?P<key>[A-Z][A-Z_]*)=(?P<quote>[\"']?)(?P<value>.*?)(?P=quote)\s*$")
_KNOWN_SETTINGS = frozenset({
    "NAME", "VERSION", "ID", "ID_LIKE", "VERSION_ID", "VERSION_CODENAME", "PRETTY_NAME", "HOME_URL", "SUPPORT_URL",
    "BUG_REPORT_URL", "PRIVACY_POLICY_URL", "UBUNTU_CODENAME", "DEBIAN_CODENAME", "LOGO", "ANSI_COLOR", "CPE_NAME",
    "PLATFORM_ID", "DOCUMENTATION_URL", "VARIANT", "VARIANT_ID", "BUILD_ID", "IMAGE_ID", "IMAGE_VERSION",
    "VENDOR_NAME", "VENDOR_URL", "SUPPORT_END", "DEFAULT_HOSTNAME", "HOSTNAME",
    "REDHAT_BUGZILLA_PRODUCT", "REDHAT_BUGZILLA_PRODUCT_VERSION", "REDHAT_SUPPORT_PRODUCT",
    "REDHAT_SUPPORT_PRODUCT_VERSION", "ALMALINUX_MANTISBT_PROJECT", "ALMALINUX_MANTISBT_PROJECT_VERSION",
    "ROCKY_SUPPORT_PRODUCT", "ROCKY_SUPPORT_PRODUCT_VERSION",
})  # fmt: skip
# the package whose version is the release -> namespace; Debian's and Ubuntu's base-files is told apart by its version
_RELEASE_PACKAGES = {
    "redhat-release": "redhat", "redhat-release-server": "redhat", "centos-release": "centos",
    "centos-linux-release": "centos", "centos-stream-release": "centos", "almalinux-release": "almalinux",
    "rocky-release": "rocky", "fedora-release-common": "fedora", "fedora-release": "fedora",
    "oraclelinux-release": "oracle", "system-release": "amazon", "amazon-linux-release": "amazon",
    "sles-release": "suse", "opensuse-release": "opensuse", "openSUSE-release": "opensuse", "alpine-release": "alpine",
    "photon-release": "photon", "mageia-release": "mageia", "openEuler-release": "openeuler",
    "mariner-release": "mariner", "azurelinux-release": "azurelinux",
}  # fmt: skip
_UBUNTU_BASE_FILES = {"9": "16.04", "10": "18.04", "11": "20.04", "12": "22.04", "13": "24.04"}
_TYPES = {namespace: type_ for type_, namespace in _WORDS.values()}


class System(NamedTuple):
    """A distribution: its packages' purl type and namespace, and its release, empty where nobody says."""

    type: str
    namespace: str
    release: str

    def __str__(self) -> str:
        return f"{_TITLES.get(self.namespace, self.namespace)} {self.release}".strip()

    def purl(self, name: str, version: str, *, source: str = "", epochs: bool = True) -> Purl:
        """The package URL of one of its packages; an epoch before the version of an rpm becomes its qualifier.

        Args:
            name: the package's.
            version: of it.
            source: its source package, where it is told; `name@version` where its version is told too.
            epochs: whether a version without an epoch has none, and does not just leave it out.

        Raises:
            BadInput: the name cannot stand in a package URL.
        """
        epoch, colon, rest = version.partition(":")
        qualifiers = {"distro": f"{self.namespace}-{self.release}" if self.release else ""}
        if self.type == "rpm" and colon and epoch.isdigit():
            version = rest
            qualifiers["epoch"] = epoch if int(epoch) else ""
        elif self.type == "rpm" and version and not epochs:
            qualifiers["epoch"] = EPOCH_UNKNOWN
        built_from, _, of = source.partition("@")
        named = built_from if of in {"", version} else source
        qualifiers["upstream"] = named if named != name else ""
        told = {key: value for key, value in qualifiers.items() if value}
        return make_purl(type=self.type, namespace=self.namespace, name=name, version=version, qualifiers=told)


def system_of_words(text: str) -> System | None:
    """The system that words name, such as `Debian GNU/Linux 12 (bookworm)`, `rhel 9.2` or OSV's `Alpine:v3.20`."""
    words = " ".join(text.lower().replace("_", " ").split())
    begins = sorted((word for word in _WORDS if words.startswith(word)), key=len)
    if not begins:
        return None
    type_, namespace = _WORDS[begins[-1]]
    if namespace == "suse" and "open" in words:
        namespace = "opensuse"
    number = _NUMBER.search(words)
    named = next((release for name, release in _CODENAMES.items() if name in words), "")
    return System(type_, namespace, number[0] if number else named)


def system_of_settings(settings: Mapping[str, str]) -> System | None:
    """The system of an os-release file (freedesktop.org, os-release(5)): its ID and VERSION_ID."""
    found = system_of_words(settings.get("ID", "")) or system_of_words(settings.get("PRETTY_NAME", ""))
    if found is None:
        return None
    release = settings.get("VERSION_ID") or _CODENAMES.get(settings.get("VERSION_CODENAME", ""), "")
    return found._replace(release=release)


def system_of_packages(packages: Iterable[tuple[str, str]]) -> tuple[System, str] | None:
    """The system of a list of packages, and the package that tells: pairs of name and version."""
    for name, version in packages:
        plain = version.partition(":")[2] if version.partition(":")[0].isdigit() and ":" in version else version
        number = _NUMBER.match(plain)
        if number is None:
            continue
        told = f"{name} {version}"
        if name == "base-files":
            if "ubuntu" in version:
                release = _UBUNTU_BASE_FILES.get(number[0].partition(".")[0], "")
                return System("deb", "ubuntu", release), told
            return System("deb", "debian", number[0].partition(".")[0]), told
        if name in _RELEASE_PACKAGES:
            namespace = _RELEASE_PACKAGES[name]
            return System(_TYPES[namespace], namespace, number[0]), told
    return None


def is_setting(line: str) -> bool:
    """Whether a line is one of an os-release file, or says the host's name as `HOSTNAME=`."""
    match = _SETTING.match(line)
    return match is not None and match["key"] in _KNOWN_SETTINGS


def settings_in(lines: Iterable[str]) -> dict[str, str]:
    """The settings among lines."""
    found = (_SETTING.match(line) for line in lines)
    return {match["key"]: match["value"] for match in found if match is not None}
