"""Legal holds: nothing is erased under one, it is shown, and it is lifted with a reason."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agencies.errors import InvalidInput, NotAllowed, NotFound, WrongState
from agencies.models import User
from escalation.models import (
    AgreedAction,
    Clock,
    Dispute,
    Draft,
    LearningPoint,
    LegalHold,
    Notification,
    Panel,
    PanelMember,
    Reading,
    Referral,
    Request,
    StageRun,
)
from escalation.selectors.keeping import due_for_review, holds_of
from escalation.services import drafts
from escalation.services.handover import hand_over
from escalation.services.keeping.due import end_what_is_over
from escalation.services.keeping.holds import hold_child, hold_person, holds_on, known_under, lift
from escalation.states import Delivery, EventKind, HoldOn, Verb
from tests.escalation.asked_access import about
from tests.escalation.keeping import anonymised, ended, later
from tests.escalation.learning import learnt
from tests.escalation.verbs import refused
from tests.kept import kept_fixture
from tests.lot import as_written
from tests.world import MONDAY, World, answers, london

pytestmark = pytest.mark.django_db
WHY = "An inquest was opened."


@kept_fixture
def dispute(world: World) -> Dispute:
    return ended(world)


def blocked(world: World, dispute: Dispute) -> bool:
    """Whether a hold keeps it from being anonymised, its time being over."""
    with later(world), refused(dispute, WrongState, "under a legal hold"):
        world.do(dispute, Verb.ANONYMISE, world.cast.business_unit)
    return True


def test_a_hold_on_one_is_on_its_record_and_keeps_it(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.PLACE_HOLD, world.cast.business_unit, reason=WHY)
    hold = LegalHold.objects.get()
    assert (hold.on, hold.reason, hold.placed_by) == (HoldOn.DISPUTE, WHY, world.cast.business_unit)
    line = dispute.events.get(kind=EventKind.LEGAL_HOLD)
    assert (line.actor, line.facts, line.body_digest) == (world.cast.business_unit, {"hold": str(hold.pk), "on": "dispute"}, "")
    assert blocked(world, dispute)


def test_lifted_with_a_reason_it_may_go(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.PLACE_HOLD, world.cast.business_unit, reason=WHY)
    with refused(dispute, InvalidInput, "need not be kept"):
        world.do(dispute, Verb.LIFT_HOLD, world.cast.business_unit, reason=" ")
    world.do(dispute, Verb.LIFT_HOLD, world.cast.business_unit, reason="The inquest is over.")
    hold = LegalHold.objects.get()
    assert (hold.lifted_by, hold.lift_reason) == (world.cast.business_unit, "The inquest is over.")
    anonymised(world, dispute)


def test_two_holds_on_one_are_refused_and_nothing_is_lifted_twice(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.PLACE_HOLD, world.cast.business_unit, reason=WHY)
    with refused(dispute, WrongState, "already"):
        world.do(dispute, Verb.PLACE_HOLD, world.cast.business_unit, reason=WHY)
    world.do(dispute, Verb.LIFT_HOLD, world.cast.business_unit, reason="Over.")
    with refused(dispute, WrongState, "No legal hold"):
        world.do(dispute, Verb.LIFT_HOLD, world.cast.business_unit, reason="Over.")


@pytest.mark.engines
def test_a_hold_on_a_child_finds_it_by_birth_and_by_any_agencys_reference(world: World, dispute: Dispute) -> None:
    cast = world.cast
    world.do(dispute, Verb.REOPEN, cast.business_unit, reason="It came back.")
    world.do(dispute, Verb.ADD_REFERENCE, cast.receiver, reference="LA-77")
    other = world.sent(children=[{"initials": "QX", "born_on": "2016-01-01"}])
    hold = hold_child(world.person(cast.business_unit), partnership=cast.partnership.pk, reason=WHY, initials="a.b.", born_on=date(2015, 5, 1))
    assert [row.pk for row in holds_on(world.fresh(dispute))] == [hold.pk]
    assert holds_on(other) == []
    assert not any(word in as_written(str(hold.marks)) for word in ("AB", "LA-77", "2015"))
    later_one = world.sent(cast.police, children=[{"initials": "ZZ", "born_on": "2014-04-04", "reference": "S-1001"}])
    assert holds_on(later_one), "another disagreement that the school knows by the same reference"


def test_a_hold_on_a_person_covers_what_they_had_a_part_in(world: World, dispute: Dispute) -> None:
    cast = world.cast
    hold = hold_person(world.person(cast.business_unit), partnership=cast.partnership.pk, user=cast.receiver, reason=WHY)
    assert blocked(world, dispute)
    assert dispute.events.get(kind=EventKind.LEGAL_HOLD).facts == {"hold": str(hold.pk), "on": "person"}
    lift(world.person(cast.business_manager), hold.pk, reason="The appeal was dropped.")
    assert dispute.events.filter(kind=EventKind.HOLD_LIFTED).count() == 1
    anonymised(world, dispute)


def test_a_hold_on_a_person_goes_on_when_what_they_held_is_handed_to_somebody_else(world: World) -> None:
    cast, dispute = world.cast, world.sent()
    other = world.sent(cast.police)
    hold = held_person(world, cast.receiver)
    assert Request.objects.get(dispute=dispute, agency=cast.social_care).holder == cast.receiver
    assert not dispute.events.filter(actor=cast.receiver).exists()
    hand_over(
        actor=cast.administrator, leaver=cast.receiver, successor=cast.receiving_lead, place=cast.social_care, last_day=None, now=world.now
    )  # fmt: skip
    assert not Request.objects.filter(holder=cast.receiver).exists()
    assert (holds_on(dispute), holds_on(other)) == ([hold], [])


def referral_of(dispute: Dispute, **people: User) -> Referral:
    return Referral.objects.create(dispute=dispute, run=StageRun.objects.filter(dispute=dispute)[0], referred_at=MONDAY, **people)


def owns_an_action(dispute: Dispute, user: User) -> None:
    AgreedAction.objects.create(dispute=dispute, event=dispute.events.all()[0], agency=dispute.raising_agency, owner=user, due_at=MONDAY)


def owes_learning(dispute: Dispute, user: User) -> None:
    LearningPoint.objects.create(dispute=dispute, event=dispute.events.all()[0], owner=user, recorded_at=MONDAY)


def sits_on_the_panel(dispute: Dispute, user: User) -> None:
    panel = Panel.objects.create(referral=referral_of(dispute), meets_at=MONDAY, convened_at=MONDAY)
    PanelMember.objects.create(panel=panel, user=user, agency=dispute.raising_agency)


PARTS: dict[str, Callable[[Dispute, User], Any]] = {
    "owns an action": owns_an_action,
    "owes what a clock measures": lambda d, u: Clock.objects.filter(dispute=d).update(owner=u),
    "chairs": lambda d, u: referral_of(d, chair=u),
    "mediates": lambda d, u: referral_of(d, mediator=u),
    "is offered as mediator": lambda d, u: Dispute.objects.filter(pk=d.pk).update(offered_mediator=u),
    "owns what is learnt": owes_learning,
    "sits on the panel": sits_on_the_panel,
}


@pytest.mark.engines
@pytest.mark.parametrize("part", PARTS)
def test_a_hold_on_a_person_covers_what_they_never_acted_in_but_stand_in(world: World, part: str) -> None:
    dispute, other, user = world.sent(), world.sent(), world.cast.mediator
    PARTS[part](dispute, user)
    hold = held_person(world, user)
    assert (holds_on(dispute), holds_on(other)) == ([hold], [])
    assert about(world, user).disputes == [str(dispute.pk)]


def test_what_somebody_has_a_part_in_only_later_is_under_the_hold_on_them_and_on_nobody_elses(world: World) -> None:
    dispute, other, users = world.sent(), world.sent(), (world.cast.mediator, world.cast.panel_member)
    holds = [held_person(world, user) for user in users]
    before = holds_on(dispute), holds_on(other)
    for each, user in zip((dispute, other), users, strict=True):
        Dispute.objects.filter(pk=each.pk).update(offered_mediator=user)
    assert (before, [holds_on(dispute), holds_on(other)]) == (([], []), [[hold] for hold in holds])


def test_who_only_looked_had_no_part(world: World) -> None:
    dispute, user = world.sent(), world.cast.mediator
    Reading.objects.create(dispute=dispute, reader=user, part="case", recorded_at=MONDAY)
    held_person(world, user)
    assert holds_on(dispute) == []


def test_nobody_but_the_business_unit_holds_everything_about_somebody(world: World, dispute: Dispute) -> None:
    cast = world.cast
    for user in (cast.lead, cast.administrator, cast.stranger):
        with pytest.raises(NotAllowed):
            hold_person(world.person(user), partnership=cast.partnership.pk, user=cast.receiver, reason=WHY)
    hold = hold_person(world.person(cast.business_unit), partnership=cast.partnership.pk, user=cast.receiver, reason=WHY)
    with pytest.raises(NotFound):
        lift(world.person(cast.lead), hold.pk, reason="Over.")


def test_a_hold_says_why_and_names_somebody_who_is_there(world: World, dispute: Dispute) -> None:
    unit, place = world.person(world.cast.business_unit), world.cast.partnership.pk
    with pytest.raises(InvalidInput, match="why it must be kept"):
        hold_person(unit, partnership=place, user=world.cast.receiver, reason=" ")
    with pytest.raises(InvalidInput, match="holds or held a role"):
        hold_person(unit, partnership=place, user=world.cast.stranger, reason=WHY)
    with pytest.raises(InvalidInput, match="Enter initials and a date of birth"):
        hold_child(unit, partnership=place, reason=WHY, initials="XY")
    assert not LegalHold.objects.exists()


def test_a_hold_tells_nothing_of_a_child_about_whom_nothing_left_its_agency(world: World) -> None:
    """Placed alike for one whom an agency has by itself and for one whom nobody has; it is on the first, and on the second once it is logged."""
    unit, born = world.person(world.cast.business_unit), date(2014, 4, 4)
    inside = world.log(children=[{"initials": "QX", "born_on": "2014-04-04"}])
    placed = [held_child(world, initials=initials, born_on=born) for initials in ("QX", "QY")]
    assert [known_under(unit, hold) for hold in placed] == [0, 0]
    assert holds_on(inside) == placed[:1]
    assert holds_on(world.sent(children=[{"initials": "QY", "born_on": "2014-04-04"}])) == placed[1:]
    assert [known_under(unit, hold) for hold in placed] == [0, 1]


def test_whoever_keeps_the_record_sees_the_hold_on_the_page(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.PLACE_HOLD, world.cast.business_unit, reason=WHY)
    client = Client()
    client.force_login(world.cast.business_unit)
    html = client.get(reverse("case", args=[dispute.reference])).content.decode()
    assert "Legal hold" in html
    assert "Kiran Patel" in html


# -- drafts and messages -----------------------------------------------------------------------------------------------------------------------
def held_child(world: World, **more: Any) -> LegalHold:
    """On everything about the child that the world's disagreements are about."""
    given = more or {"initials": "AB", "born_on": date(2015, 5, 1)}
    return hold_child(world.person(world.cast.business_unit), partnership=world.cast.partnership.pk, reason=WHY, **given)


