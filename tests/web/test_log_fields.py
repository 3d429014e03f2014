"""What the paper forms ask besides: attempts one by one, whom one consulted and when, who else works with the child, and why it will not wait."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from escalation.engine.case import assemble
from escalation.models import Dispute, Draft, Event
from escalation.services.attempts import as_read
from escalation.states import Answer, EventKind, Ground, State, Verb
from reports.documents.kinds import DocumentKind
from reports.documents.printing import document_of, markup
from tests.api.conftest import Caller
from tests.cast import Cast
from tests.pseudo import marked, unmarked
from tests.web.page import Page
from tests.web.signed_in import Visitor
from tests.web.test_log import answered, begun, counterpart, summary
from tests.world import MONDAY, World, answers

pytestmark = pytest.mark.django_db
FORMS = {"attempt-INITIAL_FORMS": "0"}
CALL = {"on_0": "27", "on_1": "2", "on_2": "2026", "how": "phone", "whom": "The duty desk", "said": "They ring back."}
LETTER = {"on_0": "26", "on_1": "feb", "on_2": "2026", "how": "email", "whom": "Rashida Shah", "said": "No answer came."}
LINES = (
    "Thursday 26 February 2026, e-mail, with Rashida Shah: No answer came.\n\n"
    "Friday 27 February 2026, phone, with The duty desk: They ring back."
)  # fmt: skip


def attempts(*rows: dict[str, str], **more: str) -> dict[str, str]:
    """The page's form with these attempts."""
    found = {f"attempt-{number}-{name}": value for number, row in enumerate(rows) for name, value in row.items()}
    return {**FORMS, "attempt-TOTAL_FORMS": str(len(rows)), **found, **more}


@pytest.fixture(autouse=True)
def _on_monday_at_ten() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def raiser(cast: Cast, world: World) -> Visitor:
    return Visitor(cast.raiser, world.now)


def line_of(dispute: Dispute) -> Event:
    return Event.objects.select_related("body").get(dispute=dispute, kind=EventKind.SUBMITTED)


def texts_of(dispute: Dispute) -> Any:
    """As they are read in English."""
    line = line_of(dispute)
    return as_read(line.body.text, line.facts)


def test_an_attempt_is_added_kept_and_removed_and_what_is_typed_besides_stays(cast: Cast, raiser: Visitor) -> None:
    path = f"/log/{begun(cast, raiser).reference}/tried/"
    assert "Attempt 1" not in raiser.page(path).one("main").text
    assert raiser.post(path, attempts(add="1", involved="The nursery.")).headers["Location"] == f"{path}?add=1"
    assert "Attempt 1" in raiser.page(path, add="1").one("main").text
    assert raiser.post(path, attempts(CALL, LETTER, add="1")).status_code == 302
    raiser.post(path, attempts(CALL, LETTER, remove="0"))
    kept = Draft.objects.get().answers
    assert [one["whom"] for one in kept["attempts"]] == ["Rashida Shah"]
    raiser.post(path, attempts(LETTER, remove="0"))
    assert Draft.objects.get().answers["attempts"] == []


def test_with_an_attempt_nothing_else_need_be_typed_and_without_any_something_must(cast: Cast, raiser: Visitor) -> None:
    path = f"/log/{begun(cast, raiser).reference}/tried/"
    assert summary(Page(raiser.post(path, attempts()).content.decode())) == ["Say what has been tried so far"]
    half = Page(raiser.post(path, attempts({**CALL, "whom": "", "on_2": "2027"})).content.decode())
    assert len(summary(half)) == 2
    assert half.one("textarea", name="attempt-0-said").text == "They ring back."
    assert raiser.post(path, attempts(CALL)).status_code == 302


def test_what_was_asked_stands_on_the_check_the_record_the_page_and_in_print(cast: Cast, world: World, raiser: Visitor) -> None:
    dispute = answered(cast, raiser)
    more = {
        "tried": "We also wrote.",
        "consulted": "Colin Reid",
        "involved": "The nursery.",
        "told_whom": "parents",
        "family_told": "His mother, on Friday.",
        "consulted_on_0": "27",
    }
    raiser.post(f"/log/{dispute.reference}/tried/", attempts(CALL, LETTER, **more, consulted_on_1="2", consulted_on_2="2026"))
    route = counterpart(cast, urgent="on", respond_by_0="2", respond_by_1="3", respond_by_2="2026", respond_by_3="6pm")
    raiser.post(f"/log/{dispute.reference}/counterpart/", route)
    raiser.post(f"/log/{dispute.reference}/counterpart/", {**route, "why_sooner": "Home tonight."})
    check = raiser.page(f"/log/{dispute.reference}/check/").one("main").text
    said = (
        "with The duty desk: They ring back.",
        "Colin Reid, Friday 27 February 2026",
        "The nursery.",
        "Parents, not the child. His mother, on Friday.",
        "Home tonight.",
    )
    assert [words for words in said if words not in check] == []
    raiser.post(f"/log/{dispute.reference}/check/")
    texts = texts_of(dispute)
    assert texts["tried"] == f"{LINES}\n\nWe also wrote."
    assert (texts["consulted"], texts["involved"], texts["family_told"], texts["why_sooner"]) == said[1:]
    for path in ("", "view/print/"):
        page = Visitor(cast.receiver, world.now).page(f"/d/{dispute.reference}/{path}").one("main").text
        assert [words for words in said if words not in page] == [], path
    case = assemble([dispute], now=world.now, whole=True)[0]
    printed = markup(document_of(DocumentKind.ESCALATION_RECORD, case, world.person(cast.lead), world.now, with_child=False))
    assert [words for words in LINES.split("\n\n") if words not in printed] == []
    line = line_of(dispute)
    assert line.facts["attempts"] == [{"on": "2026-02-26", "how": "email"}, {"on": "2026-02-27", "how": "phone"}]
    assert "2026" not in str(line.body.text)
    with marked():
        foreign = texts_of(dispute)
    assert [unmarked(foreign[key], {*said, "Rashida Shah", "The duty desk", "Colin Reid", "We also wrote."}) for key in ("tried", "consulted")] == [
        [],
        [],
    ]


