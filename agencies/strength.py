"""Whether a passphrase would be guessed soon, by the estimate of zxcvbn."""

from typing import Any

from django.core.exceptions import ValidationError
from zxcvbn import zxcvbn

# zxcvbn calls 10^10 guesses "very unguessable": years against the slow hash kept here, were it ever stolen.
LEAST_POWER = 10
# The estimate takes longer with the square of the length, and no longer passphrase is weak that is strong so far.
LOOKED_AT = 72
OUR_WORDS = ("concord", "safeguarding", "partnership", "disagreement", "escalation")
TOO_EASY = "This passphrase would be guessed soon. Use three or four words that do not belong together, and not your name, your agency or a date."


class StrengthValidator:
    """Refuses what common words, names, dates, keys in a row or repeats make easy to guess, the person's own name and agency among them."""

    def validate(self, password: str, user: Any = None) -> None:  # noqa: ANN401 - any model that Django may pass
        """Raises ValidationError where fewer than 10^10 guesses would be enough."""
        if zxcvbn(password[:LOOKED_AT], user_inputs=list(known_words(user)), max_length=LOOKED_AT)["guesses_log10"] < LEAST_POWER:
            raise ValidationError(TOO_EASY, code="password_too_easy")

    def get_help_text(self) -> str:
        """The rule, as Django's own pages show it."""
        return TOO_EASY


def known_words(user: Any) -> set[str]:  # noqa: ANN401 - any model that Django may pass
    """What somebody who knows the person would try first."""
    words = set(OUR_WORDS)
    if user is not None:
        memberships = user.memberships.select_related("agency", "partnership") if user.pk else ()
        places = [str(row.agency or row.partnership) for row in memberships]
        for text in (user.name, user.email, *places):
            words |= {text, *text.replace("@", " ").replace(".", " ").split()}
    return words
