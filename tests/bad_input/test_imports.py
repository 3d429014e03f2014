"""Bad files: the directory, an earlier log, a procedure, the bank holidays. Every mistake has its place, and nothing of the good ones is kept."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from agencies.errors import InvalidInput
from agencies.services.directory_import import import_files
from agencies.services.directory_import.reading import decoded
from escalation.services.earlier_log import bring_in_log
from tests.agencies.test_directory_import import NOW as AT_NINE
from tests.agencies.test_directory_import import WHOLE
from tests.bad_input.driving import Drive, nothing_stored
from tests.bad_input.reading import spelled, table
from tests.cast import Cast
from tests.escalation.earlier_logs import NOW, as_csv, cells, in_force, logged, responded
from tests.escalation.procedure_texts import clock, stage, text
from tests.factories import make_partnership

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def bring_directory(file: str, content: bytes) -> None:
    texts = {name: good.encode() for name, good in WHOLE.items()} | {file: content}
    import_files(decoded(texts.items()), actor=None, partnership=None, now=AT_NINE)


def judge(drive: Drive, row: object, words: str, caught: Exception | None) -> None:
    """The refusal says what is wrong in a plain line, and nothing was stored."""
    if caught is None or words not in str(getattr(caught, "message", "") or caught):
        drive.wrong.append(f"{str(row)[:150]}: {caught!r:.300}")
    drive.untouched(row)


def test_no_bad_file_of_the_directory_comes_in() -> None:
    rows = [(file, spelled(content).encode(), words) for file, content, words in table("directory")["rows"]]
    rows += [(file, bytes.fromhex(content), words) for file, content, words in table("directory")["bytes"]]
    with nothing_stored() as drive:
        for file, content, words in rows:
            caught: Exception | None = None
            try:
                bring_directory(file, content)
            except InvalidInput as error:
                caught = error
            judge(drive, (file, content), words, caught)


def test_no_bad_earlier_log_comes_in(cast: Cast) -> None:
    in_force(cast)
    contents: list[tuple[object, bytes, str]] = []
    for column, cell, words in table("log")["cells"]:
        rows = [cells(cast, row) for row in (logged(), responded())]
        rows[1][column] = spelled(cell)
        contents.append(((column, cell), as_csv(rows), words))
    contents += [(content, spelled(content).encode(), words) for content, words in table("log")["files"]]
    with nothing_stored() as drive:
        for row, content, words in contents:
            caught: Exception | None = None
            try:
                bring_in_log("log.csv", content, cast.partnership, actor=None, now=NOW)
            except InvalidInput as error:
                caught = error
            judge(drive, row, words, caught)


def test_no_bad_procedure_comes_in(tmp_path: Path) -> None:
    make_partnership(slug="sampleshire", name="Sampleshire")
    whole, file = text(stage("one", clocks=clock()), stage("two"), head="in_force_from = 2026-04-01"), tmp_path / "bad.toml"
    sources = [((old, new), whole.replace(old, spelled(new), 1), words) for old, new, words in table("procedures")["changes"]]
    assert [old for (old, _), changed, _ in sources if changed == whole] == []
    sources += [((source, ""), spelled(source, whole=whole), words) for source, words in table("procedures")["texts"]]
    with nothing_stored() as drive:
        for row, source, words in sources:
            file.write_text(source, encoding="utf-8")
            caught: Exception | None = None
            try:
                call_command("import_procedure", str(file))
            except CommandError as error:
                caught = error
            judge(drive, row, words, caught)


def test_no_bad_list_of_bank_holidays_comes_in(tmp_path: Path) -> None:
    file = tmp_path / "list.json"
    with nothing_stored() as drive:
        for content, words in table("holidays")["texts"]:
            file.write_text(spelled(content), encoding="utf-8")
            caught: Exception | None = None
            try:
                call_command("refresh_bank_holidays", file, "--checked-on=2026-11-22", output=tmp_path)
            except CommandError as error:
                caught = error
            judge(drive, content, words, caught)
    assert [path.name for path in tmp_path.iterdir()] == ["list.json"]
