"""What machines say of themselves: package managers' lists, winget, osquery."""

from __future__ import annotations

import json
from collections.abc import Sequence

from samples.worlds.kinds.kind import Kind, first_on
from samples.worlds.world import Asset, Package, World

_dpkg_host, _rpm_host, _apk_host = first_on("debian"), first_on("rhel"), first_on("alpine")


def _of(asset: Asset | None, type_: str) -> list[Package]:
    return [package for package in asset.packages if package.type == type_] if asset else []


def dpkg(world: World) -> bytes:
    """`dpkg -l`."""
    found = _of(_dpkg_host(world), "deb")
    name, version = max(len(p.name) for p in found), max(len(p.version) for p in found)
    lines = [
        "Desired=Unknown/Install/Remove/Purge/Hold",
        "| Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/Trig-pend",
        "|/ Err?=(none)/Reinst-required (Status,Err: uppercase=bad)",
        f"||/ {'Name':{name}} {'Version':{version}} Architecture Description",
        f"+++-{'=' * name}-{'=' * version}-============-{'=' * 30}",
        f"ii  {'base-files':{name}} {'12.4+deb12u7':{version}} amd64        Debian base system miscellaneous files",
        *(f"ii  {p.name:{name}} {p.version:{version}} amd64        {p.name} of the distribution" for p in found),
        f"rc  {'telnetd':{name}} {'0.17-44':{version}} amd64        removed, its settings are left",
    ]
    return ("\n".join(lines) + "\n").encode()


def _deb(_asset: Asset, package: Package) -> bool:
    """`dpkg -l` names binary packages, and advisories name sources."""
    return package.type == "deb" and not package.source


def _any_deb(_asset: Asset, package: Package) -> bool:
    return package.type == "deb"


def _os_release(host: Asset | None, system: str) -> str:
    """What stands above a list, by the guide's own command."""
    return f"HOSTNAME={host.name if host else ''}\n{OS_RELEASE[system]}"


def dpkg_status(world: World) -> bytes:
    """/var/lib/dpkg/status under the system's own words: it names the sources of binary packages."""
    parts = []
    for p in _of(_dpkg_host(world), "deb"):
        source = [f"Source: {p.source}"] if p.source else []
        parts.append([f"Package: {p.name}", "Status: install ok installed", *source, f"Version: {p.version}"])
    parts.append(["Package: telnetd", "Status: deinstall ok config-files", "Source: netkit-telnet", "Version: 0.17-44"])
    return (_os_release(_dpkg_host(world), "debian") + "\n\n".join("\n".join(part) for part in parts) + "\n").encode()


def dpkg_query(world: World) -> bytes:
    """`dpkg-query -W` with the columns that name sources and what is left of removed packages."""
    rows = [(p.name, p.version, "amd64", p.known_as, p.version, "installed") for p in _of(_dpkg_host(world), "deb")]
    rows.append(("telnetd", "0.17-44", "amd64", "netkit-telnet", "0.17-44", "config-files"))
    return (_os_release(_dpkg_host(world), "debian") + "".join("\t".join(row) + "\n" for row in rows)).encode()


def rpm(world: World) -> bytes:
    """`rpm -qa`, which shows no epoch."""
    lines = [f"{p.name}-{p.version.rpartition(':')[2]}.x86_64" for p in _of(_rpm_host(world), "rpm")]
    lines.append("redhat-release-9.4-0.5.el9.x86_64")
    return ("\n".join(lines) + "\n").encode()


OS_RELEASE = {
    "rhel": 'NAME="Red Hat Enterprise Linux"\nVERSION="9.4 (Plow)"\nID="rhel"\nID_LIKE="fedora"\nVERSION_ID="9.4"\n',
    "debian": 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nNAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n',
}


