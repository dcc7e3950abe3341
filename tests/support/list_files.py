"""Small lists of machines, written for the tests in the shapes that the programs print."""

from support.inventory_file import File

DPKG = """Desired=Unknown/Install/Remove/Purge/Hold
| Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/Trig-pend
|/ Err?=(none)/Reinst-required (Status,Err: uppercase=bad)
||/ Name                 Version             Architecture Description
+++-====================-===================-============-===========================
ii  base-files           12.4+deb12u5        amd64        Debian base system files
ii  libssl3:amd64        3.0.11-1~deb12u2    amd64        Secure Sockets Layer toolkit
hi  vim                  2:9.0.1378-2        amd64        Vi IMproved
"""
DPKG_QUERY = """base-files\t12ubuntu4.6\tamd64\tbase-files
libssl3\t3.0.2-0ubuntu1.15\tamd64\topenssl
vim:amd64\t2:8.2.3995-1ubuntu2.16\tamd64\tvim
"""
DPKG_STATUS = """Package: libssl3
Status: install ok installed
Architecture: amd64
Source: openssl
Version: 3.0.11-1~deb12u2
Description: Secure Sockets Layer toolkit - shared libraries
 This package is part of the OpenSSL project's implementation

Package: base-files
Status: install ok installed
Version: 12.4+deb12u5
"""
APT = """Listing... Done
base-files/stable,now 12.4+deb12u5 amd64 [installed]
zlib1g/stable,now 1:1.2.13.dfsg-1 amd64 [installed,automatic]
"""
RPM = """almalinux-release-9.3-1.el9.x86_64
openssl-libs-3.0.7-25.el9_3.x86_64
python3-dnf-plugin-versionlock-4.3.0-11.el9.noarch
gpg-pubkey-b86b3716-61e69f29
"""
RPM_COLUMNS = """bash\t(none)\t5.1.8\t6.el9_1\tx86_64\tbash-5.1.8-6.el9_1.src.rpm
openssl-libs\t1\t3.0.7\t25.el9_3\tx86_64\topenssl-3.0.7-25.el9_3.src.rpm
"""
RPM_NEVRA = """bash-0:5.1.8-6.el9_1.x86_64 bash-5.1.8-6.el9_1.src.rpm
openssl-libs-1:3.0.7-25.el9_3.x86_64 openssl-3.0.7-25.el9_3.src.rpm
"""
DNF = """Installed Packages
almalinux-release.x86_64      9.3-1.el9          @anaconda
openssl-libs.x86_64           1:3.0.7-25.el9_3   @baseos
"""
APK = """alpine-release-3.20.3-r0 x86_64 {alpine-base} (MIT) [installed]
libcrypto3-3.3.2-r0 x86_64 {openssl} (Apache-2.0) [installed]
"""
APK_INFO = """alpine-release-3.20.3-r0
libcrypto3-3.3.2-r0
ssl_client-1.36.1-r29
"""
APK_DATABASE = """C:Q1abc=
P:alpine-release
V:3.20.3-r0
A:x86_64
o:alpine-base

C:Q1def=
P:libcrypto3
V:3.3.2-r0
A:x86_64
o:openssl
"""
OS_RELEASE = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\nHOSTNAME=mail-1\n'
FREEZE = """# made by hand
Django==4.2.1
requests[socks]>=2.28 ; python_version < "3.13"
zope.interface == 5.4.0 \\
    --hash=sha256:00
-e git+https://example.org/own.git@1.2#egg=own_tool
"""
PIP_LIST = """Package    Version
---------- -------
Django     4.2.1
PyYAML     5.3.1
"""
PIP_JSON = b'[{"name": "Django", "version": "4.2.1"}, {"name": "PyYAML", "version": "5.3.1"}]'
NPM_LOCK = b"""{"name": "portal", "version": "1.0.0", "lockfileVersion": 3, "requires": true, "packages": {
 "": {"name": "portal", "dependencies": {"lodash": "^4.17.11"}},
 "node_modules/lodash": {"version": "4.17.11", "resolved": "file:lodash.tgz"},
 "node_modules/a/node_modules/@babel/core": {"version": "7.1.0"}}}
"""
NPM_LS = b"""{"name": "portal", "version": "1.0.0", "dependencies": {
 "lodash": {"version": "4.17.11", "resolved": "file:lodash.tgz", "dependencies": {"ini": {"version": "1.3.5"}}}}}
"""
WINGET = """\r   - \r   \\ \rName            Id                  Version      Available  Source\r
-------------------------------------------------------------------\r
7-Zip 24.08     7zip.7zip           24.08        24.09      winget\r
Meter Reader    Merrow.MeterReader  Unknown                 winget\r
"""
WINGET_EXPORT = b"""{"$schema": "https://aka.ms/winget-packages.schema.2.0.json", "CreationDate": "2026-11-01T00:00:00",
 "Sources": [{"Packages": [{"PackageIdentifier": "7zip.7zip", "Version": "24.08"}],
 "SourceDetails": {"Name": "winget"}}], "WinGetVersion": "1.9"}
"""
HOTFIX = """Caption                                 CSName   Description      HotFixID   InstalledBy  InstalledOn
http://support.example/?kbid=5031356    DESK-07  Security Update  KB5031356  SYSTEM       10/14/2026
http://support.example/?kbid=5032189    DESK-07  Update           KB5032189  SYSTEM       11/14/2026
"""
HOTFIX_CSV = """#TYPE System.Management.ManagementObject#root\\cimv2\\Win32_QuickFixEngineering
"PSComputerName","InstalledOn","HotFixID","Description"
"DESK-07","10/14/2026 12:00:00 AM","KB5031356","Security Update"
"""
OSQUERY = b"""{"system_info": [{"hostname": "mail-1", "uuid": "x", "hardware_model": "y"}],
 "os_version": [{"name": "Debian GNU/Linux", "version": "12 (bookworm)", "major": "12", "platform": "debian"}],
 "deb_packages": [{"name": "libssl3", "version": "3.0.11-1~deb12u2", "source": "openssl"}],
 "npm_packages": [{"name": "lodash", "version": "4.17.11"}]}
"""
OSQUERY_TABLE = (
    b"""[{"name": "openssl-libs", "version": "3.0.7", "release": "25.el9", "epoch": "1", "arch": "x86_64"}]"""
)
OSQUERY_LOG = b"""{"name": "pack/it/programs", "hostIdentifier": "desk-7", "columns": {"name": "7-Zip",
 "version": "24.08", "publisher": "Igor", "uninstall_string": "x"}, "action": "added"}
""".replace(b"\n ", b" ")

