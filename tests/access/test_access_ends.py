"""Access ends with the membership, the post, the cover, the part in the case or the account: at the next request, in every door, with no job between.

The session and the token were there before. Whoever keeps another seat keeps the account, and gets 404 for what is no longer theirs.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from agencies.models import Agency, Membership, Partnership, PostHolding, User
from agencies.roles import Role
from agencies.services.accounts import close_account
from agencies.services.cover import end_cover
from agencies.services.members import end_holding, end_membership, leave_agency
from escalation import policy
from escalation.engine.case import load
from escalation.models import Dispute, Request
from escalation.services import drafts
from escalation.services.handover import hand_over
from escalation.states import Ground, State, Verb
from escalation.web.access import verb_url
from reports.documents.kinds import DocumentKind
from reports.periods import Period
from reports.services import ask_for_standing_report
from tests.api.conftest import Caller
from tests.cast import Cast
from tests.escalation.keeping import anonymised, later
from tests.escalation.verbs import before_chair, met, routed
from tests.factories import make_agency, make_cover, make_holder, make_holding, make_member, make_post, make_user
from tests.world import MONDAY, World, answers

pytestmark = pytest.mark.django_db
End = Callable[[Dispute], object]


@pytest.fixture(autouse=True)
def _on_monday_at_ten() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


def elsewhere(cast: Cast, name: str) -> User:
    """Somebody with a seat in an agency that is no party, which stays."""
    user = make_user(name)
    make_member(user, cast.police, Role.PRACTITIONER)
    return user


def by_membership(cast: Cast) -> tuple[User, End]:
    user = elsewhere(cast, "Xenia Cole")
    row = make_member(user, cast.social_care, Role.LEAD)
    return user, lambda _: end_membership(actor=None, membership=row, now=MONDAY)


def by_post(cast: Cast) -> tuple[User, End]:
    user = elsewhere(cast, "Yusuf Dar")
    make_holding(make_post(cast.social_care, 2, "Named professional", is_lead=True), user)
    return user, lambda _: end_holding(PostHolding.objects.get(user=user), MONDAY)


def by_cover(cast: Cast) -> tuple[User, End]:
    cover = make_cover(cast.receiver, cast.other_practitioner, MONDAY.date(), MONDAY.date())
    return cast.other_practitioner, lambda _: end_cover(actor=None, cover=cover, now=MONDAY)


def by_conflict(cast: Cast) -> tuple[User, End]:
    user = cast.receiving_lead
    return user, lambda dispute: Dispute.objects.filter(pk=dispute.pk).update(conflicts=[str(user.pk)])


def by_role_in_the_partnership(cast: Cast) -> tuple[User, End]:
    user = elsewhere(cast, "Zadie Wren")
    row = make_member(user, cast.partnership, Role.BUSINESS_UNIT)
    return user, lambda _: end_membership(actor=None, membership=row, now=MONDAY)


def by_account(cast: Cast) -> tuple[User, End]:
    return cast.receiver, lambda _: close_account(actor=None, user=cast.receiver, now=MONDAY)


def pages(dispute: Dispute) -> list[str]:
    reference, kind = dispute.reference, DocumentKind.ESCALATION_RECORD.slug
    return [reverse("case", args=[reference]), reverse("log-sent", args=[reference])] + [reverse("document-pdf", args=[reference, kind])]


def calls(dispute: Dispute) -> list[str]:
    reference, kind = dispute.reference, DocumentKind.ESCALATION_RECORD.value
    named = [reverse(f"api:{name}", args=[reference]) for name in ("dispute", "events", "clocks", "children")]
    return [*named, reverse("api-documents:document", args=[reference, kind])]


ENDS = [by_membership, by_post, by_cover, by_conflict, by_role_in_the_partnership]


@pytest.mark.parametrize("how", ENDS)
def test_the_session_and_the_token_that_were_there_open_it_no_more(cast: Cast, how: Callable[[Cast], tuple[User, End]]) -> None:
    dispute = World(cast).sent()
    user, end = how(cast)
    browser, program = Client(), Caller(user).client
    browser.force_login(user)
    assert [browser.get(pages(dispute)[0]).status_code, program.get(calls(dispute)[0]).status_code] == [200, 200]
    end(dispute)
    found = [browser.get(address).status_code for address in pages(dispute)] + [program.get(address).status_code for address in calls(dispute)]
    assert set(found) == {404}
    assert [browser.get(reverse("my-work")).status_code, program.get("/api/v1/me/").status_code] == [200, 200]


def test_a_closed_account_is_out_of_every_door(cast: Cast) -> None:
    dispute = World(cast).sent()
    user, end = by_account(cast)
    browser, program = Client(), Caller(user).client
    browser.force_login(user)
    assert [browser.get(pages(dispute)[0]).status_code, program.get(calls(dispute)[0]).status_code] == [200, 200]
    end(dispute)
    assert {browser.get(address).status_code for address in pages(dispute)} == {302}
    assert {program.get(address).status_code for address in calls(dispute)} == {401}


def test_a_report_that_was_made_is_downloaded_no_more(cast: Cast) -> None:
    user, end = by_role_in_the_partnership(cast)
    days = Period(MONDAY.date(), MONDAY.date())
    report, _ = ask_for_standing_report(partnership=cast.partnership, period=days, asked_by=user, now=MONDAY)
    browser, program = Client(), Caller(user).client
    browser.force_login(user)
    address, data = reverse("report-download", args=[report.pk]), reverse("api-documents:year", args=[2025])
    assert (browser.get(address).status_code, program.get(data).status_code) == (302, 200)
    end(World(cast).log())
    assert (browser.get(address).status_code, program.get(data).status_code) == (403, 403)


# -- what somebody had of their own: with the seat in which they had it, whatever other seat stays ---------------------------


def hands_over(leaver: User, successor: User, place: Agency, by: User) -> None:
    hand_over(actor=by, leaver=leaver, successor=successor, place=place, last_day=None, now=MONDAY)


def until_yesterday(user: User, place: Agency | Partnership) -> None:
    """As the directory's import ends what its rows say is over."""
    ends = MONDAY.date() - timedelta(days=1)
    agency = place if isinstance(place, Agency) else None
    roles = Membership.objects.filter(user=user, agency=agency, partnership=place.partnership if isinstance(place, Agency) else place)
    for row in (*roles, *PostHolding.objects.filter(user=user, post__agency=agency)):
        row.until = ends
        row.save()


