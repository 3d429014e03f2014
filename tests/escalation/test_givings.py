"""A leading role or post that somebody from outside the agency gives: its leads and the business unit are told, by whichever door it came."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from agencies.models import Membership, Post, UntoldGiving
from agencies.roles import DirectoryDoor, Role
from agencies.services.accounts import close_account, note_account_change
from agencies.services.cover import set_cover
from agencies.services.directory_import import import_files
from agencies.services.members import end_membership, give_role
from agencies.services.posts import put_in_post
from agencies.sign_ins import Visit
from escalation.models import Notification
from escalation.services.givings import tell_of_givings
from escalation.services.mail import compose
from escalation.services.wanted import sort_out
from escalation.states import Message
from tests.cast import Cast
from tests.web.signed_in import Visitor
from tests.world import MONDAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("monday_here")]
PAGE = "/directory/changes/"


def post_of(cast: Cast, **which: object) -> Post:
    return Post.objects.select_related("agency", "level").get(agency=cast.school, **which)


def gives(part: str, role: Role) -> Callable[[Cast], object]:
    return lambda cast: give_role(actor=getattr(cast, part), user=cast.colleague, place=cast.school, role=role, now=MONDAY)


def puts(part: str, rank: int = 0, **which: object) -> Callable[[Cast], object]:
    return lambda cast: put_in_post(actor=getattr(cast, part), post=post_of(cast, **which), user=cast.colleague, now=MONDAY, rank=rank)


def unit_lends_itself(cast: Cast) -> object:
    return give_role(actor=cast.business_unit, user=cast.business_manager, place=cast.school, role=Role.LEAD, now=MONDAY)


def imports(cast: Cast, people: str, posts: str = "") -> object:
    texts = {"people.csv": f"agency,name,email,role,level,post\n{people}"} | ({"posts.csv": f"agency,level,title,lead\n{posts}"} if posts else {})
    return import_files(texts, actor=cast.administrator, partnership=cast.partnership, now=MONDAY)


def by_import(cast: Cast) -> object:
    return imports(cast, f"{cast.school.code},Beth Lowe,{cast.colleague.email},board_member,,\n")


def by_a_post_made_the_leads(cast: Cast) -> object:
    person = f"{cast.school.code},Colin Reid,{cast.own_manager.email},manager,2,Head of year\n"
    return imports(cast, person, f"{cast.school.code},2,Head of year,yes\n")


def by_letting_another_agency_act_for_it(cast: Cast) -> object:
    texts = {"agencies.csv": f"code,name,kind,acts_through,acts_from_level\n{cast.school.code},{cast.school.name},education,{cast.police.code},3\n"}
    return import_files(texts, actor=cast.administrator, partnership=cast.partnership, now=MONDAY)


def panels(part: str) -> Callable[[Cast], object]:
    return lambda cast: give_role(actor=getattr(cast, part), user=cast.nobody, place=cast.partnership, role=Role.PANEL_MEMBER, now=MONDAY)


def by_cover(cast: Cast) -> object:
    return set_cover(actor=cast.administrator, person=cast.lead, deputy=cast.colleague, starts=MONDAY.date(), ends=MONDAY.date(), now=MONDAY)


def readdresses(part: str) -> Callable[[Cast], object]:
    return lambda cast: note_account_change(
        actor=cast.administrator, user=getattr(cast, part), before={"email": "old@example.org"}, visit=Visit(), now=MONDAY
    )


def closes(part: str) -> Callable[[Cast], object]:
    return lambda cast: close_account(actor=cast.administrator, user=getattr(cast, part), now=MONDAY)


def closes_in_the_administration(part: str) -> Callable[[Cast], object]:
    """As its form does: the account is saved, and the change noted."""

    def act(cast: Cast) -> object:
        user = getattr(cast, part)
        user.is_active = False
        user.save()
        return note_account_change(actor=cast.administrator, user=user, before={"is_active": True}, visit=Visit(), now=MONDAY)

    return act


def and_puts_the_lead_out(cast: Cast) -> None:
    gives("administrator", Role.LEAD)(cast)
    for row in Membership.objects.filter(user=cast.lead, agency=cast.school):
        end_membership(actor=cast.administrator, membership=row, now=MONDAY)


def leaves_for_a_week(cast: Cast) -> object:
    return set_cover(actor=cast.lead, person=cast.lead, deputy=cast.own_manager, starts=MONDAY.date(), ends=MONDAY.date(), now=MONDAY)


def for_the_unit(part: str, role: Role = Role.PRACTITIONER) -> Callable[[Cast], object]:
    return lambda cast: give_role(actor=getattr(cast, part), user=cast.business_unit, place=cast.school, role=role, now=MONDAY)


def for_the_chair_by_import(cast: Cast) -> object:
    return imports(cast, f"{cast.school.code},{cast.chair.name},{cast.chair.email},practitioner,,\n")


def ends_the_deputy_chair_by_import(days: int) -> Callable[[Cast], object]:
    def act(cast: Cast) -> object:
        row = f",{cast.deputy_chair.name},{cast.deputy_chair.email},deputy_chair,{MONDAY.date() + timedelta(days=days)}"
        texts = {"people.csv": f"agency,name,email,role,until\n{row}\n"}
        return import_files(texts, actor=cast.business_manager, partnership=cast.partnership, now=MONDAY)

    return act


def ends_the_deputy_chair(cast: Cast) -> object:
    return end_membership(actor=cast.business_manager, membership=cast.deputy_chair.memberships.get(), now=MONDAY)


UNIT = {"business_unit", "business_manager"}
CHAIRS = {"chair", "deputy_chair"}
TOLD_BY = (Message.GIVEN, Message.OUR_PEOPLE)
TOLD: dict[str, tuple[Callable[[Cast], object], set[str]]] = {
    "an administrator gives a senior role": (gives("administrator", Role.SENIOR), {"lead", *UNIT}),
    "the unit puts somebody in the lead's post": (puts("business_unit", is_lead=True), {"lead", "business_manager"}),
    "as its deputy": (puts("business_unit", 1, is_lead=True), {"lead", "business_manager"}),
    "in a post of the third level": (puts("administrator", level__number=3), {"lead", *UNIT}),
    "the unit makes one of its own a lead": (unit_lends_itself, {"lead", "business_manager", *CHAIRS}),
    "an administrator gives somebody of the unit a role in an agency": (for_the_unit("administrator"), {"lead", *UNIT, *CHAIRS}),
    "the business manager gives a colleague of the unit one": (for_the_unit("business_manager"), {"lead", "business_unit", *CHAIRS}),
    "an import gives the chair one": (for_the_chair_by_import, {"lead", *UNIT, *CHAIRS}),
    "the business manager ends the deputy chair": (ends_the_deputy_chair, {"business_unit", *CHAIRS}),
    "an import ends the deputy chair tonight": (ends_the_deputy_chair_by_import(0), {"business_unit", *CHAIRS}),
    "an import ends the deputy chair a month ago": (ends_the_deputy_chair_by_import(-30), {"business_unit", *CHAIRS}),
    "an import": (by_import, {"lead", *UNIT}),
    "an import that makes a post the lead's": (by_a_post_made_the_leads, {"lead", *UNIT}),
    "cover for the lead": (by_cover, {"lead", *UNIT}),
    "another agency that acts for it": (by_letting_another_agency_act_for_it, {"lead", *UNIT}),
    "a role of the partnership": (panels("administrator"), UNIT),
    "a role of the partnership that the unit itself gives": (panels("business_unit"), set()),
    "the chair's account is closed": (closes("chair"), {*UNIT, *CHAIRS}),
    "the chair's account is closed in the administration": (closes_in_the_administration("chair"), {*UNIT, *CHAIRS}),
    "an account of the unit is closed in the administration": (closes_in_the_administration("business_unit"), {*UNIT, *CHAIRS}),
    "the lead's account is closed in the administration": (closes_in_the_administration("lead"), set()),
    "another address for the lead's account": (readdresses("lead"), UNIT),
    "another address for the chair's account": (readdresses("chair"), UNIT),
    "another address for the business manager's account": (readdresses("business_manager"), {"business_unit"}),
    "another address for a teacher's account": (readdresses("raiser"), set()),
    "the lead is put out with it": (and_puts_the_lead_out, {"lead", *UNIT}),
    "a manager": (gives("administrator", Role.MANAGER), set()),
    "a deputy on the board": (puts("administrator", 1, is_board_member=True), set()),
    "the lead themselves, in a senior post": (puts("lead", level__number=3), set()),
    "the lead, who is away": (leaves_for_a_week, set()),
}


@pytest.mark.engines
@pytest.mark.parametrize("case", TOLD)
def test_these_are_told_of_it(cast: Cast, case: str) -> None:
    act, told = TOLD[case]
    act(cast)
    assert tell_of_givings() == len(told)
    assert set(Notification.objects.filter(kind__in=TOLD_BY).values_list("recipient", flat=True)) == {getattr(cast, part).pk for part in told}
    assert (tell_of_givings(), UntoldGiving.objects.exists()) == (0, False)


def test_what_is_given_at_once_is_one_message_and_newcomers_get_none(cast: Cast) -> None:
    rows = [f"{cast.school.code},Beth Lowe,{cast.colleague.email},{role},," for role in ("senior_manager", "safeguarding_lead")]
    imports(cast, "\n".join(rows) + "\n")
    assert tell_of_givings() == 3
    assert not Notification.objects.filter(recipient=cast.colleague).exists()


def test_what_is_given_by_two_pages_in_one_second_is_told_to_whoever_was_there_before(cast: Cast) -> None:
    for parts, user, role in ((0.2, cast.colleague, Role.LEAD), (0.7, cast.lead, Role.MANAGER)):
        given = {"email": user.email, "name": user.name, "role": role, "job_title": "", "phone": "", "supervisor": ""}
        answer = Visitor(cast.administrator, MONDAY + timedelta(seconds=parts)).post(f"/directory/people/add/{cast.school.code}/", given)
        assert answer.status_code == 302, answer.content.decode()
    tell_of_givings()
    assert Notification.objects.filter(recipient=cast.lead).count() == 1


def test_the_message_says_nothing_of_anybody_and_leads_to_the_changes(cast: Cast) -> None:
    gives("administrator", Role.LEAD)(cast)
    tell_of_givings()
    rows = list(Notification.objects.select_related("partnership", "recipient"))
    assert sort_out(rows, MONDAY + timedelta(minutes=1)).send == rows
    said = f"{compose(rows[0]).subject} {compose(rows[0]).body}"
    assert PAGE in said
    assert not [word for word in (cast.colleague.name, cast.administrator.name, cast.school.name, "lead of") if word in said]


def test_the_page_says_who_gave_it_by_which_door_to_the_unit_and_the_agencys_own_lead_alone(cast: Cast) -> None:
    by_import(cast)
    gives("administrator", Role.LEAD)(cast)
    for part, shown in (("lead", True), ("business_unit", True), ("receiving_lead", False)):
        text = Visitor(getattr(cast, part), MONDAY).page(PAGE).one("main").text
        assert ("Beth Lowe became safeguarding lead of Hillside School." in text, "1 person: 1 change" in text) == (shown, shown), part
        assert (cast.administrator.name in text, str(DirectoryDoor.IMPORT.label) in text) == (shown, shown), part
    assert Visitor(cast.own_senior, MONDAY).get(PAGE).status_code == 403


def test_what_an_import_brought_is_one_line_that_leads_to_its_own(cast: Cast) -> None:
    rows = [f"{cast.school.code},Beth Lowe,{cast.colleague.email},{role},," for role in ("senior_manager", "safeguarding_lead")]
    imports(cast, "\n".join(rows) + "\n")
    page = Visitor(cast.lead, MONDAY).page(PAGE)
    (link,) = [link for link in page.all("a") if link.text == "1 person: 2 changes"]
    own = Visitor(cast.lead, MONDAY).page(f"{PAGE}{link.attrs['href']}").one("tbody").text
    assert ("Beth Lowe: safeguarding lead of Hillside School." in own, "Beth Lowe: senior manager of Hillside School." in own) == (True, True)
    assert "Beth Lowe" not in Visitor(cast.receiving_lead, MONDAY).page(f"{PAGE}{link.attrs['href']}").one("main").text


def test_a_chair_reads_what_is_about_the_partnerships_own_people_alone(cast: Cast) -> None:
    for_the_unit("administrator")(cast)
    gives("administrator", Role.LEAD)(cast)
    text = Visitor(cast.chair, MONDAY).page(PAGE).one("main").text
    assert f"{cast.business_unit.name} became practitioner of Hillside School." in text
    assert "Beth Lowe" not in text
    tell_of_givings()
    row = Notification.objects.select_related("partnership", "recipient").get(recipient=cast.business_unit)
    assert sort_out([row], MONDAY + timedelta(minutes=1)).send == [row]
    mail = compose(row)
    assert "Somebody of the unit or the chair was given a role in an agency" in mail.body
    assert (row.kind, PAGE in mail.body) == (Message.OUR_PEOPLE, True)


def test_a_chair_reads_that_an_account_of_the_unit_was_closed_in_the_administration(cast: Cast) -> None:
    closes_in_the_administration("business_unit")(cast)
    closes_in_the_administration("raiser")(cast)
    text = Visitor(cast.chair, MONDAY).page(PAGE).one("main").text
    assert f"The account of {cast.business_unit.name} was closed in the administration." in text
    assert cast.raiser.name not in text
