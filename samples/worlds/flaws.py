"""The flaws of the worlds: invented, about packages of real names, each with what it is true of.

`hit` and `spared` are stated by hand for every release that stands in a world, so that the truth rests on no order of
versions and on no line of Levee. Identifiers are invented and look it: `LVW-2026-0021`, `CVE-2099-90021`.
"""

from __future__ import annotations

from dataclasses import dataclass

DISTRIBUTIONS = ("Debian", "Ubuntu", "Red Hat", "Alpine")


@dataclass(frozen=True, slots=True, kw_only=True)
class Affects:
    """One package of a flaw, as its publisher states it.

    Attributes:
        ecosystem, name: in OSV's words; no ecosystem for a maker's product.
        maker: publishes it as CSAF; empty for what stands in an OSV record.
        introduced, fix: the published range; no fix where there is none.
        hit, spared: the releases in the worlds that have the flaw, and that do not.
    """

    ecosystem: str
    name: str
    hit: tuple[str, ...] = ()
    spared: tuple[str, ...] = ()
    fix: str = ""
    introduced: str = "0"
    maker: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """One flaw.

    Attributes:
        kev, automatable, total: the public answers; None where nobody gives one.
        withdrawn: it was taken back, and is true of nothing.
        end_of_support: what to do instead of an upgrade, where the maker makes none any more.
    """

    number: int
    title: str
    affects: tuple[Affects, ...]
    kev: bool = False
    automatable: bool | None = None
    total: bool | None = None
    withdrawn: bool = False
    end_of_support: str = ""

    @property
    def id(self) -> str:
        """Its advisory's identifier."""
        return f"LVW-2026-{self.number:04}"

    @property
    def cve(self) -> str:
        """The identifier that scanners use."""
        return f"CVE-2099-{90000 + self.number}"


def _library(ecosystem: str, name: str, hit: str, fix: str, *spared: str, introduced: str = "0") -> tuple[Affects, ...]:
    return (Affects(ecosystem=ecosystem, name=name, hit=(hit,), spared=spared, fix=fix, introduced=introduced),)


def _backported(upstream: str, fix: str, *distributed: tuple[str, str, tuple[str, ...], tuple[str, ...]]) -> tuple[Affects, ...]:
    """What a project states of its own releases, and what distributions state of theirs: (ecosystem, fix, hit, spared)."""
    name = upstream.lower()
    own = Affects(ecosystem="", name=name, fix=fix, maker=f"The {upstream} project")
    return (own, *(Affects(ecosystem=e, name=name, fix=f, hit=h, spared=s) for e, f, h, s in distributed))


def _made(maker: str, name: str, hit: tuple[str, ...], fix: str, spared: tuple[str, ...] = ()) -> tuple[Affects, ...]:
    return (Affects(ecosystem="", name=name, hit=hit, spared=spared, fix=fix, maker=maker),)