def held_person(world: World, user: User) -> LegalHold:
    return hold_person(world.person(world.cast.business_unit), partnership=world.cast.partnership.pk, user=user, reason=WHY)


def drafted(world: World, **more: Any) -> Dispute:
    """Typed by the raiser and never sent."""
    person = world.person(world.cast.raiser)
    dispute = drafts.begin_draft(person, agency=world.cast.school.pk, procedure=world.version.procedure_id, now=MONDAY)
    drafts.save_draft(dispute.pk, person, answers(world.cast.social_care, **more), now=MONDAY)
    return dispute


OTHER_CHILD = [{"initials": "QX", "born_on": "2016-01-01"}]
DRAFT_HOLDS: dict[str, tuple[Callable[[World], LegalHold], Callable[[World], dict[str, Any]]]] = {
    "the child's birth": (held_child, lambda _: {"children": [{"initials": "a.b.", "born_on": "2015-05-01"}]}),
    "the agency's reference": (held_child, lambda _: {"children": [{"initials": "", "born_on": "soon"}, {"initials": "ZZ", "reference": "s-1001"}]}),
    "the person whose decision it is": (
        lambda w: held_person(w, w.cast.receiver), lambda w: {"children": OTHER_CHILD, "disputed_person": str(w.cast.receiver.pk)},
    ),
    "its writer": (lambda w: held_person(w, w.cast.raiser), lambda _: {"children": OTHER_CHILD}),
}  # fmt: skip


