"""Django's settings, from Levee's. Type checkers import it too: it reads no database, and only secrets that exist."""

from __future__ import annotations

import os
import secrets
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from levee.app import single_sign_on
from levee.platform.database import config
from levee.settings import settings as _settings

_chosen = _settings()
_public = os.environ.get("LEVEE_ROLE") == "levee_public"
_operators = os.environ.get("LEVEE_ROLE") == "levee_operator"
_sites = (_chosen.site, _chosen.operators_site, _chosen.public_site)


def _secret_key() -> str:
    path = _chosen.data_folder / "secrets" / "django.key"
    try:
        return path.read_text()
    except FileNotFoundError:
        pass
    except PermissionError:
        return secrets.token_urlsafe(48)
    if not path.parent.is_dir():
        return secrets.token_urlsafe(48)  # no installation here: a type checker or a command without a database
    path.touch(mode=0o600)
    path.write_text(secrets.token_urlsafe(48))
    return path.read_text()


SECRET_KEY = _secret_key()
DEBUG = _chosen.debug
ALLOWED_HOSTS = ["*"] if _chosen.host == "0.0.0.0" else ["localhost", "127.0.0.1", "[::1]", _chosen.host]  # noqa: S104
ALLOWED_HOSTS += [str(urlsplit(site).hostname) for site in _sites]
_own = _chosen.operators_site if _operators else _chosen.site
CSRF_TRUSTED_ORIGINS = [_own] if _own.startswith("https") else []

_SIGNING_IN = (
    []  # nobody signs in on the public pages
    if _public
    else [
        "django.contrib.humanize",  # for the list of keys
        "allauth",
        "allauth.account",
        "allauth.mfa",
        "allauth.socialaccount",
        "allauth.socialaccount.providers.openid_connect",
    ]
)
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "levee.web",  # before allauth, whose pages it draws its own way
    *_SIGNING_IN,
    "csp",
    "procrastinate.contrib.django",
    "levee.platform",
    "levee.access",
    "levee.ledger",
    "levee.identity",
    "levee.notify",
    "levee.house",
    "levee.notices",
    "levee.inventory",
    "levee.feeds",
    "levee.findings",
    "levee.validation",
    "levee.clustering",
    "levee.cases",
    "levee.fixes",
    "levee.advisories",
    "levee.exposure",
    "levee.alerts",
    "levee.frontier",
]

DATABASES = {"default": config.entry()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "identity.User"

MIDDLEWARE = (
    [
        "django.middleware.security.SecurityMiddleware",
        "whitenoise.middleware.WhiteNoiseMiddleware",
        "csp.middleware.CSPMiddleware",
        "levee.web.problems.Problems",
    ]
    if _public
    else [
        "django.middleware.security.SecurityMiddleware",
        "whitenoise.middleware.WhiteNoiseMiddleware",
        "csp.middleware.CSPMiddleware",
        "levee.api.problems.ApiProblems",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
        "allauth.account.middleware.AccountMiddleware",
        "levee.web.signed_in.SignedIn",
        "levee.web.problems.Problems",
    ]
)
ROOT_URLCONF = "levee.app.public_urls" if _public else "levee.app.operators_urls" if _operators else "levee.app.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": []
            if _public
            else [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "levee.web.context.navigation",
            ],
        },
    }
]
WSGI_APPLICATION = "levee.app.wsgi.application"

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "levee.web.sign_in.NoOpenSignUp"
ACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_ADAPTER = "levee.web.sign_in.KnownPeopleOnly"
SOCIALACCOUNT_PROVIDERS = {} if _public else single_sign_on.providers(_chosen)
SOCIALACCOUNT_EMAIL_AUTHENTICATION = SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = (
    True  # within the adapter's limits
)
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form that is redirected to another site is what the content policy forbids
SOCIALACCOUNT_STORE_TOKENS = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # the code before and the one after: typing takes its time (RFC 6238, 5.2)
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _own.startswith("https")  # a loopback name has no certificate
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"  # what leaves by mail leaves through levee.notify
LOGIN_REDIRECT_URL = "/"
LOGIN_URL = "/accounts/login/"

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
STATIC_URL = "/static/"
STATIC_ROOT = None
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _own.startswith("https")
SECURE_REFERRER_POLICY = "same-origin"  # with none at all, browsers post "Origin: null", which the CSRF check refuses
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # the QR code of an authenticator is drawn into its page
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF, _chosen.site, _chosen.operators_site],  # signing in leads to where one's pages are
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
LOGGING_CONFIG = None  # structlog, set by levee.app.logs