def ends_role(user: User, place: Partnership) -> None:
    end_membership(actor=None, membership=Membership.objects.get(user=user, partnership=place, agency=None), now=MONDAY)


def as_raiser(world: World) -> tuple[User, Dispute, End]:
    cast = world.cast
    return cast.raiser, world.sent(), lambda _: hands_over(cast.raiser, cast.colleague, cast.school, cast.business_unit)


def as_writer_for_somebody(world: World) -> tuple[User, Dispute, End]:
    cast = world.cast
    person = world.person(cast.business_unit)
    dispute = drafts.begin_draft(person, agency=cast.school.pk, raiser=cast.raiser.pk, procedure=world.version.procedure_id, now=world.now)
    drafts.save_draft(dispute.pk, person, answers(cast.social_care), now=world.now)
    drafts.submit(dispute.pk, person, now=world.now)
    return cast.business_unit, dispute, lambda _: ends_role(cast.business_unit, cast.partnership)


def as_past_holder(world: World) -> tuple[User, Dispute, End]:
    """The own manager held the first stage; the deputy head holds the second."""
    cast, dispute = world.cast, world.sent()
    world.do(dispute, Verb.MOVE_UP, cast.own_manager, ground=Ground.RISK, reason="He is home tonight.", to=2)
    assert dispute.runs.get(left_at=None).holder == cast.own_senior
    return cast.own_manager, dispute, lambda _: hands_over(cast.own_manager, cast.lead, cast.school, cast.business_unit)


