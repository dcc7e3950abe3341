"""The organisation's own sign-in (OpenID Connect) as the sign-in library wants it told; nothing where none is set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from levee.settings import Settings

PROVIDER = "single-sign-on"


def providers(chosen: Settings) -> dict[str, Any]:
    """The value of `SOCIALACCOUNT_PROVIDERS`: at most one issuer, asked with PKCE for `openid profile email`."""
    if not chosen.oidc_issuer or chosen.oidc_client_secret_file is None:
        return {}
    application = {
        "provider_id": PROVIDER,
        "name": "single sign-on",
        "client_id": chosen.oidc_client_id,
        "secret": chosen.oidc_client_secret_file.read_text().strip(),
        "settings": {"server_url": chosen.oidc_issuer.rstrip("/")},
    }
    return {"openid_connect": {"APPS": [application], "OAUTH_PKCE_ENABLED": True}}