FLAWS = (
    # Libraries
    Flaw(
        number=1,
        title="Arguments can change every object in minimist",
        affects=_library("npm", "minimist", "0.0.8", "0.2.1", "1.2.8"),
        automatable=False,
        total=True,
    ),
    Flaw(
        number=2,
        title="Template functions of lodash run what they are given",
        affects=_library("npm", "lodash", "4.17.11", "4.17.21", "4.17.21"),
        kev=True,
        automatable=True,
        total=True,
    ),
    Flaw(
        number=3,
        title="A settings file can change every object in ini",
        affects=_library("npm", "ini", "1.3.5", "1.3.6", "1.3.8", "4.1.3"),
        automatable=True,
        total=False,
    ),
    Flaw(
        number=4,
        title="A language name can change every object in y18n",
        affects=(
            Affects(
                ecosystem="npm", name="y18n", introduced="4.0.0", fix="4.0.1", hit=("4.0.0",), spared=("4.0.3", "5.0.8")
            ),
        ),
        automatable=True,
        total=False,
    ),
    Flaw(
        number=5,
        title="A network name runs as a command in macaddress",
        affects=_library("npm", "macaddress", "0.2.8", "0.2.9", "0.5.3"),
        automatable=True,
        total=True,
    ),
    Flaw(
        number=6,
        title="An archive writes outside its folder through adm-zip",
        affects=_library("npm", "adm-zip", "0.4.7", "0.4.11", "0.5.16"),
        automatable=False,
        total=True,
    ),
    Flaw(
        number=7,
        title="A document runs code through PyYAML",
        affects=_library("PyPI", "pyyaml", "5.3.1", "5.4", "6.0.2"),
        automatable=True,
        total=True,
    ),
    Flaw(
        number=8,
        title="A statement keeps sqlparse busy for minutes",
        affects=_library("PyPI", "sqlparse", "0.4.1", "0.4.2", "0.5.1", "0.5.3"),
        automatable=True,
        total=False,
    ),
    Flaw(
        number=9,
        title="A long number keeps Django busy for minutes",
        affects=(
            Affects(
                ecosystem="PyPI",
                name="django",
                introduced="4.2",
                fix="4.2.15",
                hit=("4.2.14",),
                spared=("4.2.20", "5.1.1"),
            ),
        ),
        automatable=True,
        total=False,
    ),
    Flaw(
        number=10,
        title="A container overruns tidepack's buffer",
        affects=_library("GIT", "tidepack", "1.0.0", "1.1.0", "1.1.0"),
        automatable=False,
        total=True,
    ),
    Flaw(
        number=11,
        title="A redirect keeps its password in requests (taken back)",
        affects=(Affects(ecosystem="PyPI", name="requests", spared=("2.32.3",), fix="2.33.0"),),
        withdrawn=True,
    ),
    # What distributions mended without changing the upstream version
    Flaw(
        number=21,
        title="A race before the password gives a shell through OpenSSH",
        affects=_backported(
            "OpenSSH",
            "9.8p1",
            ("Debian:12", "1:9.2p1-2+deb12u3", ("1:9.2p1-2+deb12u2",), ("1:9.2p1-2+deb12u3",)),
            ("Ubuntu:24.04", "1:9.6p1-3ubuntu13.3", (), ("1:9.6p1-3ubuntu13.5",)),
        )
        + (Affects(ecosystem="Red Hat:9", name="openssh-server", fix="8.7p1-38.el9_4.1", spared=("8.7p1-38.el9_4.4",)),),
        kev=True,
        automatable=False,
        total=True,
    ),
    Flaw(
        number=22,
        title="A certificate is read past its end by curl",
        affects=_backported(
            "curl",
            "8.9.1",
            ("Debian:12", "7.88.1-10+deb12u7", ("7.88.1-10+deb12u5",), ("7.88.1-10+deb12u8",)),
            ("Ubuntu:24.04", "8.5.0-2ubuntu10.6", ("8.5.0-2ubuntu10.4",), ()),
            ("Red Hat:9", "7.76.1-29.el9_4.1", (), ("7.76.1-29.el9_4.1",)),
            ("Alpine:v3.20", "8.9.1-r0", (), ("8.9.1-r2",)),
        ),
        automatable=True,
        total=False,
    ),
    Flaw(
        number=23,
        title="A document frees memory twice in libxml2",
        affects=_backported(
            "libxml2",
            "2.12.7",
            (
                "Debian:12",
                "2.9.14+dfsg-1.3~deb12u1",
                ("2.9.14+dfsg-1.2",),
                ("2.9.14+dfsg-1.3~deb12u1",),
            ),
        ),
        automatable=True,
        total=True,
    ),
    Flaw(
        number=24,
        title="Anybody becomes root through sudo's host option",
        affects=_backported(
            "sudo",
            "1.9.17p1",
            ("Debian:12", "1.9.13p3-1+deb12u1", ("1.9.13p3-1",), ("1.9.13p3-1+deb12u1",)),
            ("Red Hat:9", "1.9.5p2-10.el9_6", ("1.9.5p2-10.el9_3",), ()),
        ),
        automatable=False,
        total=True,
    ),
    Flaw(
        number=25,
        title="An archive's name overruns zlib's buffer",
        affects=_backported("zlib", "1.3.1", ("Debian:12", "1:1.2.13.dfsg-1", (), ("1:1.2.13.dfsg-1",))),
        automatable=True,
        total=True,
    ),
    Flaw(
        number=26,
        title="A stream keeps nginx busy",
        affects=_backported("nginx", "1.27.0", ("Debian:12", "", ("1.22.1-9",), ())),
        automatable=True,
        total=False,
    ),
    Flaw(
        number=27,
        title="A handshake overruns OpenSSL's buffer",
        affects=_backported(
            "OpenSSL",
            "3.3.2",
            ("Debian:12", "3.0.14-1~deb12u1", (), ("3.0.15-1~deb12u1",)),
            ("Ubuntu:24.04", "3.0.13-0ubuntu3.2", (), ("3.0.13-0ubuntu3.4",)),
            ("Red Hat:9", "1:3.0.7-27.el9", (), ("1:3.0.7-28.el9_4",)),
            ("Alpine:v3.20", "3.3.2-r0", ("3.3.1-r3",), ()),
        ),
        automatable=True,
        total=True,
    ),
    Flaw(
        number=28,
        title="A request leaves the folder of the Apache web server",
        affects=(Affects(ecosystem="Red Hat:9", name="httpd", hit=("2.4.57-11.el9_4",), fix="2.4.57-11.el9_4.1"),),
        kev=True,
        automatable=True,
        total=True,
    ),
    # Products of invented makers
    Flaw(
        number=41,
        title="A packet stops the Perrin controller",
        affects=_made("Perrin Automation", "perrin-plc-firmware", ("3.1.0", "3.2.4"), "3.2.5", ("3.2.5",)),
        automatable=True,
        total=False,
    ),
    Flaw(
        number=42,
        title="The panel of Perrin Automation has a password of its own",
        affects=_made("Perrin Automation", "perrin-panel-os", ("6.4.2",), "6.5.0"),
        kev=True,
        automatable=True,
        total=True,
    ),
    Flaw(
        number=43,
        title="A Corvane pump takes settings from anybody near it",
        affects=_made("Corvane Medical", "corvane-pump-firmware", ("4.2.1",), "4.3.0"),
        automatable=False,
        total=True,
    ),
    Flaw(
        number=44,
        title="The Ostrel console opens pictures that run code",
        affects=_made("Ostrel Imaging", "ostrel-ct-console", ("8.0",), "8.0.2"),
        automatable=False,
        total=True,
    ),
    Flaw(
        number=45,
        title="The Halden monitor answers before it asks who is there",
        affects=_made("Halden Bioscope", "halden-monitor-os", (), "7.1", ("7.1",)),
        automatable=True,
        total=False,
    ),
    Flaw(
        number=46,
        title="The Brackwater gateway lets anybody in before they sign in",
        affects=_made("Brackwater Networks", "brackwater-edgegate-os", ("9.1.4",), ""),
        kev=True,
        automatable=True,
        total=True,
        end_of_support="Its maker ended support on 30 June 2026 and makes no fix. Take it off the network; replace it.",
    ),
    Flaw(
        number=47,
        title="The Merrow teller program keeps passwords where all can read them",
        affects=_made("Merrow Core Services", "merrow-teller", ("5.1.2",), "5.2.0"),
        automatable=False,
        total=False,
    ),
)
