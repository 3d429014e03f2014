"""The guide's pictures, taken where people meet the pages; and that guide, pictures and tests name the same ones."""

import json
import re
from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse

from agencies import wall_clock
from agencies.roles import Role
from escalation.services import drafts
from escalation.states import LearningStatus, Route, Verb
from escalation.web.access import verb_url
from reports import audits
from reports.periods import period_between, usual_days
from tests.escalation.learning import follow, learnt
from tests.factories import make_member, make_partnership, make_user
from tests.journeys import pictures
from tests.journeys.effort import MOST, OF_VERB, estimate
from tests.journeys.journey import Journey
from tests.journeys.pictures import GUIDE, PICTURES
from tests.world import World, london

HERE = Path(__file__).resolve().parent
MOST_BYTES = 750_000


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_guides_pages_are_met_where_the_guide_says(journey: Journey) -> None:
    j, cast = journey, journey.cast
    j.under("bristol")
    _is_logged_and_answered(j)
    _is_watched(j)
    for user in (cast.own_manager, cast.own_senior):
        j.do(user, Verb.MOVE_UP, found=False, ground="risk", reason="The risk goes on.")
    _comes_before_the_chair(j)
    _is_mediated_heard_and_audited(j)
    _is_taken_up_again(j)
    _is_learnt_from(j)
    _is_practised(j)


def _is_logged_and_answered(j: Journey) -> None:
    cast = j.cast
    raiser, manager, receiver = j.as_(cast.raiser), j.as_(cast.own_manager), j.as_(cast.receiver)
    raiser.go("/log/")
    raiser.picture("log-danger")
    j.log(cast.social_care, pictures=True)
    manager.go(j.address)
    manager.picture("send-on", first="main", last=".c-next")
    j.do(cast.own_manager, Verb.SEND_ON)
    raiser.go(j.address)
    raiser.picture("disagreement", first="main", last="main li:has-text('Disagreement logged') >> nth=-1")
    raiser.follow(reverse("case-print", args=[j.dispute.reference]))
    raiser.effort.within("print for the file")
    receiver.go("/my-work/")
    receiver.picture("my-work")
    receiver.go(verb_url(j.dispute.reference, Verb.RESPOND))
    receiver.picture("respond")
    j.do(cast.receiver, Verb.RESPOND, answer="disagrees", reasons="No assessment is needed.")
    j.do(cast.own_manager, Verb.REJECT, reason="It does not speak to the child.")
    manager.go(verb_url(j.dispute.reference, Verb.MOVE_UP))
    manager.picture("move-up")


def _is_watched(j: Journey) -> None:
    # Figures are of what was recorded before they are counted.
    j.clock.shift(60)
    unit, lead = j.as_(j.cast.business_unit), j.as_(j.cast.lead)
    unit.go("/board/")
    unit.picture("board")
    unit.follow("/board/?list=open#list")
    unit.follow(j.address)
    unit.effort.within("triage")
    unit.go("/reports/2025/")
    unit.picture("annual-report")
    administrator = j.as_(j.cast.administrator)
    administrator.go("/directory/health/")
    administrator.picture("what-is-missing")
    administrator.go("/directory/calendar/")
    administrator.picture("calendar")
    lead.go("/directory/people/")
    lead.picture("my-people")
    lead.follow(reverse("cover", args=[j.cast.raiser.pk]))
    lead.fill(deputy=j.cast.colleague.pk, starts=date(2026, 3, 9), ends=date(2026, 3, 13))
    lead.press("Set cover")
    lead.effort.within("set cover")


def _comes_before_the_chair(j: Journey) -> None:
    cast = j.cast
    member, chair = j.as_(cast.own_board), j.as_(cast.chair)
    member.go("/my-agency/")
    member.picture("my-agency")
    member.follow(f"/my-agency/?agency={cast.school.pk}&list=raised#list")
    member.follow(j.address)
    member.effort.within("see what the agency has open")
    member.go("/board-page/")
    member.picture("board-page")
    member.go(j.address)
    member.picture("board-member")
    j.do(cast.own_board, Verb.REFER, ground="risk", efforts="Three stages.", reason="The risk goes on.")
    chair.go("/my-work/")
    chair.follow("/reports/findings/")
    chair.effort.within("read the year's findings")
    chair.go(j.address)
    chair.picture("before-the-chair")
    chair.go(verb_url(j.dispute.reference, Verb.CHOOSE_ROUTE))
    chair.picture("choose-route")