@pytest.mark.parametrize("by", DRAFT_HOLDS)
def test_a_held_draft_goes_neither_by_itself_nor_by_hand_until_the_hold_is_lifted(world: World, dispute: Dispute, by: str) -> None:
    place_hold, typed = DRAFT_HOLDS[by]
    hold, draft, person = place_hold(world), drafted(world, **typed(world)), world.person(world.cast.raiser)
    assert end_what_is_over(london("2027-03-02 10:00"))["drafts erased"] == 0
    with pytest.raises(WrongState, match="under a legal hold"):
        drafts.discard_draft(draft.pk, person)
    assert Draft.objects.filter(pk=draft.pk).exists()
    lift(world.person(world.cast.business_unit), hold.pk, reason="Over.")
    assert end_what_is_over(london("2027-03-02 10:00"))["drafts erased"] == 1
    assert not Dispute.objects.filter(pk=draft.pk).exists()


def test_a_draft_about_another_child_is_deleted_beside_a_held_one(world: World, dispute: Dispute) -> None:
    held_child(world)
    kept, other = drafted(world), drafted(world, children=OTHER_CHILD)
    drafts.discard_draft(other.pk, world.person(world.cast.raiser))
    gone = drafted(world, children=OTHER_CHILD)
    assert end_what_is_over(london("2027-03-02 10:00"))["drafts erased"] == 1
    assert (Draft.objects.filter(pk=kept.pk).exists(), Draft.objects.filter(pk=gone.pk).exists()) == (True, False)


