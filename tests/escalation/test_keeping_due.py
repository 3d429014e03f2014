"""What has had its time: the list for review, the periods, and what is erased by itself, each at its day and with a line on record."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from agencies.errors import InvalidInput, NotAllowed
from agencies.models import DirectoryEvent
from agencies.said import said
from escalation.models import Dispute, Draft, Heartbeat, KeepingPeriod, LegalHold, Notification, RememberedCall
from escalation.models.outbox import asking
from escalation.selectors.keeping import due_for_review
from escalation.services import drafts
from escalation.services.keeping import due, over
from escalation.services.keeping.due import end_what_is_over
from escalation.services.keeping.periods import PERIODS, kept_since, lengths_of, set_periods, years_before
from escalation.states import Delivery, EventKind, Job, RecordClass, State, Verb
from tests.cast import Cast, build_cast
from tests.escalation.keeping import anonymised, ended, later, typed
from tests.escalation.learning import learnt
from tests.world import MONDAY, World, answers, london

pytestmark = pytest.mark.django_db


def listed(world: World, user: Any) -> list[str]:
    return [row.reference for row in due_for_review(world.person(user), world.cast.partnership.pk, world.now)[0]]


# -- the list for review -----------------------------------------------------------------------------------------------------------------------


@pytest.mark.engines
def test_it_comes_on_the_list_the_day_after_its_ten_years_and_not_before(world: World) -> None:
    dispute = ended(world)
    with later(world, "2036-03-02 23:00"):
        assert end_what_is_over(world.now)["listed for review"] == 0
    with later(world, "2036-03-03 09:00"):
        assert end_what_is_over(world.now)["listed for review"] == 1
        assert end_what_is_over(world.now)["listed for review"] == 0
        assert listed(world, world.cast.business_unit) == [dispute.reference]
    line = dispute.events.get(kind=EventKind.REVIEW_DUE)
    assert (line.actor, typed(dispute) != []) == (None, True)


@pytest.mark.engines
def test_what_is_kept_longer_leaves_the_list_and_comes_back_on_its_day(world: World) -> None:
    dispute = ended(world)
    with later(world):
        end_what_is_over(world.now)
        world.do(dispute, Verb.KEEP_LONGER, world.cast.business_unit, until=date(2040, 1, 1), reason="A review.")
        assert listed(world, world.cast.business_unit) == []
    with later(world, "2040-01-01 09:00"):
        assert end_what_is_over(world.now)["listed for review"] == 1
        assert listed(world, world.cast.business_unit) == [dispute.reference]
    assert dispute.events.filter(kind=EventKind.REVIEW_DUE).count() == 2


@pytest.mark.engines
def test_what_never_left_its_agency_is_on_the_list_of_its_own_lead_alone(world: World) -> None:
    dispute = world.log()
    world.do(dispute, Verb.WITHDRAW, world.cast.lead, reason="Overtaken.", still_at_risk=False)
    with later(world):
        end_what_is_over(world.now)
        assert listed(world, world.cast.business_unit) == []
        assert listed(world, world.cast.lead) == [dispute.reference]
        assert listed(world, world.cast.receiving_lead) == []


@pytest.mark.engines
def test_what_was_kept_from_the_leads_and_never_left_is_on_the_list_of_who_raised_it(world: World) -> None:
    cast = world.cast
    dispute = world.log(is_restricted=True)
    Dispute.objects.filter(pk=dispute.pk).update(sent_at=None)
    world.do(dispute, Verb.WITHDRAW, cast.raiser, reason="Overtaken.", still_at_risk=False)
    client = Client()
    with later(world):
        client.force_login(cast.raiser)
        assert client.get(reverse("keeping")).status_code == 403
        html = client.get(reverse("my-work")).content.decode()
        assert (reverse("keeping") in html, "Nothing needs you." in html) == (False, True)
        end_what_is_over(world.now)
        assert [listed(world, user) for user in (cast.business_unit, cast.lead, cast.raiser)] == [[], [], [dispute.reference]]
        assert dispute.reference in client.get(reverse("keeping")).content.decode()
        html = client.get(reverse("my-work")).content.decode()
        assert (reverse("keeping") in html, "Nothing needs you today." in html) == (True, True)
        client.force_login(cast.colleague)
        assert client.get(reverse("keeping")).status_code == 403
        world.do(dispute, Verb.ANONYMISE, cast.raiser)
        assert listed(world, cast.raiser) == []


def test_my_work_leads_to_it_whom_it_waits_for_and_nobody_else(world: World) -> None:
    cast = world.cast
    left, stayed = ended(world), world.log()
    world.do(stayed, Verb.WITHDRAW, cast.lead, reason="Overtaken.", still_at_risk=False)
    client = Client()

    def led(user: Any) -> bool:
        client.force_login(user)
        html = client.get(reverse("my-work")).content.decode()
        rests = "Nothing needs you." in html or "Nothing waits for you by name." in html
        assert rests != (reverse("keeping") in html)
        return reverse("keeping") in html

    people = cast.business_unit, cast.lead, cast.receiving_lead, cast.own_manager
    with later(world):
        assert [led(user) for user in people] == [False, False, False, False]
        end_what_is_over(world.now)
        assert [led(user) for user in people] == [True, True, False, False]
        world.do(left, Verb.ANONYMISE, cast.business_unit)
        assert [led(user) for user in people] == [False, True, False, False]


def test_the_board_says_how_many_there_are(world: World) -> None:
    ended(world)
    client = Client()
    with later(world):
        client.force_login(world.cast.business_unit)
        end_what_is_over(world.now)
        assert "1 due for review" in client.get(reverse("board")).content.decode()


def test_it_is_decided_on_pages_and_a_hold_takes_the_choice_away(world: World) -> None:
    first, second = ended(world), ended(world)
    world.do(second, Verb.PLACE_HOLD, world.cast.business_unit, reason="An inquest.")
    with later(world):
        end_what_is_over(world.now)
        client = Client()
        client.force_login(world.cast.business_unit)
        html = client.get(reverse("keeping")).content.decode()
        assert (f"/d/{first.reference}/anonymise/" in html, f"/d/{second.reference}/anonymise/" in html) == (True, False)
        page = reverse("verb", args=[first.reference, "anonymise"])
        seen = f"{world.fresh(first).stage}.{world.fresh(first).revision}"
        assert "cannot be undone" in client.get(page).content.decode()
        assert "Check" in client.post(page, {"seen": seen}).content.decode()
        assert typed(first)
        assert "Its figures stay" in client.post(page, {"seen": seen, "confirmed": "yes"}, follow=True).content.decode()
    assert typed(first) == []


# -- periods -----------------------------------------------------------------------------------------------------------------------------------


def test_a_partnership_sets_its_own_and_the_change_is_on_record(world: World) -> None:
    cast = world.cast
    words = set_periods(actor=cast.business_unit, partnership=cast.partnership, lengths={RecordClass.CASES: 25, RecordClass.DRAFTS: 30}, now=MONDAY)
    assert words == ["Disagreements that ended: kept 25 years, not 10 years."]
    assert lengths_of(cast.partnership.pk)[RecordClass.CASES] == 25
    assert lengths_of(cast.elsewhere.pk)[RecordClass.CASES] == 10
    assert DirectoryEvent.objects.get(words=words[0]).actor == cast.business_unit


@pytest.mark.parametrize("length", [0, 100])
def test_a_period_out_of_bounds_is_refused(world: World, length: int) -> None:
    with pytest.raises(InvalidInput, match="from 1 to 99 years"):
        set_periods(actor=None, partnership=world.cast.partnership, lengths={RecordClass.CASES: length}, now=MONDAY)


def test_nobody_else_sets_them(world: World) -> None:
    for user in (world.cast.administrator, world.cast.lead, world.cast.stranger):
        with pytest.raises(NotAllowed):
            set_periods(actor=user, partnership=world.cast.partnership, lengths={RecordClass.CASES: 25}, now=MONDAY)


def test_they_are_set_on_a_page(world: World) -> None:
    client = Client()
    client.force_login(world.cast.business_unit)
    fields = {record_class.value: str(length) for record_class, length in lengths_of(world.cast.partnership.pk).items()}
    wrong = client.post(reverse("keeping-periods"), fields | {"cases": "many"})
    assert (wrong.status_code, "Enter a whole number of years" in wrong.content.decode()) == (400, True)
    assert "kept 3 years, not 2 years" in client.post(reverse("keeping-periods"), fields | {"messages": "3"}, follow=True).content.decode()
    assert KeepingPeriod.objects.get().length == 3
    assert "From 7 to 1,825 days." in wrong.content.decode()
    saved = client.post(reverse("keeping-periods"), fields | {"messages": "3", "drafts": "1,825"}, follow=True).content.decode()
    assert "kept 1,825 days, not 30 days" in saved
    assert KeepingPeriod.objects.get(record_class="drafts").length == 1825


def test_years_are_counted_by_the_calendar_also_from_a_leap_day() -> None:
    assert (years_before(date(2036, 2, 29), 10), years_before(date(2036, 3, 1), 10)) == (date(2026, 2, 28), date(2026, 3, 1))
    assert kept_since(RecordClass.DRAFTS, 180, london("2026-07-01 10:00")) == london("2026-01-02 00:00")


# -- what goes by itself -----------------------------------------------------------------------------------------------------------------------


def draft_of(world: World) -> Dispute:
    person = world.person(world.cast.raiser)
    draft = drafts.begin_draft(person, agency=world.cast.school.pk, procedure=world.version.procedure_id, now=MONDAY)
    drafts.save_draft(draft.pk, person, answers(world.cast.social_care), now=MONDAY)
    return draft


def test_a_draft_that_nobody_touched_goes_with_everything_typed(world: World) -> None:
    draft = draft_of(world)
    back = world.log()
    world.do(back, Verb.SEND_BACK, world.cast.own_manager, reason="Not yet.")
    assert end_what_is_over(MONDAY + timedelta(days=30))["drafts erased"] == 0
    assert end_what_is_over(MONDAY + timedelta(days=31))["drafts erased"] == 1
    assert not Dispute.objects.filter(pk=draft.pk).exists()
    assert Draft.objects.filter(pk=back.pk).exists(), "one that came back has a record, and stays with its writer"
    assert DirectoryEvent.objects.get(words="Drafts that nobody sent were erased: 1.").actor is None


@pytest.mark.engines
def test_the_words_of_old_messages_go_and_that_they_were_sent_stays(world: World) -> None:
    dispute = world.sent()
    Notification.objects.filter(dispute=dispute).update(state=Delivery.SENT)
    waits = Notification.objects.create(
        key="x",
        dispute=dispute,
        recipient=world.cast.lead,
        kind="due",
        created_at=MONDAY,
        not_before=MONDAY,
        **asking(said("Respond: {stage}", stage="Managers")),
    )
    number = Notification.objects.count()
    assert end_what_is_over(london("2028-03-02 10:00"))["messages erased"] == 0
    assert end_what_is_over(london("2028-03-03 10:00"))["messages erased"] == number - 1
    assert end_what_is_over(london("2028-03-03 10:00"))["messages erased"] == 0
    assert (Notification.objects.count(), Notification.objects.exclude(action="", said=None).get()) == (number, waits)


def test_the_reasons_of_a_lifted_hold_go_six_years_later(world: World) -> None:
    dispute = ended(world)
    world.do(dispute, Verb.PLACE_HOLD, world.cast.business_unit, reason="An inquest.")
    assert end_what_is_over(london("2033-01-01 10:00"))["holds erased"] == 0
    world.do(dispute, Verb.LIFT_HOLD, world.cast.business_unit, reason="Over.")
    assert end_what_is_over(london("2032-03-03 10:00"))["holds erased"] == 1
    hold = LegalHold.objects.get()
    assert (hold.reason, hold.lift_reason, hold.placed_by) == ("", "", world.cast.business_unit)


def test_a_programs_call_goes_after_a_day_also_where_no_other_comes(world: World) -> None:
    RememberedCall.objects.create(user=world.cast.lead, key="k", digest="d", started_at=MONDAY)
    end_what_is_over(MONDAY + timedelta(hours=24))
    assert RememberedCall.objects.exists()
    end_what_is_over(MONDAY + timedelta(hours=25))
    assert not RememberedCall.objects.exists()


def test_ended_practice_is_anonymised_by_itself_and_nothing_real_is(cast: Cast) -> None:
    real = ended(World(cast))
    practice = World(build_cast(is_practice=True))
    played = ended(practice)
    with later(practice, "2026-06-01 10:00"):
        assert end_what_is_over(practice.now)["practised ones anonymised"] == 1
    assert (typed(played), typed(real) != []) == ([], True)


def test_a_list_and_one_in_hand_have_ended_and_are_kept_by_the_same_rule(world: World) -> None:
    cast = world.cast
    came_back, gone = world.log(), ended(world)
    world.do(came_back, Verb.SEND_BACK, cast.own_manager, reason="Say more.")
    anonymised(world, gone)
    withdrawn = world.sent()
    world.do(withdrawn, Verb.WITHDRAW, cast.lead, reason="Overtaken.", still_at_risk=False)
    unsent, *kept = [ended(world) for _ in range(4)]
    Dispute.objects.filter(pk=unsent.pk).update(state=State.WITHDRAWN, submitted_at=None)
    for dispute, until in zip(kept, (date(2026, 3, 2), date(2026, 3, 3), None), strict=True):
        Dispute.objects.filter(pk=dispute.pk).update(keep_until=until)
    listed = set(over.ended(cast.partnership.pk))
    now = london("2026-03-02 23:30")
    free = set(Dispute.objects.filter(over.not_kept(now)))
    for dispute in Dispute.objects.all():
        assert (over.has_ended(dispute), over.is_kept(dispute, now)) == (dispute in listed, dispute not in free)
    assert (listed, {came_back, gone, unsent} & listed, set(kept) - free) == ({withdrawn, *kept}, set(), {kept[1]})


def test_what_may_not_go_yet_does_not_keep_other_practice_from_going(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due, "BATCH", 1)
    practice = World(build_cast(is_practice=True))
    unsettled = learnt(practice).dispute
    practice.do(unsettled, Verb.CLOSE, practice.cast.business_manager, difference="no_change", gap="Nobody answered.")
    held, free = ended(practice), ended(practice)
    practice.do(held, Verb.PLACE_HOLD, practice.cast.business_unit, reason="To see how it is done.")
    with later(practice, "2026-06-01 10:00"):
        assert [end_what_is_over(practice.now)["practised ones anonymised"] for _ in range(2)] == [1, 0]
    assert [typed(dispute) != [] for dispute in (unsettled, held, free)] == [True, True, False]


def test_the_command_says_what_it_did_and_the_heartbeat_stands(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    ended(world)
    with later(world):
        call_command("end_keeping")
        call_command("end_keeping")
    assert capsys.readouterr().out.splitlines() == ["1 listed for review.", "Nothing was over."]
    assert Heartbeat.objects.get(name=Job.KEEPING).words == "nothing was over"


def test_every_sort_has_a_default_within_its_bounds() -> None:
    assert set(PERIODS) == set(RecordClass)
    assert all(period.least <= period.default <= period.most for period in PERIODS.values())
