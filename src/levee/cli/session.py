"""Who signed in on this machine by a one-time link: what a person does and no token may."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import typer

from levee.kernel.errors import BadInput, NotSignedIn, Unavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session at one server; the server ends it after twelve hours."""

    address: str
    key: str
    csrf: str

    def headers(self) -> dict[str, str]:
        """What a request carries to be this session's own."""
        return {
            "Cookie": f"sessionid={self.key}; csrftoken={self.csrf}",
            "X-CSRFToken": self.csrf,
            "Referer": f"{self.address}/",
        }


def kept_in() -> Path:
    """The file that a session is kept in, readable to its owner alone."""
    return Path(os.environ.get("LEVEE_SESSION_FILE") or Path(typer.get_app_dir("levee")) / "session.json")


def read(address: str) -> Session | None:
    """The session at a server, if somebody signed in there, or at another port of its host: cookies know no ports."""
    try:
        session = Session(**json.loads(kept_in().read_text()))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise BadInput("the session file cannot be read", place=str(kept_in()), advice="levee sign-in again") from error
    kept, asked = urlsplit(session.address), urlsplit(address)
    same = (kept.scheme, kept.hostname) == (asked.scheme, asked.hostname)
    return replace(session, address=address) if same else None


def sign_in(address: str, link: str) -> None:
    """Use a one-time link up and keep the session.

    Raises:
        BadInput: this is no sign-in link of that server.
        NotSignedIn: the link opens nothing any more.
        Unavailable: the server does not answer.
    """
    import httpx  # noqa: PLC0415 - a tenth of the start of every command, paid by those that ask a server

    path = urlsplit(link.strip()).path
    if not path.startswith("/link/"):
        raise BadInput("this is no sign-in link", place="LINK", advice=f"it looks like {address}/link/…/")
    try:
        with httpx.Client(base_url=address, timeout=60) as client:
            client.get(path)
            csrf = client.cookies.get("csrftoken") or ""
            answer = client.post(path, headers={"X-CSRFToken": csrf, "Referer": f"{address}/"})
            key = client.cookies.get("sessionid") or ""
    except httpx.HTTPError as error:
        raise Unavailable(f"no answer from {address}: {error}", place="LEVEE_URL") from error
    if not answer.is_redirect or not key:
        raise NotSignedIn("this link opens nothing", advice="each link works once and for 24 hours: ask for a new one")
    _keep(Session(address=address, key=key, csrf=csrf))


def _keep(session: Session) -> None:
    path = kept_in()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)  # a file of another's making would keep its mode and its readers
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(session), file)


def sign_out(address: str) -> None:
    """End the session at the server and forget it here."""
    import httpx  # noqa: PLC0415 - the same

    session = read(address)
    if session is None:
        return
    kept_in().unlink()
    try:
        httpx.post(f"{address}/sign-out/", headers=session.headers(), timeout=60)
    except httpx.HTTPError as error:
        raise Unavailable(f"forgotten here, but {address} did not hear of it: {error}", place="LEVEE_URL") from error