def test_the_page_says_why_a_held_draft_stays(world: World, dispute: Dispute) -> None:
    held_child(world)
    client = Client()
    client.force_login(world.cast.raiser)
    answer = client.post(reverse("log-delete", args=[drafted(world).reference]))
    assert (answer.status_code, "under a legal hold" in answer.content.decode()) == (409, True)


@pytest.mark.parametrize("is_held", [True, False])
def test_what_was_typed_since_one_came_back_stays_when_it_is_withdrawn_under_a_hold(world: World, is_held: bool) -> None:
    cast, dispute = world.cast, world.log()
    world.do(dispute, Verb.SEND_BACK, cast.own_manager, reason="Say more.")
    drafts.save_draft(dispute.pk, world.person(cast.raiser), {"what": "He told me more."}, now=world.now)
    if is_held:
        held_child(world)
    world.do(dispute, Verb.WITHDRAW, cast.raiser, reason="Overtaken.", still_at_risk=False)
    assert list(Draft.objects.filter(pk=dispute.pk).values_list("answers__what", flat=True)) == (["He told me more."] if is_held else [])
    if not is_held:
        return
    lift(world.person(cast.business_unit), LegalHold.objects.get().pk, reason="Over.")
    anonymised(world, dispute, cast.lead)
    assert not Draft.objects.filter(pk=dispute.pk).exists()


