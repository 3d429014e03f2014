"""Logging: a draft kept at every step, then submitted."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from agencies.errors import InvalidInput, NotAllowed, NotFound
from agencies.models import Agency, Membership, Partnership, User
from agencies.person import Person
from agencies.roles import Role
from agencies.working_days import LONDON
from escalation import policy
from escalation.engine.case import Case
from escalation.engine.change import Change
from escalation.engine.perform import perform, verb
from escalation.models import Child, ChildReference, Dispute, Draft, Party, Procedure, ProcedureVersion
from escalation.services.lifecycle import start
from escalation.services.procedures import default_version, version_in_force
from escalation.services.submission import Submission, check, read
from escalation.states import EventKind, Side, State, Verb

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MOST_DRAFTS = 20


def new_reference() -> str:
    """`ESC-` and six random letters and digits of Crockford's base 32: no sequence, no initials, no agency."""
    return "ESC-" + "".join(secrets.choice(ALPHABET) for _ in range(6))


def begin_draft(person: Person, *, agency: UUID, raiser: UUID | None = None, procedure: UUID | None = None, now: datetime | None = None) -> Dispute:
    """An empty draft of this person, raising for this agency. The business unit, or a reviewing unit, may log for a `raiser`.

    Raises NotAllowed where the person may not log for the agency, InvalidInput where no procedure is in force or too many drafts lie open.
    """
    moment = now or timezone.now()
    place = Agency.objects.filter(pk=agency, is_active=True).select_related("partnership").first()
    if place is None or not policy.may_log(person) or not _may_raise(person, place, raiser):
        raise NotAllowed("You can log a disagreement for an agency in which you have a role.")
    if Dispute.objects.filter(logged_by=person.id, state=State.DRAFT).count() >= MOST_DRAFTS:
        raise InvalidInput(f"You have {MOST_DRAFTS} drafts. Finish or delete one first.")
    version = _version(place.partnership, procedure, moment)
    fields = {
        "partnership": place.partnership,
        "version": version,
        "raising_agency": place,
        "raiser_id": raiser or person.id,
        "logged_by_id": person.id,
        "created_at": moment,
        "is_third_party": agency not in person.agency_ids and not person.is_unit,
    }
    for _ in range(5):
        dispute = Dispute(reference=new_reference(), **fields)
        try:
            with transaction.atomic():
                dispute.save(force_insert=True)
                Draft.objects.create(dispute=dispute, saved_at=moment)
        except IntegrityError:
            continue
        return dispute
    raise InvalidInput("No free reference was found. Try again.")


def _may_raise(person: Person, place: Agency, raiser: UUID | None) -> bool:
    """For one's own agency; or on behalf of someone who has a role in the agency, by the business unit or a reviewing unit."""
    if place.pk in person.agency_ids:
        return raiser is None or raiser == person.id or Membership.objects.filter(agency=place, user=raiser).exists()
    if place.partnership_id not in {seat.partnership_id for seat in person.seats} or not (person.is_unit or person.has(Role.REVIEWER)):
        return False
    return raiser is not None and Membership.objects.filter(agency=place, user=raiser).exists()


def _version(partnership: Partnership, procedure: UUID | None, now: datetime) -> ProcedureVersion:
    """The version in force today: of the procedure named, or of the partnership's default. Raises InvalidInput where there is none."""
    day = now.astimezone(LONDON).date()
    if procedure is None:
        return default_version(partnership, day)
    found = Procedure.objects.filter(pk=procedure, partnership=partnership).first()
    if found is None:
        raise InvalidInput("Choose one of the partnership's procedures.", field="procedure")
    return version_in_force(found, day)


def save_draft(dispute_id: UUID, person: Person, answers: Mapping[str, Any], *, step: str = "", now: datetime | None = None) -> Draft:
    """Keep what has been typed so far, as it is; only its writer can. Answers given earlier and not here again stay.

    Raises NotFound for another's draft, InvalidInput for what could not be stored.
    """
    moment = now or timezone.now()
    with transaction.atomic():
        draft = own_draft(dispute_id, person)
        draft.answers = {**draft.answers, **answers}
        draft.step = step or draft.step
        draft.saved_at = moment
        draft.save(update_fields=["answers", "step", "saved_at"])
    return draft


