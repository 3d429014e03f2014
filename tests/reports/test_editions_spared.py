"""The public edition hides no more than its proof needs, says no more than it shows, and searches no longer than it may."""

import pytest

from agencies.errors import InvalidInput
from reports import proof, story
from reports.disclosure import SMALL
from reports.document import CHAPTERS, build
from reports.earlier import counts_of
from reports.editions import suppressed
from reports.figures import Document, Edition
from reports.issuing import public_document
from reports.measures import Scope, figures_of
from reports.models import IssuedEdition
from reports.periods import Year
from reports.proof import Hiding
from tests.reports.builders import make_world
from tests.reports.test_editions import NOW, counted, scope_of, write

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("number", "seed"), [(9, 3), (40, 3), (150, 4)])
def test_nothing_is_hidden_beside_the_small_ones_without_which_each_would_still_be_safe(number: int, seed: int) -> None:
    found = suppressed(counted(number, seed))
    # What is put together is hidden as such, and stands in no cell.
    cells = {name for table in found.tables.values() if table.counts_people for name, _cell in counts_of(table)}
    beside = {name for name in found.hidden & cells if found.system.values[name] not in SMALL}
    for name in beside:
        fewer = found.hidden - {name}
        assert any(Hiding(found.system, fewer).witness(each) is None for each in fewer), name
    assert beside


def test_an_edition_whose_proof_would_take_too_long_is_refused_in_words_and_nothing_is_issued(monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_world()
    write(world, 43, seed=91)  # As nobody else writes it: what was proved once is proved.
    with monkeypatch.context() as patched:
        patched.setattr(proof, "MOST_WORK", 50)
        with pytest.raises(InvalidInput, match="it would take too long to prove that no number that it hides can be worked out") as refused:
            public_document(world.partnership, Year(2025), NOW)
    assert refused.value.field == "year"
    assert not IssuedEdition.objects.exists()
    assert public_document(world.partnership, Year(2025), NOW)


def test_what_is_the_same_in_every_count_is_proved_once_and_one_more_count_is_proved_anew() -> None:
    world = make_world()
    write(world, 40, seed=3)
    first = suppressed(figures_of(Scope(world.partnership, Year(2025), NOW, Edition.PUBLIC)))
    again = suppressed(figures_of(Scope(world.partnership, Year(2025), NOW, Edition.PUBLIC)))
    assert again.proofs is first.proofs
    write(world, 1, seed=4)
    other = suppressed(figures_of(Scope(world.partnership, Year(2025), NOW, Edition.PUBLIC)))
    assert other.proofs is not first.proofs
    assert other.system.values != first.system.values


@pytest.mark.parametrize(("number", "seed"), [(40, 3), (150, 4)])
def test_titles_and_summary_can_be_made_again_from_the_tables_that_are_printed(number: int, seed: int) -> None:
    document = build(scope_of(number, seed))
    printed = {table.key: table for section in Document.of(document.as_json()).sections for table in section.tables}
    titles = {each.key: each.message(printed) for each in CHAPTERS if each.key != "agencies" or "silent-kinds" in printed}
    said = {each.key: each.message for each in document.sections if "small numbers are not shown" not in each.message}
    assert {key: title for key, title in titles.items() if key in said} == said
    assert {"volume", "stages", "themes", "agencies"} <= said.keys()
    assert "kinds" in printed
    assert story.summary(printed, Year(2025).said, is_running=False) == document.summary
