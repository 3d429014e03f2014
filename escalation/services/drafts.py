"""Logging: a draft kept at every step, then submitted."""

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies import wall_clock
from agencies.errors import InvalidInput, NotAllowed, NotFound, WrongState
from agencies.models import Agency, Membership, Partnership, User
from agencies.person import Person, person_of
from agencies.ready import Compiled, Ready
from agencies.roles import Role
from agencies.working_days import LONDON
from escalation import general_policy
from escalation.engine.case import Case
from escalation.engine.change import Change
from escalation.engine.definitions import definition_of, procedure_of
from escalation.engine.perform import Seen, perform, verb
from escalation.models import Child, ChildReference, Dispute, Draft, Party, Procedure, ProcedureVersion
from escalation.part_policy import written_by
from escalation.procedures.definition import ProcedureDefinition
from escalation.procedures.words import one_of
from escalation.services.apart_digest import apart
from escalation.services.child_digests import guarded
from escalation.services.child_names import takes_these
from escalation.services.earlier_child import as_sent_before, carried_over, references_carried_over
from escalation.services.gate import ALONE
from escalation.services.hop import start
from escalation.services.keeping.holds import HELD, holds_on
from escalation.services.keeping.marks import keep_held
from escalation.services.kept_words import forget_words_about_draft
from escalation.services.lifecycle import engage
from escalation.services.marked import still_marked
from escalation.services.past_stages import keep_logged
from escalation.services.procedures import default_version, version_in_force
from escalation.services.reading_answers import read
from escalation.services.side_by_side import beside
from escalation.services.submission import Problems, Submission, check, start_of
from escalation.services.words import same_initials
from escalation.states import EventKind, Side, State, Verb

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
MOST_DRAFTS = 20
# Answers that have their meaning from the procedure, as they are before they are given.
BY_PROCEDURE: dict[str, Any] = {"holders": {}, "start_stage": None, "start_ground": "", "is_serious": False, "is_stuck": False}
NOT_YOURS = _("You can log a disagreement for an agency in which you have a role.")


def new_reference() -> str:
    """`ESC-` and six random letters and digits of Crockford's base 32: no sequence, no initials, no agency."""
    return "ESC-" + "".join(secrets.choice(ALPHABET) for _ in range(6))


def begin_draft(person: Person, *, agency: UUID, raiser: UUID | None = None, procedure: UUID | None = None, now: datetime | None = None) -> Dispute:
    """An empty draft of this person, raising for this agency. The business unit, or a reviewing unit, may log for a `raiser`.

    Raises NotAllowed where the person may not log for the agency, InvalidInput where no procedure is in force or too many drafts lie open.
    """
    moment = now or wall_clock.now()
    place = Agency.objects.filter(pk=agency, is_active=True).select_related("partnership").first()
    if place is None or not general_policy.may_log(person):
        raise NotAllowed(NOT_YOURS)
    if Dispute.objects.filter(written_by(person), state=State.DRAFT).count() >= MOST_DRAFTS:
        raise InvalidInput(gettext("You have {n} drafts. Finish or delete one first.").format(n=MOST_DRAFTS))
    version = _version(place.partnership, procedure, moment)
    _check_may_raise(person, place, raiser, version, moment)
    return write_draft(person, place, version, raiser=raiser, now=moment)


def begin_past(person: Person, *, place: Agency, raiser: UUID | None, version: ProcedureVersion, now: datetime, key: str) -> Dispute:
    """The draft of a disagreement that an earlier log calls `key`, as this person began it at that moment.

    Raises NotAllowed as `begin_draft`, and InvalidInput where the procedure lets only other roles raise one.
    """
    if not general_policy.may_log(person):
        raise NotAllowed(NOT_YOURS)
    _check_may_raise(person, place, raiser, version, now)
    return write_draft(person, place, version, raiser=raiser, now=now, is_imported=True, earlier_key=key)


def _check_may_raise(person: Person, place: Agency, raiser: UUID | None, version: ProcedureVersion, now: datetime) -> None:
    """Raises NotAllowed where the person may not log for this agency, InvalidInput where the procedure asks for another role of who raises it."""
    procedure = definition_of(version.pk)
    if not _may_raise(person, place, raiser, procedure):
        raise NotAllowed(NOT_YOURS)
    _check_raiser(procedure, person, place, raiser, now)


