"""Every verb's page: a bad answer is named beside its field, stores nothing and loses nothing typed; and how often a page asks the database.

At most fifteen times, looked at for the first time, come back with what is wrong, or to be checked, which has the trying in it. What a service
refuses only under its lock has the page before it and after it: that stays within twenty-one. Whether an answer is refused asks no engine: what one
engine would keep and the other not would be taken here, and not be refused.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
import time_machine
from django import forms
from django.db import transaction

from agencies.person import Person
from agencies.web.field_names import field_name
from escalation.engine.case import Case, assemble
from escalation.engine.perform import possible
from escalation.models import Dispute, Event
from escalation.states import EventKind, Verb
from escalation.web.verbs.base import VerbForm
from escalation.web.verbs.pages import PAGES, slug_of
from tests.access.test_queries import MOST, counted
from tests.bad_input.doors import Door, Made, doors_of, prepared_with_doors
from tests.bad_input.driving import gist, nothing_stored, said
from tests.bad_input.filling import WAYS, Values, Wrong, foreign, spoilt
from tests.cast import Cast
from tests.kept import kept_fixture
from tests.web.page import Page
from tests.world import World

pytestmark = pytest.mark.django_db
# Pages that nobody can open in any of the prepared disagreements. A new verb is prepared there, or named here with the reason.
NOT_REACHED: set[Verb] = set()
LOOK, REFUSED, GOOD = "looked at", "refused", "good"
TRIED = 21
WITH_TRYING = "tried"
# What comes of a good answer, where that is a page.
SHOWN = {200: "checked", 400: "tried", 409: "tried"}
OK = 200
Counts = dict[str, int]
dispute = kept_fixture(prepared_with_doors)


@pytest.fixture
def doors(world: World, cast: Cast, dispute: Made) -> dict[Verb, Door]:
    """Those of what was prepared once for all tests."""
    return doors_of(world, cast, *dispute)


def test_every_verbs_page_opens_for_somebody_but_those_that_are_named(doors: dict[Verb, Door]) -> None:
    assert set(PAGES) - set(doors) == NOT_REACHED


def test_a_bad_answer_on_any_verbs_page_is_named_beside_its_field_and_nothing_typed_is_lost(doors: dict[Verb, Door], cast: Cast) -> None:
    ways = WAYS | {"the key of something foreign": foreign(str(cast.stranger.pk))}
    with nothing_stored() as drive:
        for door in doors.values():
            with time_machine.travel(door.now, tick=False):
                for name, way in ways.items():
                    drive.wrong += [f"{door.verb}, {name}: {wrong}" for wrong in _refused(door, way)]
                drive.untouched(door.verb)


def test_no_verbs_page_asks_to_choose_where_there_is_nothing_to_choose_from(world: World, cast: Cast, dispute: Made) -> None:
    """Asked of every verb that somebody could do, in each of the disagreements: it is refused in words instead."""
    bare = set()
    for name, (reference, now) in dispute[0].items():
        with time_machine.travel(now, tick=False):
            world.now = now
            case = assemble([Dispute.objects.select_related("partnership").get(reference=reference)], now=now)[0]
            for verb, form in forms_for(case, [world.person(user) for _part, user in cast.users()]):
                asked = [field for field in form.fields.values() if isinstance(field, forms.ChoiceField) and field.required]
                if not form.refusal() and not all(map(has_any, asked)):
                    bare.add((name, verb))
    assert bare == set()


def has_any(field: Any) -> bool:
    """Whether there is something to choose."""
    return any(key != "" for key, _words in field.choices)


def forms_for(case: Case, people: Iterable[Person]) -> Iterator[tuple[Verb, VerbForm]]:
    """The forms of what each of them could do."""
    for person in people:
        for verb in possible(case, person):
            if verb in PAGES:
                yield verb, PAGES[verb].form(case=case, person=person)


def _refused(door: Door, way: Wrong) -> Iterator[str]:
    """What is not as it should be where all the fields that can be wrong in this way are so."""
    fields, values = spoilt(door.form, door.good, way)
    if not fields:
        return
    answer = door.post(values)
    page = Page(answer.content.decode())
    controls = {one.attrs["id"]: one.attrs["name"] for one in page.all() if one.tag in {"input", "select", "textarea"} and "id" in one.attrs}
    links = [one.attrs["href"][1:] for one in page.all("a") if one.attrs.get("href", "").startswith("#id_")]
    named = {_field_of(door.form, controls.get(link, "")) for link in links}
    if answer.status_code != 400 or named != set(fields):
        yield f"answered {answer.status_code}, {sorted(named)} instead of {fields}: {gist(answer)}"
    silent = [field for field in fields if not any(one.text for one in page.all("div", id=f"id_{field}_error"))]
    if silent:
        yield f"nothing stands beside {silent}"
    chosen = {field for field in fields if isinstance(door.form.fields[field], forms.ChoiceField)}
    if lost := _lost({name: value for name, value in values.items() if name not in chosen}, page):
        yield f"lost {lost}"


def _field_of(form: forms.Form, control: str) -> str:
    """The field that a control belongs to: a date has several."""
    return control if control in form.fields else control.rpartition("_")[0]


def _lost(values: Values, page: Page) -> list[str]:
    """What was sent and is not in the form that came back. No browser takes a file back."""
    sent = {name: value if isinstance(value, list) else [value] for name, value in values.items() if isinstance(value, str | list)}
    return [name for name, texts in sent.items() if not set(texts) <= set(_held(page, name))]


def _held(page: Page, name: str) -> Iterator[str]:
    """What the controls of this name hold."""
    for at, one in enumerate(page.elements):
        if one.attrs.get("name") != name:
            continue
        if one.tag == "textarea":
            yield "".join(one.pieces).strip()
        elif one.tag == "select":
            options = [option for option in page.elements[at + 1 :] if option.tag == "option"]
            yield from (option.attrs.get("value", "") for option in options if "selected" in option.attrs)
        elif one.attrs.get("type") not in {"radio", "checkbox"}:
            yield one.attrs.get("value", "")
        elif "checked" in one.attrs:
            yield one.attrs.get("value", "on")


def test_a_character_that_cannot_be_stored_is_refused_with_the_fields_name_and_all_other_answers(doors: dict[Verb, Door]) -> None:
    assert sum(any(str(text).startswith("Words typed") for text in door.good.values()) for door in doors.values()) > 40
    with nothing_stored() as drive:
        for door in doors.values():
            typed = [name for name, text in door.good.items() if str(text).startswith("Words typed")]
            for name in typed[:1]:
                with time_machine.travel(door.now, tick=False):
                    answer = door.post(door.good | {name: "a\0b"})
                drive.check(door.verb, answer, 400, "The text holds a character that cannot be stored.")
                words = said(answer)
                if f"It is in: {field_name(name)}." not in words:
                    drive.wrong.append(f"{door.verb}: {name} is not named")
                drive.wrong += [f"{door.verb}: lost {other}" for other in typed[1:] if door.good[other] not in answer.content.decode()]


def counts(doors: dict[Verb, Door], *asked: str) -> Counts:
    """By what was `asked` of a verb's page, a look, what is refused, what is good, how many questions it took. All is undone."""
    found: Counts = {}
    for door in doors.values():
        with time_machine.travel(door.now, tick=False):
            found |= {f"{door.verb}, {what}": number for what, number in _of(door, asked)}
    return found