def as_past_receiver(world: World) -> tuple[User, Dispute, End]:
    cast, dispute = world.cast, world.sent()
    world.do(dispute, Verb.MOVE_UP, cast.own_manager, ground=Ground.RISK, reason="He is home tonight.", to=2)
    successor = make_holder(cast.social_care, 2, "Sam Underwood")
    return cast.receiver, dispute, lambda _: hands_over(cast.receiver, successor, cast.social_care, cast.business_unit)


def as_present_holder(world: World) -> tuple[User, Dispute, End]:
    cast = world.cast
    return cast.own_manager, world.sent(), lambda _: leave_agency(actor=None, user=cast.own_manager, agency=cast.school, now=MONDAY)


def as_present_receiver(world: World) -> tuple[User, Dispute, End]:
    cast = world.cast
    return cast.receiver, world.sent(), lambda _: until_yesterday(cast.receiver, cast.social_care)


def as_lead_manager(world: World) -> tuple[User, Dispute, End]:
    cast, dispute = world.cast, world.sent()
    manager = make_holder(cast.social_care, 4, "Wren Abbott")
    Dispute.objects.filter(pk=dispute.pk).update(lead_manager=manager)
    return manager, dispute, lambda _: leave_agency(actor=None, user=manager, agency=cast.social_care, now=MONDAY)


def as_mediator(world: World) -> tuple[User, Dispute, End]:
    cast = world.cast
    return cast.mediator, routed(world, world.sent()), lambda _: ends_role(cast.mediator, cast.partnership)


def as_offered_mediator(world: World) -> tuple[User, Dispute, End]:
    cast, dispute = world.cast, world.sent()
    Dispute.objects.filter(pk=dispute.pk).update(offered_mediator=cast.mediator)
    return cast.mediator, dispute, lambda _: until_yesterday(cast.mediator, cast.partnership)


def as_chair(world: World) -> tuple[User, Dispute, End]:
    cast = world.cast
    return cast.chair, before_chair(world, world.sent()), lambda _: ends_role(cast.chair, cast.partnership)


def as_panel_member(world: World) -> tuple[User, Dispute, End]:
    cast, dispute = world.cast, routed(world, world.sent(), "panel")
    members = {cast.own_board.pk: cast.school.pk, cast.receiving_board.pk: cast.social_care.pk, cast.police_manager.pk: cast.police.pk}
    world.do(dispute, Verb.CONVENE, cast.chair, meets_at=MONDAY + timedelta(days=2), members=members)
    return cast.police_manager, dispute, lambda _: leave_agency(actor=None, user=cast.police_manager, agency=cast.police, now=MONDAY)


def beside_it(cast: Cast) -> Agency:
    """An agency of the same partnership that has no part in anything."""
    return make_agency(cast.partnership, "Northshire Voices")


def far_away(cast: Cast) -> Agency:
    return make_agency(cast.elsewhere, "Elsewhere Nursery")


PARTS = [
    (as_raiser, far_away), (as_raiser, beside_it), (as_writer_for_somebody, beside_it), (as_past_holder, beside_it), (as_past_receiver, far_away),
    (as_present_holder, beside_it), (as_present_receiver, far_away), (as_lead_manager, beside_it), (as_mediator, beside_it),
    (as_offered_mediator, far_away), (as_chair, beside_it), (as_panel_member, beside_it),
]  # fmt: skip


def found_by(browser: Client, program: Any, dispute: Dispute) -> dict[str, bool]:
    """In which of the lists and searches of this person it stands."""
    searched = browser.post(reverse("search"), {"q": dispute.reference})
    listed = program.get(reverse("api:disputes"))
    return {
        "my work": dispute.reference in browser.get(reverse("my-work")).content.decode(),
        "search": searched.status_code == 302,
        "list": dispute.reference in listed.content.decode(),
    }