def write_draft(person: Person, place: Agency, version: ProcedureVersion, *, raiser: UUID | None, now: datetime, **marks: Any) -> Dispute:
    """An empty draft under a free reference, with further fields of the disagreement. Raises InvalidInput where five were taken."""
    fields = {
        "partnership": place.partnership,
        "version": version,
        "raising_agency": place,
        "raiser_id": raiser or person.id,
        "logged_by_id": person.id,
        "created_at": now,
        "is_third_party": place.pk not in person.agency_ids and place.partnership_id not in person.units,
        **marks,
    }
    for _attempt in range(5):
        dispute = Dispute(reference=new_reference(), **fields)
        try:
            with transaction.atomic():
                dispute.save(force_insert=True)
                Draft.objects.create(dispute=dispute, saved_at=now)
        except IntegrityError:
            continue
        return dispute
    raise InvalidInput(gettext("No free reference was found. Try again."))


def _may_raise(person: Person, place: Agency, raiser: UUID | None, procedure: ProcedureDefinition) -> bool:
    """For one's own agency; for someone of another by the business unit, or by whom the procedure lets log between two others (DEV-09)."""
    if place.pk in person.agency_ids:
        return raiser is None or raiser == person.id or Membership.objects.filter(agency=place, user=raiser).exists()
    if not logs_there(person, place.pk, place.partnership_id, procedure):
        return False
    return raiser is not None and Membership.objects.filter(agency=place, user=raiser).exists()


def logs_there(person: Person, agency: UUID, partnership: UUID, procedure: ProcedureDefinition) -> bool:
    """Does the procedure let this person log for this agency of this partnership: their own, any for its business unit, or as `logs_for_others`?"""
    return agency in person.agency_ids or partnership in person.units | logs_for_others(person, procedure)


def logs_for_others(person: Person, procedure: ProcedureDefinition) -> frozenset[UUID]:
    """The partnerships where the procedure lets this person, by a role in some agency there, log a disagreement between two others (DEV-09)."""
    return frozenset(seat.partnership_id for seat in person.seats if seat.role in procedure.third_party_roles)


def _check_raiser(procedure: ProcedureDefinition, person: Person, place: Agency, raiser: UUID | None, now: datetime) -> None:
    """Raises InvalidInput where the procedure lets only some roles raise a matter, and whoever raises it holds none of them there."""
    if not procedure.raiser_roles:
        return
    whose = person if raiser in {None, person.id} else person_of(User.objects.get(pk=raiser), now.astimezone(LONDON).date())
    if not whose.roles_in(place.pk) & {Role(role) for role in procedure.raiser_roles}:
        names = one_of([Role(role).label.lower() for role in procedure.raiser_roles])
        raise InvalidInput(
            gettext("Under this procedure a disagreement is raised by: {names}. Ask them, or choose another procedure.").format(names=names),
            field="procedure",
        )


def _version(partnership: Partnership, procedure: UUID | None, now: datetime) -> ProcedureVersion:
    """The version in force today: of the procedure named, or of the partnership's default. Raises InvalidInput where there is none."""
    day = now.astimezone(LONDON).date()
    if procedure is None:
        return default_version(partnership, day)
    found = Procedure.objects.filter(pk=procedure, partnership=partnership).first()
    if found is None:
        raise InvalidInput(gettext("Choose one of the partnership's procedures."), field="procedure")
    return version_in_force(found, day)


def save_draft(dispute_id: UUID, person: Person, answers: Mapping[str, Any], *, step: str = "", now: datetime | None = None) -> Draft:
    """Keep what has been typed so far, as it is; only its writer can. Answers given earlier and not here again stay.

    Raises NotFound for another's draft, InvalidInput for what could not be stored.
    """
    moment = now or wall_clock.now()
    with transaction.atomic():
        draft = own_draft(dispute_id, person)
        draft.answers = {**draft.answers, **answers}
        draft.step = step or draft.step
        draft.saved_at = moment
        draft.save(update_fields=["answers", "step", "saved_at"])
    return draft


def take_over(dispute_id: UUID, person: Person, *, procedure: UUID, answers: Mapping[str, Any], now: datetime | None = None) -> Draft:
    """Let a draft go on under another procedure of the partnership, to which a door leads. What was answered stays, but for whom it asks, where
    it starts, and what only the procedure of before puts to a subgroup.

    Raises NotFound for another's draft, InvalidInput for one that was sent under its procedure before, or where that one is not in force or
    lets only other roles raise a matter, NotAllowed as `begin_draft`.
    """
    moment = now or wall_clock.now()
    with transaction.atomic():
        dispute = own_draft(dispute_id, person).dispute
        version = _version(dispute.partnership, procedure, moment)
        if dispute.head_number:
            raise InvalidInput(
                gettext("This one was sent under its procedure before. Withdraw it, and log it under “{name}”.").format(name=version.procedure.name)
            )
        raiser = None if dispute.raiser_id == person.id else dispute.raiser_id
        _check_may_raise(person, dispute.raising_agency, raiser, version, moment)
        Dispute.objects.filter(pk=dispute.pk).update(version=version)
        return save_draft(dispute_id, person, {**answers, **BY_PROCEDURE}, step="door", now=moment)


