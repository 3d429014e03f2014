"""`manage.py import_procedure`: a file becomes the next version, whole or not at all, and moves no disagreement that runs."""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from agencies.errors import NotFound
from agencies.models import DirectoryEvent, Partnership
from escalation.engine.definitions import definition_of
from escalation.models import Dispute, Procedure, ProcedureVersion, StageDefinition
from escalation.procedures.schema import shipped, shipped_files
from escalation.services import procedures
from tests.cast import Cast
from tests.escalation.procedure_texts import stage, text
from tests.factories import make_partnership
from tests.world import World, london

pytestmark = pytest.mark.django_db
SHIPPED_BRISTOL = next(path for path in shipped_files() if path.stem == "bristol").read_text(encoding="utf-8")


@pytest.fixture
def partnership() -> Partnership:
    return make_partnership(slug="sampleshire", name="Sampleshire")


@pytest.fixture
def folder(tmp_path: Path, partnership: Partnership) -> Path:
    (tmp_path / "sample.toml").write_text(text(head="in_force_from = 2026-04-01"), encoding="utf-8")
    return tmp_path


def _run(*arguments: str) -> str:
    out = StringIO()
    call_command("import_procedure", *arguments, stdout=out)
    return out.getvalue().strip()


def test_a_name_that_no_file_can_have_is_refused_in_a_line(partnership: Partnership) -> None:
    with pytest.raises(CommandError, match="x: File name too long"):
        _run("x" * 300)


def _refused(*arguments: str) -> str:
    with pytest.raises(CommandError) as caught:
        _run(*arguments)
    return str(caught.value)


def _import(folder: Path, source: str, *arguments: str) -> str:
    (folder / "sample.toml").write_text(source, encoding="utf-8")
    return _run(str(folder / "sample.toml"), *arguments)


def test_a_file_becomes_version_1_and_says_so_in_one_line(folder: Path) -> None:
    said = _run(str(folder / "sample.toml"))
    assert said == "Sample procedure: version 1 published for Sampleshire, in force from 1 April 2026."
    assert ProcedureVersion.objects.get().definition["key"] == "sample"


def test_a_file_that_an_editor_begins_with_a_mark_of_its_encoding_is_read(folder: Path) -> None:
    assert "version 1 published" in _import(folder, "\ufeff" + text(head="in_force_from = 2026-04-01"))


def test_stages_are_kept_as_rows_for_readers_in_sql(folder: Path) -> None:
    _import(folder, text(stage("one", "raising = { level = 2 }"), stage("two")))
    assert list(StageDefinition.objects.values_list("position", "key", "number", "sides", "level")) == [
        (1, "one", "1", "both", 2),
        (2, "two", "2", "both", None),
    ]


def test_the_same_file_again_does_nothing(folder: Path) -> None:
    _run(str(folder / "sample.toml"))
    assert _run(str(folder / "sample.toml")) == "Sample procedure: version 1 already says this, nothing to do."
    assert ProcedureVersion.objects.count() == DirectoryEvent.objects.count() == 1


def test_a_changed_file_becomes_the_next_version_and_leaves_the_first_as_it_was(folder: Path) -> None:
    _run(str(folder / "sample.toml"))
    first = ProcedureVersion.objects.get()
    assert "version 2 published" in _import(folder, text(stage("one"), stage("two"), stage("three"), head="in_force_from = 2026-05-01"))
    assert definition_of(first.pk).last == 2
    assert definition_of(ProcedureVersion.objects.get(number=2).pk).last == 3


def test_publishing_is_recorded_in_the_directorys_record(folder: Path) -> None:
    _run(str(folder / "sample.toml"))
    assert DirectoryEvent.objects.get().words.startswith("Sample procedure: version 1 published")


def test_the_day_given_goes_before_the_files_own(folder: Path) -> None:
    _run(str(folder / "sample.toml"), "--in-force-from", "2026-06-01")
    assert ProcedureVersion.objects.get().in_force_from == date(2026, 6, 1)


def test_a_newer_version_from_an_earlier_day_is_refused(folder: Path) -> None:
    _run(str(folder / "sample.toml"))
    (folder / "sample.toml").write_text(text(head='owner = "Another"\nin_force_from = 2026-03-31'), encoding="utf-8")
    assert "cannot be in force from an earlier day (31 March 2026)" in _refused(str(folder / "sample.toml"))
    assert ProcedureVersion.objects.count() == 1


def test_every_mistake_is_listed_and_nothing_is_imported(folder: Path) -> None:
    (folder / "bad.toml").write_text(text(stage("one", 'name = ""'), head='owner = ""'), encoding="utf-8")
    said = _refused(str(folder / "bad.toml")).splitlines()
    assert said[0] == "Nothing was imported: 3 mistakes."
    assert [line.split(": ")[1] for line in said[1:]] == ["stages", "stage 1, name", "owner"]
    assert not Procedure.objects.exists()


@pytest.mark.parametrize("name", ["absent.toml", "", "a\x00b", "moon"])
def test_a_file_that_is_not_there_is_one_plain_line(folder: Path, name: str) -> None:
    said = _refused(str(folder / name) if name else str(folder))
    assert len(said.splitlines()) == 1


