"""What is urgent is taken, however much its writer did before: their forms are not counted against them."""

from escalation.models import Dispute, Draft


def is_urgent(reference: str = "", **_others: object) -> bool:
    """Whether the address leads to an urgent disagreement, to a draft that is said to be urgent, or to where logging begins."""
    if not reference:
        return True
    if Dispute.objects.filter(reference=reference, is_urgent=True).exists():
        return True
    answers = Draft.objects.filter(dispute__reference=reference).values_list("answers", flat=True).first() or {}
    return bool(answers.get("is_urgent") or answers.get("danger_now"))