LIST_FILES = (
    File(kind="dpkg", filename="mail-1.txt", data=DPKG.encode(), assets=("mail-1",), components=3),
    File(kind="dpkg", filename="x.txt", data=(OS_RELEASE + DPKG).encode(), assets=("mail-1",), components=3),
    File(kind="dpkg-query", filename="mail-1.txt", data=DPKG_QUERY.encode(), assets=("mail-1",), components=3),
    File(kind="dpkg-status", filename="mail-1", data=DPKG_STATUS.encode(), assets=("mail-1",), components=2),
    File(kind="apt", filename="mail-1.txt", data=APT.encode(), assets=("mail-1",), components=2),
    File(kind="rpm", filename="db-1.txt", data=RPM.encode(), assets=("db-1",), components=3, rejected=1),
    File(kind="rpm", filename="db-1.txt", data=RPM_COLUMNS.encode(), assets=("db-1",), components=2),
    File(kind="rpm", filename="db-1.txt", data=RPM_NEVRA.encode(), assets=("db-1",), components=2),
    File(kind="dnf", filename="db-1.txt", data=DNF.encode(), assets=("db-1",), components=2),
    File(kind="apk", filename="gate-1.txt", data=APK.encode(), assets=("gate-1",), components=2),
    File(kind="apk", filename="gate-1.txt", data=APK_INFO.encode(), assets=("gate-1",), components=3),
    File(kind="apk-database", filename="gate-1", data=APK_DATABASE.encode(), assets=("gate-1",), components=2),
    File(kind="requirements", filename="portal.txt", data=FREEZE.encode(), assets=("portal",), components=4),
    File(kind="pip-list", filename="portal.txt", data=PIP_LIST.encode(), assets=("portal",), components=2),
    File(kind="pip-list-json", filename="portal.json", data=PIP_JSON, assets=("portal",), components=2),
    File(kind="npm-lock", filename="portal.json", data=NPM_LOCK, assets=("portal",), components=2),
    File(kind="npm-ls", filename="portal.json", data=NPM_LS, assets=("portal",), components=2),
    File(kind="winget", filename="desk-7.txt", data=WINGET.encode(), assets=("desk-7",), components=2),
    File(kind="winget", filename="desk-7.txt", data=WINGET.encode("utf-16"), assets=("desk-7",), components=2),
    File(kind="winget-export", filename="desk-7.json", data=WINGET_EXPORT, assets=("desk-7",), components=1),
    File(kind="hotfix", filename="x.txt", data=HOTFIX.encode("utf-16"), assets=("DESK-07",), components=2),
    File(kind="hotfix-csv", filename="x.csv", data=HOTFIX_CSV.encode(), assets=("DESK-07",), components=1),
    File(kind="osquery", filename="x.json", data=OSQUERY, assets=("mail-1",), components=2),
    File(kind="osquery", filename="db-1.json", data=OSQUERY_TABLE, assets=("db-1",), components=1),
    File(kind="osquery", filename="results.log", data=OSQUERY_LOG, assets=("desk-7",), components=1),
)
