"""What must be known before anything else of a disagreement: whose challenge it is, its own way, and what stands over it. Pure."""

from dataclasses import dataclass

from escalation.engine.case import Case
from escalation.selectors.timeline import Names
from escalation.states import Door


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to know: a short head and a sentence or two."""

    head: str
    words: str


def notes_of(case: Case, names: Names, *, of_raising_side: bool) -> list[Note]:
    """The notes for the top of the page, for those who read what was typed. That it is restricted is said to the raising side alone."""
    dispute = case.dispute
    raiser, writer = names.people.get(dispute.raiser_id, ""), names.who(dispute.logged_by_id)
    way, variant = case.procedure.way, dispute.variant
    found = [
        (dispute.door == Door.FAMILY_CHALLENGE, Note("The child’s or family’s challenge", f"{raiser} raised it for them.")),
        (bool(variant) and way is not None, Note(way.name if way else "", way.words if way else "")),
        (dispute.is_third_party, Note("Logged by a third party", f"{writer} logged it between the agencies and speaks for neither.")),
        (dispute.capacity_in_doubt, CAPACITY),
        (dispute.is_restricted and of_raising_side, RESTRICTED),
    ]
    return [note for applies, note in found if applies]


CAPACITY = Note(
    "Aged 16 or 17, capacity in doubt",
    "Where no agreement is reached through the stages, legal advice is taken; the courts may have to decide.",
)
RESTRICTED = Note("Kept from the own agency", "Managers and leads of the raising agency who do not hold it neither see it nor hear of it.")
