"""What stands around the stages, in words: its lines of the record, where each matter stands, and what it asks for."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.person import Person
from agencies.words import LONDON, day
from escalation.engine.case import Case
from escalation.models import Event, PanelMember
from escalation.selectors.words import names as listed
from escalation.states import Advice, ConferenceAnswer, Door, EventKind, RequestState, State, SubgroupMatter, Verb

if TYPE_CHECKING:
    from escalation.selectors.timeline import Names

AROUND = frozenset(
    {
        EventKind.AGENCY_ADDED,
        EventKind.ADVICE,
        EventKind.STAYS_OUT,
        EventKind.CONFERENCE_ASKED,
        EventKind.CONFERENCE_ANSWERED,
        EventKind.SUBGROUP_TOLD,
        EventKind.SUBGROUP_DECIDED,
        EventKind.INTEREST,
        EventKind.MEMBER_REPLACED,
        EventKind.DISSENT_WEIGHED,
    }
)
HEARD_BY = "heard_by"
LABELS = {"adviser": _("Who"), "told": _("What they were told or asked"), "told_by": _("Told or asked by"), "interest": _("Interest")}
PERSONS = {"supporter": _("Supported by"), "mediator": _("Mediator offered"), "person": _("Member"), "from": _("Leaves"), "to": _("Takes the place")}
DECLARED = {"none": _("No interest"), "interest": _("An interest"), "conflict": _("A conflicting interest")}
ANSWERED = {"deep_dive": _("A deep dive"), "shares": _("Shares the dissent")}


def title_of(event: Event) -> str:
    """The title of such a line; empty where its kind says it all."""
    if event.kind != EventKind.ADVICE:
        return ""
    words = str(Advice(event.facts["whom"]).label)
    if event.facts.get("alerted"):
        return gettext("{whom}: alerted").format(whom=words)
    return gettext("{whom}: its answer").format(whom=words) if event.facts.get("answered") else words


def fact(key: str, value: Any, names: "Names") -> tuple[str, str] | None:  # noqa: ANN401 - a JSON value
    """One choice, person, agency or day of such a line, as (what, words); None for what the title says."""
    if key in PERSONS:
        return str(PERSONS[key]), names.people.get(UUID(value), gettext("Somebody who has left"))
    if key == HEARD_BY:
        return gettext("Heard by"), listed(sorted(names.people.get(UUID(user), gettext("somebody who has left")) for user in value))
    if key == "agency":
        return gettext("Agency"), names.agency(value)
    if key == "disagree":
        return gettext("Who disagrees"), listed(sorted(names.agency(one) for one in value))
    if key == "conference":
        return gettext("Answer"), str(ConferenceAnswer(value).label)
    if key == "conference_on":
        return gettext("Date of the conference"), day(date.fromisoformat(value), year=True)
    if key == "matter":
        return gettext("Why"), str(SubgroupMatter(value).label)
    if key == "declared":
        return gettext("Declared"), str(DECLARED[value])
    said = {"yes": gettext("Yes"), "no": gettext("No")}
    return (str(ANSWERED[key]), said[value]) if key in ANSWERED else None


def standing(case: Case, events: Sequence[Event], names: "Names", *, own_side: bool) -> list[dict[str, str]]:
    """Where each matter around the stages stands now, as rows: only what there is. `events` in order; `own_side`: of the raising one."""
    latest = {EventKind(event.kind): event for event in events if event.kind in AROUND}
    rows = [
        (gettext("Conference request"), _conference(case, latest, names)),
        (gettext("Keeps out"), _keeps_out(events, names)),
        (case.procedure.subgroup.name if case.procedure.subgroup else gettext("Subgroup"), _subgroup(case, latest, names)),
        (gettext("Dissent from a conference"), _dissent(case, latest) if own_side or case.dispute.reviewing_told_at else ""),
        (gettext("Panel"), _panel(case, names)),
    ]
    return [{"key": key, "value": value} for key, value in rows if value]


def _on(event: Event) -> str:
    """The day of a line in words, London's."""
    return day(event.recorded_at.astimezone(LONDON), year=True)


def _conference(case: Case, latest: dict[EventKind, Event], names: "Names") -> str:
    asked, answered = latest.get(EventKind.CONFERENCE_ASKED), latest.get(EventKind.CONFERENCE_ANSWERED)
    if asked is None:
        return ""
    supporter = names.people.get(UUID(asked.facts["supporter"]), "")
    said = gettext("Asked of {agency} on {day}, supported by {supporter}.").format(
        agency=names.agency(asked.facts["agency"]), day=_on(asked), supporter=supporter
    )
    if case.dispute.conference_asked_of_id is not None or answered is None:
        return _and_then(said, gettext("Waiting for the answer."))
    words, on = ConferenceAnswer(answered.facts["conference"]).label, answered.facts.get("conference_on")
    if not on:
        return _and_then(said, gettext("{answer}.").format(answer=words))
    return _and_then(said, gettext("{answer}, on {day}.").format(answer=words, day=day(date.fromisoformat(on), year=True)))


def _and_then(*sentences: str) -> str:
    return "\n\n".join(sentences)


def _keeps_out(events: Sequence[Event], names: "Names") -> str:
    agencies = {names.agency(event.facts["agency"]) for event in events if event.kind == EventKind.STAYS_OUT}
    words = gettext("{agencies}. The partnership’s business unit was told.")
    return words.format(agencies=listed(sorted(agencies))) if agencies else ""