def _of(door: Door, asked: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    if LOOK in asked:
        yield LOOK, counted(lambda: door.client.get(f"/d/{door.reference}/{slug_of(door.verb)}/"))[1]
    ways = {REFUSED: spoilt(door.form, door.good, WAYS["nonsense"])[1], GOOD: door.good}
    for what in (what for what in ways if what in asked):
        with transaction.atomic():
            answer, number = counted(lambda what=what: door.post(ways[what]))  # type: ignore[misc]
            transaction.set_rollback(True)
        # A form that asks for nothing takes nonsense for nothing, and does it, or has it checked.
        if answer.status_code in SHOWN:
            yield (what if what == REFUSED and answer.status_code != OK else SHOWN[answer.status_code]), number


def grow(world: World, doors: dict[Verb, Door]) -> None:
    """More lines on each record, and more disagreements about the same child."""
    for dispute in Dispute.objects.filter(reference__in={door.reference for door in doors.values()}):
        last = dispute.events.order_by("-number")[0]
        lines = range(dispute.head_number + 1, dispute.head_number + 5)
        Event.objects.bulk_create(
            Event(dispute=dispute, number=number, kind=EventKind.NOTE, actor=last.actor, agency=last.agency, happened_at=last.happened_at,
                  recorded_at=last.recorded_at, digest=str(number)) for number in lines
        )  # fmt: skip
    for _number in range(2):
        world.log()


def test_no_verbs_page_asks_more_than_fifteen_times_nor_more_often_for_a_longer_record(doors: dict[Verb, Door], world: World) -> None:
    first = counts(doors, LOOK, REFUSED, GOOD)
    over = {what: number for what, number in first.items() if number > (TRIED if what.endswith(WITH_TRYING) else MOST)}
    assert over == {}
    assert sum(what.endswith("checked") for what in first) > 10
    # Without what a first look notes, so that more rows cannot hide behind it. What came back followed a look already.
    again = first | counts(doors, LOOK)
    grow(world, doors)
    assert {what: (again[what], number) for what, number in counts(doors, LOOK, REFUSED).items() if number > again.get(what, MOST)} == {}
