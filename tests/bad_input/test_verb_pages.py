"""Bad answers on every verb's page: named beside the field, nothing stored, and nothing that was typed is lost."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from agencies.models import User
from agencies.web.field_names import field_name
from escalation.engine.case import Case, assemble
from escalation.engine.perform import possible
from escalation.models import Dispute
from escalation.states import Verb
from escalation.web.verbs.base import VerbForm
from escalation.web.verbs.pages import PAGES, slug_of
from tests.bad_input.driving import browser, gist, nothing_stored, said
from tests.bad_input.filling import WAYS, Values, Wrong, filled, foreign, spoilt
from tests.bad_input.prepared import Prepared, prepared
from tests.cast import Cast
from tests.kept import kept_fixture
from tests.web.page import Page
from tests.world import World

pytestmark = pytest.mark.django_db
dispute = kept_fixture(prepared)
FORM = "application/x-www-form-urlencoded"
# Pages that nobody can open in any of the prepared disagreements. A new verb is prepared there, or named here with the reason.
NOT_REACHED: set[Verb] = set()


@dataclass
class Door:
    """A verb's page, in the browser of somebody who can open it, and when."""

    verb: Verb
    client: Client
    reference: str
    now: datetime
    form: VerbForm
    good: Values
    user: User

    @property
    def is_multipart(self) -> bool:
        return bool(self.form.is_multipart())

    def post(self, values: Values) -> Any:
        """As a browser sends it."""
        url = f"/d/{self.reference}/{slug_of(self.verb)}/"
        return self.client.post(url, values) if self.is_multipart else self.client.post(url, urlencode(values, doseq=True), content_type=FORM)


@pytest.fixture
def doors(world: World, cast: Cast, dispute: Prepared) -> dict[Verb, Door]:
    """Those of what was prepared once for all tests."""
    return doors_of(world, cast, dispute)


def doors_of(world: World, cast: Cast, dispute: Prepared) -> dict[Verb, Door]:
    """For each verb the first disagreement and person where its page opens."""
    found: dict[Verb, Door] = {}
    looks = {"other": dispute["answered"][0]}
    for reference, now in dispute.values():
        with time_machine.travel(now, tick=False):
            case = assemble([Dispute.objects.select_related("partnership").get(reference=reference)], now=now)[0]
            world.now = now
            for _, user in cast.users():
                for verb, form, good in _open(case, world, user, set(PAGES) - set(found), looks):
                    found[verb] = Door(verb, browser(user), reference, now, form, good, user)
    return found


def _open(case: Case, world: World, user: User, wanted: set[Verb], looks: Values) -> Iterator[tuple[Verb, VerbForm, Values]]:
    """The wanted pages that this person can open here, each with its form and good answers; of a form that asks in two steps the second."""
    person = world.person(user)
    verbs = [verb for verb in possible(case, person) if verb in wanted]
    if not verbs or not Dispute.objects.visible_to(person).filter(pk=case.dispute.pk).exists():
        return
    for verb in verbs:
        make = partial(PAGES[verb].form, case=case, person=person)
        form = make()
        if form.refusal():
            continue
        if following := make(filled(form, world.now, **looks)).leads_on():
            form = make(initial=dict(following))
        good = filled(form, world.now, **looks)
        answered = make(good, {name: value for name, value in good.items() if isinstance(value, SimpleUploadedFile)})
        assert answered.is_valid(), f"{verb}: {answered.errors.as_text()}"
        yield verb, form, good


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
