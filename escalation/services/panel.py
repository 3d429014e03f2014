"""The matter before the partnership: referral, acknowledgement, route and panel. What comes of them is in `deciding`."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from agencies.errors import InvalidInput
from agencies.models import Agency, Membership, PostHolding
from agencies.person import Person
from agencies.roles import Role
from agencies.said import moment_in, said
from escalation.engine import clockwork, next_steps
from escalation.engine.asks import stage_named
from escalation.engine.case import Case
from escalation.engine.change import Change
from escalation.engine.own_clocks import INTEREST
from escalation.engine.perform import verb
from escalation.engine.turns import turn_of, turns_of
from escalation.models import Clock, Panel, PanelMember, Referral, Request
from escalation.part_policy import presides
from escalation.policy import acts_for_receiving
from escalation.procedures.definition import PartnershipStage, Sides
from escalation.services.grounds import check_ground
from escalation.services.lifecycle import at_stage, engage, raising_ids
from escalation.services.offices import unit_ids
from escalation.services.outcomes import drop_of_another_route
from escalation.services.requirements import check_warned, warns_first
from escalation.services.resolution import parties
from escalation.services.seats import MEETS, ask_to_declare, declare
from escalation.services.staging import begin_stage
from escalation.services.words import choice, coming, needed, sentences, short
from escalation.states import EventKind, Force, Ground, Measure, Message, Route, Side, Verb

RECEIVED = gettext_noop("Receipt was acknowledged")
BY_UNIT = gettext_noop("The business unit acknowledged it for the chair and set a timetable")
SET_OUT = _("Set out by when it will be resolved: a date that has not passed.")


def _next_is_partnership(case: Case, _person: Person | None) -> str | None:
    refusal = at_stage(case)
    if refusal:
        return refusal
    if not case.procedure.is_referred_from(case.dispute.stage):
        return " ".join([gettext("The next stage is not the partnership's."), *_way_there(case)])
    return None


def _way_there(case: Case) -> list[str]:
    """How a child who cannot wait comes before the partnership (BRO-05), where the procedure lets risk pass over stages."""
    before = [stage for stage in case.procedure.stages if not stage.is_partnership and not stage.passed_over]
    leads = len(before) < len(case.procedure.stages) and before and before[-1].position > case.dispute.stage > 0
    if not leads or Ground.RISK not in case.procedure.skip:
        return []
    name = stage_named(case.procedure, before[-1].position)
    return [
        gettext("If the child cannot wait, move it up to {stage} first, for risk to the child: it can be referred from there.").format(stage=name)
    ]


@verb(Verb.REFER, ready=_next_is_partnership)
def refer(change: Change, *, ground: Ground, efforts: str, reason: str, told_other_side: bool = False) -> None:
    """Put it before the partnership, with the evidence of the efforts and the reason for the formal step (BRI-12, BRO-05, DEV-04)."""
    case = change.case
    position, target = case.dispute.stage, _partnership_position(case)
    body = {
        "efforts": needed(efforts, "efforts", gettext("Say what was tried at each stage.")),
        "reason": needed(reason, "reason", gettext("Say why it is referred.")),
    }
    ground = choice(Ground, ground, "ground")
    check_ground(change, ground)
    check_warned(case, target, told_other_side=told_other_side)
    facts = {"from": position, "to": target, "ground": str(ground), "system": False}
    change.record(EventKind.MOVED_UP, facts=facts | ({"told_other_side": True} if warns_first(case, target) else {}))
    change.record(EventKind.REFERRED, facts={"ground": str(ground)}, body=body)
    begin_stage(change, target, ground=ground)


def _partnership_position(case: Case) -> int:
    """Where the partnership's stage lies; the last stage where none follows."""
    following = case.procedure.following(case.dispute.stage)
    return following.position if following is not None else case.procedure.last


def referral_of(case: Case) -> Referral:
    if case.referral is None:
        raise InvalidInput(gettext("It is not before the partnership."))
    return case.referral


def rules_of(case: Case) -> PartnershipStage:
    stage = case.stage_definition
    if stage is None or stage.partnership is None:
        raise InvalidInput(gettext("It is not before the partnership."))
    return stage.partnership


def before_chair(case: Case, _person: Person | None = None) -> str | None:
    refusal = at_stage(case)
    if refusal:
        return refusal
    stage = case.stage_definition
    return None if stage is not None and stage.is_partnership and case.referral is not None else gettext("It is not before the partnership.")


def _to_acknowledge(case: Case, person: Person | None) -> str | None:
    if case.referral is not None and before_chair(case) is None:
        return gettext("It is acknowledged already.") if case.referral.acknowledged_at else None
    return at_stage(case) or (None if to_acknowledge(case, person) else gettext("Nothing waits to be acknowledged."))


