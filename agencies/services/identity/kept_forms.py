"""What somebody has typed and not sent: kept on the server, sealed, for them alone, while they type and when their time is over."""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from agencies.models import KeptForm, User
from agencies.readable import LONGEST
from agencies.vault import is_current, seal, unseal

# What is typed about a draft, or about a disagreement that still runs, is kept longer: as long as these are.
KEPT_FOR = timedelta(days=30)
# Pages of one person. Nothing is given up to keep more: whoever comes so far is told that what they type now is not kept.
MOST = 100
# Characters of a whole form: no form of ours takes as much.
MOST_TYPED = 10 * LONGEST
# What is never kept: what people sign in with.
SECRET = ("password", "passphrase", "token", "code", "credential")
# What the page itself puts into a form.
OWN = re.compile(r"(?:seen|sending|confirmed|change|next|.*-(?:TOTAL|INITIAL|MIN_NUM|MAX_NUM)_FORMS)", re.DOTALL)


Typed = dict[str, list[str]]


@transaction.atomic
def keep_form(*, user: User, page: str, action: str, typed: Iterable[tuple[str, list[str]]], now: datetime) -> KeptForm | None:
    """Keeps a form's answers, those that were emptied too; the row of before, untouched, where they are the same.

    The newest for each form of a page counts, which is known by where it goes. None where there is nothing, or too much, to keep, or the person has
    as many forms as are kept.
    """
    words = worth_keeping(typed)
    if words is None or len(page) > 2000 or len(action) > 2000:
        return None
    before = kept_at(user, page, action)
    if before is not None and before[1] == words:
        return before[0]
    if words and before is None and is_full(user):
        return None
    KeptForm.objects.filter(user=user, page=page, action=action).delete()
    if not words:
        return None
    sealed = seal(json.dumps(words))
    return KeptForm.objects.create(user=user, page=page, action=action, sealed=sealed, is_emptied=is_emptied(words), kept_at=now)


def is_full(user: User) -> bool:
    """Whether as many forms of the person's are kept as may be."""
    return KeptForm.objects.filter(user=user).count() >= MOST


def worth_keeping(typed: Iterable[tuple[str, list[str]]]) -> Typed | None:
    """A form's answers, emptied ones too, without what is never kept and what the page put there; None where they are too much."""
    words: Typed = {name: values for name, values in typed if not OWN.fullmatch(name) and not any(secret in name for secret in SECRET)}
    return None if is_too_much(words) else words


def is_too_much(typed: Mapping[str, list[str]]) -> bool:
    """Whether a form holds more than any form of ours takes, so that it is not kept."""
    return sum(len(value) for values in typed.values() for value in values) > MOST_TYPED


def is_emptied(words: Typed) -> bool:
    """Whether no answer is left in it: kept all the same, so that what was deleted stays away."""
    return not any(any(values) for values in words.values())


def kept_pages(user: User) -> list[tuple[str, datetime]]:
    """The pages on which the person had typed something that they have not sent, with when; the newest first. What it was is not read."""
    rows = KeptForm.objects.filter(user=user, is_emptied=False).order_by("-kept_at").values_list("page", "kept_at")
    newest: dict[str, datetime] = {}
    for page, at in rows:
        newest.setdefault(page, at)
    return list(newest.items())


def kept_on(user: User, page: str) -> list[tuple[KeptForm, Typed]]:
    """What the person had typed on the page, form by form, the newest first."""
    rows = [(row, unseal(row.sealed)) for row in KeptForm.objects.filter(user=user, page=page)]
    return [(row, json.loads(words)) for row, words in rows if words]


def kept_at(user: User, page: str, action: str) -> tuple[KeptForm, Typed] | None:
    """What they had typed in the page's form that goes there."""
    return next((found for found in kept_on(user, page) if found[0].action == action), None)


def let_go(user: User, action: str) -> None:
    """The form was sent: nothing is kept of it any more."""
    KeptForm.objects.filter(user=user, action=action).delete()


def drop_words(user: User, page: str) -> None:
    """The person does not want what they typed on this page any more."""
    KeptForm.objects.filter(user=user, page=page).delete()


def forget_forms(keys: Collection[UUID]) -> int:
    """Removes these; says how many."""
    return KeptForm.objects.filter(pk__in=keys).delete()[0] if keys else 0


def leave_out(row: KeptForm, names: re.Pattern[str]) -> None:
    """Takes the answers to the questions of these names out of a kept form; untouched where it has none, or cannot be opened."""
    words = unseal(row.sealed)
    typed: Typed = json.loads(words) if words else {}
    left = {name: values for name, values in typed.items() if not names.fullmatch(name)}
    if left != typed:
        KeptForm.objects.filter(pk=row.pk, sealed=row.sealed).update(sealed=seal(json.dumps(left)), is_emptied=is_emptied(left))


def seal_forms_anew() -> int:
    """Seals all of them with the present secret of the installation, in the present way; says how many. What cannot be opened any more is removed."""
    done = 0
    for row in KeptForm.objects.select_for_update().order_by("pk").iterator():
        words = unseal(row.sealed)
        if words is None:
            row.delete()
        elif not is_current(row.sealed):
            KeptForm.objects.filter(pk=row.pk).update(sealed=seal(words))
            done += 1
    return done