_WITH_IT = ("dispute__partnership", "dispute__raising_agency", "dispute__version")
_OWN: Ready[Draft] = Ready(lambda key, own: Draft.objects.filter(pk=key, pk__in=own, dispute__state=State.DRAFT).select_related(*_WITH_IT))
_OWN_CALLED: Ready[Draft] = Ready(
    lambda text, own: Draft.objects.filter(dispute__reference=text, pk__in=own, dispute__state=State.DRAFT).select_related(*_WITH_IT)
)


@lru_cache(maxsize=256)
def _drafts_by(person: Person) -> Compiled:
    """The keys of what this person wrote while they sit where they write it."""
    return Compiled.of(Draft.objects.filter(written_by(person, "dispute__")).order_by().values("pk"))


def draft_of(reference: str, person: Person) -> Draft | None:
    """The person's own draft of this reference; None for any other."""
    return _OWN_CALLED.first(reference, _drafts_by(person))


def was_sent_by(reference: str, person: Person) -> bool:
    """Whether this is something that the person wrote and sent, and still may know of."""
    return Dispute.objects.named_visible_to(person).filter(written_by(person), reference=reference, submitted_at__isnull=False).exists()


def own_draft(dispute_id: UUID, person: Person) -> Draft:
    """The person's own draft, while they sit where they write it. Raises NotFound for any other."""
    found = _OWN.first(dispute_id, _drafts_by(person))
    if found is None:
        raise NotFound(gettext("There is no such draft, or it is not yours."))
    return found


def discard_draft(dispute_id: UUID, person: Person) -> None:
    """Delete a draft that was never sent, with everything typed. One that came back from the own manager is withdrawn instead.

    Raises WrongState under a legal hold, such as one on the child.
    """
    with transaction.atomic():
        draft = own_draft(dispute_id, person)
        if draft.dispute.head_number:
            raise InvalidInput(gettext("This one was sent to your manager before. Withdraw it instead."))
        dispute = draft.dispute
        if holds_on(dispute):
            raise WrongState(gettext(HELD))
        draft.delete()
        dispute.delete()
        forget_words_about_draft(dispute.reference)


def submit(
    dispute_id: UUID, person: Person, *, answers: Mapping[str, Any] | None = None, seen: Seen | None = None, now: datetime | None = None
) -> Change:
    """Send the draft: the practitioner's act; with `answers` in place of those kept, where they came with it.

    Raises Problems with everything that is missing; the draft is then as it was.
    """
    moment = now or wall_clock.now()
    with transaction.atomic():
        draft = save_draft(dispute_id, person, answers, now=moment) if answers else own_draft(dispute_id, person)
        return perform(dispute_id, Verb.SUBMIT, actor=person, seen=seen, now=moment, submission=read(draft.answers))


def _is_draft(case: Case, _person: Person | None) -> str | None:
    return None if case.dispute.state == State.DRAFT else gettext("It has been sent already.")


def check_for(dispute: Dispute, submission: Submission, *, now: datetime, is_past: bool = False) -> None:
    """As `submission.check`, by what the draft's partnership and procedure allow. Raises Problems."""
    known, procedure = _known_agencies(dispute.partnership_id), definition_of(dispute.version_id)
    external = [key for key, is_external in known.items() if is_external]
    names = takes_these(dispute.partnership_id, submission.children)
    others = beside(dispute, now.astimezone(LONDON).date()) if submission.door else ALONE
    around: dict[str, Any] = {"known": known, "external": external, "names": names, "beside": others}
    check(submission, procedure, raising=dispute.raising_agency_id, now=now, is_past=is_past, **around)
    there = who_may_have_decided(dispute, submission.receiving).filter(user=submission.disputed_person)
    if submission.disputed_person and not is_past and not there.exists():
        raise Problems([("disputed_person", gettext("Choose somebody of the agency you disagree with."))])
    if set(submission.kept_from) - set(from_whom_it_may_be_kept(dispute).values_list("user", flat=True) if submission.kept_from else ()):
        raise Problems([("kept_from", gettext("Choose people of the agency that raises it, other than who raises or writes it."))])


def who_may_have_decided(dispute: Dispute, receiving: Collection[UUID]) -> QuerySet[Membership]:
    """The roles in these agencies one of whose holders may have taken the decision that is disputed: whoever raises it or writes did not."""
    rows = Membership.objects.filter(agency__in=receiving, user__is_active=True)
    return rows.exclude(user__in={dispute.raiser_id, dispute.logged_by_id})


def from_whom_it_may_be_kept(dispute: Dispute) -> QuerySet[Membership]:
    """The roles in the raising agency from whose holders a restricted one may be kept: not from whoever raises it or writes."""
    return who_may_have_decided(dispute, [dispute.raising_agency_id])


