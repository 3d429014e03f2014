"""What somebody has typed and not sent: kept on the server, sealed, for them alone, while they type and when their time is over."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import transaction

from agencies.models import KeptForm, User
from agencies.readable import LONGEST
from agencies.vault import seal, unseal

KEPT_FOR = timedelta(days=3)
MOST = 5
# Characters of a whole form: no form of ours takes as much.
MOST_TYPED = 10 * LONGEST
# What is never kept: what people sign in with, and what the page itself puts into a form.
SECRET = ("password", "passphrase", "token", "code", "credential")
# What the page itself puts into a form: a form that holds nothing else was not begun.
OWN = re.compile(r"(?:seen|sending|confirmed|change|next|.*-(?:TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS)", re.DOTALL)


Typed = dict[str, list[str]]


@transaction.atomic
def keep_form(*, user: User, page: str, action: str, typed: Iterable[tuple[str, list[str]]], now: datetime) -> KeptForm | None:
    """Keeps a form's answers; the row of before, untouched, where they are the same. None where there is nothing, or too much, to keep.

    The newest for a page counts, five for a person at the most.
    """
    words = worth_keeping(typed)
    if words is None or len(page) > 2000 or len(action) > 2000:
        return None
    before = kept_at(user, page, now)
    if before is not None and before[0].action == action and before[1] == words:
        return before[0]
    mine = KeptForm.objects.filter(user=user)
    mine.filter(page=page).delete()
    if not words:
        return None
    mine.filter(pk__in=list(mine.values_list("pk", flat=True)[MOST - 1 :])).delete()
    return KeptForm.objects.create(user=user, page=page, action=action, sealed=seal(json.dumps(words)), kept_at=now)


def worth_keeping(typed: Iterable[tuple[str, list[str]]]) -> Typed | None:
    """What a person answered, without secrets and without what the page itself put in; None where it is too much."""
    answers = ((name, values) for name, values in typed if any(values) and not OWN.fullmatch(name))
    words: Typed = {name: values for name, values in answers if not any(secret in name for secret in SECRET)}
    return None if is_too_much(words) else words


def is_too_much(typed: Mapping[str, list[str]]) -> bool:
    """Whether a form holds more than any form of ours takes, so that it is not kept."""
    return sum(len(value) for values in typed.values() for value in values) > MOST_TYPED


def kept_for(user: User, now: datetime) -> bool:
    """Whether anything waits for the person."""
    return KeptForm.objects.filter(user=user, kept_at__gt=now - KEPT_FOR).exists()


def kept_pages(user: User, now: datetime) -> list[tuple[str, datetime]]:
    """The pages on which the person had typed something that they have not sent, with when; the newest first. What it was is not read."""
    return list(KeptForm.objects.filter(user=user, kept_at__gt=now - KEPT_FOR).order_by("-kept_at").values_list("page", "kept_at"))


def kept_at(user: User, page: str, now: datetime) -> tuple[KeptForm, Typed] | None:
    """What the person had typed on the page."""
    row = KeptForm.objects.filter(user=user, page=page, kept_at__gt=now - KEPT_FOR).first()
    words = unseal(row.sealed) if row else None
    return (row, json.loads(words)) if row and words else None


def let_go(user: User, action: str) -> bool:
    """The form was sent: nothing is kept any more. Says whether something else still waits."""
    KeptForm.objects.filter(user=user, action=action).delete()
    return KeptForm.objects.filter(user=user).exists()


def forget_old_forms(now: datetime) -> int:
    """Removes what nobody came back for; says how many."""
    return KeptForm.objects.filter(kept_at__lt=now - KEPT_FOR).delete()[0]