def own_draft(dispute_id: UUID, person: Person) -> Draft:
    """The person's own draft. Raises NotFound for any other."""
    found = (
        Draft.objects.select_related("dispute__partnership", "dispute__raising_agency", "dispute__version")
        .filter(pk=dispute_id, dispute__logged_by=person.id, dispute__state=State.DRAFT)
        .first()
    )
    if found is None:
        raise NotFound("There is no such draft, or it is not yours.")
    return found


def discard_draft(dispute_id: UUID, person: Person) -> None:
    """Delete a draft that was never sent, with everything typed. One that came back from the own manager is withdrawn instead."""
    with transaction.atomic():
        draft = own_draft(dispute_id, person)
        if draft.dispute.head_number:
            raise InvalidInput("This one was sent to your manager before. Withdraw it instead.")
        dispute = draft.dispute
        draft.delete()
        dispute.delete()


def submit(dispute_id: UUID, person: Person, *, now: datetime | None = None) -> Change:
    """Send the draft: the practitioner's act. Raises Problems with everything that is missing."""
    draft = own_draft(dispute_id, person)
    moment = now or timezone.now()
    submission = read(draft.answers)
    return perform(dispute_id, Verb.SUBMIT, actor=person, now=moment, submission=submission)


def _is_draft(case: Case, _person: Person | None) -> str | None:
    return None if case.dispute.state == State.DRAFT else "It has been sent already."


@verb(Verb.SUBMIT, ready=_is_draft)
def send_draft(change: Change, *, submission: Submission) -> None:
    """A draft becomes an open disagreement: fixed choices on it, typed words in the record, then the own manager or the first stage."""
    case = change.case
    dispute = case.dispute
    known = set(Agency.objects.filter(partnership=dispute.partnership, is_active=True).values_list("pk", flat=True))
    check(submission, case.procedure, raising=dispute.raising_agency_id, known=known, now=change.now)
    _fix(change, submission)
    case.reload_directory(change.now)
    dispute.submit()
    again = dispute.submitted_at is not None
    dispute.submitted_at = dispute.submitted_at or change.now
    change.record(EventKind.SUBMITTED, facts=_facts(submission, again=again), body=submission.texts())
    start(change, holders=submission.holders)


def _facts(submission: Submission, *, again: bool) -> dict[str, Any]:
    return {
        "receiving": [str(agency) for agency in submission.receiving],
        "themes": [str(theme) for theme in submission.themes],
        "basis": str(submission.basis),
        "urgent": submission.is_urgent,
        "danger_now": bool(submission.danger_now),
        "start_stage": submission.start_stage or 1,
        "again": again,
    }


def _fix(change: Change, submission: Submission) -> None:
    """The choices, parties and children, from the submission onto the case."""
    case = change.case
    dispute = case.dispute
    for name in (
        "is_urgent",
        "is_restricted",
        "is_serious",
        "is_stuck",
        "door",
        "setting",
        "basis",
        "plan",
        "level_of_need",
        "capacity_in_doubt",
        "arose_on",
        "respond_by",
    ):
        setattr(dispute, name, getattr(submission, name))
    dispute.themes = [str(theme) for theme in submission.themes]
    dispute.disputed_person_id = submission.disputed_person if _exists(submission.disputed_person) else None
    dispute.top_stage = submission.start_stage or 1
    dispute.is_own_agency = dispute.raising_agency_id in submission.receiving
    Party.objects.filter(dispute=dispute).delete()
    Child.objects.filter(dispute=dispute).delete()
    case.parties = [Party(dispute=dispute, agency_id=dispute.raising_agency_id, side=Side.RAISING)]
    case.parties += [Party(dispute=dispute, agency_id=agency, side=Side.RECEIVING) for agency in submission.receiving]
    for party in case.parties:
        change.add(party)
    for number, answer in enumerate(submission.children, start=1):
        child = Child(dispute=dispute, ordinal=number, initials=answer.initials.upper(), born_on=answer.born_on, is_unborn=answer.is_unborn)
        change.add(child)
        if answer.reference:
            change.add(ChildReference(child=child, agency_id=dispute.raising_agency_id, reference=answer.reference))


def _exists(user: UUID | None) -> bool:
    return user is not None and User.objects.filter(pk=user).exists()
