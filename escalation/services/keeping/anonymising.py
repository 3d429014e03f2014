"""The end of a disagreement's record: kept longer with a reason, or anonymised, so that what was typed and who it was about go and the figures stay.

The line that says what is erased is written first; only then do the tables let it be erased (see the migration that erases on record).
"""

from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies import wall_clock
from agencies.errors import InvalidInput
from agencies.person import Person
from agencies.words import day
from agencies.working_days import london
from escalation.engine import clockwork
from escalation.engine.case import Case
from escalation.engine.change import Change
from escalation.engine.perform import verb
from escalation.models import (
    AgreedAction,
    Child,
    ChildReference,
    Clock,
    ConferenceRequest,
    Dispute,
    DisputeLink,
    Draft,
    EarlierChild,
    EarlierReference,
    Event,
    EventBody,
    Guest,
    GuestDoor,
    LearningPoint,
    Notification,
    Panel,
    PanelMember,
    Reading,
    Referral,
    Request,
    StageRun,
    TimetableProposal,
)
from escalation.services.child_digests import emptied
from escalation.services.earlier_names import blinded
from escalation.services.keeping.access.ending import erase_answers
from escalation.services.keeping.files import erase_files_of
from escalation.services.keeping.holds import HELD, held_by
from escalation.services.keeping.over import has_ended, is_kept
from escalation.services.keeping.periods import PERIODS, kept_since, lengths_of, years_before
from escalation.services.seals import reading_digest
from escalation.services.words import needed, sentences
from escalation.states import FINDS, ClockState, EventKind, RecordClass, Verb

LONGEST_REASON = 300
MOST_YEARS = 99
ERASED_TOO = gettext_noop("Answers to requests for access were erased with what was anonymised: {n}.")


def _has_ended(case: Case, _person: Person | None = None) -> str | None:
    return None if has_ended(case.dispute) else _("It has not ended.")


@verb(Verb.KEEP_LONGER, ready=_has_ended, decides=False)
def keep_longer(change: Change, *, until: date, reason: str) -> None:
    """It is kept until a day beyond its period, and comes up for review again then."""
    why = sentences(needed(reason, "reason", _("Say why it is kept longer.")), "reason", LONGEST_REASON)
    today = london(change.now).date()
    if until <= today:
        raise InvalidInput(_("Give a day that is still to come."), field="until")
    if years_before(until, min(MOST_YEARS, until.year - 1)) > today:
        raise InvalidInput(_("That is more than {n} years ahead. Check the year.").format(n=MOST_YEARS), field="until")
    change.case.dispute.keep_until = until
    change.record(EventKind.KEPT_LONGER, facts={"until": until.isoformat()}, body={"reason": why})


def why_not_yet(case: Case, now: datetime) -> str | None:
    """Why it may not be anonymised now, in words; None where it may: ended, its time over, nothing to follow, under no hold."""
    dispute = case.dispute
    if refusal := _has_ended(case):
        return refusal
    record_class = RecordClass.PRACTICE if dispute.partnership.is_practice else RecordClass.CASES
    length = lengths_of(dispute.partnership_id)[record_class]
    if dispute.ended_at is None or dispute.ended_at >= kept_since(record_class, length, now):
        return _("It is kept for {length} from its end.").format(length=PERIODS[record_class].words(length))
    if dispute.keep_until is not None and is_kept(dispute, now):
        return _("It is kept until {day}.").format(day=day(dispute.keep_until, year=True))
    if LearningPoint.objects.unsettled().filter(dispute=dispute).exists():
        return _("Something that was to be learnt from it is not settled yet.")
    return _(HELD) if held_by(case) else None


def _may_go(case: Case, _person: Person | None = None) -> str | None:
    return why_not_yet(case, wall_clock.now())


@verb(Verb.ANONYMISE, ready=_may_go)
def anonymise(change: Change) -> None:
    """Erase what was typed, who the child is, what agencies call it, files, and who held it; the choices and moments that are counted stay.

    Answers to requests for access in which it is are erased too, once it is done. It cannot be undone, and nothing can be done to it afterwards.
    """
    dispute = change.case.dispute
    lines = Event.objects.filter(dispute=dispute, body__erased_at=None, body__isnull=False).order_by("number").values_list("number", flat=True)
    findings = Event.objects.filter(dispute=dispute, kind__in=FINDS, body__erased_at=None, body__text__finding__gt="")
    facts: dict[str, Any] = {
        "lines": list(lines),
        "findings": sorted(findings.values_list("number", flat=True)),
        "readings": _readings_without(dispute),
    }
    dispute.anonymised_at = change.now
    dispute.disputed_person = dispute.lead_manager = dispute.offered_mediator = None
    dispute.conflicts = []
    for clock in change.case.running():
        clockwork.end(change, clock, ClockState.MISSED)
    change.record(EventKind.ERASED, facts=facts | emptied(dispute.pk))
    change.afterwards.append(partial(erase_rows, dispute.pk, change.now))
    change.afterwards.append(partial(transaction.on_commit, partial(erase_answers, dispute.partnership_id, [dispute.pk], ERASED_TOO, change.now)))


def _readings_without(dispute: Dispute) -> dict[str, str]:
    """Each reading that says why, with the digest that it has once the reason is gone: the record vouches for it in the seal's place."""
    found = {}
    for reading in Reading.objects.filter(dispute=dispute).exclude(reason=""):
        reading.reason = ""
        found[str(reading.pk)] = reading_digest(reading)
    return found


def erase_rows(key: UUID, now: datetime) -> None:
    """The rows, once the line that says so stands. Whatever names a person that need not is emptied; what measures count stays."""
    EventBody.objects.filter(event__dispute=key, erased_at=None).update(text={}, erased_at=now)
    Reading.objects.filter(dispute=key).exclude(reason="").update(reason="")
    ChildReference.objects.filter(child__dispute=key).delete()
    EarlierReference.objects.filter(child__dispute=key).delete()
    EarlierChild.objects.filter(child__dispute=key).delete()
    Child.objects.filter(dispute=key).update(initials="", name="", born_on=None, is_unborn=False)
    erase_files_of(key)
    GuestDoor.objects.filter(guest__dispute=key).delete()
    Guest.objects.filter(dispute=key).update(name="", job_title="", email="")
    Draft.objects.filter(dispute=key).delete()
    Notification.objects.filter(dispute=key).delete()
    DisputeLink.objects.filter(dispute=key).delete()
    DisputeLink.objects.filter(other=key).delete()
    # Known again where its log is brought in once more, and not by the name that the log gives it.
    for place, name in Dispute.objects.filter(pk=key).exclude(earlier_key="").values_list("partnership", "earlier_key"):
        Dispute.objects.filter(pk=key).update(earlier_key=blinded(place, name))
    StageRun.objects.filter(dispute=key).update(holder=None, holder_post="")
    Request.objects.filter(dispute=key).update(holder=None, holder_post="")
    LearningPoint.objects.filter(dispute=key).update(owner=None, referred_to="")
    for model in (Clock, AgreedAction):
        model._default_manager.filter(dispute=key).update(owner=None)
    Referral.objects.filter(dispute=key).update(referred_by=None, chair=None, mediator=None)
    Panel.objects.filter(referral__dispute=key).update(place="")
    PanelMember.objects.filter(panel__referral__dispute=key).update(interest="")
    ConferenceRequest.objects.filter(dispute=key).update(answered_by=None)
    TimetableProposal.objects.filter(dispute=key).update(decided_by=None)