@pytest.mark.parametrize(("had", "stays"), PARTS)
def test_a_part_of_ones_own_ends_with_the_seat_whatever_other_seat_stays(
    world: World, had: Callable[[World], tuple[User, Dispute, End]], stays: Callable[[Cast], Agency]
) -> None:
    user, dispute, end = had(world)
    make_member(user, stays(world.cast), Role.PRACTITIONER)
    reference, note = dispute.reference, {"text": "Still here."}
    browser, program = Client(), Caller(user).client
    browser.force_login(user)
    more = [reverse(name, args=[reference]) for name in ("case-print", "case-child", "documents")]
    assert {browser.get(address).status_code for address in (*pages(dispute)[:1], more[0])} == {200}
    assert found_by(browser, program, dispute)["search"]
    end(dispute)
    user.refresh_from_db()
    assert user.is_active
    program = Caller(user).client  # Whose work was handed over has no token left, but may make another.
    gets = [browser.get(address).status_code for address in (*pages(dispute), *more)]
    gets += [program.get(address).status_code for address in calls(dispute)]
    door = verb_url(reference, Verb.ADD_NOTE)
    written = [browser.get(door), browser.post(door, note), program.post(reverse(f"api:verb-{Verb.ADD_NOTE.value}", args=[reference]), note)]
    assert {*gets, *(answer.status_code for answer in written)} == {404}
    assert not any(found_by(browser, program, dispute).values())
    case, person = load([dispute.pk], now=MONDAY)[0], world.person(user)
    assert policy.actions_for(person, case) == []
    assert not any(allows(person, case) for allows in (policy.reads_narrative, policy.sees_child, policy.takes_part))


def heard_and_decided(world: World) -> Dispute:
    """A panel with somebody from the police decided it, and both sides confirmed: resolved, not closed yet."""
    cast, (_, dispute, _end) = world.cast, as_panel_member(world)
    met(world, dispute)
    with time_machine.travel(world.now, tick=False):
        world.do(dispute, Verb.DECIDE, cast.chair, decision="An assessment by 27 March.", reasons="The risk.")
    for user in (cast.receiving_board, cast.own_board):
        world.do(dispute, Verb.CONFIRM_OUTCOME, user)
    assert world.fresh(dispute).state == State.RESOLVED
    return dispute


def found_at(dispute: Dispute, browser: Client, program: Any) -> set[int]:
    """What pages and calls answer to a session and a token that were there before."""
    return {browser.get(pages(dispute)[0]).status_code, browser.get(reverse("case-print", args=[dispute.reference])).status_code,
            *(program.get(address).status_code for address in calls(dispute)[:3])}  # fmt: skip


@pytest.mark.engines
def test_whoever_heard_it_reads_it_until_it_is_closed_and_the_chair_and_the_parties_after_it(world: World, cast: Cast) -> None:
    dispute = heard_and_decided(world)
    doors = {}
    for user in (cast.police_manager, cast.chair, cast.receiver):
        browser = Client()
        browser.force_login(user)
        doors[user] = browser, Caller(user).client
    assert {status for door in doors.values() for status in found_at(dispute, *door)} == {200}
    world.do(dispute, Verb.CLOSE, cast.business_manager, difference="no_change", gap="Nobody answered our letters.")
    assert found_at(dispute, *doors[cast.police_manager]) == {404}
    assert not any(found_by(*doors[cast.police_manager], dispute).values())
    assert {status for user in (cast.chair, cast.receiver) for status in found_at(dispute, *doors[user])} == {200}


