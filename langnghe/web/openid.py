"""Signing in with the province's OpenID Connect provider: django-allauth's client, and a stricter look at the answer.

allauth keeps the state and the proof key (PKCE) in the session and fetches the tokens. It leaves the signature of a
token that came over TLS unchecked and knows no nonce; both are checked here (OpenID Connect Core 1.0, 3.1.3.7).
"""

import secrets
from hmac import compare_digest
from typing import Any, cast

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from jwt.types import Options
from requests import RequestException

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
LEEWAY = 60  # seconds by which the clocks may differ
LONGEST_SUBJECT = 191  # characters that allauth keeps
FAILED = (OAuth2Error, RequestException, jwt.PyJWTError, PermissionDenied, ValueError, LookupError, TypeError)


class Adapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Talks with the one provider that the settings name."""

    def get_provider(self) -> "Provider":
        return provider(self.request)

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return request.build_absolute_uri(reverse("openid_return"))


class Provider(OpenIDConnectProvider):  # type: ignore[misc]
    """Always asks with a proof key, and for nothing but who it is."""

    oauth2_adapter_class = Adapter
    pkce_enabled_default = True

    def get_default_scope(self) -> list[str]:
        return ["openid"]


def provider(request: HttpRequest) -> Provider:
    said = settings.OPENID
    app = SocialApp(
        provider=Provider.id,
        provider_id="openid",
        name=said["name"],
        client_id=said["client"],
        secret=said["secret"],
        settings={"server_url": said["issuer"].rstrip("/")},
    )
    return Provider(request, app=app)


def begin(request: HttpRequest, account: int, page: str) -> HttpResponse:
    """Go to the provider; `account` is whose identity is to be linked there, 0: nobody's, this is a sign-in."""
    nonce = secrets.token_urlsafe(24)
    kept = {"nonce": nonce, "account": account}
    answer = provider(request).redirect(request, "login", page, kept, auth_params={"nonce": nonce})
    return cast(HttpResponse, answer)


def answered(request: HttpRequest) -> tuple[str, dict[str, Any]]:
    """Return the subject that the provider vouches for, and what was kept when we asked; one of FAILED otherwise."""
    asked = provider(request)
    kept = asked.unstash_redirect_state(request, request.GET.get("state", ""))
    if "code" not in request.GET:
        raise OAuth2Error("no code")
    adapter = asked.get_oauth2_adapter(request)
    client = adapter.get_client(request, asked.app)
    said = adapter.get_access_token_data(request, asked.app, client, kept["pkce_code_verifier"])
    claims = checked(said["id_token"], adapter.openid_config, asked.app.client_id, kept["data"]["nonce"])
    return claims["sub"], kept


def checked(token: str, config: dict[str, Any], client: str, nonce: str) -> dict[str, Any]:
    """Return the claims of a token that the provider has signed for this client and this very question."""
    if config["issuer"].rstrip("/") != settings.OPENID["issuer"].rstrip("/"):
        raise OAuth2Error("another issuer")
    with get_adapter().get_requests_session() as session:
        found = session.get(config["jwks_uri"])
        found.raise_for_status()
    keys = jwt.PyJWKSet.from_dict(found.json()).keys
    name = jwt.get_unverified_header(token).get("kid")
    key = next(iter([each for each in keys if name in (None, each.key_id)]), None)
    if key is None:
        raise OAuth2Error("unknown key")
    required: Options = {"require": ["exp", "iat", "iss", "aud", "sub", "nonce"]}
    known = {"audience": client, "issuer": config["issuer"], "leeway": LEEWAY}
    claims: dict[str, Any] = jwt.decode(token, key, algorithms=ALGORITHMS, options=required, **known)
    if not compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise OAuth2Error("another nonce")
    if claims.get("azp", client) != client or not 0 < len(claims["sub"]) <= LONGEST_SUBJECT:
        raise OAuth2Error("for another client")
    return claims
