"""What the questions of logging offer: for whom, under which procedure, with which agencies."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from agencies.models import Agency, Membership
from agencies.person import Person
from agencies.roles import AGENCY_ROLES, Role
from escalation.engine.definitions import definition_of
from escalation.models import Dispute, Draft, ProcedureVersion
from escalation.procedures.definition import ProcedureDefinition
from escalation.states import State

EARLY = frozenset({"danger_now", "door"})


@dataclass(frozen=True, slots=True)
class Behalf:
    """Somebody for whom this person may log: themselves in one of their agencies, or a colleague of another agency."""

    agency_id: UUID
    raiser_id: UUID
    label: str

    @property
    def key(self) -> str:
        """The choice's value on a form."""
        return f"{self.agency_id}:{self.raiser_id}"


def own_places(person: Person) -> list[Behalf]:
    """The person's own agencies, as places to raise from. One query."""
    rows = Agency.objects.filter(pk__in=person.agency_ids, is_active=True).order_by("name")
    return [Behalf(row.pk, person.id, row.name) for row in rows]


def others_to_log_for(person: Person, today: date) -> list[Behalf]:
    """Whom the business unit or a reviewing unit may log for: everybody with a role in an agency of the partnership. One query; none for others."""
    if not (person.is_unit or person.has(Role.REVIEWER)):
        return []
    rows = Membership.objects.on(today).filter(partnership__in=person.partnership_ids, role__in=sorted(AGENCY_ROLES))
    rows = rows.filter(agency__is_active=True, user__is_active=True).select_related("agency", "user").order_by("agency__name", "user__name")
    found = {(row.agency_id, row.user_id): f"{row.user.name}, {row.agency.name}" for row in rows if row.agency and row.user_id != person.id}
    return [Behalf(agency, user, label) for (agency, user), label in found.items() if agency]


@dataclass(frozen=True, slots=True)
class Choice:
    """A procedure in force."""

    procedure_id: UUID
    label: str
    is_default: bool
    definition: ProcedureDefinition


def procedures_in_force(partnership_id: UUID | None, today: date) -> list[Choice]:
    """The partnership's procedures in force on the day, the default first. One query, and one for each version not read before."""
    rows = ProcedureVersion.objects.filter(procedure__partnership=partnership_id, in_force_from__lte=today).select_related("procedure")
    newest: dict[UUID, ProcedureVersion] = {}
    for row in rows.defer("definition").order_by("number"):
        newest[row.procedure_id] = row
    found = [_choice(row) for row in newest.values()]
    return sorted(found, key=lambda choice: (not choice.is_default, choice.label))


def _choice(row: ProcedureVersion) -> Choice:
    definition = definition_of(row.pk)
    label = f"{definition.name} ({definition.partnership_name})" if definition.partnership_name else definition.name
    return Choice(row.procedure_id, label, row.procedure.is_default, definition)


def agencies_to_choose(draft: Draft) -> list[Agency]:
    """The partnership's agencies that can be disagreed with, members before others; the own one last, and only where the procedure allows it."""
    dispute = draft.dispute
    rows = list(Agency.objects.filter(partnership=dispute.partnership_id, is_active=True).order_by("is_external", "name"))
    own = [row for row in rows if row.pk == dispute.raising_agency_id and definition_of(dispute.version_id).own_agency_allowed]
    return [row for row in rows if row.pk != dispute.raising_agency_id] + own


def empty_draft(person: Person, agency: UUID, raiser: UUID, procedure: UUID) -> Dispute | None:
    """A draft of this person that was begun for the same and holds no answer yet: taken up again in place of another."""
    rows = Draft.objects.filter(dispute__logged_by=person.id, dispute__state=State.DRAFT, dispute__head_number=0, dispute__raising_agency=agency)
    rows = rows.filter(dispute__raiser=raiser, dispute__version__procedure=procedure).select_related("dispute")
    return next((row.dispute for row in rows if not set(row.answers) - EARLY), None)