@pytest.mark.parametrize("had", [as_mediator, as_offered_mediator, as_panel_member])
def test_who_was_asked_to_mediate_or_to_hear_it_reads_on_while_it_is_open_and_not_once_it_is_withdrawn(
    world: World, had: Callable[[World], tuple[User, Dispute, End]]
) -> None:
    user, dispute, _ = had(world)
    browser, program = Client(), Caller(user).client
    browser.force_login(user)
    assert found_at(dispute, browser, program) == {200}
    world.do(dispute, Verb.WITHDRAW, world.cast.lead, reason="It is settled.", still_at_risk=False)
    assert found_at(dispute, browser, program) == {404}
    assert not any(found_by(browser, program, dispute).values())
    case, person = load([dispute.pk], now=MONDAY)[0], world.person(user)
    assert policy.actions_for(person, case) == []
    world.do(dispute, Verb.REOPEN, world.cast.lead, reason="It was not.")
    assert found_at(dispute, browser, program) == {200}, "Reopened, it is theirs again."


def test_of_what_was_anonymised_the_chair_reads_no_word(world: World, cast: Cast) -> None:
    dispute = heard_and_decided(world)
    world.do(dispute, Verb.CLOSE, cast.business_manager, difference="no_change", gap="Nobody answered our letters.")
    browser = Client()
    browser.force_login(cast.chair)
    assert "An assessment by 27 March." in browser.get(pages(dispute)[0]).content.decode()
    anonymised(world, dispute)
    with later(world):
        browser.force_login(cast.chair)
        page = browser.get(pages(dispute)[0])
    assert page.status_code == 200
    assert not [words for words in ("An assessment by 27 March.", "without an assessment", "The risk.") if words in page.content.decode()]


def test_a_draft_stays_its_writers_only_while_they_sit_in_the_raising_agency(world: World, cast: Cast) -> None:
    person = world.person(cast.raiser)
    draft = drafts.begin_draft(person, agency=cast.school.pk, procedure=world.version.procedure_id, now=MONDAY)
    make_member(cast.raiser, cast.police, Role.PRACTITIONER)
    browser, address = Client(), reverse("log-resume", args=[draft.reference])
    browser.force_login(cast.raiser)
    assert browser.get(address).status_code in {200, 302}
    assert draft.reference in browser.get(reverse("my-work")).content.decode()
    leave_agency(actor=None, user=cast.raiser, agency=cast.school, now=MONDAY)
    browser.post(reverse("log-delete", args=[draft.reference]))
    assert [browser.get(address).status_code, browser.get(reverse("log-delete", args=[draft.reference])).status_code] == [404, 404]
    assert draft.reference not in browser.get(reverse("my-work")).content.decode()
    assert world.fresh(draft).state == State.DRAFT


def test_whoever_keeps_the_seat_in_which_they_had_the_part_keeps_the_part(world: World, cast: Cast) -> None:
    """One role of two ends; the other lies in the same agency."""
    dispute = world.sent()
    make_member(cast.own_manager, cast.school, Role.PRACTITIONER)
    end_membership(actor=None, membership=Membership.objects.get(user=cast.own_manager, role=Role.MANAGER), now=MONDAY)
    for held in PostHolding.objects.filter(user=cast.own_manager):
        end_holding(held, MONDAY)
    browser = Client()
    browser.force_login(cast.own_manager)
    assert browser.get(pages(dispute)[0]).status_code == 200


def test_who_holds_for_an_agency_by_the_one_that_acts_for_it_sits_there(world: World, cast: Cast) -> None:
    """The nursery's holder sits at the police, which act for it; with that seat the part ends."""
    nursery = make_agency(cast.partnership, "Northshire Nursery", acting_agency=cast.police, acting_from_level=1)
    dispute = world.sent(nursery)
    Request.objects.filter(dispute=dispute).update(holder=cast.police_manager)
    make_member(cast.police_manager, far_away(cast), Role.PRACTITIONER)
    browser = Client()
    browser.force_login(cast.police_manager)
    assert browser.get(pages(dispute)[0]).status_code == 200
    assert policy.may(world.person(cast.police_manager), Verb.RESPOND, load([dispute.pk], now=MONDAY)[0])
    leave_agency(actor=None, user=cast.police_manager, agency=cast.police, now=MONDAY)
    assert browser.get(pages(dispute)[0]).status_code == 404
