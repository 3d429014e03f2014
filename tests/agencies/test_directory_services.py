"""Roles, posts, cover and accounts: each change with its refusals and its line on the record."""

from datetime import UTC, date, datetime, timedelta

import pytest

from agencies.errors import InvalidInput, NotAllowed, NotFound
from agencies.models import Cover, DirectoryEvent, Membership, Post, PostHolding
from agencies.people import stand_ins
from agencies.person import person_of
from agencies.roles import Role
from agencies.services.accounts import close_account
from agencies.services.cover import end_cover, set_cover
from agencies.services.members import change_role, end_membership, give_role, leave_agency
from agencies.services.posts import confirm_post, put_in_post, replace_leaver, replace_person
from tests.cast import Cast
from tests.factories import make_cover, make_holding, make_member, make_post, make_user

pytestmark = pytest.mark.engines

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
TODAY = date(2026, 5, 4)


def last_line() -> str:
    return DirectoryEvent.objects.latest("recorded_at", "id").words


# -- roles -------------------------------------------------------------------------------------------------------------


def test_a_lead_makes_a_colleague_a_manager(cast: Cast) -> None:
    give_role(actor=cast.lead, user=cast.nobody, place=cast.school, role=Role.MANAGER, now=NOW)
    assert person_of(cast.nobody, TODAY).roles_in(cast.school.id) == {Role.MANAGER}
    assert last_line() == "Victor Blank became manager or supervisor of Hillside School."


@pytest.mark.parametrize("part", ["chair", "business_manager", "business_unit", "auditor", "reviewer"])
def test_who_sits_for_the_partnership_is_drawn_into_an_agency_by_the_unit_alone(cast: Cast, part: str) -> None:
    """Else a lead could take from them what is put before them, or kept from that agency."""
    user = getattr(cast, part)
    with pytest.raises(NotAllowed, match="sits for the partnership"):
        give_role(actor=cast.lead, user=user, place=cast.school, role=Role.PRACTITIONER, now=NOW)
    keeper = cast.business_manager if part != "business_manager" else cast.administrator
    give_role(actor=keeper, user=user, place=cast.school, role=Role.PRACTITIONER, now=NOW)
    assert person_of(user, TODAY).roles_in(cast.school.id) == {Role.PRACTITIONER}


def test_of_the_reviewing_service_the_own_agencys_lead_gives_another_role_there(cast: Cast) -> None:
    give_role(actor=cast.receiving_lead, user=cast.reviewer, place=cast.social_care, role=Role.PRACTITIONER, now=NOW)
    assert person_of(cast.reviewer, TODAY).roles_in(cast.social_care.id) == {Role.REVIEWER, Role.PRACTITIONER}


@pytest.mark.parametrize("role", [Role.LEAD, Role.SENIOR, Role.BOARD_MEMBER])
def test_a_lead_gives_no_role_as_high_as_their_own(cast: Cast, role: Role) -> None:
    with pytest.raises(NotAllowed):
        give_role(actor=cast.lead, user=cast.nobody, place=cast.school, role=role, now=NOW)


