"""What the database keeps sealed: the cipher, its envelope, and the change of secrets and of ciphers."""

import base64
import hashlib
from io import StringIO
from typing import Any

import pytest
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.core.management import CommandError, call_command

from agencies.models import Authenticator
from agencies.services.identity.kept_forms import keep_form, kept_at
from agencies.vault import is_current, seal, unseal
from tests.cast import Cast
from tests.world import MONDAY

FIRST, SECOND = "the-first-secret-" + "1" * 40, "the-second-secret-" + "2" * 40
WORDS = "O’Brien, ☂ and a secret"


def of_the_first_version(text: str, secret: str) -> str:
    """As releases before sealed: Fernet with the SHA-256 of a prefix and the secret."""
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"concord.vault:" + secret.encode()).digest())).encrypt(text.encode()).decode()


def test_it_is_aes_256_gcm_with_a_nonce_of_its_own_each_time(settings: Any) -> None:
    settings.SECRET_KEY = FIRST
    one, other = seal(WORDS), seal(WORDS)
    assert one != other
    version, _, packed = one.partition(".")
    raw = base64.urlsafe_b64decode(packed)
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"concord.vault.aes-256-gcm").derive(FIRST.encode())
    assert AESGCM(key).decrypt(raw[:12], raw[12:], f"{version}.".encode()).decode() == WORDS
    assert unseal(one) == WORDS


@pytest.mark.parametrize("at", [0, 3, 10, 20, -2])
def test_what_was_altered_anywhere_is_not_opened(settings: Any, at: int) -> None:
    settings.SECRET_KEY = FIRST
    sealed = seal(WORDS)
    at %= len(sealed)
    assert unseal(sealed[:at] + ("A" if sealed[at] != "A" else "B") + sealed[at + 1 :]) is None


@pytest.mark.parametrize("text", ["", "v2.", "v2.AAAA", "v2.£", "v3.AAAA", "gAAAAA", "nothing"])
def test_what_was_never_sealed_is_not_opened(settings: Any, text: str) -> None:
    settings.SECRET_KEY = FIRST
    assert unseal(text) is None


@pytest.mark.parametrize("make", [of_the_first_version, None], ids=["Fernet", "AES-GCM"])
def test_what_an_old_secret_or_an_older_version_sealed_is_opened_and_known_as_old(settings: Any, make: Any) -> None:
    settings.SECRET_KEY = FIRST
    sealed = make(WORDS, FIRST) if make else seal(WORDS)
    assert is_current(sealed) is (make is None)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = SECOND, [FIRST]
    assert (unseal(sealed), is_current(sealed)) == (WORDS, False)
    settings.SECRET_KEY_FALLBACKS = []
    assert unseal(sealed) is None


@pytest.mark.django_db
def test_everything_is_sealed_anew_before_a_secret_is_forgotten_and_what_cannot_be_is_told(cast: Cast, settings: Any) -> None:
    settings.SECRET_KEY = FIRST
    rows = [(cast.lead, of_the_first_version("ONE", FIRST)), (cast.raiser, seal("TWO")), (cast.receiver, of_the_first_version("LOST", SECOND[::-1]))]
    for user, sealed in rows:
        Authenticator.objects.create(user=user, sealed_secret=sealed, added_at=MONDAY)
    words = keep_form(user=cast.lead, page="/", action="/", typed=[("text", ["Typed"])], now=MONDAY)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = SECOND, [FIRST]
    out = StringIO()
    with pytest.raises(CommandError, match="1 could not be opened"):
        call_command("seal_anew", stdout=out)
    assert "Sealed anew: 3." in out.getvalue()
    settings.SECRET_KEY_FALLBACKS = []
    assert [unseal(Authenticator.objects.get(user=user).sealed_secret) for user, _ in rows] == ["ONE", "TWO", None]
    assert (words is not None, kept_at(cast.lead, "/", "/") is not None) == (True, True)