def test_the_words_of_messages_about_what_is_held_stay_until_it_is_lifted(world: World) -> None:
    cast, point = world.cast, learnt(world)
    held, free = point.dispute, world.sent()
    world.do(held, Verb.PLACE_HOLD, cast.business_unit, reason=WHY)
    Notification.objects.all().delete()
    told = {"kind": "due", "action": "Respond", "state": Delivery.SENT, "created_at": MONDAY, "not_before": MONDAY}
    Notification.objects.create(key="a", dispute=held, recipient=cast.lead, **told)
    Notification.objects.create(key="b", dispute=held, mailbox="duty@example.org", **told)
    Notification.objects.create(key="c", partnership=cast.partnership, learning=point, recipient=cast.lead, **told)
    Notification.objects.create(key="d", dispute=free, recipient=cast.lead, **told)
    Notification.objects.create(key="e", partnership=cast.partnership, recipient=cast.lead, **told)
    assert end_what_is_over(london("2028-03-03 10:00"))["messages erased"] == 2
    assert set(Notification.objects.filter(action="Respond").values_list("key", flat=True)) == {"a", "b", "c"}
    world.do(held, Verb.LIFT_HOLD, cast.business_unit, reason="Over.")
    assert end_what_is_over(london("2028-03-03 10:00"))["messages erased"] == 3
    assert not Notification.objects.filter(action="Respond").exists()


# -- who reads of it ---------------------------------------------------------------------------------------------------------------------------
def test_the_unit_reads_nothing_of_a_hold_on_what_it_may_not_know_of(world: World, dispute: Dispute) -> None:
    cast, inside = world.cast, world.log()
    unit = world.person(cast.business_unit)
    world.do(inside, Verb.PLACE_HOLD, cast.lead, reason="A complaint.")
    world.do(dispute, Verb.PLACE_HOLD, cast.business_unit, reason=WHY)
    held_person(world, cast.receiver)
    client = Client()
    client.force_login(cast.business_unit)
    html = client.get(reverse("holds")).content.decode()
    assert (inside.reference in html, "A complaint." in html, dispute.reference in html, cast.receiver.name in html) == (False, False, True, True)
    Dispute.objects.filter(pk=dispute.pk).update(conflicts=[str(cast.business_unit.pk)])
    assert [hold.on for hold in holds_of(unit, cast.partnership.pk)] == [HoldOn.PERSON]
    assert len(holds_of(world.person(cast.business_manager), cast.partnership.pk)) == 2


def test_only_a_hold_in_force_on_a_child_or_a_person_has_a_page_to_lift_it(world: World, dispute: Dispute) -> None:
    cast, client = world.cast, Client()
    client.force_login(cast.business_unit)
    world.do(dispute, Verb.PLACE_HOLD, cast.business_unit, reason=WHY)
    hold = held_person(world, cast.receiver)
    page = reverse("hold-lift", args=[hold.pk])
    assert client.get(page).status_code == 200
    assert client.get(reverse("hold-lift", args=[LegalHold.objects.get(dispute=dispute).pk])).status_code == 404
    assert "Say why it need not be kept" in client.post(page, {"reason": ""}).content.decode()
    assert client.post(page, {"reason": "Over."}).status_code == 302
    assert client.get(page).status_code == 404


@pytest.mark.engines
def test_the_list_for_review_says_of_each_whether_it_is_held_in_no_more_queries(world: World, django_assert_max_num_queries: Any) -> None:
    rows, cast = [ended(world), ended(world), ended(world, children=OTHER_CHILD)], world.cast
    held_child(world)
    with later(world):
        end_what_is_over(world.now)
        unit = world.person(cast.business_unit)
        with django_assert_max_num_queries(6):
            found = due_for_review(unit, cast.partnership.pk, world.now)[0]
    assert [row.held for row in found] == [row.reference != rows[2].reference for row in found]
    assert sum(row.held for row in found) == 2
