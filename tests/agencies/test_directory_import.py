"""The directory as CSV: all or nothing, mistakes by file, row and column, twice the same as once."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from agencies.errors import NotAllowed
from agencies.models import Agency, ClosureDay, Cover, DirectoryEvent, Membership, Partnership, Post, PostHolding, User
from agencies.roles import Role
from agencies.services.directory_import import ImportRefused, import_files
from agencies.services.example import DATA
from tests.cast import Cast
from tests.factories import make_holding, make_member

pytestmark = pytest.mark.engines

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
LEVELS = "level,name\n1,Practitioners\n2,Team managers\n"
AGENCIES = "code,name,kind\npolice,Northshire Police,police\n"
POSTS = "agency,level,title\npolice,2,Sergeant\n"
PEOPLE = "email,name,agency,role,post,level\nr.shah@example.org,R. Shah,police,manager,Sergeant,2\n"
PARTNERSHIP = "code,name\nnorthshire,Northshire\n"
WHOLE = {"partnership.csv": PARTNERSHIP, "levels.csv": LEVELS, "agencies.csv": AGENCIES, "posts.csv": POSTS, "people.csv": PEOPLE}


def imported(texts: dict[str, str], **arguments: Any) -> Any:
    return import_files(texts, **{"actor": None, "partnership": None, "now": NOW} | arguments)


def mistakes(texts: dict[str, str], **arguments: Any) -> list[str]:
    with pytest.raises(ImportRefused) as refused:
        imported(texts, **arguments)
    return [str(problem) for problem in refused.value.problems]


@pytest.mark.django_db
def test_a_whole_directory_comes_in() -> None:
    imported(WHOLE)
    held = PostHolding.objects.select_related("post__level", "user").get()
    assert (held.user.name, held.post.title, held.post.level and held.post.level.number) == ("R. Shah", "Sergeant", 2)
    assert Membership.objects.get().role == Role.MANAGER


@pytest.mark.django_db
def test_new_people_cannot_sign_in_until_invited() -> None:
    imported(WHOLE)
    assert not User.objects.get().has_usable_password()


@pytest.mark.django_db
def test_importing_twice_changes_nothing() -> None:
    imported(WHOLE)
    again = imported(WHOLE)
    assert not any(again.made.values())
    assert not any(again.changed.values())


@pytest.mark.django_db
def test_what_differs_is_changed_and_nothing_doubled() -> None:
    imported(WHOLE)
    done = imported(WHOLE | {"agencies.csv": AGENCIES.replace("Northshire Police", "County Police")})
    assert done.changed["agencies"] == 1
    assert [agency.name for agency in Agency.objects.all()] == ["County Police"]


@pytest.mark.django_db
def test_one_file_alone_adds_to_what_is_there() -> None:
    partnership = imported(WHOLE).partnership
    imported({"posts.csv": "agency,level,title\npolice,1,Constable\n"}, partnership=partnership)
    assert set(Post.objects.values_list("title", flat=True)) == {"Sergeant", "Constable"}


@pytest.mark.django_db
def test_every_import_is_on_the_directorys_record() -> None:
    imported(WHOLE)
    words = list(DirectoryEvent.objects.values_list("words", flat=True))
    assert any(line.startswith("Directory imported.") for line in words)
    assert "R. Shah: manager or supervisor of Northshire Police." in words


@pytest.mark.django_db
def test_nothing_is_stored_where_one_cell_is_wrong() -> None:
    mistakes(WHOLE | {"people.csv": PEOPLE.replace("manager", "boss")})
    assert not Partnership.objects.exists()
    assert not User.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("day", ["2062-07-06", "2006-07-06"])
def test_a_day_off_of_years_for_which_there_is_no_calendar_is_refused_by_its_row(day: str) -> None:
    texts = WHOLE | {"closure_days.csv": f"day,words\n2026-07-06,Training day\n{day},Slip of the year\n"}
    assert mistakes(texts) == ["closure_days.csv, row 3, column day: lies outside the years of the calendar, 2012 to 2040."]
    assert not ClosureDay.objects.exists()


@pytest.mark.django_db
def test_all_mistakes_are_told_at_once() -> None:
    wrong = WHOLE | {"levels.csv": LEVELS.replace("2,", "0,"), "people.csv": PEOPLE.replace("r.shah@example.org", "r.shah")}
    assert mistakes(wrong) == [
        'levels.csv, row 3, column level: "0" is not a whole number from 1 to 9.',
        'people.csv, row 2, column email: "r.shah" is not an e-mail address.',
        "posts.csv, row 2, column level: names level 2, which levels.csv does not have.",
    ]


CASES = [
    ("agencies.csv", "code,name,kind\nPolice!,P,police\n", 'row 2, column code: "Police!" is not a code'),
    ("agencies.csv", "code,name,kind\npolice,,police\n", "row 2, column name: is empty"),
    ("agencies.csv", "code,name,kind\npolice,P,army\n", 'row 2, column kind: "army" is none of: social_care'),
    ("agencies.csv", "code,name,kind,flat\npolice,P,police,maybe\n", 'row 2, column flat: "maybe" is neither yes nor no'),
    ("agencies.csv", AGENCIES + "police,Again,police\n", "row 3, column code: repeats row 2"),
    ("agencies.csv", AGENCIES + "other,NORTHSHIRE police,police\n", "row 3, column name: is that of row 2 too: add what tells the two apart"),
    ("agencies.csv", AGENCIES + "other,Northshire\u00a0 Police,police\n", "row 3, column name: is that of row 2 too"),
    ("posts.csv", POSTS + "police,2,sergeant\n", "row 3, column title: differs from row 2 only in spaces or capitals: write both the same"),
    ("posts.csv", POSTS + "police,2,Custody  Sergeant\npolice,2,Custody\u00a0Sergeant\n", "row 4, column title: differs from row 3 only"),
    ("posts.csv", POSTS + "police,2, \u00a0Sergeant \n", "row 3, column agency: repeats row 2"),
    ("agencies.csv", "code,name,kind,acts_through\npolice,P,police,icb\n", 'column acts_through: names "icb", which is no agency here'),
    ("agencies.csv", "code,name,kind,acts_through,acts_from_level\npolice,P,police,police,2\n", "names the agency itself"),
    ("agencies.csv", "code,name,kind,acts_from_level\npolice,P,police,2\n", "must be filled where another agency acts for it, and only there"),
    ("agencies.csv", "code;name;kind\npolice;P;police\n", "row 1: separates its cells with something else than commas"),
    ("agencies.csv", "code,name,kind,colour\npolice,P,police,blue\n", "row 1, column colour: is not a column of this file"),
    ("agencies.csv", "code,,name,kind\npolice,,P,police\n", "row 1: column 2 has no name: take it out, or name it as one of code, name"),
    ("agencies.csv", "code,name\npolice,P\n", "row 1, column kind: is missing from the heading"),
    ("agencies.csv", "code,name,name,kind\npolice,P,P,police\n", "column name: stands twice in the heading"),
    ("agencies.csv", "code,name,kind\npolice,P,police,extra\n", "row 2: has 4 cells, the heading 3"),
    ("agencies.csv", 'code,name,kind\npolice,"P,police\n', "is not well-formed CSV from here on"),
    ("agencies.csv", 'code,name,kind\npolice,"P\nQ",police\n', "column name: holds a line break"),
    ("agencies.csv", 'code,name,kind\npolice,"P\nQ\r\nR",police\n\nfire,,other\n', "row 4, column name: is empty"),
    ("agencies.csv", 'code,name,kind\npolice,"P\nQ",police\nfire,"F,other\n', "row 3: is not well-formed CSV from here on"),
    ("agencies.csv", f"code,name,kind\npolice,{'x' * 121},police\n", "column name: is 121 characters long; 120 is the most"),
    ("posts.csv", "agency,level,title\nfire,2,Sergeant\n", 'row 2, column agency: names "fire", which is no agency here'),
    ("posts.csv", POSTS + "police,2,\n", "row 3, column title: is empty: only a cell that cannot be read may be"),
    ("people.csv", PEOPLE.replace("manager", "chair"), "column agency: must be empty: chair is a role of the partnership"),
    ("people.csv", PEOPLE.replace("police", ""), "column agency: is empty: manager or supervisor is a role of an agency"),
    ("people.csv", PEOPLE.replace("Sergeant", "General"), 'column post: names "General" at level 2 in "police"'),
    ("people.csv", PEOPLE + "r.shah@example.org,R.  SHAH,police,practitioner,,\n", "column name: differs from row 2 only in spaces or capitals"),
    ("people.csv", PEOPLE + "r.shah@example.org,Other,police,practitioner,,\n", 'row 3, column name: is "Other", but row 2 calls'),
    ("people.csv", "email,name,agency,role,supervisor\na@b.org,A,police,manager,x@b.org\n", "column supervisor: names x@b.org, who is not among"),
    (
        "people.csv",
        PEOPLE.replace(",post", ",supervisor,post").replace("manager,", "manager,,") + "a@b.org,A,icb,practitioner,r.shah@example.org,,\n",
        'row 3, column supervisor: names r.shah@example.org, who has no role above practitioner in "icb"',
    ),
    (
        "people.csv",
        "email,name,agency,role,supervisor\na@b.org,A,,chair,c@b.org\nc@b.org,C,,chair,\n",
        "column supervisor: must be empty: chair is a role",
    ),
    ("people.csv", "email,name,agency,role,since,until\na@b.org,A,police,manager,2026-05-02,2026-05-01\n", "column until: lies before since"),
    ("people.csv", "email,name,agency,role,since\na@b.org,A,police,manager,31/02/2026\n", 'column since: "31/02/2026" is not a date'),
    ("cover.csv", "person,deputy,starts,ends\na@b.org,r.shah@example.org,2026-05-01,2026-05-02\n", "column person: names a@b.org, who is not among"),
    (
        "cover.csv",
        "person,deputy,starts,ends\nr.shah@example.org,r.shah@example.org,2026-05-01,2026-05-02\n",
        "column deputy: is the person who is away",
    ),
    ("partnership.csv", "code,name,opens,closes\nnorthshire,N,17:00,09:00\n", "column closes: must be later than it opens"),
    ("partnership.csv", "code,name\na,A\nb,B\n", "must have one row below the heading, and has 2"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("file", "text", "words"), CASES)
def test_a_mistake_is_told_by_its_place(file: str, text: str, words: str) -> None:
    found = mistakes(WHOLE | {file: text})
    assert any(line.startswith(file) and words in line for line in found), found


@pytest.mark.django_db
def test_who_becomes_a_manager_on_a_day_to_come_is_taken_as_own_manager_by_a_later_file_and_whose_role_is_over_is_not() -> None:
    dated = (
        PEOPLE.replace(",post", ",since,until,post") + "n@example.org,N,police,manager,2026-09-01,,,\no@example.org,O,police,manager,,2026-05-03,,\n"
    )
    partnership = imported(WHOLE | {"people.csv": dated.replace("manager,Ser", "manager,,,Ser")}).partnership
    later = "email,name,agency,role,supervisor,since\nt@example.org,T,police,practitioner,{}@example.org,2026-09-01\n"
    assert 'o@example.org, who has no role above practitioner in "police"' in mistakes({"people.csv": later.format("o")}, partnership=partnership)[0]
    imported({"people.csv": later.format("n")}, partnership=partnership)
    assert Membership.objects.get(user__email="t@example.org").supervisor == User.objects.get(email="n@example.org")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("fire,F,other,police,2\n", 'column acts_through: names "police", for which another agency acts in turn'),
        ("icb,I,other,fire,2\n", 'column acts_through: must be empty: this agency acts for "police" itself'),
    ],
)
def test_nobody_acts_through_an_agency_for_which_another_acts_by_an_earlier_file_either(row: str, words: str) -> None:
    head = "code,name,kind,acts_through,acts_from_level\n"
    imported(WHOLE | {"agencies.csv": f"{head}police,P,police,icb,2\nicb,I,other,,\nfire,F,other,,\n"})
    (said,) = mistakes({"agencies.csv": head + row}, partnership=Partnership.objects.get())
    assert words in said


@pytest.mark.django_db
def test_what_a_telephone_wraps_a_copied_number_in_is_taken_away_and_what_turns_its_order_is_refused() -> None:
    heading = "email,name,agency,role,phone\n"
    row = heading + "\u2068w@example.org\u2069,\u2068W\u2069,police,manager,{}\n"
    imported(WHOLE | {"people.csv": row.format("\u202d\u202a0117 900 0001\u202c\u202c ")})
    found = User.objects.get()
    assert (found.email, found.name, found.phone) == ("w@example.org", "W", "0117 900 0001")
    for turned in ("\u202e1000\u202c", "\u202b0117 900\u202c", "\u202a01\u202c 7 \u202a9\u202c", "01\u202d7"):
        assert "column phone: holds a sign that shows its letters in another order" in mistakes(WHOLE | {"people.csv": row.format(turned)})[0]


@pytest.mark.django_db
def test_what_else_is_wrong_with_a_row_is_told_beside_the_cell_that_cannot_be_read() -> None:
    heading = "email,name,agency,role,supervisor,post,level,since,until\n"
    found = mistakes(WHOLE | {"people.csv": heading + "a@b.org,A,nope,king,x@b.org,General,,2026-05-02,2026-05-01\n"})
    columns = [line.partition(", column ")[2].partition(":")[0] for line in found]
    assert columns == ["role", "agency", "post", "supervisor", "until"]


@pytest.mark.django_db
def test_what_refers_to_a_broken_row_is_not_reported_as_well() -> None:
    assert len(mistakes(WHOLE | {"agencies.csv": AGENCIES.replace("police\n", "army\n")})) == 1


@pytest.mark.django_db
def test_two_deputies_on_the_same_day_are_refused() -> None:
    people = PEOPLE + "b@example.org,B,police,manager,,\nc@example.org,C,police,manager,,\n"
    rows = "r.shah@example.org,b@example.org,2026-05-01,2026-05-09\nr.shah@example.org,c@example.org,2026-05-09,2026-05-12\n"
    found = mistakes(WHOLE | {"people.csv": people, "cover.csv": "person,deputy,starts,ends\n" + rows})
    assert found == ["cover.csv, row 3, column starts: lies in the days of row 2: one deputy at a time."]


@pytest.mark.django_db
def test_british_dates_are_read_day_first() -> None:
    people = PEOPLE + "b@example.org,B,police,manager,,\n"
    imported(WHOLE | {"people.csv": people, "cover.csv": "person,deputy,starts,ends\nr.shah@example.org,b@example.org,01/05/2026,02/06/2026\n"})
    assert Cover.objects.get().ends == date(2026, 6, 2)


@pytest.mark.django_db
def test_without_a_partnership_there_is_nowhere_to_import_to() -> None:
    assert mistakes({"levels.csv": LEVELS}) == ["partnership.csv: is missing: add it, or name an existing partnership with --partnership."]


# -- by a person -------------------------------------------------------------------------------------------------------


def people(*rows: str) -> dict[str, str]:
    return {"people.csv": "email,name,agency,role\n" + "".join(f"{row}\n" for row in rows)}


def test_the_business_unit_may_import_an_agencys_people(cast: Cast) -> None:
    imported(people("new@example.org,New,hillside-school,safeguarding_lead"), actor=cast.business_unit, partnership=cast.partnership)
    assert Membership.objects.filter(user__email="new@example.org", role=Role.LEAD).exists()


@pytest.mark.parametrize("role", [Role.CHAIR, Role.AUDITOR, Role.ADMINISTRATOR, Role.BUSINESS_MANAGER])
def test_nobody_imports_a_role_above_their_ceiling(cast: Cast, role: Role) -> None:
    found = mistakes(people(f"new@example.org,New,,{role.value}"), actor=cast.business_unit, partnership=cast.partnership)
    assert found == [f'people.csv, row 2, column role: is "{role.label}", which you may not give or take away.']


def test_a_role_that_stands_already_may_stay_in_the_file(cast: Cast) -> None:
    imported(people(f"{cast.chair.email},{cast.chair.name},,chair"), actor=cast.business_unit, partnership=cast.partnership)
    assert Membership.objects.filter(role=Role.CHAIR).count() == 1


def test_nobody_imports_a_role_for_themselves(cast: Cast) -> None:
    texts = people(f"{cast.business_unit.email},{cast.business_unit.name},hillside-school,safeguarding_lead")
    assert "somebody else must do that" in mistakes(texts, actor=cast.business_unit, partnership=cast.partnership)[0]


def test_nobody_makes_a_post_that_they_hold_one_of_leadership(cast: Cast) -> None:
    held = Post.objects.filter(agency=cast.school, is_lead=False)[0]
    make_holding(held, cast.administrator)
    level = held.level.number if held.level else ""
    texts = {"posts.csv": f"agency,level,title,lead,board_member\nhillside-school,{level},{held.title},yes,no\n"}
    found = mistakes(texts, actor=cast.administrator, partnership=cast.partnership)
    assert found == ["posts.csv, row 2, column lead: would give you something: somebody else must do that."]
    imported(texts, actor=cast.business_unit, partnership=cast.partnership)
    imported(texts, actor=cast.administrator, partnership=cast.partnership)
    assert Post.objects.get(pk=held.pk).is_lead


def test_nobody_imports_cover_by_themselves(cast: Cast) -> None:
    texts = {"cover.csv": f"person,deputy,starts,ends\n{cast.chair.email},{cast.business_unit.email},2026-05-01,2026-05-02\n"}
    assert "somebody else must arrange" in mistakes(texts, actor=cast.business_unit, partnership=cast.partnership)[0]


def test_the_partnership_itself_is_not_a_persons_to_import(cast: Cast) -> None:
    texts = {"partnership.csv": f"code,name\n{cast.partnership.slug},Mine\n"}
    assert "can only be imported on the server" in mistakes(texts, actor=cast.business_unit, partnership=cast.partnership)[0]


@pytest.mark.parametrize("part", ["lead", "raiser", "chair", "auditor", "stranger", "nobody"])
def test_others_may_not_import(cast: Cast, part: str) -> None:
    with pytest.raises(NotAllowed):
        imported({"levels.csv": LEVELS}, actor=getattr(cast, part), partnership=cast.partnership)


def test_somebody_who_also_sits_elsewhere_keeps_their_name(cast: Cast) -> None:
    imported(people(f"{cast.stranger.email},Renamed,hillside-school,practitioner"), actor=cast.business_unit, partnership=cast.partnership)
    assert User.objects.get(id=cast.stranger.id).name == "Una Strange"


def test_people_of_another_partnership_cannot_be_named_in_cover(cast: Cast) -> None:
    texts = {"cover.csv": f"person,deputy,starts,ends\n{cast.stranger.email},{cast.lead.email},2026-05-01,2026-05-02\n"}
    assert "who is not among the people" in mistakes(texts, actor=cast.business_unit, partnership=cast.partnership)[0]


def test_nobody_imports_cover_that_they_could_not_arrange(cast: Cast) -> None:
    def cover(person: User, deputy: str) -> dict[str, str]:
        return {"cover.csv": f"person,deputy,starts,ends\n{person.email},{deputy},2026-05-01,2026-05-02\n"}

    new = {"people.csv": "agency,name,email,role\n,Nan New,nan.new@example.org,mediator\n"}
    for texts in (cover(cast.chair, cast.auditor.email), new | cover(cast.business_manager, "nan.new@example.org")):
        assert "in which you may not let somebody act" in mistakes(texts, actor=cast.administrator, partnership=cast.partnership)[0]
        assert imported(texts, actor=cast.business_unit, partnership=cast.partnership).made["dates of cover"] == 1


def test_a_file_of_cover_is_for_the_places_that_both_have_by_it_and_widens_nothing_that_is_there(cast: Cast) -> None:
    far = cast.stranger.memberships.get().agency
    for user in (cast.police_manager, cast.own_manager):
        make_member(user, far, Role.MANAGER)
    both = f"{cast.own_manager.email},Colin Reid,northshire-police,manager\n"
    texts = {"cover.csv": f"person,deputy,starts,ends\n{cast.police_manager.email},{cast.own_manager.email},2026-05-01,2026-05-30\n"}
    assert imported(people(both) | texts, actor=cast.business_unit, partnership=cast.partnership).made["dates of cover"] == 1
    assert Cover.objects.get().kept == {cast.police.pk}
    for user in (cast.police_manager, cast.own_manager):
        make_member(user, cast.school, Role.SENIOR)
    assert imported(texts, actor=cast.business_unit, partnership=cast.partnership).changed["dates of cover"] == 0
    assert Cover.objects.get().kept == {cast.police.pk}


def test_cover_by_somebody_who_sits_nowhere_beside_them_is_refused_and_takes_no_other_covers_place(cast: Cast) -> None:
    rows = "person,deputy,starts,ends\n{person},{deputy},2026-05-01,2026-05-30\n"
    good = {"cover.csv": rows.format(person=cast.own_manager.email, deputy=cast.colleague.email)}
    imported(good, actor=cast.business_unit, partnership=cast.partnership)
    bad = {"cover.csv": rows.format(person=cast.own_manager.email, deputy=cast.receiver.email)}
    last = f"{cast.colleague.email},{cast.colleague.name},{cast.school.code},practitioner,2026-04-30\n"
    ended = {"people.csv": "email,name,agency,role,until\n" + last}
    later = {"cover.csv": rows.format(person=cast.own_manager.email, deputy=cast.colleague.email).replace("05-30", "05-31")}
    for texts in (bad, ended | later):
        found = mistakes(texts, actor=cast.business_unit, partnership=cast.partnership)
        assert found == [f"cover.csv, row 2, column deputy: has no role beside {cast.own_manager.email} in any agency or in the partnership."]
    assert Cover.objects.get().deputy == cast.colleague


def test_cover_of_the_past_is_for_the_places_that_both_had_then(cast: Cast) -> None:
    make_member(cast.own_manager, cast.police, Role.MANAGER, until=date(2026, 4, 2))
    rows = f"{cast.police_manager.email},{cast.own_manager.email},2026-03-30,2026-04-02\n"
    imported({"cover.csv": "person,deputy,starts,ends\n" + rows}, actor=cast.business_unit, partnership=cast.partnership)
    assert Cover.objects.get().kept == {cast.police.pk}


# -- the command -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_command_imports_the_shipped_folders(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_directory", str(DATA / "enfield"))
    assert "made 5 levels, 9 agencies, 47 posts" in capsys.readouterr().out


@pytest.mark.django_db
def test_the_command_refuses_in_plain_words(tmp_path: Path) -> None:
    (tmp_path / "levels.csv").write_bytes("level,name\n1,Caf\xe9\n".encode("latin-1"))
    with pytest.raises(CommandError, match="cannot be read as UTF-8 text"):
        call_command("import_directory", str(tmp_path))


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "words"), [("people.txt", "holds none of"), ("persons.csv", "is not a file of the directory")])
def test_the_command_names_what_it_looks_for(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / name).write_text("x")
    with pytest.raises(CommandError, match=words):
        call_command("import_directory", str(tmp_path))


@pytest.mark.django_db
def test_the_command_knows_no_folder_and_no_partnership(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is not a folder"):
        call_command("import_directory", str(tmp_path / "none"))
    with pytest.raises(CommandError, match="cannot be opened"):
        call_command("import_directory", str(tmp_path / ("x" * 300)))
    with pytest.raises(CommandError, match='There is no partnership "atlantis"'):
        call_command("import_directory", str(tmp_path), "--partnership", "atlantis")


@pytest.mark.django_db
def test_a_partnership_that_an_import_makes_asks_everybody_for_a_second_factor_in_production_unless_it_is_invented(settings: Any) -> None:
    settings.CONCORD_SECOND_FACTOR_FOR_ALL = True
    for invented, roles in (("no", set(Role.values)), ("yes", set())):
        made = imported({"partnership.csv": f"code,name,invented\np-{invented},P,{invented}\n"}).partnership
        assert set(made.second_factor_roles) == roles
