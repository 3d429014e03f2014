"""The business unit keeps somebody who sits in no agency: by whichever door the last of them would go, it is refused, and says what to do first."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from agencies.errors import InvalidInput
from agencies.models import Membership, User
from agencies.roles import Role
from agencies.services.accounts import close_account
from agencies.services.apart import closed_to_unit
from agencies.services.departures import withdraw_departure
from agencies.services.directory_import import import_files
from agencies.services.members import change_role, end_membership, give_role
from escalation.services.handover import hand_over
from tests.cast import Cast
from tests.factories import make_member, make_user
from tests.world import MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
TODAY, TOMORROW = MONDAY.date(), MONDAY.date() + timedelta(days=1)
REFUSED = "Everybody of the business unit would then sit in Hillside School"


def gives(cast: Cast, user: User, actor: User | None) -> object:
    return give_role(actor=actor, user=user, place=cast.school, role=Role.PRACTITIONER, now=MONDAY)


def imports(cast: Cast, user: User, actor: User | None) -> object:
    texts = {"people.csv": f"agency,name,email,role,level,post\n{cast.school.code},{user.name},{user.email},practitioner,,\n"}
    return import_files(texts, actor=actor, partnership=cast.partnership, now=MONDAY)


@pytest.mark.parametrize("act", [gives, imports])
@pytest.mark.parametrize("part", ["administrator", "business_manager"])
def test_the_last_of_the_unit_gets_no_role_in_an_agency_in_which_the_others_sit(
    cast: Cast, act: Callable[[Cast, User, User | None], object], part: str
) -> None:
    make_member(cast.business_manager, cast.school, Role.PRACTITIONER)
    with pytest.raises(InvalidInput, match=REFUSED):
        act(cast, cast.business_unit, getattr(cast, part))
    assert not cast.business_unit.memberships.filter(agency=cast.school).exists()
    make_member(make_user("Third Unit"), cast.partnership, Role.BUSINESS_UNIT)
    act(cast, cast.business_unit, getattr(cast, part))
    assert closed_to_unit(cast.partnership.pk, MONDAY.date()) == frozenset()


@pytest.mark.parametrize("act", [gives, imports])
def test_others_and_the_command_line_may(cast: Cast, act: Callable[[Cast, User, User | None], object]) -> None:
    """Where it is so already, nothing more is refused."""
    act(cast, cast.business_manager, cast.administrator)
    act(cast, cast.chair, cast.administrator)
    act(cast, cast.business_unit, None)
    assert closed_to_unit(cast.partnership.pk, MONDAY.date()) == {cast.school.pk}
    act(cast, cast.colleague, cast.administrator)


def test_the_last_who_sits_in_no_agency_is_not_put_out_of_the_unit(cast: Cast) -> None:
    make_member(cast.business_manager, cast.school, Role.PRACTITIONER)
    seat = Membership.objects.get(user=cast.business_unit, agency=None)
    with pytest.raises(InvalidInput, match=REFUSED):
        end_membership(actor=cast.business_manager, membership=seat, now=MONDAY)
    given = {"leaver": cast.business_unit, "successor": cast.business_manager, "place": cast.partnership, "last_day": None, "now": MONDAY}
    with pytest.raises(InvalidInput, match=REFUSED):
        hand_over(actor=cast.business_manager, **given)
    make_member(make_user("Third Unit"), cast.partnership, Role.BUSINESS_UNIT)
    end_membership(actor=cast.business_manager, membership=seat, now=MONDAY)


def test_the_account_of_the_last_who_sits_in_no_agency_is_not_closed_on_a_page_or_in_the_administration(cast: Cast) -> None:
    make_member(cast.business_manager, cast.school, Role.PRACTITIONER)
    User.objects.filter(pk=cast.administrator.pk).update(is_staff=True, is_superuser=True)
    desk = Client()
    desk.force_login(User.objects.get(pk=cast.administrator.pk))
    page, sent = reverse("admin:agencies_user_change", args=[cast.business_unit.pk]), {"email": cast.business_unit.email, "name": "Kiran Patel"}
    with pytest.raises(InvalidInput, match=REFUSED):
        close_account(actor=cast.administrator, user=cast.business_unit, now=MONDAY)
    answer = desk.post(page, sent)
    assert (answer.status_code, REFUSED in answer.content.decode()) == (200, True)
    assert User.objects.get(pk=cast.business_unit.pk).is_active
    make_member(make_user("Third Unit"), cast.partnership, Role.BUSINESS_UNIT)
    assert desk.post(page, sent).status_code == 302
    assert not User.objects.get(pk=cast.business_unit.pk).is_active


def test_the_command_line_closes_it_all_the_same(cast: Cast) -> None:
    make_member(cast.business_manager, cast.school, Role.PRACTITIONER)
    assert not close_account(actor=None, user=cast.business_unit, now=MONDAY).is_active


# -- what takes effect later ---------------------------------------------------------------------------------------------------------------------


def people(cast: Cast, *rows: str) -> object:
    texts = {"people.csv": "\n".join(("agency,name,email,role,since,until", *rows)) + "\n"}
    return import_files(texts, actor=cast.business_manager, partnership=cast.partnership, now=MONDAY)


def file_gives_from_tomorrow(cast: Cast) -> object:
    return people(cast, f"{cast.school.code},{cast.business_unit.name},{cast.business_unit.email},practitioner,{TOMORROW},")


def file_ends_tonight(cast: Cast) -> object:
    return people(cast, f",{cast.business_unit.name},{cast.business_unit.email},business_unit,,{TODAY}")


def file_begins_next_week(cast: Cast) -> object:
    """The role in the unit that they have today is put off."""
    return people(cast, f",{cast.business_unit.name},{cast.business_unit.email},business_unit,{TODAY + timedelta(days=7)},")


def hands_over(cast: Cast, days: int) -> object:
    given = {"leaver": cast.business_unit, "successor": cast.business_manager, "place": cast.partnership, "last_day": TODAY + timedelta(days=days)}
    return hand_over(actor=cast.business_manager, now=MONDAY, **given)


LATER: dict[str, Callable[[Cast], object]] = {
    "a file that gives a role from tomorrow": file_gives_from_tomorrow,
    "a file that ends theirs tonight": file_ends_tonight,
    "a file that puts theirs off": file_begins_next_week,
    "handing over tonight": lambda cast: hands_over(cast, 0),
    "handing over in a month": lambda cast: hands_over(cast, 30),
}


@pytest.mark.parametrize("how", LATER)
def test_what_takes_effect_on_a_later_day_is_refused_as_what_does_at_once(cast: Cast, how: str) -> None:
    make_member(cast.business_manager, cast.school, Role.PRACTITIONER)
    with pytest.raises(InvalidInput, match=REFUSED):
        LATER[how](cast)
    make_member(make_user("Third Unit"), cast.partnership, Role.BUSINESS_UNIT)
    LATER[how](cast)
    assert closed_to_unit(cast.partnership.pk, TODAY + timedelta(days=31)) == frozenset()


def test_the_last_of_the_unit_does_not_end_tonight_where_the_others_do(cast: Cast) -> None:
    Membership.objects.filter(user=cast.business_manager, agency=None).update(until=TODAY)
    with pytest.raises(InvalidInput, match="Nobody would be left in the business unit"):
        file_ends_tonight(cast)
    make_member(make_user("Third Unit"), cast.partnership, Role.BUSINESS_UNIT)
    file_ends_tonight(cast)


def test_whoever_alone_stays_in_the_unit_from_tomorrow_on_gets_no_role_in_an_agency_today(cast: Cast) -> None:
    Membership.objects.filter(user=cast.business_manager, agency=None).update(until=TODAY)
    with pytest.raises(InvalidInput, match=REFUSED):
        gives(cast, cast.business_unit, cast.administrator)
    Membership.objects.filter(user=cast.business_manager, agency=None).update(until=None)
    gives(cast, cast.business_unit, cast.administrator)


def test_whoever_is_to_come_into_the_unit_counts_from_that_day(cast: Cast) -> None:
    """The one who stays is the one who comes: neither that one's role in an agency passes, nor does it before them."""
    Membership.objects.filter(user__in=[cast.business_unit, cast.business_manager], agency=None).update(until=TODAY)
    newcomer = make_user("Third Unit")
    make_member(newcomer, cast.partnership, Role.BUSINESS_UNIT, since=TOMORROW)
    with pytest.raises(InvalidInput, match=REFUSED):
        gives(cast, newcomer, cast.administrator)
    gives(cast, cast.business_unit, cast.administrator)


