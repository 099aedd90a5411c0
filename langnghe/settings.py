"""The one settings file; what may differ between installations is read from the environment."""

import os
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from langnghe import installation
from langnghe.core.outward import HERE

BASE = Path(__file__).parent
HOME = installation.home()
INSTALLATION = installation.load()
CLOCK = datetime.fromisoformat(INSTALLATION.clock) if INSTALLATION.clock else None

SECRET_KEY = installation.key("django").hex()
DEBUG = False
ALLOWED_HOSTS = os.environ.get("LANGNGHE_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
SOURCE_URL = os.environ.get("LANGNGHE_SOURCE_URL", "/ma-nguon")
SPOOL = Path(os.environ["LANGNGHE_SPOOL"]) if os.environ.get("LANGNGHE_SPOOL") else None
BEHIND_TLS = os.environ.get("LANGNGHE_TLS", "") == "1"

ROOMS = ["ledger", "registry", "commitments", "cases", "situation", "engagements", "reviews", "web"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    *[f"langnghe.{room}" for room in ROOMS],
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",  # outside what answers by itself, so that each answer has a policy
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # with random lengths against guessing by size (BREACH)
    "langnghe.web.guard.encrypted_api",
    "langnghe.web.guard.small_enough",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "langnghe.web.language.chosen_language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "langnghe.web.guard.current_law",
    "langnghe.web.guard.declared_access",
    "langnghe.web.guard.way_back",
]
ROOT_URLCONF = "langnghe.urls"
WSGI_APPLICATION = "langnghe.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "langnghe.web.context.page",
            ],
        },
    }
]


def database(url: str) -> dict[str, Any]:
    """Return Django's settings for `url` (postgres://…), or for the SQLite file of the installation.

    A server elsewhere is spoken to under TLS alone, and must prove its name; ImproperlyConfigured when asked for less.
    """
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": HOME / "langnghe.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
                "PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON; PRAGMA cache_size=-8192;",
            },
            "CONN_MAX_AGE": None,
        }
    parts = urlsplit(url)
    host, asked = unquote(parts.hostname or ""), dict(parse_qsl(parts.query))
    is_here = host in {"", *HERE} or host.startswith("/")
    if unknown := set(asked) - {"sslmode", "sslrootcert"}:
        raise ImproperlyConfigured(f"DATABASE_URL: {', '.join(sorted(unknown))}?")
    if not is_here and asked.setdefault("sslmode", "verify-full") != "verify-full":
        raise ImproperlyConfigured("DATABASE_URL: sslmode=verify-full")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "OPTIONS": {"connect_timeout": 5} | asked,
        "CONN_MAX_AGE": None,
    }


def mail_tls(scheme: str, host: str | None) -> tuple[bool, bool]:
    """Return whether TLS comes first, or after a greeting in the clear; letters go without it on this machine alone."""
    return scheme == "smtps", scheme == "smtp" and host not in HERE


def openid() -> dict[str, str]:
    """Return the OpenID Connect provider of the staff and what we are to it; nothing where none is set."""
    issuer, name = os.environ.get("LANGNGHE_OIDC_ISSUER", ""), os.environ.get("LANGNGHE_OIDC_NAME", "")
    if not issuer:
        return {}
    if urlsplit(issuer).scheme != "https":
        raise ImproperlyConfigured("LANGNGHE_OIDC_ISSUER: https://…")
    secret = Path(os.environ["LANGNGHE_OIDC_SECRET_FILE"]).read_text().strip()
    return {"issuer": issuer, "client": os.environ["LANGNGHE_OIDC_CLIENT"], "secret": secret, "name": name or "OpenID"}


DATABASES = {"default": database(os.environ.get("DATABASE_URL", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "registry.Account"
PASSWORD_HASHERS = ["langnghe.registry.passwords.OneAtATime"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "langnghe.registry.passwords.LongEnough", "OPTIONS": {"min_length": 15}},
    {"NAME": "langnghe.registry.passwords.HardToGuess"},
]
# The second factor of staff: compulsory, except where everything is invented; its secrets are encrypted.
SECOND_FACTOR = not INSTALLATION.demo and os.environ.get("LANGNGHE_SECOND_FACTOR", "1") == "1"
MFA_ADAPTER = "langnghe.web.second_factor.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_ISSUER = "Lắng Nghe"
MFA_TOTP_TOLERANCE = 1  # half-minutes by which a telephone may be wrong
OPENID = openid()
FORM_RENDERER = "django.forms.renderers.Jinja2"  # the widgets of a page at a tenth of the time
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "queue"
LOGOUT_REDIRECT_URL = "home"

# Where letters go out, smtp://user:password@host:port or smtps://; without it none is sent.
_MAIL = urlsplit(os.environ.get("LANGNGHE_MAIL", ""))
EMAIL_HOST, EMAIL_PORT = _MAIL.hostname or "", _MAIL.port or 587
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_MAIL.username or ""), unquote(_MAIL.password or "")
EMAIL_USE_SSL, EMAIL_USE_TLS = mail_tls(_MAIL.scheme, _MAIL.hostname)
EMAIL_TIMEOUT = 20  # seconds
DEFAULT_FROM_EMAIL = os.environ.get("LANGNGHE_MAIL_FROM", "langnghe@localhost")
IMAP = os.environ.get("LANGNGHE_IMAP", "")  # where letters come in: imaps://user:password@host/INBOX
ADDRESS = os.environ.get("LANGNGHE_ADDRESS", "http://127.0.0.1:8000").rstrip("/")  # of this site, for letters

# A ClamAV daemon that looks at files before they are handed out: the path of its socket, or host:port on this machine.
CLAMD = os.environ.get("LANGNGHE_CLAMD", "")
if CLAMD and not CLAMD.startswith("/") and CLAMD.rpartition(":")[0] not in HERE:  # it hears files in the clear
    raise ImproperlyConfigured("LANGNGHE_CLAMD: /run/clamav/clamd.ctl, 127.0.0.1:3310")

# Gateways of messages: a secret shared with each, and where its answers go: secret@https://…
MESSAGES = {"sms": os.environ.get("LANGNGHE_MESSAGES_SMS", "")}

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [BASE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = False

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
if BEHIND_TLS:  # a name that browsers take from this very host alone, over TLS
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_REDIRECT_EXEMPT = [r"^api/"]  # what sends a key in the clear is refused, so that its owner hears of it
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_HSTS_SECONDS = 31536000 if BEHIND_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = BEHIND_TLS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
_PROVIDER = ["/".join(OPENID["issuer"].split("/")[:3])] if OPENID else []  # where the button of sign-in leads
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'", *_PROVIDER],
        "frame-ancestors": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
MOST_UPLOADED = 25 * 2**20  # bytes of a whole request, files included
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
# W021: whether browsers learn the name for good is the operator's to decide.
_WITHOUT_TLS = [] if BEHIND_TLS else ["security.W004", "security.W008", "security.W012", "security.W016"]
SILENCED_SYSTEM_CHECKS = ["security.W021", *_WITHOUT_TLS]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "langnghe.logs.JsonLines"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"langnghe.web.noted": {"level": "INFO"}},
}
