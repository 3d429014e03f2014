"""Names of closed accounts: kept while a disagreement that is kept names the person, erased some years after the closing, never under a hold."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencies.models import (
    ApiToken,
    AskedLink,
    Cover,
    DirectoryEvent,
    ExternalIdentity,
    KeptForm,
    Passkey,
    PostHolding,
    RecoveryCode,
    Session,
    SignInEvent,
    User,
)
from agencies.roles import Role
from agencies.services.accounts import close_account, invite, note_account_change
from agencies.services.closing import NAMELESS, see_closed
from agencies.services.identity.second_factor import factors_of
from agencies.sign_ins import SignInKind, Visit
from escalation.engine.case import load
from escalation.engine.change import Change
from escalation.engine.commit import commit
from escalation.models import Dispute, Reading
from escalation.services import drafts
from escalation.services.keeping.accounts import accounts_going, erase_accounts, is_named
from escalation.services.keeping.due import end_what_is_over
from escalation.services.keeping.holds import hold_person, lift
from escalation.services.keeping.periods import set_periods
from escalation.services.keeping.ties import ties
from escalation.states import EventKind, RecordClass
from reports.saved_filter import SavedFilter
from tests.cast import Cast
from tests.escalation.asked_access import about
from tests.escalation.keeping import anonymised, ended
from tests.factories import make_member, make_user
from tests.world import MONDAY, World, answers, london

pytestmark = pytest.mark.django_db
DAY, NOBODY = timedelta(days=1), UUID(int=0)
# Six years and a day after Monday 2 March 2026, at midnight in London: the first moment at which the time is over.
OVER = london("2032-03-03 00:00")


@pytest.fixture
def gone(cast: Cast) -> User:
    """A colleague of whom no disagreement tells, closed on the Monday."""
    user = make_user("Zebedee Quill")
    make_member(user, cast.school, Role.PRACTITIONER)
    return close_account(actor=cast.administrator, user=user, now=MONDAY)


def name_of(user: User) -> str:
    return User.objects.get(pk=user.pk).name


def test_six_years_after_the_closing_name_and_address_go_and_the_day_before_they_do_not(world: World, cast: Cast, gone: User) -> None:
    assert erase_accounts(OVER - timedelta(seconds=1)) == 0
    assert name_of(gone) == "Zebedee Quill"
    assert erase_accounts(OVER) == 1
    after = User.objects.get(pk=gone.pk)
    assert (after.name, after.email, after.phone, after.is_active) == (NAMELESS, f"{gone.pk}@closed.invalid", "", False)
    assert not after.has_usable_password()
    assert erase_accounts(OVER) == 0


def test_the_directorys_record_says_so_and_names_nobody(world: World, cast: Cast, gone: User) -> None:
    assert end_what_is_over(OVER)["closed accounts erased"] == 1
    line = DirectoryEvent.objects.latest("recorded_at")
    assert (line.words, line.partnership, line.actor) == (
        "The name and the address of an account that was closed long ago were erased.",
        cast.partnership,
        None,
    )


def test_ways_of_signing_in_and_their_record_go_too(world: World, cast: Cast, gone: User) -> None:
    SignInEvent.objects.create(user=gone, kind=SignInKind.SIGNED_IN, recorded_at=MONDAY - 3 * 365 * DAY)
    ExternalIdentity.objects.create(user=gone, issuer="https://i.example", subject="s", linked_at=MONDAY)
    LogEntry.objects.log_actions(cast.administrator.pk, [gone], CHANGE)
    erase_accounts(OVER)
    assert LogEntry.objects.get(object_id=str(gone.pk)).object_repr == NAMELESS
    assert not factors_of(gone)
    for model in (SignInEvent, ExternalIdentity, Passkey, RecoveryCode, ApiToken, Session):
        assert not model._default_manager.filter(user=gone).exists(), model
    assert not gone.memberships.exclude(job_title="", supervisor=None).exists()
    assert not PostHolding.objects.filter(user=gone, until=None).exists()


def test_whoever_has_an_account_or_closed_it_lately_keeps_the_name(world: World, cast: Cast, gone: User) -> None:
    User.objects.filter(pk=gone.pk).update(is_active=True)
    before = dict(User.objects.values_list("pk", "name"))
    assert erase_accounts(OVER) == 0
    assert dict(User.objects.values_list("pk", "name")) == before


def test_the_address_is_free_for_a_new_account_afterwards(world: World, cast: Cast, gone: User) -> None:
    erase_accounts(OVER)
    seat = invite(actor=cast.lead, email=gone.email, name="Zoe New", place=cast.school, role=Role.PRACTITIONER, now=OVER)
    assert seat.user.pk != gone.pk


# -- who is named keeps the name --------------------------------------------------------------------------------------------------------------


def shut(user: User) -> User:
    User.objects.filter(pk=user.pk).update(is_active=False, closed_at=MONDAY)
    return User.objects.get(pk=user.pk)


def test_a_disagreement_that_is_kept_keeps_the_names_in_it_until_it_is_anonymised(world: World, cast: Cast) -> None:
    dispute = ended(world)
    user = shut(cast.receiver)
    assert is_named(user)
    assert erase_accounts(london("2036-04-01 10:00")) == 0
    anonymised(world, dispute)
    assert not is_named(user)
    assert erase_accounts(london("2036-04-01 10:00")) == 1
    assert Dispute.objects.get(pk=dispute.pk).events.filter(actor=user).exists()


def in_facts(world: World, dispute: Dispute, user: User) -> None:
    change = Change(load([dispute.pk], now=world.now)[0], now=world.now)
    change.record(EventKind.NOTE, facts={"to": str(user.pk)})
    commit([change])


def in_a_draft(world: World, _dispute: Dispute, user: User) -> None:
    person = world.person(world.cast.raiser)
    draft = drafts.begin_draft(person, agency=world.cast.school.pk, now=world.now)
    drafts.save_draft(draft.pk, person, answers(disputed_person=str(user.pk)), now=world.now)


NAMED: dict[str, Callable[[World, Dispute, User], Any]] = {
    "in a line's facts alone": in_facts,
    "as somebody from whom it is kept": lambda w, d, u: Dispute.objects.filter(pk=d.pk).update(conflicts=[str(u.pk)]),
    "as who is disputed": lambda w, d, u: Dispute.objects.filter(pk=d.pk).update(disputed_person=u),
    "as a reader": lambda w, d, u: Reading.objects.create(dispute=d, reader=u, part="case", recorded_at=MONDAY),
    "in a draft": in_a_draft,
}


@pytest.mark.parametrize("how", NAMED)
def test_somebody_is_named_however_they_stand_in_it(world: World, cast: Cast, dispute: Dispute, gone: User, how: str) -> None:
    assert not is_named(gone)
    NAMED[how](world, dispute, gone)
    assert is_named(gone)
    assert erase_accounts(OVER) == 0


def test_every_field_that_names_a_person_is_looked_at() -> None:
    found = {(model.__name__, field) for model, field, _ in ties()}
    assert {("Event", "actor"), ("Reading", "reader"), ("PanelMember", "user"), ("Guest", "invited_by"), ("Dispute", "raiser")} <= found
    assert len(found) == 28
    for model, field, path in ties():
        assert not model._default_manager.filter(**{field: NOBODY, f"{path}anonymised_at": None}).exists()


# -- holds, periods, pages ---------------------------------------------------------------------------------------------------------------------


def test_under_a_legal_hold_or_a_request_for_access_it_stays_and_goes_after_it(world: World, cast: Cast, gone: User) -> None:
    unit = world.person(cast.business_unit)
    hold = hold_person(unit, partnership=cast.partnership.pk, user=gone, reason="An inquest.", now=MONDAY)
    assert erase_accounts(OVER) == 0
    lift(unit, hold.pk, reason="It is over.", now=OVER)
    row = about(world, gone)
    assert erase_accounts(OVER) == 0
    row.erased_at = OVER
    row.save()
    assert erase_accounts(OVER) == 1


def test_the_longest_period_of_the_places_in_which_somebody_worked_counts(world: World, cast: Cast, gone: User) -> None:
    set_periods(actor=cast.business_unit, partnership=cast.partnership, lengths={RecordClass.ACCOUNTS: 3}, now=MONDAY)
    gone.memberships.create(partnership=cast.elsewhere, role=Role.BUSINESS_UNIT, until=MONDAY.date())
    assert erase_accounts(london("2029-03-03 00:00")) == 0
    gone.memberships.filter(partnership=cast.elsewhere).delete()
    assert erase_accounts(london("2029-03-03 00:00")) == 1


def test_the_unit_sees_thirty_days_before_who_goes_and_who_is_held(world: World, cast: Cast, gone: User) -> None:
    for before, found in ((31, []), (30, [(gone, OVER, False)])):
        erase_accounts(OVER - before * DAY)
        assert [(one.user, one.goes_at, one.is_held) for one in accounts_going(cast.partnership.pk, OVER - before * DAY)] == found
    assert accounts_going(cast.elsewhere.pk, OVER) == []
    User.objects.filter(pk=gone.pk).update(goes_at=timezone.now())
    client = Client()
    client.force_login(cast.business_unit)
    assert "Zebedee Quill" in client.get(reverse("keeping")).content.decode()
    client.force_login(cast.lead)
    assert "Zebedee Quill" not in client.get(reverse("keeping")).content.decode()


@pytest.mark.parametrize("many", [1, 9])
def test_the_units_list_takes_as_many_queries_for_many_as_for_one(cast: Cast, gone: User, many: int, django_assert_num_queries: Any) -> None:
    for number in range(many):
        make_member(make_user(f"Zoe Quill {number}", is_active=False, goes_at=OVER), cast.school, Role.PRACTITIONER)
    with django_assert_num_queries(3):
        assert len(accounts_going(cast.partnership.pk, OVER)) == many


def test_what_is_somebodys_own_goes_whichever_room_keeps_it(world: World, cast: Cast, gone: User) -> None:
    SavedFilter.objects.create(user=gone, partnership=cast.partnership, name="Zeb Quill’s", shown="open")
    KeptForm.objects.create(user=gone, page="/log/", action="/log/", sealed="", kept_at=MONDAY)
    AskedLink.objects.create(email=gone.email, asked_at=MONDAY)
    Cover.objects.create(person=gone, deputy=cast.colleague, starts=MONDAY.date(), ends=MONDAY.date())
    erase_accounts(OVER)
    assert not AskedLink.objects.exists()
    assert not Cover.objects.exists()
    assert not SavedFilter.objects.exists()
    assert not KeptForm.objects.exists()
    assert gone.memberships.exists()


def test_when_it_was_closed_is_written_down_and_taken_back_with_the_opening(world: World, cast: Cast, gone: User) -> None:
    assert gone.closed_at == MONDAY
    gone.is_active = True
    gone.save()
    note_account_change(actor=cast.administrator, user=gone, before={"is_active": False}, visit=Visit(), now=MONDAY + DAY)
    assert User.objects.get(pk=gone.pk).closed_at is None
    User.objects.filter(pk=gone.pk).update(is_active=False)
    see_closed(MONDAY + 2 * DAY)
    assert User.objects.get(pk=gone.pk).closed_at == MONDAY + 2 * DAY
