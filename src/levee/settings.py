"""The settings: one frozen object, read once from `LEVEE_…` environment variables, secrets by file path."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from levee.kernel.errors import UnsafeSetup
from levee.kernel.sides import Side

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def _default_data_folder() -> Path:
    if os.geteuid() == 0:
        return Path("/var/lib/levee")
    return Path.home() / ".local" / "share" / "levee"


class Settings(BaseSettings):
    """Everything that an operator of Levee may choose.

    Attributes:
        data_folder: where the embedded database, blobs, keys and secrets live.
        database_url: an outside PostgreSQL instead of the embedded one, with `database_owner_url`.
        database_owner_url: the same server as the role that owns the schema and may create roles; for migrations.
        house_name: what the clearinghouse is called when it is founded.
        host, port: where the members' pages listen. public_port, operators_port: the public pages and the operators',
            each on a port or host name of its own.
        base_url, public_url, operators_url: how people reach them; used in links.
        threads: request threads of the web process.
        smtp_url: `smtp://host:port`; empty keeps mail on the local outbox page.
        mail_from: the house's address; answers come to the part before its @, a plus sign and an id.
        mail_in_port: where the mail server in front of the house hands answers over, on `host`; 0 takes none.
        oidc_issuer: an OpenID Connect issuer whose people may sign in, with `oidc_client_id` and
            `oidc_client_secret_file`; only people who are known here already.
        clock_file: a file that holds the instant of a simulated calendar; the demo only.
        debug: error pages with code; refused unless bound to the loopback.
        sandbox_slots: runs at a time. slot_uid: the first host user id of the slot users.
        feed_hosts: host names of the own network that feeds may come from, also without TLS; separated by commas.
        bridge_hosts: the same for private channels of projects, such as a GitLab of one's own.
        tick_seconds: answers that could tell something leave at multiples of this.
        webhook_networks: private networks (CIDR, by commas) that webhooks may be in; none where empty.
        webhook_authority: a file of certificates to trust for webhooks instead of the system's.
    """

    model_config = SettingsConfigDict(env_prefix="LEVEE_", frozen=True, extra="ignore")

    data_folder: Annotated[Path, AfterValidator(Path.absolute)] = Field(default_factory=_default_data_folder)
    database_url: str = ""
    database_owner_url: str = ""
    house_name: str = "Clearinghouse"
    host: str = "127.0.0.1"
    port: int = 8750
    public_port: int = 8751
    operators_port: int = 8752
    base_url: str = ""
    public_url: str = ""
    operators_url: str = ""
    threads: int = 8
    smtp_url: str = ""
    mail_from: str = "levee@localhost"
    mail_in_port: int = 0
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret_file: Path | None = None
    clock_file: Path | None = None
    debug: bool = False
    sandbox_slots: int = 2
    slot_uid: int = 64100
    tick_seconds: int = 300
    webhook_networks: str = ""
    webhook_authority: Path | None = None
    feed_hosts: str = ""
    bridge_hosts: str = ""
    tests: bool = False

    @property
    def site(self) -> str:
        """Address of the members' pages, without a trailing slash."""
        return self.base_url.rstrip("/") or f"http://localhost:{self.port}"

    @property
    def trusted_feed_hosts(self) -> frozenset[str]:
        """The hosts of the own network that feeds may come from."""
        return frozenset(each.strip().lower() for each in self.feed_hosts.split(",") if each.strip())

    @property
    def trusted_bridge_hosts(self) -> frozenset[str]:
        """The hosts of the own network that private channels may be at."""
        return frozenset(each.strip().lower() for each in self.bridge_hosts.split(",") if each.strip())

    @property
    def public_site(self) -> str:
        """Address of the public pages, without a trailing slash."""
        return self.public_url.rstrip("/") or f"http://localhost:{self.public_port}"

    @property
    def operators_site(self) -> str:
        """Address of the operators' pages, without a trailing slash."""
        return self.operators_url.rstrip("/") or f"http://localhost:{self.operators_port}"

    def site_of(self, side: Side) -> str:
        """Address of a side's pages, without a trailing slash."""
        return self.operators_site if side is Side.OPERATORS else self.site


@cache
def settings() -> Settings:
    """Read the settings once.

    Raises:
        UnsafeSetup: a value cannot be read, or the mix is unsafe.
    """
    try:
        chosen = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = "LEVEE_" + "_".join(str(part) for part in first["loc"]).upper()
        raise UnsafeSetup(first["msg"], place=name, advice=f"correct {name} in the environment") from error
    _refuse_unsafe(chosen)
    return chosen


def _refuse_unsafe(chosen: Settings) -> None:
    if chosen.debug and chosen.host not in LOOPBACK:
        raise UnsafeSetup(
            "debug pages would be open to the network",
            place="LEVEE_DEBUG",
            advice="unset LEVEE_DEBUG, or bind LEVEE_HOST to 127.0.0.1",
        )
    if bool(chosen.database_url) != bool(chosen.database_owner_url):
        raise UnsafeSetup(
            "an outside PostgreSQL needs both of its addresses",
            place="LEVEE_DATABASE_URL",
            advice="set LEVEE_DATABASE_URL and LEVEE_DATABASE_OWNER_URL, or neither",
        )
    _refuse_unsafe_issuer(chosen)


def _refuse_unsafe_issuer(chosen: Settings) -> None:
    given = (chosen.oidc_issuer, chosen.oidc_client_id, chosen.oidc_client_secret_file)
    if not any(given):
        return
    if not all(given):
        raise UnsafeSetup(
            "single sign-on needs an issuer, a client id and the file of the client's secret",
            place="LEVEE_OIDC_ISSUER",
            advice="set LEVEE_OIDC_ISSUER, LEVEE_OIDC_CLIENT_ID and LEVEE_OIDC_CLIENT_SECRET_FILE, or none of them",
        )
    issuer = urlsplit(chosen.oidc_issuer)
    if issuer.scheme != "https" and not (issuer.scheme == "http" and issuer.hostname in LOOPBACK):
        raise UnsafeSetup(
            "who signs in would be told by whoever stands between: the issuer is asked over https",
            place="LEVEE_OIDC_ISSUER",
            advice="write https://…",
        )
    try:
        empty = not Path(str(chosen.oidc_client_secret_file)).read_text().strip()
    except (OSError, ValueError) as error:
        raise UnsafeSetup(
            f"the client's secret cannot be read: {error}", place="LEVEE_OIDC_CLIENT_SECRET_FILE"
        ) from error
    if empty:
        raise UnsafeSetup("the file of the client's secret is empty", place="LEVEE_OIDC_CLIENT_SECRET_FILE")