def test_one_word_of_an_attempt_is_taken_out_alone_and_corrected_alone(cast: Cast, world: World, raiser: Visitor) -> None:
    dispute = answered(cast, raiser)
    raiser.post(f"/log/{dispute.reference}/tried/", attempts(CALL, LETTER))
    raiser.post(f"/log/{dispute.reference}/check/")
    world.do(dispute, Verb.CORRECT, cast.raiser, number=line_of(dispute).number, text={"attempt_2_said": "They rang back."}, why="They did.")
    page = Visitor(cast.lead, world.now).page(f"/d/{dispute.reference}/").one("main").text
    assert "with The duty desk: They rang back." in page
    form = Visitor(cast.lead, world.now).page(f"/d/{dispute.reference}/redact/?number={line_of(dispute).number}")
    assert "Attempt 2: what was said" in form.one("main").text
    left = {"attempt_1_whom": "", "attempt_2_said": "They rang back."}
    world.do(dispute, Verb.REDACT, cast.lead, number=line_of(dispute).number, text=left, why="A name.")
    page = Visitor(cast.lead, world.now).page(f"/d/{dispute.reference}/").one("main").text
    assert "with [taken out]: No answer came." in page
    assert "Rashida Shah" not in page.partition("Thursday 26 February")[2].partition("Friday")[0]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"consulted": "", "consulted_on": "2026-02-27"}, "consulted_on"),
        ({"consulted": "Colin Reid", "consulted_on": "2026-03-03"}, "consulted_on"),
        ({"consulted": "Colin Reid", "consulted_on": "2020-02-27"}, "consulted_on"),
        ({"attempts": [{"on": "2016-02-27", "how": "phone", "whom": "The desk", "said": "No."}]}, "attempts"),
        ({"attempts": [{"on": "2026-03-03", "how": "phone", "whom": "The desk", "said": "No."}]}, "attempts"),
        ({"attempts": [{"on": "2026-02-27", "how": "phone", "whom": "The desk", "said": "No."}] * 11}, "attempts"),
        ({"attempts": [{"on": "2026-02-27", "how": "pigeon", "whom": "The desk", "said": "No."}]}, "attempts.0.how"),
        ({"attempts": [], "tried": ""}, "tried"),
    ],
)
def test_a_program_gives_the_same_and_is_refused_beside_the_field(cast: Cast, world: World, given: dict[str, Any], field: str) -> None:
    whole = answers(cast.social_care) | {"agency": str(cast.school.pk)}
    answer = Caller(cast.raiser).post("disputes/", whole | given)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    rows = [{"on": "2026-02-27", "how": "phone", "whom": "The duty desk", "said": "They ring back."}]
    sent = Caller(cast.raiser).post("disputes/", whole | {"tried": "", "attempts": rows, "involved": "The nursery."})
    assert sent.status_code == 201
    assert texts_of(Dispute.objects.get(state=State.OPEN))["tried"] == LINES.partition("\n\n")[2]


def test_what_keeps_the_child_safe_meanwhile_is_on_the_record_of_a_response_and_a_move(cast: Cast, world: World, dispute: Dispute) -> None:
    respond = {"answer": Answer.DISAGREES.value, "reasons": "The threshold is not met.", "safety": "A visit each day."}
    assert Caller(cast.receiver).do(dispute, Verb.RESPOND, **respond).status_code == 200
    move = {"ground": Ground.NOT_RESOLVED.value, "reason": "It is not settled.", "safety": "The nursery rings us daily."}
    assert Caller(cast.own_manager).do(dispute, Verb.MOVE_UP, **move).status_code == 200
    page = Visitor(cast.own_manager, world.now).page(f"/d/{dispute.reference}/").one("main").text
    events = Caller(cast.own_manager).get(f"disputes/{dispute.reference}/events/").content.decode()
    for words in ("A visit each day.", "The nursery rings us daily."):
        assert words in page
        assert words in events


def test_of_what_events_overtook_it_is_asked_whether_the_issue_behind_it_is_still_to_settle(cast: Cast, world: World, dispute: Dispute) -> None:
    path = f"/d/{dispute.reference}/propose-outcome/"
    visitor = Visitor(cast.own_manager, world.now)
    given = {"seen": visitor.page(path).one("input", name="seen").attrs["value"], "kind": "overtaken", "wording": "They moved.", "confirmed": "1"}
    for more, said in (({}, "Say whether the issue behind it is still to settle"), ({"still_to_settle": "yes"}, "Say what is still to settle")):
        assert summary(Page(visitor.post(path, given | more).content.decode())) == [said]
    visitor.post(path, given | {"still_to_settle": "yes", "outstanding": "Who is told when a family moves."})
    line = Event.objects.get(dispute=dispute, kind=EventKind.OUTCOME_PROPOSED)
    assert (line.facts["still_to_settle"], line.body.text["outstanding"]) == (True, "Who is told when a family moves.")
    assert "still to settle" in visitor.page(f"/d/{dispute.reference}/").one("main").text
