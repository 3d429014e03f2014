"""Children's full names of a partnership that takes none any more, at their end."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from agencies.models import Partnership
from escalation.models import Child, ChildNaming, Draft, EarlierChild
from escalation.services.child_names import HIDDEN_FOR
from escalation.services.keeping.access.ending import erase_answers
from escalation.services.keeping.holds import held_among
from escalation.services.kept_words import forms_that_ask_names, leave_names_out

ERASED_TOO = gettext_noop("Answers to requests for access were erased with children’s full names that they may hold: {n}.")


def erase_names(place: Partnership, now: datetime) -> int:
    """The names of a partnership that has taken none for seven days, in drafts and unsent forms too, save what is under a legal hold.

    Returns of how many children.
    """
    ended = ChildNaming.objects.filter(partnership=place, is_on=False, changed_at__lte=now - HIDDEN_FOR)
    if not ended.select_for_update().exists():
        return 0
    named = Child.objects.filter(dispute__partnership=place).exclude(name="")
    before = EarlierChild.objects.filter(child__dispute__partnership=place).exclude(name="")
    drafts = Draft.objects.filter(dispute__partnership=place)
    typed = [key for key, answers in drafts.values_list("pk", "answers").iterator() if names_in(answers)]
    sent = {*named.values_list("dispute", flat=True), *before.values_list("child__dispute", flat=True)}
    forms = forms_that_ask_names(place.pk)
    held = held_among(place.pk, {*typed, *sent, *(key for key, _form in forms)})
    before.exclude(child__dispute__in=held).update(name="")
    count = named.exclude(dispute__in=held).update(name="")
    for draft in drafts.select_for_update(of=("self",)).filter(pk__in=set(typed) - set(held)):
        draft.answers = {**draft.answers, "children": [_unnamed(child) for child in draft.answers["children"]]}
        draft.save(update_fields=["answers"])
    leave_names_out(form for key, form in forms if key not in held)
    # An answer to a request for access that was made before may hold the name.
    erase_answers(place.pk, sent - set(held), ERASED_TOO, now)
    if not held:
        # Nothing is left to erase: as if names had never been taken.
        ended.delete()
    return count


def _unnamed(child: Any) -> Any:  # noqa: ANN401 - what a browser typed
    return {**child, "name": ""} if isinstance(child, dict) else child


def names_in(answers: dict[str, Any]) -> list[str]:
    """The names that are typed in a draft's answers, as far as these can be read."""
    children = answers.get("children")
    return [child["name"] for child in children if isinstance(child, dict) and child.get("name")] if isinstance(children, list) else []