def test_a_file_that_is_not_text_is_one_plain_line(folder: Path) -> None:
    (folder / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    assert _refused(str(folder / "bytes.toml")) == "bytes.toml is not text in UTF-8."


def test_a_day_that_is_none_is_one_plain_line(folder: Path) -> None:
    assert (
        _refused(str(folder / "sample.toml"), "--in-force-from", "1 April") == "--in-force-from: “1 April” is not a date. Write it like 2026-04-01."
    )


def test_a_day_far_from_our_time_is_one_plain_line(folder: Path) -> None:
    assert _refused(str(folder / "sample.toml"), "--in-force-from", "9999-12-31") == "--in-force-from: a date from 2000 to 2199 is expected."


def test_the_partnership_is_named_where_there_are_several(folder: Path) -> None:
    make_partnership(slug="otherton")
    assert "Name the partnership with --partnership. There are: otherton, sampleshire." in _refused(str(folder / "sample.toml"))
    assert "published for Sampleshire" in _run(str(folder / "sample.toml"), "--partnership", "sampleshire")


def test_a_partnership_that_is_not_there_is_refused_with_those_that_are(folder: Path) -> None:
    assert _refused(str(folder / "sample.toml"), "--partnership", "moon") == "There is no partnership “moon”. There are: sampleshire."


def test_a_shipped_procedure_may_be_given_by_its_key(partnership: Partnership) -> None:
    assert _run("bristol") == "Escalation procedure: version 1 published for Sampleshire, in force from 12 March 2020."


def test_several_procedures_stand_side_by_side_and_the_first_is_offered_first(partnership: Partnership) -> None:
    _run("bristol")
    _run("devon")
    assert list(Procedure.objects.filter(is_default=True).values_list("key", flat=True)) == ["bristol"]
    _run("devon", "--default")
    assert list(Procedure.objects.filter(is_default=True).values_list("key", flat=True)) == ["devon"]


def test_a_preview_says_what_would_change_and_changes_nothing(folder: Path) -> None:
    _run(str(folder / "sample.toml"))
    said = _import(folder, text(stage("one"), stage("three"), head="in_force_from = 2026-05-01"), "--preview").splitlines()
    assert said[:3] == ["This would be version 2, in force from 1 May 2026.", "The stage “Stage three” is new.", "The stage “Stage two” goes."]
    assert ProcedureVersion.objects.count() == 1


@pytest.mark.engines
def test_a_published_version_cannot_be_changed_in_the_database(folder: Path) -> None:
    _run(str(folder / "sample.toml"))
    with pytest.raises(DatabaseError), transaction.atomic():
        ProcedureVersion.objects.update(owner="Somebody else")
    with pytest.raises(DatabaseError), transaction.atomic():
        StageDefinition.objects.all().delete()


@pytest.mark.engines
@pytest.mark.parametrize(("day", "number"), [(date(2026, 4, 1), 1), (date(2026, 4, 30), 1), (date(2026, 5, 1), 2)])
def test_the_version_in_force_is_the_latest_that_has_begun(folder: Path, day: date, number: int) -> None:
    _run(str(folder / "sample.toml"))
    _import(folder, text(head='owner = "Another"\nin_force_from = 2026-05-01'))
    assert procedures.version_in_force(Procedure.objects.get(), day).number == number


def test_before_the_first_day_no_version_is_in_force(folder: Path) -> None:
    _run(str(folder / "sample.toml"))
    with pytest.raises(NotFound, match="No version of Sample procedure is in force on 31 March 2026"):
        procedures.version_in_force(Procedure.objects.get(), date(2026, 3, 31))


@pytest.mark.parametrize(
    ("key", "due"),
    [("bristol", date(2021, 3, 12)), ("buckinghamshire", date(2020, 11, 6)), ("devon", date(2027, 2, 28))],
)
def test_a_review_is_due_as_the_file_says_or_its_months_after_the_last(key: str, due: date) -> None:
    assert procedures.review_due(shipped()[key], date(2026, 2, 28)) == due


def test_publishing_a_new_version_moves_no_running_disagreement(cast: Cast, folder: Path, world: World, dispute: Dispute) -> None:
    before = list(dispute.clocks.order_by("key").values_list("key", "due_at", "state", "next_check_at"))
    (folder / "bristol.toml").write_text(SHIPPED_BRISTOL.replace('"1 working day"', '"3 working days"', 1), encoding="utf-8")
    assert "version 2" in _run(str(folder / "bristol.toml"), "--partnership", cast.partnership.slug, "--in-force-from", "2026-03-02")
    after = world.fresh(dispute)
    assert (after.version_id, after.revision, after.stage) == (dispute.version_id, dispute.revision, dispute.stage)
    assert list(after.clocks.order_by("key").values_list("key", "due_at", "state", "next_check_at")) == before


def test_a_disagreement_begun_under_the_new_version_has_its_clocks(cast: Cast, folder: Path, world: World) -> None:
    (folder / "bristol.toml").write_text(SHIPPED_BRISTOL.replace('"1 working day"', '"3 working days"', 1), encoding="utf-8")
    _run(str(folder / "bristol.toml"), "--partnership", cast.partnership.slug, "--in-force-from", "2026-03-02")
    response = world.sent().clocks.get(key="response")
    assert response.due_at == london("2026-03-05 10:00")


def test_a_preview_counts_the_disagreements_that_keep_their_version(cast: Cast, folder: Path, dispute: Dispute) -> None:
    (folder / "bristol.toml").write_text(SHIPPED_BRISTOL.replace('"1 working day"', '"3 working days"', 1), encoding="utf-8")
    said = _run(str(folder / "bristol.toml"), "--partnership", cast.partnership.slug, "--in-force-from", "2026-04-01", "--preview").splitlines()
    assert said[0] == "This would be version 2, in force from 1 April 2026. 1 running disagreement keeps the version it began under."
    assert said[1].startswith("Stage 1, Team managers: Each receiving agency is to respond within 3 working days")
