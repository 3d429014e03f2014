"""The secret of forms that signing in gives to a browser. To the server alone it says whose it is: one half is drawn, the other seals it to them.

So a form's own token tells to whom the form was given, long after another signing in has drawn another secret.
"""

from django.http import HttpRequest
from django.middleware.csrf import CSRF_ALLOWED_CHARS, CSRF_SECRET_LENGTH, CSRF_TOKEN_LENGTH
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac

from agencies.models import User

DRAWN = CSRF_SECRET_LENGTH // 2


def give_secret(request: HttpRequest, user: User) -> None:
    """Gives the browser another secret, sealed to who has just signed in: in place of the one that the framework drew for them."""
    drawn = get_random_string(DRAWN, allowed_chars=CSRF_ALLOWED_CHARS)
    request.META["CSRF_COOKIE"] = drawn + _seal(drawn, user)
    request.META["CSRF_COOKIE_NEEDS_UPDATE"] = True


def was_given_to(user: User, token: str) -> bool:
    """Whether a form with this token was given to the person, in this session of theirs or any before."""
    if len(token) != CSRF_TOKEN_LENGTH or not set(token) <= set(CSRF_ALLOWED_CHARS):
        return False
    secret = _unmasked(token)
    return constant_time_compare(secret[DRAWN:], _seal(secret[:DRAWN], user))


def _seal(drawn: str, user: User) -> str:
    """As many of the letters that such a secret is made of, which nobody can work out without the installation's own secret."""
    digest = salted_hmac("concord.form-secret", f"{drawn}{user.pk}", algorithm="sha256").digest()
    number, letters = int.from_bytes(digest, "big"), ""
    for _place in range(CSRF_SECRET_LENGTH - DRAWN):
        number, at = divmod(number, len(CSRF_ALLOWED_CHARS))
        letters += CSRF_ALLOWED_CHARS[at]
    return letters


def _unmasked(token: str) -> str:
    """The secret out of a token, in which each letter is moved on by the one that stands in its place in the first half."""
    mask, moved = token[:CSRF_SECRET_LENGTH], token[CSRF_SECRET_LENGTH:]
    find = CSRF_ALLOWED_CHARS.index
    return "".join(CSRF_ALLOWED_CHARS[find(letter) - find(by)] for letter, by in zip(moved, mask, strict=True))
