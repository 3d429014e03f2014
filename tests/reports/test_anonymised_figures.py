"""Anonymising leaves every figure of every edition as it was: each measure is counted again afterwards and compared to the digit."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from agencies.models import Partnership
from escalation.models import Dispute, Event
from escalation.services.audit import verify
from escalation.services.keeping.anonymising import erase_rows
from escalation.services.seals import seal_partnerships
from escalation.states import Difference, EventKind, State, Verb
from reports import texts
from reports.document import build
from reports.figures import Edition
from reports.measures import Scope, figures_of
from reports.measures.partnership import ERASED
from reports.models import Passage
from reports.periods import Period, Year
from reports.standing import standing_report
from tests.cast import Cast
from tests.escalation.keeping import later, typed
from tests.escalation.verbs import closed
from tests.procedures.test_rules_reports import FINDING, decided
from tests.record_guard import unguarded
from tests.reports.builders import make_world
from tests.reports.generated import generate
from tests.world import World, london

pytestmark = pytest.mark.django_db
YEAR = Year(2025)
AT = london("2036-04-01 09:00")
# A meeting at whose time one of them was unresolved.
MET = Period(date(2026, 3, 1), date(2026, 3, 2))


def counted(partnership: Partnership, at: datetime = AT) -> dict[str, str]:
    """Every measure of both editions, and both documents whole, as text."""
    found: dict[str, str] = {}
    for edition in Edition:
        scope = Scope(partnership, YEAR, at, edition)
        found |= {f"{edition.value} {key}": repr(table) for key, table in figures_of(scope).items()}
        document = build(scope, texts=texts.texts_of(partnership, YEAR, edition))
        found[edition.value] = json.dumps(document.as_json(), ensure_ascii=False, default=str)
    found["standing"] = json.dumps(standing_report(Scope(partnership, MET, at, Edition.INTERNAL)).as_json(), ensure_ascii=False, default=str)
    return found


@pytest.fixture
def world(cast: Cast) -> World:
    """Real disagreements that ended in each way: closed, decided by a panel with a finding, withdrawn; and one that is still open."""
    journey = decided(cast)
    world = journey.world
    for user in (cast.own_board, cast.receiving_board):
        world.do(journey.dispute, Verb.CONFIRM_OUTCOME, user)
    world.do(journey.dispute, Verb.CLOSE, cast.business_unit, difference=Difference.NO_CHANGE, gap="Nobody answered.")
    closed(world, world.sent())
    closed(world, world.sent(themes=["delay"], children=[{"initials": "QX", "born_on": "2016-01-01"}]))
    world.do(world.log(), Verb.WITHDRAW, cast.lead, reason="Overtaken.", still_at_risk=False)
    world.sent()
    return world


def finish(world: World) -> list[Dispute]:
    """All that ended is anonymised, each by who decides of it."""
    gone = list(Dispute.objects.filter(state__in=[State.CLOSED, State.WITHDRAWN]))
    with later(world):
        for dispute in gone:
            world.do(dispute, Verb.ANONYMISE, world.cast.business_unit if dispute.sent_at else world.cast.lead)
    return gone


def test_every_measure_of_both_editions_is_the_same_to_the_digit_afterwards(world: World) -> None:
    event = Event.objects.get(kind=EventKind.DECIDED)
    written = texts.write(
        partnership=world.cast.partnership,
        year=YEAR,
        chapter=texts.FINDINGS,
        text="Read in two ways.",
        by=world.cast.business_unit,
        now=AT,
        event=event,
    )
    assert written is not None
    texts.sign(written.pk, seen="Read in two ways.", by=world.cast.business_unit, now=AT)
    before = counted(world.cast.partnership)
    gone = finish(world)
    assert len(gone) == 4
    assert [typed(dispute) for dispute in gone] == [[]] * 4
    after = counted(world.cast.partnership)
    # The one thing that a report quotes: what was found, in the internal edition. Its row stays, its words are gone.
    assert FINDING in before["internal"]
    assert after == {key: text.replace(FINDING, ERASED) for key, text in before.items()}
    assert "Read in two ways." in after["public"]
    # A reference is no name: the list that a meeting had is made again as it was.
    assert any(dispute.reference in after["standing"] for dispute in gone)


def test_verification_is_clean_afterwards(world: World) -> None:
    seal_partnerships(world.now)
    finish(world)
    seal_partnerships(world.now)
    report = verify()
    assert (report.found, report.findings) == (0, [])
    assert report.erased == 17


def test_unsigned_wordings_of_an_erased_finding_go_and_signed_ones_stay(world: World) -> None:
    event = Event.objects.get(kind=EventKind.DECIDED)
    given: dict[str, Any] = {"partnership": world.cast.partnership, "year": YEAR, "by": world.cast.business_unit, "now": AT}
    texts.write(chapter=texts.FINDINGS, text="Read in two ways.", event=event, **given)
    texts.write(chapter="volume", text="A calm year.", **given)
    assert texts.forget_unsigned() == 0
    finish(world)
    assert texts.forget_unsigned() == 1
    assert Passage.objects.get().text == "A calm year."


def test_a_generated_year_counts_the_same_when_the_rows_of_all_that_ended_are_emptied() -> None:
    made = make_world(with_posts=True)
    now = datetime(2026, 4, 20, 9, tzinfo=UTC)
    generate(made, 60, starts=datetime(2025, 4, 2, 9, tzinfo=UTC), ends=datetime(2026, 3, 20, 9, tzinfo=UTC), now=now, seed=7)
    before = counted(made.partnership, now)
    with unguarded():
        for key in Dispute.objects.filter(state__in=[State.CLOSED, State.WITHDRAWN]).values_list("pk", flat=True):
            erase_rows(key, now)
    assert counted(made.partnership, now) == before