def _subgroup(case: Case, latest: dict[EventKind, Event], names: "Names") -> str:
    told, decided = latest.get(EventKind.SUBGROUP_TOLD), latest.get(EventKind.SUBGROUP_DECIDED)
    if told is None:
        return ""
    said = gettext("{matter}: told on {day}.").format(matter=SubgroupMatter(told.facts["matter"]).label, day=_on(told))
    if case.dispute.subgroup_asked or decided is None:
        return _and_then(said, gettext("Waiting for the answer of its chair."))
    if decided.facts.get("deep_dive"):
        return _and_then(said, gettext("A deep dive is needed.") if case.dispute.deep_dive else gettext("No deep dive is needed."))
    mediator = decided.facts.get("mediator")
    if not mediator:
        return _and_then(said, gettext("It has answered."))
    if str(case.dispute.offered_mediator_id) != mediator:
        return _and_then(said, gettext("The mediator whom it offered is offered no longer."))
    who = names.people.get(UUID(mediator)) or gettext("Somebody")
    return _and_then(said, gettext("{name} is offered as mediator.").format(name=who))


def _dissent(case: Case, latest: dict[EventKind, Event]) -> str:
    weighed = latest.get(EventKind.DISSENT_WEIGHED)
    if not case.must_tell(Advice.REVIEWING_SERVICE):
        return ""
    if weighed is None:
        return gettext("Waiting for your agency’s contact to say whether they share it.")
    if case.dispute.reviewing_told_at is None:
        return gettext("The agency’s contact does not share it.")
    done = case.dispute.reviewing_answered_at
    if done:
        return gettext("The reviewing service was alerted and has answered.")
    return gettext("The reviewing service was alerted, and has yet to answer.")


def _panel(case: Case, names: "Names") -> str:
    """Who sits, and what each declared."""
    lines = []
    for seat in sorted(case.panel, key=lambda seat: names.people.get(seat.user_id, "")):
        who = names.people.get(seat.user_id) or gettext("Somebody")
        lines.append(f"{who}: {_declared(seat)}")
    return "\n\n".join(lines)


def _declared(seat: PanelMember) -> str:
    if seat.gone_at:
        return gettext("has left: to be replaced")
    if not seat.declared_at:
        return gettext("has yet to declare")
    if seat.has_conflict:
        return gettext("conflicting interest: to be replaced")
    return gettext("an interest") if seat.interest else gettext("no interest")


def to_do(case: Case, person: Person, able: Iterable[Verb]) -> list[tuple[Verb, str, bool]]:
    """What the matters around the stages ask of this person now, as (verb, words, done). At most one query, and only where it may be asked."""
    verbs = set(able)
    asked = [(verb, str(words), False) for verb, words in ASKS.items() if verb in verbs]
    seat = next((seat for seat in case.panel if seat.user_id == person.id), None)
    if seat is not None and Verb.DECLARE_INTEREST in verbs:
        asked.append((Verb.DECLARE_INTEREST, gettext("Declare an interest, or that there is none"), seat.declared_at is not None))
    if Verb.REPLACE_MEMBER in verbs and any(seat.is_to_be_replaced for seat in case.panel):
        asked.append((Verb.REPLACE_MEMBER, gettext("Replace the member who has a conflict of interest, or has left"), False))
    if Verb.RECORD_ADVICE not in verbs:
        return asked
    wanted = _wanted_advice(case)
    seen = _recorded_advice(case, person) if wanted else frozenset()
    return asked + [(Verb.RECORD_ADVICE, words, whom in seen) for whom, words in wanted]


ASKS = {
    Verb.ANSWER_CONFERENCE: _("Answer the conference request"),
    Verb.ANSWER_FOR_SUBGROUP: _("Answer for the subgroup"),
    Verb.WEIGH_DISSENT: _("Say whether you share the dissent"),
    Verb.ANSWER_ALERT: _("Answer for the reviewing service"),
}


def _wanted_advice(case: Case) -> list[tuple[Advice, str]]:
    """Whom to ask outside: legal advice where capacity is in doubt and no consensus was reached, and the LADO about an allegation's handling."""
    found = []
    apart = any(request.state in {RequestState.REJECTED, RequestState.LAPSED} for request in case.all_requests)
    if case.dispute.state != State.OPEN:
        return []
    if case.dispute.capacity_in_doubt and apart:
        found.append((Advice.LEGAL, gettext("Take legal advice: capacity is in doubt and there is no agreement. The courts may have to decide")))
    if case.dispute.door == Door.ALLEGATION_HANDLING or case.must_tell(Advice.DESIGNATED_OFFICER):
        found.append((Advice.DESIGNATED_OFFICER, gettext("Record who told the local authority designated officer")))
    # The reviewing service is alerted by its own verb, once the dissent is shared (BUC-09).
    asked = {Advice.DESIGNATED_OFFICER, Advice.REVIEWING_SERVICE, *(whom for whom, _ in found)}
    tells = case.procedure.way.tells if case.procedure.way is not None else ()
    return found + [(whom, gettext("Record that it was told or asked: {whom}").format(whom=whom.label)) for whom in tells if whom not in asked]


def _recorded_advice(case: Case, person: Person) -> frozenset[str]:
    """Whom somebody told or asked, as far as this person may know; a court's word stands for legal advice."""
    lines = Event.objects.filter(dispute=case.dispute, kind=EventKind.ADVICE).values_list("facts", "private_to")
    seen = {facts.get("whom", "") for facts, private_to in lines if private_to is None or private_to in person.agency_ids}
    return frozenset(seen | ({Advice.LEGAL} if Advice.COURT in seen else set()))
