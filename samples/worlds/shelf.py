"""Software that stands on many machines: real names and releases, none of which the demo's findings hit.

Makers in MADE are invented. Distributions' releases carry fixes that their upstream version does not show: `flaws`
says which.
"""

from samples.worlds.world import packages

WINDOWS = packages(
    "generic",
    "windows-10@22H2",
    "microsoft-edge@129.0.2792.79",
    "microsoft-365-apps@16.0.18025",
    "7-zip@24.08",
    "adobe-acrobat-reader@24.003.20112",
    "firefox@128.3.0",
    "putty@0.81",
    "vlc@3.0.21",
    "notepad-plus-plus@8.7",
    "libreoffice@24.2.6",
)
DEBIAN = packages(
    "deb",
    "openssl@3.0.15-1~deb12u1",
    "openssh>openssh-server@1:9.2p1-2+deb12u3",
    "bash@5.2.15-2+b7",
    "curl@7.88.1-10+deb12u8",
    "nginx@1.22.1-9",
    "postgresql-15@15.8-0+deb12u1",
    "sudo@1.9.13p3-1+deb12u1",
    "systemd@252.30-1~deb12u2",
    "zlib>zlib1g@1:1.2.13.dfsg-1",
    "libxml2@2.9.14+dfsg-1.3~deb12u1",
    "rsyslog@8.2302.0-1",
    "cron@3.0pl1-162",
    distro="debian-12",
)
DEBIAN_BEHIND = packages(
    "deb",
    "openssh>openssh-server@1:9.2p1-2+deb12u2",
    "curl@7.88.1-10+deb12u5",
    "sudo@1.9.13p3-1",
    "libxml2@2.9.14+dfsg-1.2",
    distro="debian-12",
)
UBUNTU = packages(
    "deb",
    "openssl@3.0.13-0ubuntu3.4",
    "openssh>openssh-server@1:9.6p1-3ubuntu13.5",
    "curl@8.5.0-2ubuntu10.4",
    "bash@5.2.21-2ubuntu4",
    "systemd@255.4-1ubuntu8.4",
    "rsyslog@8.2312.0-3ubuntu9",
    distro="ubuntu-24.04",
)
RED_HAT = packages(
    "rpm",
    "openssl@1:3.0.7-28.el9_4",
    "openssh-server@8.7p1-38.el9_4.4",
    "curl@7.76.1-29.el9_4.1",
    "httpd@2.4.57-11.el9_4",
    "sudo@1.9.5p2-10.el9_3",
    "bash@5.1.8-9.el9",
    "glibc@2.34-100.el9_4.3",
    "systemd@252-32.el9_4.7",
    distro="rhel-9",
)
ALPINE = packages(
    "apk",
    "openssl@3.3.1-r3",
    "busybox@1.36.1-r29",
    "curl@8.9.1-r2",
    "musl@1.2.5-r0",
    "apk-tools@2.14.4-r1",
    distro="alpine-3.20",
)
MADE = {
    name: package
    for name, package in (
        (package.name, package)
        for maker, words in {
            "Merrow Core Services": ("merrow-teller@5.1.2",),
            "Brackwater Networks": ("brackwater-edgegate-os@9.1.4",),
            "Perrin Automation": ("perrin-panel-os@6.4.2",),
            "Corvane Medical": ("corvane-pump-firmware@4.2.1", "corvane-vent-firmware@2.9.0"),
            "Halden Bioscope": ("halden-monitor-os@7.1",),
            "Ostrel Imaging": ("ostrel-us-suite@11.3", "ostrel-dr-console@5.6", "ostrel-ct-console@8.0"),
            "Tarn Diagnostics": ("tarn-analyser@3.3",),
        }.items()
        for package in packages("generic", *words, maker=maker)
    )
}
NPM = packages(
    "npm",
    "express@4.21.0",
    "react@18.3.1",
    "axios@1.7.7",
    "commander@12.1.0",
    "chalk@4.1.2",
    "debug@4.3.7",
    "uuid@10.0.0",
    "semver@7.6.3",
    "yargs@17.7.2",
    "dayjs@1.11.13",
    "winston@3.15.0",
    "dotenv@16.4.5",
    "glob@10.4.5",
    "rxjs@7.8.1",
    "minimist@1.2.8",
    "lodash@4.17.21",
    "ini@4.1.3",
    "y18n@5.0.8",
    "adm-zip@0.5.16",
)
PYPI = packages(
    "pypi",
    "requests@2.32.3",
    "numpy@2.1.1",
    "pandas@2.2.3",
    "cryptography@43.0.1",
    "Flask@3.0.3",
    "celery@5.4.0",
    "psycopg2-binary@2.9.9",
    "python-dateutil@2.9.0.post0",
    "Pillow@10.4.0",
    "lxml@5.3.0",
    "PyYAML@6.0.2",
    "sqlparse@0.5.1",
    "Django@5.1.1",
    "gunicorn@23.0.0",
    "attrs@24.2.0",
)
