"""Small secrets and typed words that the database keeps for a while: sealed with a key that is made from the installation's secret.

AES-256-GCM in an envelope that begins with its version, so that another cipher can follow: a new version is written, older ones are still read.
"""

import base64
import binascii
import hashlib
import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

VERSION = "v2."
NONCE_BYTES = 12


def seal(text: str, *, to: str = "") -> str:
    """The text, unreadable without the installation's secret, and without `to` where that is given.

    It is the version, then nonce and what is sealed in base 64.
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = _cipher(_secrets()[0], to).encrypt(nonce, text.encode(), VERSION.encode())
    return VERSION + base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal(sealed: str, *, to: str = "") -> str | None:
    """The text again; None where it was sealed with a secret that is no longer known, to somebody else, or altered."""
    opened = (_opened(sealed, secret, to) for secret in _secrets())
    return next((text for text in opened if text is not None), None)


def is_current(sealed: str) -> bool:
    """Whether it is sealed in the present version with the present secret: what is not is sealed anew while the old secret is still known."""
    return sealed.startswith(VERSION) and _opened(sealed, _secrets()[0]) is not None


def _opened(sealed: str, secret: str, to: str = "") -> str | None:
    try:
        if not to and not sealed.startswith(VERSION):
            return _first_version(secret).decrypt(sealed.encode()).decode()
        packed = base64.b64decode(sealed.removeprefix(VERSION).encode(), altchars=b"-_", validate=True)
        return _cipher(secret, to).decrypt(packed[:NONCE_BYTES], packed[NONCE_BYTES:], VERSION.encode()).decode()
    except (InvalidTag, InvalidToken, binascii.Error, ValueError):
        return None


def _secrets() -> list[str]:
    """The present secret seals; the old ones still open."""
    return [str(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def _cipher(secret: str, to: str) -> AESGCM:
    """What somebody alone carries stays out of the memory of the process: only the installation's own cipher is kept."""
    return _made(secret, to) if to else _own(secret)


@lru_cache(maxsize=8)
def _own(secret: str) -> AESGCM:
    return _made(secret, "")


def _made(secret: str, to: str) -> AESGCM:
    about = b"concord.vault.aes-256-gcm" + (b":" + hashlib.sha256(to.encode()).digest() if to else b"")
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=about).derive(secret.encode()))


@lru_cache(maxsize=8)
def _first_version(secret: str) -> Fernet:
    """Fernet (AES-128-CBC, then HMAC-SHA-256): read, and never written any more."""
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"concord.vault:" + secret.encode()).digest()))
