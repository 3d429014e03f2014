"""What must be known before anything else of a disagreement: whose challenge it is, its own way, and what stands over it. Pure."""

from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.words import Words
from escalation.engine.case import Case
from escalation.selectors.timeline import Names
from escalation.states import Door, State


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to know: a short head and a sentence or two."""

    head: Words
    words: Words


def notes_of(case: Case, names: Names, *, of_raising_side: bool) -> list[Note]:
    """The notes for the top of the page, for those who read what was typed. That it is restricted is said to the raising side alone."""
    dispute = case.dispute
    raiser, writer = names.people.get(dispute.raiser_id, ""), names.who(dispute.logged_by_id)
    way, variant = case.procedure.way, dispute.variant
    found = [
        (
            dispute.door == Door.FAMILY_CHALLENGE,
            Note(gettext("The child’s or family’s challenge"), gettext("{name} raised it for them.").format(name=raiser)),
        ),
        (bool(variant) and way is not None, Note(way.name if way else "", way.words if way else "")),
        (
            dispute.is_third_party,
            Note(gettext("Logged by a third party"), gettext("{name} logged it between the agencies and speaks for neither.").format(name=writer)),
        ),
        (dispute.capacity_in_doubt, CAPACITY),
        (case.procedure.status_quo and dispute.state == State.OPEN, Note(gettext("Meanwhile"), meanwhile(names.agency(case.raising_id)))),
        (dispute.is_restricted and of_raising_side, RESTRICTED),
    ]
    return [note for applies, note in found if applies]


def meanwhile(agency: str) -> str:
    """What holds while it runs, where the procedure says so (BUC-03)."""
    return gettext("{agency} stays involved in the child’s plan and in all decisions while this runs.").format(agency=agency)


CAPACITY = Note(
    _("Aged 16 or 17, capacity in doubt"),
    _("Where no agreement is reached through the stages, legal advice is taken; the courts may have to decide."),
)
RESTRICTED = Note(_("Kept from the own agency"), _("Managers and leads of the raising agency who do not hold it neither see it nor hear of it."))
