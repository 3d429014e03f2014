"""Who is who in a disagreement, set by hand as the tables' owner can, is found, and the line is named that says otherwise."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from agencies.models import User
from escalation.engine.vouched import vouch
from escalation.models import AgreedAction, Clock, Dispute, Guest, Panel, PanelMember, Party, Referral, Request, StageRun
from escalation.services.audit import verify
from escalation.services.handover import hand_over
from escalation.services.seals import seal_partnerships
from escalation.services.who_is_who import LATER
from escalation.states import ClockState, EventKind, LeftOut, Side, State, Verb
from tests.cast import Cast
from tests.escalation.keeping import anonymised, ended
from tests.escalation.verbs import routed
from tests.factories import make_member
from tests.guests import invited
from tests.kept import kept_fixture
from tests.web.signed_in import Visitor
from tests.world import MONDAY, World

pytestmark = pytest.mark.django_db
Tamper = Callable[[Cast, Dispute], Any]


@kept_fixture
def dispute(world: World) -> Dispute:
    """Before the chair, who had a panel convened; an action was agreed, another is done."""
    sent, cast = world.sent(), world.cast
    for what in ("Visit.", "Call."):
        asked = {"agency": cast.receiving.pk, "owner": cast.receiver.pk, "due_at": world.now + timedelta(days=9), "what": what}
        world.do(sent, Verb.ADD_ACTION, cast.own_manager, **asked)
    world.do(sent, Verb.COMPLETE_ACTION, cast.receiver, action=AgreedAction.objects.filter(dispute=sent).latest("event__number").pk)
    found = routed(world, sent, "panel")
    seats = {cast.lead.pk: cast.raising.pk, cast.receiving_lead.pk: cast.receiving.pk, cast.police_manager.pk: cast.police.pk}
    world.do(found, Verb.CONVENE, cast.chair, meets_at=world.now.replace(day=17), place="With Mrs Grey, room 2", members=seats)
    return world.fresh(found)


@pytest.fixture
def sealed(dispute: Dispute, tmp_path: Path, settings: Any) -> Dispute:
    settings.CONCORD_SEALS_DIR = tmp_path
    seal_partnerships(MONDAY)
    return dispute


def row(dispute: Dispute) -> Any:
    return Dispute.objects.filter(pk=dispute.pk)


def of(model: Any, dispute: Dispute, **more: Any) -> Any:
    return model.objects.filter(dispute=dispute, **more)


def seat(dispute: Dispute) -> Any:
    return PanelMember.objects.filter(panel__referral__dispute=dispute)


def panel(dispute: Dispute) -> Any:
    return Panel.objects.filter(referral__dispute=dispute)


def _run(cast: Cast, dispute: Dispute) -> None:
    StageRun.objects.create(dispute=dispute, stage=1, number=9, holder=cast.stranger, entered_at=MONDAY, left_at=MONDAY)


def actions_clock(dispute: Dispute, **more: Any) -> Any:
    return of(Clock, dispute, action__isnull=False, **more)


def _opens(cast: Cast, dispute: Dispute) -> None:
    (clock,) = actions_clock(dispute, state=ClockState.RUNNING)
    clock.pk, clock.key, clock.owner, clock._state.adding = uuid4(), "another", cast.stranger, True
    clock.save()


ABOUT = "had its areas, whether it is urgent or a concern goes on, or until when it is kept, altered."
TO_DO = "had who is to do an agreed action, or whether it is done, altered."
# By what was done: how, and what is said of it. LINE stands for a line of its record.
TAMPERINGS: dict[str, tuple[Tamper, str]] = {
    "who raised it": (lambda cast, d: row(d).update(raiser=cast.stranger), "LINE: had who raised or logged it altered."),
    "who logged it": (lambda cast, d: row(d).update(logged_by=cast.stranger), "LINE: had who raised or logged it altered."),
    "whose decision is disputed": (lambda cast, d: row(d).update(disputed_person=cast.receiver), "LINE: had whose decision is disputed altered."),
    "who is offered as mediator": (lambda cast, d: row(d).update(offered_mediator=cast.stranger), "LINE: had who is offered as a mediator altered."),
    "who holds a stage": (lambda cast, d: of(StageRun, d, stage=1).update(holder=cast.stranger), "LINE: had who holds stage 1 altered."),
    "who holds a stage, nobody": (lambda _cast, d: of(StageRun, d, stage=1).update(holder=None), "LINE: had who holds stage 1 altered."),
    "whom a request is with": (
        lambda cast, d: of(Request, d, run__stage=1).update(holder=cast.stranger),
        "LINE: had whom the request to Northshire Social Care at stage 1 is with altered.",
    ),
    "to whom a request went": (
        lambda cast, d: of(Request, d, run__stage=1).update(agency=cast.police),
        "LINE: had whom the request to Northshire Police at stage 1 is with altered.",
    ),
    "who presides": (lambda cast, d: of(Referral, d).update(chair=cast.stranger), "LINE: had who presides or mediates altered."),
    "who mediates": (lambda cast, d: of(Referral, d).update(mediator=cast.stranger), "LINE: had who presides or mediates altered."),
    "who sits on the panel": (
        lambda cast, d: seat(d).filter(user=cast.police_manager).update(user=cast.stranger),
        "LINE: had who sits on the panel altered.",
    ),
    "a conflict on the panel": (lambda _cast, d: seat(d).update(has_conflict=True), "LINE: had who sits on the panel altered."),
    "where the panel meets": (lambda _cast, d: panel(d).update(place="Elsewhere"), "LINE: had when or where a panel meets altered."),
    "when the panel meets": (lambda _cast, d: panel(d).update(meets_at=MONDAY), "LINE: had when or where a panel meets altered."),
    "its areas": (lambda _cast, d: row(d).update(themes=["plan"]), f"LINE: {ABOUT}"),
    "that it is urgent": (lambda _cast, d: row(d).update(is_urgent=True), f"LINE: {ABOUT}"),
    "until when it is kept": (lambda _cast, d: row(d).update(keep_until=MONDAY.date()), f"LINE: {ABOUT}"),
    "who leads the agreed plan": (lambda cast, d: row(d).update(lead_manager=cast.stranger), "LINE: had who leads the agreed plan altered."),
    "whose an agreed action is": (lambda cast, d: of(AgreedAction, d, done_at=None).update(owner=cast.stranger), f"LINE: {TO_DO}"),
    "of which agency it is": (lambda cast, d: of(AgreedAction, d, done_at=None).update(agency=cast.police), f"LINE: {TO_DO}"),
    "to whom it opens": (lambda cast, d: actions_clock(d, state=ClockState.RUNNING).update(owner=cast.stranger), f"LINE: {TO_DO}"),
    "that it is done": (lambda _cast, d: of(AgreedAction, d).exclude(done_at=None).update(done_at=None), f"LINE: {TO_DO}"),
    "that its time is over": (
        lambda _cast, d: actions_clock(d).update(state=ClockState.RUNNING, next_check_at=MONDAY, ended_at=None),
        f"LINE: {TO_DO}",
    ),
    "its clock removed": (
        lambda _cast, d: actions_clock(d, state=ClockState.RUNNING).delete(),
        "LINE: has lost the clock of an agreed action.",
    ),
    "another clock that opens it": (_opens, "REF: had the clock of an agreed action added, and no line of the record says so."),
    "a seat removed": (lambda cast, d: seat(d).filter(user=cast.police_manager).delete(), "LINE: has lost a seat on the panel."),
    "a request removed": (lambda _cast, d: of(Request, d, run__stage=1).delete(), "LINE: has lost a "),
    "a stage held that never was": (_run, "REF: had a stage added, and no line of the record says so."),
    "an agency put in": (
        lambda cast, d: Party.objects.create(dispute=d, agency=cast.police, side=Side.RECEIVING),
        "LINE: had which agencies are in it altered.",
    ),
    "an agency taken out": (lambda cast, d: of(Party, d, agency=cast.receiving).delete(), "LINE: had which agencies are in it altered."),
    "the raising agency": (lambda cast, d: row(d).update(raising_agency=cast.police), "LINE: had which agencies are in it altered."),
    "serious": (lambda _cast, d: row(d).update(is_serious=True), "LINE: had what it is marked as"),
    "left out of the figures": (lambda _cast, d: row(d).update(left_out=LeftOut.TEST), "LINE: had what it is marked as"),
    "closed": (lambda _cast, d: row(d).update(state=State.WITHDRAWN, wake_at=None), "LINE: had where it stands"),
    "since when the unit reads": (lambda _cast, d: row(d).update(unit_told_at=None), "LINE: had where it stands"),
    "as if anonymised": (lambda _cast, d: row(d).update(anonymised_at=MONDAY), "REF: is marked as anonymised, and no line of the record says so."),
}
# One of a key, one of a moment, one of a row too many and one of a row too few: how the rest is told apart asks no engine.
ENGINES = ("who raised it", "that its time is over", "an agency put in", "a seat removed")


@pytest.mark.engines
def test_of_what_nobody_set_by_hand_nothing_is_found(sealed: Dispute) -> None:
    """Each value that a line vouches for reads back alike from either engine. What follows is set by hand in these rows."""
    assert verify().findings == []
    assert verify(reference=sealed.reference).findings == []


def test_where_a_panel_meets_is_held_as_it_stands_after_words_were_taken_out_of_it(world: World, cast: Cast, sealed: Dispute) -> None:
    line = sealed.events.get(kind=EventKind.CONVENED).number
    world.do(sealed, Verb.REDACT, cast.chair, number=line, text={"place": "room 2"}, why="It names a child’s grandmother.")
    assert (panel(sealed).get().place, verify().findings) == ("[taken out] room 2", [])
    assert not sealed.events.filter(kind=EventKind.BROUGHT_UP).exists()


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.engines if name in ENGINES else ()) for name in TAMPERINGS])
def test_who_is_who_set_by_hand_is_found_with_the_line_that_says_otherwise(cast: Cast, sealed: Dispute, name: str) -> None:
    tamper, words = TAMPERINGS[name]
    tamper(cast, sealed)
    wanted = words.replace("REF", sealed.reference).removeprefix("LINE")
    for report in (verify(), verify(reference=sealed.reference)):
        said = [str(finding) for finding in report.findings]
        assert said
        assert all(each.startswith(sealed.reference) and wanted in each for each in said), said
        assert words.startswith("REF") or all(each.startswith(f"{sealed.reference} line ") for each in said), said


@pytest.mark.engines
def test_a_request_set_back_to_whoever_held_it_before_is_found(world: World, cast: Cast) -> None:
    """An earlier line vouched for it; the last one counts."""
    dispute = world.sent()
    hand_over(actor=cast.business_manager, leaver=cast.receiver, successor=_second(cast), place=cast.receiving, last_day=None, now=world.now)
    assert verify().findings == []
    assert Request.objects.filter(dispute=dispute).update(holder=cast.receiver) == 1
    line = world.fresh(dispute).head_number
    said = "had whom the request to Northshire Social Care at stage 1 is with altered"
    assert [str(found) for found in verify().findings] == [f"{dispute.reference} line {line}: {said}."]


def _second(cast: Cast) -> User:
    make_member(cast.stranger, cast.receiving, "manager")
    return cast.stranger


@pytest.mark.engines
def test_where_a_guests_code_goes_and_until_when_is_held_by_the_line_that_invited_them(world: World) -> None:
    dispute = world.sent()
    guest = invited(world, dispute)
    line = dispute.events.get(kind=EventKind.GUEST_INVITED).number
    for altered in ({"email": "somebody@elsewhere.example"}, {"email": guest.email, "expires_at": guest.expires_at + timedelta(days=99)}):
        assert verify().findings == []
        of(Guest, dispute).update(**altered)
        said = f"{dispute.reference} line {line}: had where a guest’s code goes, or until when, altered."
        assert [str(found) for found in verify().findings] == [said]
        of(Guest, dispute).update(email=guest.email, expires_at=guest.expires_at)


@pytest.mark.engines
def test_what_is_anonymised_as_the_product_does_it_is_right(world: World) -> None:
    over = ended(world)
    anonymised(world, over)
    assert verify().findings == []


@pytest.mark.engines
def test_of_a_record_from_before_lines_vouched_only_what_changed_since_is_known(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as before:
        before.setattr("escalation.engine.change.Change._vouch", lambda _change: None)
        dispute = world.log()
    assert verify().findings == []
    world.do(dispute, Verb.SEND_ON, world.cast.own_manager)
    row(dispute).update(raiser=world.cast.stranger)
    assert verify().findings == [], "No line says who raised it."
    of(Request, dispute).update(holder=world.cast.stranger)
    assert len(verify().findings) == 1


@pytest.mark.engines
def test_of_a_record_from_before_lines_vouched_for_what_was_agreed_nothing_is_missed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is known whole but for that: neither the action nor its clock is called added, and who raised it is held as ever."""
    cast, since = world.cast, LATER["leads"] | LATER["ends"]
    with monkeypatch.context() as before:
        before.setattr(
            "escalation.engine.change.vouched.vouch", lambda *given: {k: v for k, v in vouch(*given).items() if k.split(":")[0] not in since}
        )
        dispute = world.sent()
        world.do(dispute, Verb.ADD_ACTION, cast.own_manager, what="Visit.", agency=cast.receiving.pk, due_at=MONDAY + timedelta(days=9))
    assert verify().findings == []
    of(AgreedAction, dispute).update(owner=cast.stranger)
    assert verify().findings == [], "No line says whose it is."
    world.do(dispute, Verb.COMPLETE_ACTION, cast.receiver, action=of(AgreedAction, dispute).get().pk)
    of(AgreedAction, dispute).update(owner=cast.receiver)
    assert [str(found).partition(": ")[2] for found in verify().findings] == [TO_DO]
    row(dispute).update(raiser=cast.stranger)
    assert len(verify().findings) == 2


def test_no_reader_is_shown_the_digests(world: World, cast: Cast, dispute: Dispute) -> None:
    said = [digest for event in dispute.events.all() for digest in event.facts.get("vouched", {}).values()]
    page = Visitor(cast.chair, world.now).get(f"/d/{dispute.reference}/").content.decode()
    assert said
    assert not [digest for digest in said if digest in page]