def test_a_lead_gives_no_role_in_another_agency(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        give_role(actor=cast.lead, user=cast.nobody, place=cast.police, role=Role.PRACTITIONER, now=NOW)


@pytest.mark.parametrize("part", ["business_unit", "administrator", "business_manager"])
def test_nobody_gives_themselves_a_role(cast: Cast, part: str) -> None:
    user = getattr(cast, part)
    with pytest.raises(NotAllowed):
        give_role(actor=user, user=user, place=cast.school, role=Role.LEAD, now=NOW)


@pytest.mark.parametrize(
    ("part", "role", "may"),
    [
        ("business_manager", Role.CHAIR, True),
        ("business_unit", Role.CHAIR, False),
        ("administrator", Role.CHAIR, False),
        ("business_unit", Role.PANEL_MEMBER, True),
        ("business_manager", Role.AUDITOR, False),
        ("administrator", Role.ADMINISTRATOR, False),
        ("chair", Role.PANEL_MEMBER, False),
        ("auditor", Role.PANEL_MEMBER, False),
    ],
)
def test_each_has_a_ceiling_in_the_partnership(cast: Cast, part: str, role: Role, may: bool) -> None:
    if may:
        assert give_role(actor=getattr(cast, part), user=cast.nobody, place=cast.partnership, role=role, now=NOW).role == role
    else:
        with pytest.raises(NotAllowed):
            give_role(actor=getattr(cast, part), user=cast.nobody, place=cast.partnership, role=role, now=NOW)


def test_the_command_line_may_name_an_auditor(cast: Cast) -> None:
    assert give_role(actor=None, user=cast.nobody, place=cast.partnership, role=Role.AUDITOR, now=NOW).since == TODAY


def test_a_role_in_the_wrong_place_is_refused(cast: Cast) -> None:
    with pytest.raises(InvalidInput, match="Chair is a role of the partnership"):
        give_role(actor=None, user=cast.nobody, place=cast.school, role=Role.CHAIR, now=NOW)


def test_a_person_cannot_supervise_themselves(cast: Cast) -> None:
    with pytest.raises(InvalidInput, match="somebody else as their own manager"):
        give_role(actor=None, user=cast.nobody, place=cast.school, role=Role.PRACTITIONER, supervisor=cast.nobody, now=NOW)


def test_nobody_of_another_agency_is_an_own_manager(cast: Cast) -> None:
    with pytest.raises(InvalidInput, match="somebody who supervises in this agency"):
        give_role(actor=None, user=cast.nobody, place=cast.school, role=Role.PRACTITIONER, supervisor=cast.receiver, now=NOW)


def test_a_role_that_ended_gives_nothing_from_then_on(cast: Cast) -> None:
    end_membership(actor=cast.lead, membership=cast.raiser.memberships.get(), now=NOW)
    assert person_of(cast.raiser, TODAY).seats == ()
    assert last_line() == "Aled Morgan is no longer practitioner of Hillside School."


def test_a_role_ends_only_once(cast: Cast) -> None:
    membership = cast.raiser.memberships.get()
    end_membership(actor=None, membership=membership, now=NOW)
    with pytest.raises(NotFound):
        end_membership(actor=None, membership=membership, now=NOW)


def test_a_manager_takes_no_role_away(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        end_membership(actor=cast.own_manager, membership=cast.raiser.memberships.get(), now=NOW)


def test_a_role_changes_with_its_job_title_kept(cast: Cast) -> None:
    changed = change_role(actor=cast.lead, membership=cast.raiser.memberships.get(), role=Role.MANAGER, now=NOW)
    assert (changed.job_title, changed.supervisor) == ("Teacher", cast.own_manager)
    assert person_of(cast.raiser, TODAY).roles_in(cast.school.id) == {Role.MANAGER}


def test_a_change_above_the_ceiling_leaves_the_old_role(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        change_role(actor=cast.lead, membership=cast.raiser.memberships.get(), role=Role.SENIOR, now=NOW)
    assert person_of(cast.raiser, TODAY).roles_in(cast.school.id) == {Role.PRACTITIONER}


def test_a_role_can_be_given_again(cast: Cast) -> None:
    end_membership(actor=None, membership=cast.raiser.memberships.get(), now=NOW)
    give_role(actor=cast.lead, user=cast.raiser, place=cast.school, role=Role.PRACTITIONER, now=NOW)
    assert Membership.objects.filter(user=cast.raiser).count() == 1


def test_leaving_an_agency_ends_roles_and_posts(cast: Cast) -> None:
    leave_agency(actor=cast.business_unit, user=cast.own_manager, agency=cast.school, now=NOW)
    assert person_of(cast.own_manager, TODAY).seats == ()


# -- posts -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["receiver", "receiving_lead", "business_unit", "administrator"])
def test_holder_and_keepers_confirm_a_contact(cast: Cast, part: str) -> None:
    post = cast.receiver.holdings.get().post
    confirm_post(actor=getattr(cast, part), post=post, now=NOW)
    post.refresh_from_db()
    assert (post.confirmed_on, post.confirmed_by) == (TODAY, getattr(cast, part))


@pytest.mark.parametrize("part", ["lead", "raiser", "other_practitioner", "receiving_senior", "chair", "stranger", "nobody"])
def test_others_do_not_confirm_it(cast: Cast, part: str) -> None:
    with pytest.raises(NotAllowed):
        confirm_post(actor=getattr(cast, part), post=cast.receiver.holdings.get().post, now=NOW)


def test_a_member_is_put_in_a_post(cast: Cast) -> None:
    post = make_post(cast.school, 3, "Assistant head")
    put_in_post(actor=cast.lead, post=post, user=cast.colleague, now=NOW)
    assert person_of(cast.colleague, TODAY).level_in(cast.school.id) == 3
    assert last_line() == "Beth Lowe became Assistant head of Hillside School."


def test_a_stranger_to_the_agency_is_not_put_in_its_post(cast: Cast) -> None:
    with pytest.raises(InvalidInput, match="has no role in Hillside School"):
        put_in_post(actor=cast.lead, post=make_post(cast.school, 3), user=cast.police_manager, now=NOW)


def test_nobody_puts_themselves_in_a_post(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        put_in_post(actor=cast.lead, post=make_post(cast.school, 5), user=cast.lead, now=NOW)


def test_a_lead_puts_nobody_in_a_post_that_brings_a_role_above_theirs_by_any_door(cast: Cast) -> None:
    board = Post.objects.get(agency=cast.school, is_board_member=True)
    with pytest.raises(NotAllowed, match="brings a role that you may not give"):
        put_in_post(actor=cast.lead, post=board, user=cast.colleague, now=NOW)
    with pytest.raises(NotAllowed, match="brings a role that you may not give"):
        replace_person(actor=cast.lead, leaver=cast.own_board, successor=cast.colleague, post=board, now=NOW)
    put_in_post(actor=cast.business_unit, post=board, user=cast.colleague, now=NOW)
    assert Role.BOARD_MEMBER in person_of(cast.colleague, TODAY).roles_in(cast.school.id)


def test_a_successor_takes_over_a_post(cast: Cast) -> None:
    post = cast.own_manager.holdings.get().post
    replace_person(actor=cast.lead, leaver=cast.own_manager, successor=cast.colleague, post=post, now=NOW)
    assert [row.user for row in PostHolding.objects.on(TODAY).filter(post=post)] == [cast.colleague]


def test_only_a_holder_is_replaced(cast: Cast) -> None:
    post = cast.own_manager.holdings.get().post
    with pytest.raises(InvalidInput, match="does not hold this post now"):
        replace_person(actor=cast.lead, leaver=cast.colleague, successor=cast.own_manager, post=post, now=NOW)
    with pytest.raises(InvalidInput, match="somebody else"):
        replace_person(actor=cast.lead, leaver=cast.own_manager, successor=cast.own_manager, post=post, now=NOW)


def test_a_leaver_loses_everything_in_the_agency(cast: Cast) -> None:
    posts = [cast.own_manager.holdings.get().post]
    replace_leaver(actor=cast.business_unit, leaver=cast.own_manager, successor=cast.colleague, agency_posts=posts, now=NOW)
    assert person_of(cast.own_manager, TODAY).seats == ()
    assert person_of(cast.colleague, TODAY).level_in(cast.school.id) == 2


# -- cover -------------------------------------------------------------------------------------------------------------


def cover(cast: Cast, actor: str, person: str, deputy: str, *, starts: int = 0, ends: int = 5) -> Cover:
    days = {"starts": TODAY + timedelta(days=starts), "ends": TODAY + timedelta(days=ends)}
    return set_cover(actor=getattr(cast, actor), person=getattr(cast, person), deputy=getattr(cast, deputy), now=NOW, **days)


@pytest.mark.parametrize("actor", ["own_manager", "lead", "business_unit"])
def test_cover_is_set_by_the_person_their_lead_or_the_unit(cast: Cast, actor: str) -> None:
    cover(cast, actor, "own_manager", "colleague")
    assert last_line() == "Beth Lowe covers for Colin Reid from 4 May 2026 to 9 May 2026."


@pytest.mark.parametrize("actor", ["raiser", "own_senior", "receiving_lead", "chair", "stranger", "nobody"])
def test_others_do_not_set_it(cast: Cast, actor: str) -> None:
    with pytest.raises(NotAllowed):
        cover(cast, actor, "own_manager", "colleague")


def test_a_lead_does_not_give_away_a_seat_in_the_partnership(cast: Cast) -> None:
    make_member(cast.own_board, cast.partnership, Role.PANEL_MEMBER)
    with pytest.raises(NotAllowed):
        cover(cast, "lead", "own_board", "colleague")


def test_nobody_makes_themselves_the_deputy(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="Somebody else must arrange"):
        cover(cast, "business_unit", "chair", "business_unit")


def test_nobody_has_others_act_in_a_place_that_they_do_not_keep(cast: Cast) -> None:
    """Elsewhere's administrator keeps a colleague's other seat, and may not by it let a teacher act for the school's lead."""
    keeper, far = make_user("Far Keeper"), cast.stranger.memberships.get().agency
    make_member(keeper, cast.elsewhere, Role.ADMINISTRATOR)
    make_member(cast.lead, far, Role.MANAGER)
    days = {"starts": TODAY, "ends": TODAY, "now": NOW}
    assert [one.name for one in stand_ins(cast.lead.pk, TODAY, by=person_of(keeper, TODAY), away=person_of(cast.lead, TODAY))] == ["Una Strange"]
    with pytest.raises(NotAllowed, match="a place that you do not keep"):
        set_cover(actor=keeper, person=cast.lead, deputy=cast.colleague, **days)
    made = set_cover(actor=cast.lead, person=cast.lead, deputy=cast.colleague, **days)
    with pytest.raises(NotAllowed):
        end_cover(actor=keeper, cover=made, now=NOW)
    end_cover(actor=cast.business_unit, cover=made, now=NOW)
    assert set_cover(actor=keeper, person=cast.lead, deputy=cast.stranger, **days)


@pytest.mark.parametrize("away", ["chair", "business_manager"])
def test_what_the_unit_and_the_chair_do_an_administrator_lends_nobody(cast: Cast, away: str) -> None:
    with pytest.raises(NotAllowed):
        cover(cast, "administrator", away, "auditor")
    assert cover(cast, "business_unit", away, "deputy_chair")


def test_cover_keeps_the_places_that_both_sit_in_when_it_begins_and_is_ended_by_who_keeps_these(cast: Cast) -> None:
    """The deputy comes to the police on the first day; where both sit later, whoever keeps that place has nothing to end."""
    begins = TODAY + timedelta(days=3)
    make_member(cast.own_manager, cast.police, Role.MANAGER)
    make_member(cast.colleague, cast.police, Role.PRACTITIONER, since=begins)
    made = cover(cast, "own_manager", "own_manager", "colleague", starts=3)
    assert made.kept == {cast.school.pk, cast.police.pk}
    later = cover(cast, "own_manager", "own_manager", "colleague", starts=0, ends=2)
    assert later.kept == {cast.school.pk}
    assert DirectoryEvent.objects.filter(words__startswith="Beth Lowe covers", agency=cast.police).count() == 1
    keeper, far = make_user("Far Keeper"), cast.stranger.memberships.get().agency
    make_member(keeper, cast.elsewhere, Role.ADMINISTRATOR)
    for user in (cast.own_manager, cast.colleague):
        make_member(user, far, Role.MANAGER)
    with pytest.raises(NotAllowed, match="a place that you do not keep"):
        end_cover(actor=keeper, cover=later, now=NOW)


def test_cover_needs_something_in_common(cast: Cast) -> None:
    with pytest.raises(InvalidInput, match="has no role beside"):
        cover(cast, "own_manager", "own_manager", "police_manager")


@pytest.mark.parametrize(
    ("starts", "ends", "words"),
    [(2, 1, "must be the first day or later"), (-9, -1, "must be today or later"), (0, 400, "a year at the most")],
)
def test_days_that_make_no_sense_are_refused(cast: Cast, starts: int, ends: int, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        cover(cast, "own_manager", "own_manager", "colleague", starts=starts, ends=ends)


def test_one_deputy_at_a_time(cast: Cast) -> None:
    make_cover(cast.own_manager, cast.lead, TODAY + timedelta(days=5), TODAY + timedelta(days=9))
    with pytest.raises(InvalidInput, match="Priya Nair already covers from 9 May 2026 to 13 May 2026"):
        cover(cast, "own_manager", "own_manager", "colleague")


def test_running_cover_ended_yesterday(cast: Cast) -> None:
    running = make_cover(cast.own_manager, cast.colleague, TODAY - timedelta(days=2), TODAY + timedelta(days=2))
    end_cover(actor=cast.lead, cover=running, now=NOW)
    assert Cover.objects.get().ends == TODAY - timedelta(days=1)


def test_cover_to_come_is_withdrawn(cast: Cast) -> None:
    to_come = make_cover(cast.own_manager, cast.colleague, TODAY + timedelta(days=2), TODAY + timedelta(days=3))
    end_cover(actor=cast.own_manager, cover=to_come, now=NOW)
    assert not Cover.objects.exists()


def test_cover_that_is_over_stays(cast: Cast) -> None:
    over = make_cover(cast.own_manager, cast.colleague, TODAY - timedelta(days=9), TODAY - timedelta(days=8))
    with pytest.raises(NotFound):
        end_cover(actor=cast.lead, cover=over, now=NOW)


# -- accounts ----------------------------------------------------------------------------------------------------------


def test_the_unit_closes_an_account(cast: Cast) -> None:
    close_account(actor=cast.business_unit, user=cast.raiser, now=NOW)
    cast.raiser.refresh_from_db()
    assert not cast.raiser.is_active
    assert last_line() == "The account of Aled Morgan was closed."


@pytest.mark.parametrize("part", ["lead", "own_manager", "chair", "stranger", "nobody"])
def test_others_close_none(cast: Cast, part: str) -> None:
    with pytest.raises(NotAllowed):
        close_account(actor=getattr(cast, part), user=cast.raiser, now=NOW)


def test_nobody_closes_their_own(cast: Cast) -> None:
    with pytest.raises(InvalidInput):
        close_account(actor=cast.business_unit, user=cast.business_unit, now=NOW)


def test_somebody_who_sits_elsewhere_too_is_not_one_partnerships_to_close(cast: Cast) -> None:
    make_member(cast.raiser, cast.elsewhere, Role.PANEL_MEMBER)
    with pytest.raises(NotAllowed):
        close_account(actor=cast.business_unit, user=cast.raiser, now=NOW)


def test_an_account_without_a_place_is_the_command_lines_to_close(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        close_account(actor=cast.business_unit, user=cast.nobody, now=NOW)
    close_account(actor=None, user=cast.nobody, now=NOW)
    assert not cast.nobody.is_active


def test_a_post_alone_is_a_place_that_those_who_keep_it_close(cast: Cast) -> None:
    user = make_user("Forgotten")
    make_holding(make_post(cast.police, 1), user)
    make_holding(make_post(cast.stranger.memberships.get().agency, 1), user)
    with pytest.raises(NotAllowed):
        close_account(actor=cast.business_unit, user=user, now=NOW)
    user.holdings.filter(post__agency__partnership=cast.elsewhere).delete()
    close_account(actor=cast.business_unit, user=user, now=NOW)
    assert not user.is_active