def rpm_query(world: World) -> bytes:
    """`rpm -qa` with columns, under the system's own words, as Levee's guide has it."""
    host = _rpm_host(world)
    rows = []
    for p in _of(host, "rpm"):
        epoch, _, version = p.version.rpartition(":")
        rows.append(f"{p.name} {epoch or 0} {version.replace('-', ' ')} x86_64 {p.known_as}-{version}.src.rpm")
    rows.append("gpg-pubkey 0 fd431d51 4ae0493b (none) (none)")
    return (_os_release(host, "rhel") + "\n".join(rows) + "\n").encode()


def apk(world: World) -> bytes:
    """`apk list --installed`."""
    lines = [
        f"{p.name}-{p.version} x86_64 {{{p.name}}} (MIT) [installed]" for p in _of(_apk_host(world), "apk")
    ]
    lines.append("alpine-release-3.20.3-r0 x86_64 {alpine-base} (MIT) [installed]")
    return ("\n".join(lines) + "\n").encode()


def _desk(world: World) -> Asset | None:
    desks = [asset for asset in world.assets if asset.kind == "workstation"]
    return max(desks, key=lambda asset: (sum(bool(p.maker) for p in asset.packages), len(asset.packages), asset.name))


def _windows(_asset: Asset, package: Package) -> bool:
    return package.type == "generic"


def winget(world: World) -> bytes:
    """`winget list`."""
    rows = [("Name", "Id", "Version", "Source")]
    for p in _of(_desk(world), "generic"):
        maker = (p.maker or p.name.split("-")[0]).replace(" ", "")
        rows.append((p.name, f"{maker}.{p.name}", p.version, "winget"))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [_columns(row, widths) for row in rows]
    lines.insert(1, "-" * len(lines[0]))
    return ("\r\n".join(lines) + "\r\n").encode()


def _columns(row: Sequence[str], widths: Sequence[int]) -> str:
    return " ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip()


OSQUERY = {"deb": "deb_packages", "npm": "npm_packages", "pypi": "python_packages", "rpm": "rpm_packages"}


def _fullest(world: World) -> Asset:
    servers = [asset for asset in world.assets if asset.kind == "server"]
    return max(servers, key=lambda asset: (len({p.type for p in asset.packages} & set(OSQUERY)), len(asset.packages)))


def osquery(world: World) -> bytes:
    """The tables of one machine, as a scheduled query keeps them: a list of rows for each table."""
    asset = _fullest(world)
    found = {
        table: [
            {"name": p.name, "version": p.version, **({"source": p.source} if type_ == "deb" else {})}
            for p in _of(asset, type_)
        ]
        for type_, table in OSQUERY.items()
        if _of(asset, type_)
    }
    system = [{"hostname": asset.name, "computer_name": asset.name}]
    os_version = [{"name": "Debian GNU/Linux", "version": "12 (bookworm)", "major": "12", "platform": "debian"}]
    return json.dumps({"system_info": system, "os_version": os_version, **found}, indent=1).encode() + b"\n"


KINDS = (
    Kind(name="dpkg", ending=".txt", write=dpkg, states=_deb, one=_dpkg_host),
    Kind(name="dpkg-status", ending=".txt", write=dpkg_status, states=_any_deb, one=_dpkg_host),
    Kind(name="dpkg-query", ending=".txt", write=dpkg_query, states=_any_deb, one=_dpkg_host),
    Kind(name="rpm", ending=".txt", write=rpm, states=lambda _a, p: p.type == "rpm", one=_rpm_host),
    Kind(name="rpm-query", ending=".txt", write=rpm_query, states=lambda _a, p: p.type == "rpm", one=_rpm_host),
    Kind(name="apk", ending=".txt", write=apk, states=lambda _a, p: p.type == "apk", one=_apk_host),
    Kind(name="winget", ending=".txt", write=winget, states=_windows, one=_desk),
    Kind(name="osquery", ending=".json", write=osquery, states=lambda _a, p: p.type in OSQUERY, one=_fullest),
)