def test_a_departure_from_an_agency_is_not_taken_back_where_the_leaver_alone_would_be_apart(cast: Cast) -> None:
    make_member(cast.business_manager, cast.school, Role.PRACTITIONER)
    given = {"leaver": cast.business_manager, "successor": cast.own_manager, "place": cast.school, "last_day": TODAY}
    planned = hand_over(actor=cast.administrator, now=MONDAY, **given)
    gives(cast, cast.business_unit, None)
    with pytest.raises(InvalidInput, match=REFUSED):
        withdraw_departure(actor=cast.administrator, departure=planned, now=MONDAY)
    make_member(make_user("Third Unit"), cast.partnership, Role.BUSINESS_UNIT)
    withdraw_departure(actor=cast.administrator, departure=planned, now=MONDAY)


def test_a_change_of_role_is_judged_by_what_it_comes_to(cast: Cast) -> None:
    """Ending the one and giving the other are one step: where all of them sit in the school already, another role there takes nothing."""
    make_member(cast.business_manager, cast.school, Role.PRACTITIONER)
    seat = Membership.objects.get(user=cast.business_unit, agency=None)
    with pytest.raises(InvalidInput, match=REFUSED):
        change_role(actor=cast.business_manager, membership=seat, role=Role.PANEL_MEMBER, now=MONDAY)
    seat = make_member(cast.business_unit, cast.school, Role.PRACTITIONER)
    assert change_role(actor=cast.administrator, membership=seat, role=Role.MANAGER, now=MONDAY).role == Role.MANAGER
