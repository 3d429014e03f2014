"""Organisations whose own sign-in is accepted, by OpenID Connect: read from one TOML text in the environment, checked whole."""

import re
import tomllib
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True, slots=True)
class Provider:
    """One organisation's sign-in.

    `key` stands in the address to register there (`/sign-in/with/KEY/back/`); `partnership` is the slug of the partnership whose people may use
    it. An account is found by its e-mail address the first time: the provider must say that the address is verified, or `trusted_domains` names
    the domains whose addresses its administrators vouch for. `second_factor` lists the values of `acr` or `amr` that stand for a second factor,
    `hosts` those besides the issuer's to which its own description sends one for keys, tokens or claims.
    """

    key: str
    label: str
    partnership: str
    issuer: str
    client_id: str
    client_secret: str
    scopes: str = "openid email profile"
    email_claim: str = "email"
    trusted_domains: tuple[str, ...] = ()
    acr_values: str = ""
    second_factor: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()

    @property
    def all_hosts(self) -> frozenset[str]:
        """With which hosts (and ports, where they are unusual) one speaks: the issuer's, and others that the settings name."""
        return frozenset(host.casefold() for host in (urlsplit(self.issuer).netloc, *self.hosts))

    @property
    def metadata_url(self) -> str:
        """Where the provider says how it is spoken to."""
        return f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"


def read_providers(text: str) -> tuple[Provider, ...]:
    """The providers of a TOML text with a table `[[provider]]` for each. Raises ImproperlyConfigured with a sentence that names what is wrong."""
    try:
        tables = tomllib.loads(text).get("provider", [])
    except tomllib.TOMLDecodeError as error:
        raise ImproperlyConfigured(f"CONCORD_SIGN_ON is no TOML: {error}") from error
    found = tuple(_read(table) for table in tables)
    if len({one.key for one in found}) != len(found):
        raise ImproperlyConfigured("CONCORD_SIGN_ON names the same key twice.")
    return found


def _read(table: dict[str, Any]) -> Provider:
    known = {field.name for field in fields(Provider)}
    needed = ("key", "label", "partnership", "issuer", "client_id", "client_secret")
    if unknown := set(table) - known:
        raise ImproperlyConfigured(f"CONCORD_SIGN_ON: unknown setting {sorted(unknown)[0]}.")
    if missing := [name for name in needed if not table.get(name)]:
        raise ImproperlyConfigured(f"CONCORD_SIGN_ON: {missing[0]} is missing.")
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in table.items()}
    provider = Provider(**values)
    if not re.fullmatch(r"[a-z0-9-]{1,40}", provider.key):
        raise ImproperlyConfigured("CONCORD_SIGN_ON: key is made of small letters, figures and hyphens.")
    issuer = urlsplit(provider.issuer)
    if issuer.scheme != "https" and issuer.hostname not in LOOPBACK:
        raise ImproperlyConfigured(f"CONCORD_SIGN_ON: the issuer of {provider.key} must begin with https://.")
    return provider
