"""A change of role, post, own manager or deputy, with its refusals and its lines on the directory's record."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from agencies.errors import InvalidInput, NotAllowed
from agencies.models import DirectoryEvent, Membership, Post, PostHolding, User
from agencies.person import person_of
from agencies.roles import Role
from agencies.services.changes import change_member
from tests.cast import Cast
from tests.factories import make_holding, make_post

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
TODAY = date(2026, 5, 4)


def post(title: str) -> UUID:
    return Post.objects.get(title=title).pk


def change(cast: Cast, actor: User, user: User, **changes: Any) -> Membership:
    row = Membership.objects.get(user=user, until=None)
    held = PostHolding.objects.on(TODAY).filter(user=user)
    given: dict[str, Any] = {
        "role": Role(row.role),
        "job_title": row.job_title,
        "supervisor": row.supervisor,
        "posts": [one.post_id for one in held if not one.rank],
        "deputy_for": [one.post_id for one in held if one.rank],
    }
    return change_member(actor=actor, membership=row, now=NOW, **(given | changes))


def lines() -> list[str]:
    return list(DirectoryEvent.objects.order_by("id").values_list("words", flat=True))


def test_a_lead_makes_a_practitioner_a_manager_with_a_post(cast: Cast) -> None:
    make_post(cast.school, 2, "Head of sixth form")
    change(cast, cast.lead, cast.colleague, role=Role.MANAGER, posts=[post("Head of sixth form")])
    person = person_of(cast.colleague, TODAY)
    assert person.roles_in(cast.school.id) == {Role.MANAGER}
    assert (person.level_in(cast.school.id), person.job_title(cast.school.id)) == (2, "Head of sixth form")
    assert lines() == [
        "Beth Lowe is no longer practitioner of Hillside School.",
        "Beth Lowe became manager or supervisor of Hillside School.",
        "Beth Lowe became Head of sixth form of Hillside School.",
    ]


def test_the_own_manager_and_the_title_change_with_a_line_each(cast: Cast) -> None:
    change(cast, cast.lead, cast.colleague, supervisor=cast.own_manager, job_title="Tutor")
    row = Membership.objects.get(user=cast.colleague)
    assert (row.supervisor, row.job_title) == (cast.own_manager, "Tutor")
    assert lines() == ["Beth Lowe is now called Tutor.", "Colin Reid is now Beth Lowe's own manager."]


def test_a_deputy_comes_after_the_holder_and_can_be_let_go(cast: Cast) -> None:
    change(cast, cast.lead, cast.colleague, deputy_for=[post("Head of year")])
    assert PostHolding.objects.get(user=cast.colleague).rank == 1
    change(cast, cast.lead, cast.colleague, deputy_for=[])
    assert not PostHolding.objects.on(TODAY).filter(user=cast.colleague).exists()
    assert lines()[-1] == "Beth Lowe is no longer a deputy for Head of year of Hillside School."


def test_nothing_changed_leaves_no_line(cast: Cast) -> None:
    change(cast, cast.lead, cast.own_manager)
    assert lines() == []


@pytest.mark.parametrize("part", ["lead", "business_unit"])
def test_nobody_raises_their_own_role(cast: Cast, part: str) -> None:
    user = getattr(cast, part)
    with pytest.raises(NotAllowed, match="Nobody changes their own"):
        change(cast, user, user, role=Role.SENIOR)
    assert lines() == []


@pytest.mark.parametrize("part", ["own_manager", "receiving_lead", "chair", "stranger", "raiser"])
def test_others_change_nothing(cast: Cast, part: str) -> None:
    with pytest.raises(NotAllowed):
        change(cast, getattr(cast, part), cast.colleague, job_title="X")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"role": Role.LEAD}, "role"),
        ({"role": Role.SENIOR}, "role"),
        ({"posts": "Designated safeguarding lead"}, "posts"),
        ({"deputy_for": "Designated safeguarding lead"}, "deputy_for"),
        ({"posts": "Headteacher"}, "posts"),
        ({"posts": "Detective sergeant"}, "posts"),
        ({"posts": "Head of year", "deputy_for": "Head of year"}, "deputy_for"),
    ],
)
def test_a_lead_gives_nothing_as_high_as_their_own(cast: Cast, changes: dict[str, Any], field: str) -> None:
    named = {key: [post(value)] if key in {"posts", "deputy_for"} else value for key, value in changes.items()}
    with pytest.raises(InvalidInput) as refusal:
        change(cast, cast.lead, cast.colleague, **named)
    assert refusal.value.field == field
    assert lines() == []


def refused(cast: Cast, user: User, words: str, **changes: Any) -> str:
    """The field beside which a lead's change is refused; nothing of it was done."""
    before = person_of(user, TODAY).roles_in(cast.school.id)
    with pytest.raises(InvalidInput, match=words) as refusal:
        change(cast, cast.lead, user, **changes)
    assert (lines(), person_of(user, TODAY).roles_in(cast.school.id)) == ([], before)
    return str(refusal.value.field)


