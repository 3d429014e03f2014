"""What is urgent is taken, however much its writer did before: their forms are not counted against them."""

from django.http import HttpRequest

from agencies.web.access import person_for
from escalation.models import Dispute, Draft
from escalation.web.access import read_reference


def is_urgent(request: HttpRequest, reference: str = "", **_others: object) -> bool:
    """Whether the address leads to an urgent disagreement, to a draft that is said to be urgent, or to where logging begins.

    Of one that is not the person's to know of it says what it says of none: whoever is stopped learns nothing by it.
    """
    if not reference:
        return True
    theirs = Dispute.objects.named_visible_to(person_for(request)).filter(reference=read_reference(reference) or "")
    if theirs.filter(is_urgent=True).exists():
        return True
    answers = Draft.objects.filter(dispute__in=theirs).values_list("answers", flat=True).first() or {}
    return bool(answers.get("is_urgent") or answers.get("danger_now"))
