"""What the questions of logging offer: for whom, under which procedure, with which agencies."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from agencies.models import Agency, Membership
from agencies.person import Person
from agencies.roles import AGENCY_ROLES
from agencies.words import lower_first
from escalation.engine.definitions import definition_of
from escalation.models import Dispute, Draft
from escalation.part_policy import written_by
from escalation.procedures.definition import ProcedureDefinition
from escalation.services.drafts import from_whom_it_may_be_kept, logs_for_others, who_may_have_decided
from escalation.services.side_by_side import InForce, in_force
from escalation.states import Door, State

EARLY = frozenset({"danger_now", "door", "way"})


@dataclass(frozen=True, slots=True)
class Behalf:
    """Somebody for whom this person may log: themselves in one of their agencies, or a colleague of another agency."""

    agency_id: UUID
    raiser_id: UUID
    partnership_id: UUID
    label: str

    @property
    def key(self) -> str:
        """The choice's value on a form."""
        return f"{self.agency_id}:{self.raiser_id}"


@dataclass(frozen=True, slots=True)
class Choice:
    """A procedure in force."""

    procedure_id: UUID
    label: str
    is_default: bool
    definition: ProcedureDefinition


def own_places(person: Person) -> list[Behalf]:
    """The person's own agencies, as places to raise from. One query."""
    rows = Agency.objects.filter(pk__in=person.agency_ids, is_active=True).order_by("name")
    return [Behalf(row.pk, person.id, row.partnership_id, row.name) for row in rows]


def others_to_log_for(person: Person, today: date, procedures: Iterable[Choice]) -> list[Behalf]:
    """Whom the business unit, or whom a procedure lets log between two others, may log for: everybody with a role in an agency of that partnership.

    One query; none for others.
    """
    places = person.units.union(*(logs_for_others(person, choice.definition) for choice in procedures))
    if not places:
        return []
    rows = Membership.objects.on(today).filter(partnership__in=places, role__in=sorted(AGENCY_ROLES))
    rows = rows.filter(agency__is_active=True, user__is_active=True).select_related("agency", "user").order_by("agency__name", "user__name")
    found = {
        (row.agency.pk, row.user_id): Behalf(row.agency.pk, row.user_id, row.partnership_id, f"{row.user.name}, {row.agency.name}")
        for row in rows
        if row.agency and row.user_id != person.id
    }
    return list(found.values())


def procedures_in_force(partnership_id: UUID | None, today: date) -> list[Choice]:
    """The partnership's procedures in force on the day, the default first. One query, and one for each version not read before."""
    return [_choice(one) for one in in_force(partnership_id, today)]


def _choice(one: InForce) -> Choice:
    definition = one.definition
    label = f"{definition.name} ({definition.partnership_name})" if definition.partnership_name else definition.name
    return Choice(one.procedure_id, label, one.is_default, definition)


def agencies_to_choose(draft: Draft) -> list[Agency]:
    """The partnership's agencies that can be disagreed with, members before others; the own one last, and only where the procedure allows it.

    What was said at the door narrows them: to the own agency, or to those of another area (BRI-22, ENF-12).
    """
    dispute, door = draft.dispute, draft.answers.get("door")
    rows = list(Agency.objects.filter(partnership=dispute.partnership_id, is_active=True).order_by("is_external", "name"))
    own = [row for row in rows if row.pk == dispute.raising_agency_id and definition_of(dispute.version_id).own_agency_allowed]
    others = [row for row in rows if row.pk != dispute.raising_agency_id]
    if door == Door.OWN_AGENCY and own:
        return own
    if door == Door.CROSS_BOROUGH:
        return [row for row in others if row.is_external]
    return others + own


def empty_draft(person: Person, agency: UUID, raiser: UUID, procedure: UUID) -> Dispute | None:
    """A draft of this person that was begun for the same and holds no answer yet: taken up again in place of another."""
    rows = Draft.objects.filter(written_by(person, "dispute__"), dispute__state=State.DRAFT, dispute__head_number=0, dispute__raising_agency=agency)
    rows = rows.filter(dispute__raiser=raiser, dispute__version__procedure=procedure).select_related("dispute")
    return next((row.dispute for row in rows if _is_empty(row.answers)), None)


def _is_empty(answers: dict[str, Any]) -> bool:
    """Nothing was answered beyond the first pages; the own agency was not chosen but follows from the door."""
    given = {key for key, value in answers.items() if value}
    return not given - (EARLY | ({"receiving"} if answers.get("door") == Door.OWN_AGENCY else set()))


def their_people(draft: Draft) -> list[tuple[str, list[tuple[UUID, str]]]]:
    """(agency, its people by name with post) of each agency that is disagreed with, but for who raises or writes. One query."""
    rows = who_may_have_decided(draft.dispute, [UUID(key) for key in draft.answers.get("receiving") or ()])
    rows = rows.select_related("agency", "user").order_by("agency__name", "user__name")
    found: dict[str, dict[UUID, str]] = {}
    for row in rows:
        if row.agency is not None:
            found.setdefault(row.agency.name, {})[row.user_id] = _with_post(row)
    return [(agency, list(people.items())) for agency, people in found.items()]


def _with_post(row: Membership) -> str:
    return f"{row.user.name}, {lower_first(row.job_title or row.get_role_display())}"


def own_people(draft: Draft) -> list[tuple[UUID, str]]:
    """(person, name with post) of everybody with a role in the raising agency, whoever raises and writes it aside. One query."""
    rows = from_whom_it_may_be_kept(draft.dispute).select_related("user").order_by("user__name")
    return list({row.user_id: _with_post(row) for row in rows}.items())
