"""The words of figures in another language: looked up where they are shown, English where they are kept and compared."""

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import trans_real

from reports import charts, own, period_words, pooled, pooled_words, quarterly, services, story
from reports.api.figures import shown as given_to_programs
from reports.document import build
from reports.exports import FORMATS, as_csv
from reports.figures import Document, Edition
from reports.findings import findings_report
from reports.issuing import issue, public_document
from reports.measures import Scope
from reports.measures.volume import NONE
from reports.models import IssuedEdition
from reports.periods import Period, Year
from reports.publishing import given_out
from reports.rendering import context_of, shown
from reports.said import said, said_of, sentence, small, worded
from reports.said import shown as in_words
from reports.standing import QUARTERLY, WORDS, standing_report
from tests.kept import kept_fixture
from tests.pseudo import LANGUAGE, Marked, marked, stored, unmarked
from tests.reports.builders import STAGES, World, make_world
from tests.reports.generated import generate

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
YEAR = Year(2025)
FORMS = {"{some} came in time": "in time came {some}", "About {share} {things}": "of {things} about {share}", "responses due": "answers"}
NOT_WORDS = {"key", "partnership", "unit_name", "snapshot", "days", "agency", "chapter", "language"}


class VerbsFirst(Marked):
    """The made-up language with a few sentences of its own."""

    def gettext(self, message: str) -> str:
        return FORMS.get(message, super().gettext(message))


@contextmanager
def verbs_first() -> Iterator[None]:
    with marked(), pytest.MonkeyPatch.context() as patch:
        patch.setitem(trans_real._translations, LANGUAGE, VerbsFirst())  # type: ignore[attr-defined]
        with translation.override(LANGUAGE):
            yield


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path


@kept_fixture
def world() -> World:
    made = make_world(with_posts=True)
    generate(made, 12, starts=YEAR.starts, ends=NOW, now=NOW)
    return made


def documents(world: World) -> dict[str, Document]:
    """Every kind of document that there is."""
    partnership, agency = world.partnership, world.agencies[0]
    return {
        "internal": build(Scope(partnership, YEAR, NOW, Edition.INTERNAL)),
        "public": public_document(partnership, YEAR, NOW),
        "nothing": build(Scope(partnership, Year(2020), NOW, Edition.INTERNAL)),
        "standing": standing_report(Scope(partnership, Period(date(2026, 8, 1), date(2026, 12, 31)), NOW, Edition.INTERNAL)),
        "own": own.own_report(agency, YEAR, NOW),
        "board": quarterly.board_page(partnership, quarterly.last_quarters(NOW), NOW),
        "findings": findings_report(partnership, YEAR, NOW),
    }


def texts(value: object) -> Iterator[str]:
    """Every text of a document that is words."""
    if isinstance(value, str) and not isinstance(value, Enum):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from texts(each)
    elif is_dataclass(value) and not isinstance(value, type):
        for each in fields(value):
            if each.name not in NOT_WORDS:
                yield from texts(getattr(value, each.name))


def test_a_sentence_puts_its_places_where_the_language_has_them() -> None:
    share = story.in_time(439, 577, story.RESPONSE)
    assert share == "About three in four responses due came in time"
    with verbs_first():
        assert in_words(share) == "In time came of answers about ⟦three in four⟧"
        assert share == "About three in four responses due came in time"


def test_a_name_that_nobody_said_is_not_looked_up() -> None:
    with marked():
        assert in_words(said("{agency} in figures", agency="Police")) == "⟦Police in figures⟧"
        assert in_words("Police") == "Police"


def test_a_count_has_the_form_of_its_number() -> None:
    counts = [said_of("{n:,} was done", "{n:,} were done", number) for number in (0, 1, 1204)]
    assert counts == ["0 were done", "1 was done", "1,204 were done"]
    with marked():
        assert [in_words(each) for each in counts] == ["⟦0 were done⟧", "⟦1 was done⟧", "⟦1,204 were done⟧"]


def test_the_first_letter_is_that_of_the_language() -> None:
    words = said("{some} came in time", some=small(said("All nine")))
    assert (sentence(words), small(said("DSLs"))) == ("All nine came in time", "DSLs")
    with verbs_first():
        assert in_words(sentence(words)) == "In time came ⟦All nine⟧"


def test_no_word_of_any_document_is_left_in_english(world: World) -> None:
    made = documents(world)
    data = stored() | {stage.lower() for stage in STAGES} | {NONE}
    with marked():
        for kind, document in made.items():
            left = {words for text in texts(worded(document)) for words in unmarked(text, data)}
            assert left == set(), kind


def test_a_document_is_the_same_in_english_whatever_language_is_in_force(world: World) -> None:
    before = {kind: document.as_json() for kind, document in documents(world).items()}
    with marked():
        assert {kind: document.as_json() for kind, document in documents(world).items()} == before


def test_an_edition_that_is_issued_in_another_language_is_kept_in_english_and_given_out_in_the_readers(world: World) -> None:
    with marked():
        issue(world.partnership, public_document(world.partnership, YEAR, NOW), NOW)
        assert "⟦" in str(worded(given_out(world.partnership, YEAR, NOW)))
    services.note_taken(world.partnership, world.unit.pk, public_document(world.partnership, YEAR, NOW), "a data file (CSV)", NOW)
    assert "⟦" not in str(IssuedEdition.objects.get().document)