def to_acknowledge(case: Case, person: Person | None) -> list[Request]:
    """The requests of which this person may still say that they came: those of agencies for which they answer; of the business unit, all."""
    mine = acts_for_receiving(person, case) if person is not None else frozenset()
    waiting = (request for request in case.awaiting if request.engaged_at is None or _is_owed(case, request))
    return [request for request in waiting if not mine or request.agency_id in mine]


def _is_owed(case: Case, request: Request) -> bool:
    """Whether the procedure's own time for acknowledging it runs: what was said by telephone or at a meeting does not end that."""
    return any(clock.measures == Measure.ACKNOWLEDGEMENT and clock.request_id == request.pk for clock in case.running())


@verb(Verb.ACKNOWLEDGE, ready=_to_acknowledge)
def acknowledge(change: Change, *, comment: str = "", resolve_by: datetime | None = None, agency: UUID | None = None) -> None:
    """Receipt acknowledged; before the chair with a timetable for resolution (BRI-12), else for one agency. A holding reply is no response."""
    case = change.case
    referral = case.referral if before_chair(case) is None else None
    request = None
    facts: dict[str, Any] = {"resolve_by": resolve_by.isoformat() if resolve_by else ""}
    if referral is not None:
        if resolve_by is None:
            raise InvalidInput(SET_OUT, field="resolve_by")
        coming(resolve_by, change.now, "resolve_by", SET_OUT)
        referral.acknowledged_at, referral.resolve_by = change.now, resolve_by
        change.touch(referral)
    else:
        request = _whose_receipt(change, agency)
        engage(change, request)
        if change.actor is not None and request.agency_id not in acts_for_receiving(change.actor, case):
            facts["on_behalf"] = True
    place = request.agency_id if request is not None else None
    change.record(EventKind.ACKNOWLEDGED, facts=facts, body={"comment": comment.strip()}, agency=place, request=request)
    if referral is not None and resolve_by is not None:
        for clock in dated_by_chair(case):
            clockwork.agree(change, clock, resolve_by)
    news, actor = _acknowledged_by(change) if resolve_by else RECEIVED, change.actor.id if change.actor is not None else None
    # Whoever acknowledged it knows; the chair, in whose place somebody did, hears what is next.
    chair = referral.chair_id if referral is not None else None
    asked = [turn for turn in turns_of(case) if turn.side == Side.CHAIR and turn.owner == chair and chair not in {None, actor}]
    for turn in asked:
        next_steps.tell(change, turn, kind=Message.ACKNOWLEDGED, news=news)
    concerned = (*raising_ids(case), *(r.holder_id for r in case.all_requests), chair)
    people = [one for one in concerned if one not in {actor, *(turn.owner for turn in asked)}]
    change.tell(people, kind=Message.ACKNOWLEDGED, action=news, due=resolve_by)


def _whose_receipt(change: Change, agency: UUID | None) -> Request:
    """The one request whose receipt it is; the agency must be named where there are several."""
    found = [request for request in to_acknowledge(change.case, change.actor) if agency in {None, request.agency_id}]
    if len(found) != 1:
        raise InvalidInput(gettext("Say which agency has received it."), field="agency")
    return found[0]


def _acknowledged_by(change: Change) -> str:
    """Who acknowledged it before the partnership, and set its timetable: the chair or deputy, or the business unit on their behalf."""
    by_chair = change.actor is None or presides(change.actor, change.case)
    return gettext_noop("The chair acknowledged it and set a timetable") if by_chair else BY_UNIT


def dated_by_chair(case: Case) -> list[Clock]:
    """The running clocks to which the timetable of the acknowledgement gives their date: those that the procedure says it sets, and whatever the
    partnership owes to bring the matter to its end. The procedure's own moment stays beside it."""
    keys = {d.sets for d in clockwork.definitions(case) if d.measures == Measure.ACKNOWLEDGEMENT and d.sets}
    owed = [clock for clock in case.running() if clock.owed_by in {Side.CHAIR, Side.PARTNERSHIP} and clock.stage == case.dispute.stage]
    return [clock for clock in owed if clock.key in keys or clock.measures == Measure.RESOLUTION]


def limit_before_chair(case: Case) -> datetime | None:
    """By when the procedure itself wants it brought to its end before the partnership; None where it leaves that to the chair."""
    return min((clock.due_at for clock in dated_by_chair(case) if clock.is_procedural), default=None)