def _is_mediated_heard_and_audited(j: Journey) -> None:
    """Each of these people is met where the guide says. What is done in between is done without pages, which other journeys go through."""
    cast, world = j.cast, World(j.cast, now=wall_clock.now())
    world.do(j.dispute, Verb.CHOOSE_ROUTE, cast.chair, route=Route.MEDIATION, mediator=cast.mediator.pk, reason="Both know the child.")
    mediator = j.as_(cast.mediator)
    mediator.go(verb_url(j.dispute.reference, Verb.DECIDE))
    mediator.picture("record-mediation")
    world.do(j.dispute, Verb.DECIDE, cast.mediator, decision="No agreement.", reasons="They stand apart.", agreed=False)
    world.do(j.dispute, Verb.CHOOSE_ROUTE, cast.chair, route=Route.PANEL, reason="A panel is to decide it.")
    seats = {cast.own_board.pk: cast.school.pk, cast.receiving_board.pk: cast.social_care.pk, cast.panel_member.pk: cast.police.pk}
    world.do(j.dispute, Verb.CONVENE, cast.chair, meets_at=london("2026-03-20 14:00"), members=seats)
    member = j.as_(cast.panel_member)
    member.go(verb_url(j.dispute.reference, Verb.DECLARE_INTEREST))
    member.picture("declare-interest")
    period = period_between(**usual_days(world.now), now=world.now)
    sample = audits.draw(partnership=cast.partnership, period=period, size=1, drawn_by=cast.auditor, now=world.now)
    auditor = j.as_(cast.auditor)
    auditor.go(reverse("audit-check", args=[sample.records.get().pk]))
    auditor.picture("audit-record")


def _is_practised(j: Journey) -> None:
    """In a partnership of its own, whose clock the trainer moves."""
    place = make_partnership(name="Northshire practice", is_practice=True)
    trainer = j.as_(make_member(make_user("Tess Arden"), place, Role.BUSINESS_UNIT).user)
    trainer.go("/my-work/")
    trainer.press("Move the clock forward a working day")
    trainer.picture("practice-clock")


def _is_learnt_from(j: Journey) -> None:
    """Two disagreements that ended left learning behind: one is taken up, the other waits for somebody."""
    world = World(j.cast, now=wall_clock.now())
    follow(world, learnt(world), j.cast.lead, owner=j.cast.lead.pk, status=LearningStatus.STARTED, due_on=date(2026, 4, 30))
    learnt(world, issue="Minutes of strategy meetings reach schools too late to act on.")
    lead = j.as_(j.cast.lead)
    lead.go("/learning/")
    lead.picture("learning")


def _is_taken_up_again(j: Journey) -> None:
    """A draft leads from My work to its first question that is not answered."""
    cast, raiser = j.cast, j.as_(j.cast.raiser)
    procedure = j.dispute.version.procedure_id
    draft = drafts.begin_draft(cast.person(cast.raiser, wall_clock.today()), agency=cast.school.pk, procedure=procedure)
    raiser.go("/my-work/")
    raiser.follow(f"/log/{draft.reference}/")
    raiser.effort.within("resume a draft")


def test_every_picture_of_the_guide_is_taken_by_a_test_and_every_one_taken_is_shown() -> None:
    taken = {name for path in HERE.glob("*.py") for name in re.findall(r'\.picture\("([a-z-]+)"[,)]', path.read_text(encoding="utf-8"))}
    shown = {name for path in GUIDE.glob("*.md") for name in re.findall(r"!\[[^\]]+\]\(pictures/([a-z-]+)\.webp\)", path.read_text(encoding="utf-8"))}
    kept = {path.stem for path in PICTURES.iterdir()}
    assert taken == shown == kept


def test_a_pages_words_are_held_against_those_of_its_picture_but_for_references_and_times(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CONCORD_PICTURES", raising=False)
    monkeypatch.setattr(pictures, "PICTURES", tmp_path)
    monkeypatch.setattr(pictures, "WORDS", tmp_path / "words.json")
    (tmp_path / "board.webp").touch()
    (tmp_path / "words.json").write_text(json.dumps({"board": pictures.digest_of("ESC-7K3M2Q  Due Monday 2 March, 4:30pm")}))
    pictures.keep_picture("board", bytes, "ESC-AAAAAA Due Monday 2 March, 9am")
    for words in ("ESC-AAAAAA Due Tuesday 3 March, 9am", "Due Monday 2 March, 9am. New words"):
        with pytest.raises(AssertionError, match="CONCORD_PICTURES=1"):
            pictures.keep_picture("board", bytes, words)
    with pytest.raises(AssertionError, match="has no picture learning"):
        pictures.keep_picture("learning", bytes, "")


def test_every_picture_has_the_digest_of_its_words() -> None:
    assert set(json.loads(pictures.WORDS.read_text(encoding="utf-8"))) == {path.stem for path in PICTURES.iterdir()}


def test_all_pictures_together_are_light() -> None:
    assert sum(path.stat().st_size for path in PICTURES.iterdir()) < MOST_BYTES


def test_the_table_of_what_a_task_costs_says_what_the_tests_hold(root: Path) -> None:
    rows = re.findall(
        r"^\| [^|]+ \| ([^|]+) \| (\d+) \| (\d+) \| (\d+) \| ([^|]+) \|$", (root / "docs" / "journeys.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    held = {task: (*numbers, estimate(*numbers)) for task, numbers in MOST.items()}
    assert {task: (int(pages), int(clicks), int(typed), time) for task, pages, clicks, typed, time in rows} == held


def test_every_task_of_the_table_is_counted_somewhere() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in HERE.parent.rglob("*.py"))
    counted = set(re.findall(r'\.within\("([^"]+)"', sources)) | set(OF_VERB.values())
    assert set(MOST) - counted == set()