def test_a_lead_makes_no_deputy_of_the_board_members_post_its_holder_and_the_unit_does(cast: Cast) -> None:
    board = Post.objects.get(agency=cast.school, is_board_member=True)
    make_holding(board, cast.colleague, rank=1)
    assert refused(cast, cast.colleague, "may not give", posts=[board.pk], deputy_for=[]) == "posts"
    change(cast, cast.business_unit, cast.colleague, posts=[board.pk], deputy_for=[])
    assert Role.BOARD_MEMBER in person_of(cast.colleague, TODAY).roles_in(cast.school.id)


def test_a_lead_takes_no_post_of_a_lead_or_board_member_away_and_the_unit_does(cast: Cast) -> None:
    make_holding(Post.objects.get(agency=cast.school, is_lead=True), cast.own_manager)
    kept = [post("Head of year")]
    assert refused(cast, cast.own_manager, "may not take away", posts=kept) == "posts"
    assert refused(cast, cast.own_board, "may not take away", posts=[]) == "posts"
    change(cast, cast.lead, cast.own_manager, job_title="Head of year 9")
    change(cast, cast.business_unit, cast.own_manager, posts=kept)
    assert Role.LEAD not in person_of(cast.own_manager, TODAY).roles_in(cast.school.id)


def test_a_stranger_to_the_agency_is_nobodys_manager(cast: Cast) -> None:
    with pytest.raises(InvalidInput, match="supervises in this agency"):
        change(cast, cast.lead, cast.colleague, supervisor=cast.police_manager)


def page_of(cast: Cast, user: User) -> str:
    return reverse("role-change", args=[Membership.objects.get(user=user).pk])


def test_the_page_shows_what_is_so_and_saves_what_is_changed(client: Client, cast: Cast) -> None:
    client.force_login(cast.lead)
    assert 'value="Teacher"' in client.get(page_of(cast, cast.raiser)).content.decode()
    given = {"role": "manager", "job_title": "Head of maths", "supervisor": "", "deputy_for": [str(post("Head of year"))]}
    answer = client.post(page_of(cast, cast.raiser), given, follow=True)
    assert "Aled Morgan: the changes count from now on." in answer.content.decode()
    row = Membership.objects.get(user=cast.raiser, until=None)
    assert (row.role, row.job_title, row.supervisor) == (Role.MANAGER, "Head of maths", None)


def test_the_page_says_beside_the_field_what_is_refused(client: Client, cast: Cast) -> None:
    client.force_login(cast.lead)
    given = {"role": "practitioner", "job_title": "Kept", "supervisor": "", "posts": [str(post("Headteacher"))]}
    page = client.post(page_of(cast, cast.raiser), given).content.decode()
    assert "Headteacher brings a role that you may not give." in page
    assert 'value="Kept"' in page


def test_the_page_refuses_ones_own_role_with_the_reason(client: Client, cast: Cast) -> None:
    client.force_login(cast.lead)
    answer = client.get(page_of(cast, cast.lead))
    assert answer.status_code == 403
    assert "Nobody changes their own role or post." in answer.content.decode()


def test_the_people_of_another_agency_are_not_there(client: Client, cast: Cast) -> None:
    client.force_login(cast.lead)
    assert client.get(page_of(cast, cast.receiver)).status_code == 404