def test_an_issued_edition_that_the_record_does_not_give_any_more_is_given_out_whole_in_english_and_its_page_says_so(
    world: World, settings: Any
) -> None:
    client = Client()
    client.force_login(world.unit, backend="agencies.backend.AccountBackend")

    def page() -> str:
        return str(client.get(reverse("report-year", args=[2025]), {"edition": "public"}).content.decode())

    edition = public_document(world.partnership, YEAR, NOW)
    issue(world.partnership, edition, NOW)
    why = "It is given out in English, in the words in which it was kept"
    with marked():
        assert why not in page()
    generate(world, 12, starts=YEAR.starts, ends=NOW, now=NOW, seed=8)
    report, _is_new = services.ask_for_report(partnership=world.partnership, year=YEAR, edition=Edition.PUBLIC, asked_by=world.unit, now=NOW)
    with marked():
        settings.LANGUAGE_CODE = LANGUAGE
        kept = given_out(world.partnership, YEAR, NOW)
        assert "⟦" not in FORMATS["csv"].make(kept).decode() + str(given_to_programs(kept))
        services.make_report(report.pk)
        report.refresh_from_db()
        assert report.figures["sections"] == edition.as_json()["sections"]
        html = services.html_of(report)
        assert ("⟦" in html, 'lang="en-GB"' in html) == (False, True)
        assert why in page()
    settings.LANGUAGE_CODE = "en-gb"
    assert services.remade(report) == services.path_of(report).read_bytes()
    assert why not in page()


def test_a_made_report_keeps_the_words_it_was_printed_with_whoever_asks_for_it(world: World) -> None:
    """One of a year of which nothing is on record: that no word of a full one depends on who asks stands above, of every document."""
    report, _is_new = services.ask_for_report(partnership=world.partnership, year=Year(2020), edition=Edition.INTERNAL, asked_by=world.unit, now=NOW)
    with marked():
        services.make_report(report.pk)
        report.refresh_from_db()
        assert "⟦" not in services.html_of(report)
    assert "⟦" not in str(report.figures)


def test_it_is_made_and_made_again_in_the_language_of_the_installation(world: World, settings: object) -> None:
    """Of a year of which nothing is on record too."""
    report, _is_new = services.ask_for_report(partnership=world.partnership, year=Year(2020), edition=Edition.INTERNAL, asked_by=world.unit, now=NOW)
    with marked():
        settings.LANGUAGE_CODE = LANGUAGE  # type: ignore[attr-defined]
        services.make_report(report.pk)
        report.refresh_from_db()
    assert report.figures["sections"][0]["name"] == "⟦Agencies⟧"
    settings.LANGUAGE_CODE = "en-gb"  # type: ignore[attr-defined]
    page = services.html_of(report)
    assert '<h2 id="contents">⟦Contents⟧</h2>' in page
    assert "⟦1 ⟦April⟧ 2020⟧ to ⟦31 ⟦March⟧ 2021⟧" in page


def test_data_files_and_programs_have_the_words_in_the_language_in_force(world: World) -> None:
    document = build(Scope(world.partnership, YEAR, NOW, Edition.INTERNAL))
    with marked():
        lines = as_csv(document).splitlines()
        assert lines[0] == "⟦Chapter⟧,⟦Table⟧,⟦Row⟧,⟦Column⟧,⟦Figure⟧,⟦Unit⟧,⟦Sign⟧"
        assert any(line.startswith('⟦Volume⟧,"⟦Disagreements raised, by quarter⟧",⟦April to June⟧,⟦Withdrawn⟧,') for line in lines)
        answer = given_to_programs(document)
    assert answer["chapters"][0]["tables"][0]["columns"][0] == {"name": "⟦Not withdrawn⟧", "unit": "count"}
    assert answer["edition"] == "internal"


def test_a_page_finds_its_columns_in_any_language(world: World) -> None:
    trend = quarterly.unit_trend(world.partnership, NOW)
    english = quarterly.trend_words(trend)
    with marked():
        assert shown(trend, charts.NARROW).columns[0] == ("⟦Raised⟧", True)
        assert quarterly.trend_words(trend).startswith("⟦")
        assert context_of(own.scorecard(world.agencies[0], YEAR, NOW), charts.WIDE)["edition_words"] == "⟦Internal edition⟧"
    assert quarterly.trend_words(trend) == english


def test_every_sentence_that_speaks_of_a_period_or_a_quarter_is_listed_for_translators() -> None:
    changed = {form: _by(form, WORDS) for form in _forms()}
    listed = {*period_words.OF_A_PERIOD, *(form for pair in period_words.OF_A_PERIOD_IN_NUMBER for form in (pair % 1, pair % 2))}
    assert {words for form, words in changed.items() if words != form} == listed
    assert _by("Stage at which those closed in the year were settled", QUARTERLY) in period_words.OF_A_QUARTER


@cache
def _forms() -> list[str]:
    """Every form of a sentence in the rooms where a report's sentences are made."""
    rooms = [
        *(Path(configured.ROOT) / "reports/measures").glob("*.py"),
        *(Path(configured.ROOT) / f"reports/{name}.py" for name in ("document", "most", "story")),
    ]
    calls = [node for room in rooms for node in ast.walk(ast.parse(room.read_text())) if isinstance(node, ast.Call)]
    looked_up = [call.args for call in calls if isinstance(call.func, ast.Name) and call.func.id in {"_", "ngettext"}]
    return [form.value for args in looked_up for form in args if isinstance(form, ast.Constant) and isinstance(form.value, str)]


def test_every_sentence_that_speaks_of_three_years_is_listed_for_translators() -> None:
    changed = {_by(form, pooled.WORDS) for form in _forms()} - set(_forms())
    assert changed == {*pooled_words.OF_THREE_YEARS, *(form for pair in pooled_words.OF_THREE_YEARS_IN_NUMBER for form in (pair % 1, pair % 2))}


def _by(form: str, rules: object) -> str:
    for pattern, words in rules:  # type: ignore[attr-defined]
        form = pattern.sub(words, form)
    return form