def date_missed_by(case: Case, meets_at: datetime) -> datetime | None:
    """The soonest date by which it is to be brought to its end that a panel which meets then would miss, set by the chair or by what runs before the
    partnership; None where it would keep them."""
    dates = [clock.effective_due for clock in dated_by_chair(case)]
    if case.referral is not None and case.referral.resolve_by is not None:
        dates.append(case.referral.resolve_by)
    return min((date for date in dates if date < meets_at), default=None)


def _to_route(case: Case, _person: Person | None) -> str | None:
    refusal = before_chair(case)
    if refusal:
        return refusal
    return gettext("It is decided already.") if case.referral and case.referral.decided_at else None


@verb(Verb.CHOOSE_ROUTE, ready=_to_route)
def choose_route(change: Change, *, route: Route, reason: str, mediator: UUID | None = None) -> None:
    """The chair chooses among the routes that the procedure offers, with reasons; a mediator belongs to no party (BRI-12, BRO-05, DEV-07)."""
    case = change.case
    rules, referral = rules_of(case), referral_of(case)
    route = choice(Route, route, "route")
    words = needed(reason, "reason", gettext("Say why this route."))
    if route not in rules.routes:
        raise InvalidInput(gettext("The procedure does not offer this route."), field="route")
    if route == Route.MEDIATION:
        _check_mediator(case, mediator)
    referral.route, referral.route_at = route, change.now
    referral.force = rules.force.get(route, Force.ADVISORY)
    referral.mediator_id = mediator if route == Route.MEDIATION else None
    change.touch(referral)
    drop_of_another_route(change)
    change.record(EventKind.ROUTE_CHOSEN, facts={"route": str(route), "force": str(referral.force)}, body={"reason": words})
    clockwork.pass_to_decider(change)
    if referral.mediator_id is not None:
        next_steps.tell(change, turn_of(case), news=gettext_noop("You are the mediator: bring the agencies together"))
    # Whoever it goes back to hears that with the stage.
    sides = [] if route == Route.BACK else [*raising_ids(case), *(r.holder_id for r in case.all_requests)]
    ahead = referral.resolve_by if referral.resolve_by is not None and referral.resolve_by >= change.now else None
    change.tell([*sides, *unit_ids(case)], kind=Message.ROUTE, action=gettext_noop("The chair chose how to go on"), due=ahead)
    if route == Route.BACK:
        begin_stage(change, _last_between_agencies(case), ground=Ground.NOT_RESOLVED)


def _last_between_agencies(case: Case) -> int:
    """The stage to which the partnership gives it back: a new run of the last in which the agencies faced each other."""
    return max(stage.position for stage in case.procedure.stages if stage.sides == Sides.BOTH and stage.position < case.dispute.stage)


def uninvolved(case: Case, user: UUID) -> bool:
    """Has the person had no part in the matter: of no agency concerned, never raiser, holder or supervisor, nor the one whose decision it is?"""
    person = case.directory.person(user)
    if person is not None and person.agency_ids & parties(case):
        return False
    dispute = case.dispute
    held = {run.holder_id for run in case.runs} | {request.holder_id for request in case.all_requests}
    named = {dispute.raiser_id, dispute.logged_by_id, dispute.disputed_person_id, dispute.lead_manager_id}
    return user not in held | named | case.conflicted_ids | case.supervisors_of(dispute.raiser_id, case.raising_id)


def _check_mediator(case: Case, mediator: UUID | None) -> None:
    if mediator is None:
        raise InvalidInput(gettext("Name the mediator."), field="mediator")
    person = case.directory.person(mediator)
    if person is not None and person.agency_ids & parties(case):
        raise InvalidInput(gettext("A mediator belongs to none of the agencies concerned."), field="mediator")
    if not uninvolved(case, mediator):
        raise InvalidInput(gettext("A mediator has had no part in the matter. Choose somebody else."), field="mediator")
    known = {candidate.user_id for candidate in case.directory.partnership_people(Role.MEDIATOR)}
    if mediator not in known:
        raise InvalidInput(gettext("Choose one of the partnership's mediators."), field="mediator")


def _panel_route(case: Case, _person: Person | None) -> str | None:
    refusal = before_chair(case)
    if refusal:
        return refusal
    return (
        None
        if case.referral and case.referral.route == Route.PANEL and not case.referral.decided_at
        else gettext("The panel route is not chosen, or it has decided.")
    )


