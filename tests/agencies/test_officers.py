"""The form of named officers, from the directory (BUC-04), and whose title a person goes by."""

from datetime import date
from uuid import UUID

from django.test import Client
from django.urls import reverse

from agencies.models import Membership, Post
from agencies.person import person_of
from agencies.roles import Role
from agencies.selectors import named_officers
from agencies.snapshot import load_snapshot
from tests.cast import Cast
from tests.factories import make_holding, make_member, make_post, make_user

TODAY = date(2026, 5, 4)


def test_the_officers_of_an_agency_go_from_the_lowest_level_up(cast: Cast) -> None:
    """BUC-04"""
    lines = named_officers(cast.school, TODAY)
    assert [(line.level, line.title) for line in lines] == [
        (2, "Designated safeguarding lead"), (2, "Head of year"), (3, "Deputy head"), (5, "Headteacher"),
    ]  # fmt: skip
    assert [contact.name for contact in lines[0].holders] == ["Priya Nair"]
    assert (lines[0].marks, lines[0].phone) == (("Safeguarding lead",), "0117 900 0001")


def test_a_deputy_stands_beside_the_holder(cast: Cast) -> None:
    make_holding(Post.objects.get(title="Headteacher"), cast.own_senior, rank=1)
    line = next(line for line in named_officers(cast.school, TODAY) if line.title == "Headteacher")
    assert [contact.name for contact in line.deputies] == ["Dilys Frost"]


def test_an_empty_post_is_listed_and_a_practitioner_is_not(cast: Cast) -> None:
    make_post(cast.police, 4, "Superintendent")
    make_holding(make_post(cast.police, 1, "Constable"), make_user())
    assert [(line.title, line.holders != ()) for line in named_officers(cast.police, TODAY)] == [
        ("Detective sergeant", True),
        ("Superintendent", False),
    ]


def test_a_lead_without_a_post_is_an_officer_too(cast: Cast) -> None:
    make_member(make_user("Zoe Hart"), cast.police, Role.LEAD, job_title="Public protection lead")
    line = named_officers(cast.police, TODAY)[-1]
    assert (line.title, line.level, line.holders[0].name, line.marks) == ("Public protection lead", None, "Zoe Hart", ("Safeguarding lead",))


def test_the_page_of_named_officers_can_be_read_by_everybody_in_the_partnership(client: Client, cast: Cast) -> None:
    """BUC-04"""
    client.force_login(cast.raiser)
    page = client.get(reverse("officers", args=[cast.social_care.code])).content.decode()
    assert "Fiona Adeyemi" in page
    assert "No deputy is named." in page
    client.force_login(cast.stranger)
    assert client.get(reverse("officers", args=[cast.social_care.code])).status_code == 404


def test_a_deputy_of_a_higher_post_goes_by_the_post_they_hold(cast: Cast) -> None:
    make_holding(Post.objects.get(title="Headteacher"), cast.own_manager, rank=1)
    assert person_of(cast.own_manager, TODAY).job_title(cast.school.id) == "Head of year"


def test_a_deputy_without_a_post_goes_by_their_job_title_then_by_that_post(cast: Cast) -> None:
    make_holding(Post.objects.get(title="Headteacher"), cast.raiser, rank=1)
    make_holding(Post.objects.get(title="Headteacher"), cast.nobody, rank=2)
    assert person_of(cast.raiser, TODAY).job_title(cast.school.id) == "Teacher"
    assert person_of(cast.nobody, TODAY).job_title(cast.school.id) == "Headteacher"


def test_people_entered_in_the_same_millisecond_stand_by_name(cast: Cast) -> None:
    stamp = 0x019B_0000_0000 << 80
    for noise, name in ((1, "Zed Young"), (2, "Amy Adams"), (3, "Mia Moore")):
        Membership.objects.create(
            id=UUID(int=stamp | 0x7 << 76 | 0b10 << 62 | noise),
            partnership=cast.partnership,
            agency=cast.police,
            user=make_user(name),
            role=Role.MANAGER,
        )
    rows = load_snapshot(cast.partnership.id, [cast.police.id], TODAY).members[cast.police.id]
    assert [row.user.name for row in rows if row.user.name != "Jakub Nowak"] == ["Amy Adams", "Mia Moore", "Zed Young"]