@verb(Verb.SUBMIT, ready=_is_draft)
def send_draft(change: Change, *, submission: Submission) -> None:
    """A draft becomes an open disagreement: fixed choices on it, typed words in the record, then the own manager or the first stage."""
    case = change.case
    dispute = case.dispute
    check_for(dispute, submission, now=change.now, is_past=change.is_past)
    _fix(change, submission)
    case.reload_directory(change.now)
    dispute.submit()
    again = dispute.submitted_at is not None
    dispute.submitted_at = dispute.submitted_at or change.now
    change.record(
        EventKind.SUBMITTED,
        facts=_facts(dispute, submission, again=again) | guarded(change),
        body=submission.texts(),
        happened=submission.raised_at,
    )
    keep_logged(change, submission.past)
    start(change, holders=submission.holders)
    if submission.spoken_to:
        _spoken(change, submission)


def _spoken(change: Change, submission: Submission) -> None:
    """Who was rung before it was sent is a contact of its own, at its own moment; that the receiver was reached stops the system's move (BRI-02)."""
    for request in change.case.requests:
        engage(change, request)
    now, change.happened = change.happened, submission.spoken_at or change.now
    change.record(EventKind.CONTACT, facts={"reached": True}, body={"whom": submission.spoken_to})
    change.happened = now


def _known_agencies(partnership_id: UUID) -> dict[UUID, bool]:
    """The agencies that can be disagreed with, each with whether it lies in another area. One query."""
    return dict(Agency.objects.filter(partnership=partnership_id, is_active=True).values_list("pk", "is_external"))


def _facts(dispute: Dispute, submission: Submission, *, again: bool) -> dict[str, Any]:
    """What figures count of it stands here too, so that they can be counted again from the record alone."""
    return {
        "raising": str(dispute.raising_agency_id),
        "version": str(dispute.version_id),
        "level_of_need": submission.level_of_need,
        "children": len(submission.children),
        "receiving": [str(agency) for agency in submission.receiving],
        "themes": [str(theme) for theme in submission.themes],
        "basis": str(submission.basis),
        "urgent": submission.is_urgent,
        "danger_now": bool(submission.danger_now),
        "start_stage": submission.start_stage or 1,
        "door": str(submission.door),
        "way": submission.way,
        "kept_from": len(set(submission.kept_from)),
        **apart(dispute),
        "again": again,
        **(submission.tried_when() | submission.above_on()),
    }


def _fix(change: Change, submission: Submission) -> None:
    """The choices, parties and children, from the submission onto the case."""
    case = change.case
    dispute = case.dispute
    for name in (
        "is_urgent",
        "is_restricted",
        "through_partnership",
        "is_serious",
        "is_stuck",
        "door",
        "setting",
        "basis",
        "plan",
        "level_of_need",
        "arose_on",
        "respond_by",
    ):
        setattr(dispute, name, getattr(submission, name))
    dispute.capacity_in_doubt = bool(submission.capacity_in_doubt)
    dispute.conflicts = sorted({str(key) for key in submission.kept_from} | still_marked(dispute))
    dispute.variant, dispute.top_stage = start_of(submission, definition_of(dispute.version_id), is_third_party=dispute.is_third_party)
    case.procedure = procedure_of(dispute)
    dispute.themes = [str(theme) for theme in submission.themes]
    dispute.disputed_person_id = submission.disputed_person if _exists(submission.disputed_person) else None
    dispute.is_own_agency = dispute.raising_agency_id in submission.receiving
    before = {}
    if dispute.submitted_at is not None:
        keep_held(change)
        before = as_sent_before(dispute)
    Party.objects.filter(dispute=dispute).delete()
    Child.objects.filter(dispute=dispute).delete()
    case.parties = [Party(dispute=dispute, agency_id=dispute.raising_agency_id, side=Side.RAISING)]
    case.parties += [Party(dispute=dispute, agency_id=agency, side=Side.RECEIVING) for agency in submission.receiving]
    for party in case.parties:
        change.add(party)
    for number, answer in enumerate(submission.children, start=1):
        known = {"initials": same_initials(answer.initials), "name": answer.name, "born_on": answer.born_on, "is_unborn": answer.is_unborn}
        child = Child(dispute=dispute, ordinal=number, **known)
        change.add(child)
        again = {dispute.raising_agency_id: answer.reference}
        for version in carried_over(before[number], child, change.now) if number in before else ():
            change.add(version)
        for reference in references_carried_over(before[number][0], child, again, change.now) if number in before else ():
            change.add(reference)
        if answer.reference:
            change.add(ChildReference(child=child, agency_id=dispute.raising_agency_id, reference=answer.reference))


def _exists(user: UUID | None) -> bool:
    return user is not None and User.objects.filter(pk=user).exists()