@verb(Verb.CONVENE, ready=_panel_route)
def convene(
    change: Change, *, meets_at: datetime, members: Mapping[UUID, UUID], place: str = "", interests: Mapping[UUID, str] | None = None
) -> None:
    """Convene the panel: `members` maps each person to the agency they sit for. At least the procedure's number of agencies, those in dispute
    among them where it says so (BRI-14, BRO-05). `interests` are of members alone: nobody's declaration is left out without a word, and each is a
    line of the record, as if the member had declared it."""
    case = change.case
    rules = rules_of(case)
    coming(meets_at, change.now, "meets_at")
    agencies = set(members.values())
    if (found := len(of_members(agencies))) < rules.panel_agencies:
        raise InvalidInput(
            gettext("The panel needs members of at least {n} agencies; these are of {found}.").format(n=rules.panel_agencies, found=found),
            field="members",
        )
    if rules.panel_includes_parties and not parties(case) <= agencies:
        raise InvalidInput(gettext("The agencies concerned sit on the panel too."), field="members")
    if set(members) & barred_from_panel(case):
        raise InvalidInput(gettext("Nobody who raised it, whose decision is in question or who has a conflict sits on the panel."), field="members")
    check_members(case, members)
    if set(interests or {}) - set(members):
        raise InvalidInput(gettext("An interest is declared for somebody who does not sit on the panel."), field="interests")
    for seat in case.panel:
        seat.left_at = change.now
        change.touch(seat)
    case.panel.clear()
    next_steps.drop(change, INTEREST)
    where = short(place, "place", 160)
    declared = {user: sentences(words, "interests", 200) for user, words in (interests or {}).items()}
    panel = Panel(referral=referral_of(case), meets_at=meets_at, place=where, convened_at=change.now)
    change.add(panel)
    for user, agency in members.items():
        seat = PanelMember(panel=panel, user_id=user, agency_id=agency, is_party=agency in parties(case))
        case.panel.append(seat)
        change.add(seat)
    seats = {str(user): str(agency) for user, agency in members.items()}
    facts = {"meets_at": meets_at.isoformat(), "members": len(members), "agencies": len(agencies), "seats": seats}
    missed = date_missed_by(case, meets_at)
    facts |= {"resolve_by": missed.isoformat()} if missed is not None else {}
    change.record(EventKind.CONVENED, facts=facts, body={"place": where} if where else None)
    for seat in case.panel:
        if words := declared.get(seat.user_id):
            declare(change, seat, words)
    asked = {seat.user_id for seat in case.panel if seat.declared_at is None}
    ask_to_declare(change, asked)
    others = {*members, *raising_ids(case), *(r.holder_id for r in case.all_requests)} - asked
    change.tell(others, kind=Message.ROUTE, action=said(MEETS, **moment_in(meets_at)))


def of_members(agencies: Collection[UUID]) -> frozenset[UUID]:
    """Those that count towards a panel's number of agencies: the partnership's members, not agencies of elsewhere (BRI-14). One query."""
    return frozenset(agencies) - set(Agency.objects.filter(pk__in=agencies, is_external=True).values_list("pk", flat=True))


def may_sit(case: Case) -> Q:
    """The agencies whose people may sit on its panel: the partnership's members, and of others those concerned (for `Agency.objects.filter`)."""
    return Q(partnership=case.dispute.partnership_id) & (Q(is_external=False) | Q(pk__in=parties(case)))


def barred_from_panel(case: Case) -> frozenset[UUID]:
    """Who raised it, whose decision is in question, and whoever has a conflict."""
    return case.conflicted_ids | {one for one in (case.dispute.raiser_id, case.dispute.disputed_person_id) if one}


def check_members(case: Case, members: Mapping[UUID, UUID], field: str = "members") -> None:
    """Each member has a seat in the agency for which they sit, or is one of the partnership's panel members. Raises InvalidInput. Three queries."""
    place, today = case.dispute.partnership_id, case.directory.snapshot.today
    agencies = Agency.objects.filter(may_sit(case), pk__in=members.values()).count()
    in_post = PostHolding.objects.on(today).filter(user__in=members, post__agency__partnership=place).values_list("user", "post__agency")
    roles = list(Membership.objects.on(today).filter(user__in=members, partnership=place).values_list("user", "agency", "role"))
    seats = {*in_post, *((user, agency) for user, agency, _role in roles)}
    anywhere = {user for user, _agency, role in roles if role == Role.PANEL_MEMBER}
    if agencies != len(set(members.values())) or not all(user in anywhere or (user, agency) in seats for user, agency in members.items()):
        words = gettext("Choose people of this partnership, each for an agency in which they sit; its panel members for any agency.")
        raise InvalidInput(words, field=field)
    if any(user in case.kept_from(agency) for user, agency in members.items()):
        words = gettext("It is kept from people of the agency that raised it: they sit on the panel for that agency alone.")
        raise InvalidInput(words, field=field)
