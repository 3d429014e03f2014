"""Connections to other machines are encrypted and their certificates checked: production does not start with one that is not.

`CONCORD_PLAIN_HOSTS` names hosts for which an installation answers in another way (a private network of its own, a mail catcher to try it out).
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config import env

HERE = {"localhost", "127.0.0.1", "::1"}


def may_be_plain(host: str) -> bool:
    """Whether what goes to the host stays on this machine, or the installation said that it may go unencrypted."""
    return host.startswith("/") or host in HERE or host in env.names("CONCORD_PLAIN_HOSTS")


def own_certificate() -> Path | None:
    """The folder with `authority.pem`, `certificate.pem` and `key.pem` of this part of the installation; None where there is none."""
    folder = env.text("CONCORD_TLS", "")
    if not folder:
        return None
    for name in ("authority.pem", "certificate.pem", "key.pem"):
        if not (Path(folder) / name).is_file():
            raise ImproperlyConfigured(f"CONCORD_TLS names {folder}, which holds no {name}. Make it with: python -m config.installation.certificates")
    return Path(folder)


def database_options(host: str) -> dict[str, Any]:
    """What libpq is told: the mode that the installation names, by default the whole check for another machine, and the own certificate."""
    folder = own_certificate()
    mode = env.text("CONCORD_DATABASE_SSLMODE", "verify-full" if folder or not may_be_plain(host) else "prefer")
    if mode != "verify-full" and not may_be_plain(host):
        _refuse("CONCORD_DATABASE_SSLMODE", f"is {mode!r} for {host!r}; write verify-full", host)
    if folder is None:
        roots = env.text("CONCORD_DATABASE_ROOTCERT", "system" if mode == "verify-full" else "")
        return {"sslmode": mode} | ({"sslrootcert": roots} if roots else {})
    return {"sslmode": mode, "sslrootcert": f"{folder}/authority.pem", "sslcert": f"{folder}/certificate.pem", "sslkey": f"{folder}/key.pem"}


def broker_options(url: str) -> dict[str, Any] | None:
    """What the broker's client is told of certificates; None for a connection that stays on this machine."""
    parts = urlsplit(url)
    if parts.scheme not in {"redis", "rediss"} or not parts.hostname:
        # It may hold a password, and is not said again.
        raise ImproperlyConfigured("CONCORD_BROKER_URL is no address of a broker; write rediss://host:6379/0.")
    if parts.scheme != "rediss":
        if not may_be_plain(parts.hostname or ""):
            _refuse("CONCORD_BROKER_URL", "begins with redis://; write rediss://", parts.hostname or "")
        return None
    folder = own_certificate()
    checks: dict[str, Any] = {"ssl_cert_reqs": "required", "ssl_check_hostname": True}
    if folder is None:
        return checks
    return checks | {"ssl_ca_certs": f"{folder}/authority.pem", "ssl_certfile": f"{folder}/certificate.pem", "ssl_keyfile": f"{folder}/key.pem"}


def check_mail(host: str, *, tls: bool) -> None:
    """Raises ImproperlyConfigured for messages that would go to another machine in the open."""
    if not tls and not may_be_plain(host):
        _refuse("CONCORD_MAIL_TLS", "is false; write true", host)


def check_scanner(where: str) -> None:
    """Raises ImproperlyConfigured for a scanner on another machine: its protocol knows no encryption."""
    if where.startswith("tcp:") and not may_be_plain(host := where.split(":")[1]):
        _refuse("CONCORD_SCANNER", f"is {where!r}; write unix:/path/of/socket", host)


def _refuse(name: str, what: str, host: str) -> None:
    raise ImproperlyConfigured(f"{name} {what}, or name {host} in CONCORD_PLAIN_HOSTS if what goes there may be read on the way.")
