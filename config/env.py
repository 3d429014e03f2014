"""Typed readers of the environment. A wrong value stops the start with a sentence that names the variable."""

import os
import re
from collections.abc import Collection
from email.utils import parseaddr
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import to_locale

TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}
SHORTEST_SECRET = 32
HIGHEST_PORT = 65_535
PUBLISHED = "only-for-the-demonstration"
ADDRESS = re.compile(r"https?://[^\s/?#@]+(/[^\s?#]*)?")
HOST = re.compile(r"\.?[\w-]+(\.[\w-]+)*|\[[0-9a-fA-F:.]+\]")
MAILBOX = re.compile(r"[^@\s]+@[^@\s]+")
SOCKET = re.compile(r"unix:/\S+|tcp:[^\s:/]+:\d{1,5}")


def text(name: str, default: str | None = None) -> str:
    """The variable's text. `NAME_FILE` may name a file that holds it. Raises ImproperlyConfigured where there is no default."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE names {path}, which cannot be read: {error.strerror}.") from error
        except UnicodeDecodeError as error:
            raise ImproperlyConfigured(f"{name}_FILE names {path}, which holds no text in UTF-8.") from error
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Set {name} (or {name}_FILE) in the environment.")
    return value


def flag(name: str, *, default: bool) -> bool:
    """True or false, spelled as 1/0, true/false, yes/no or on/off. An empty one is as none: nothing is switched off by a line that says nothing."""
    value = os.environ.get(name)
    if not value:
        return default
    if value.lower() in TRUE:
        return True
    if value.lower() in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}; write true or false.")


def choice(name: str, default: str, allowed: Collection[str]) -> str:
    """One of the allowed words."""
    value = os.environ.get(name) or default
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} is {value!r}; write {' or '.join(allowed)}.")
    return value


def language(name: str, default: str, folder: Path) -> str:
    """The language of the pages. One other than English needs its catalogue in the folder: without it pages and documents would be in English, and
    say that they are not."""
    value = text(name, default)
    catalogue = folder / to_locale(value) / "LC_MESSAGES" / "django.mo"
    if not re.fullmatch("en(-[a-z]{2})?", value) and not catalogue.is_file():
        raise ImproperlyConfigured(
            f"{name} is {value!r}, and there is no catalogue of that language: {catalogue} is missing. Compile it, as docs/running.md says, or name "
            f"its folder in CONCORD_LOCALE; {default} needs none."
        )
    return value


def number(name: str, default: int, *, least: int = 1, most: int = 10**9) -> int:
    """A whole number between two, both included."""
    value = os.environ.get(name)
    if value is None:
        return default
    try:
        found = int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is {value!r}; write a whole number.") from error
    if not least <= found <= most:
        raise ImproperlyConfigured(f"{name} is {found}; write a whole number from {least} to {most}.")
    return found


def address(name: str, default: str | None = None) -> str:
    """An address of the web that others are joined to: https or http and a host, without a slash at the end."""
    value = text(name, default).rstrip("/")
    if not ADDRESS.fullmatch(value):
        raise ImproperlyConfigured(f"{name} is {value!r}; write an address such as https://concord.example.org.")
    return value


def hosts(name: str) -> list[str]:
    """Names that people type, at least one; one that begins with a dot stands for all under it."""
    found = names(name, required=True)
    for host in found:
        if not HOST.fullmatch(host):
            raise ImproperlyConfigured(f"{name} names {host!r}; write the name alone, such as concord.example.org.")
    return found


def mailbox(name: str, default: str | None = None) -> str:
    """An e-mail address, also with a name before it; empty where that is the default."""
    value = text(name, default)
    if value != default and not MAILBOX.fullmatch(parseaddr(value)[1]):
        raise ImproperlyConfigured(f"{name} is {value!r}; write an e-mail address, such as concord@example.org.")
    return value


def names(name: str, default: str = "", *, required: bool = False) -> list[str]:
    """A list separated by commas; blanks are dropped. Where it is required, an empty list raises ImproperlyConfigured."""
    found = [part.strip() for part in text(name, None if required else default).split(",") if part.strip()]
    if required and not found:
        raise ImproperlyConfigured(f"{name} is empty; write at least one name, separated by commas.")
    return found


def secret(name: str, *, other: str = "") -> str:
    """A secret of at least 32 characters, from the variable or its file, and not the `other` one; there is never a default.

    What stands in the project for the demonstration is no secret: everybody can read it.
    """
    value = text(name)
    if value.startswith(PUBLISHED):
        raise ImproperlyConfigured(f"{name} is the demonstration's, which is published with the project; write a secret of your own.")
    if value == other:
        raise ImproperlyConfigured(f"{name} is the same as another secret; each needs one of its own.")
    if len(value) < SHORTEST_SECRET:
        raise ImproperlyConfigured(f"{name} is too short: {len(value)} characters, at least {SHORTEST_SECRET} are needed.")
    return value


def socket(name: str, *, required: bool = False) -> str:
    """Where a daemon listens, as `unix:/path` or `tcp:host:port`; empty for `none`, and where it is not set and need not be."""
    value = text(name, None if required else "")
    if value in {"", "none"}:
        if required and not value:
            raise ImproperlyConfigured(f"{name} is empty; write unix:/path/of/socket or tcp:host:port, or none.")
        return ""
    if not SOCKET.fullmatch(value):
        raise ImproperlyConfigured(f"{name} is {value!r}; write unix:/path/of/socket or tcp:host:port, or none.")
    return value


def folders(home: Path, *inside: str) -> None:
    """Makes the folders that the program writes to. Raises ImproperlyConfigured where the place cannot be written."""
    for name in inside:
        try:
            (home / name).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ImproperlyConfigured(f"{home / name} cannot be made: {error.strerror}. Set CONCORD_VAR to a folder of your own.") from error
