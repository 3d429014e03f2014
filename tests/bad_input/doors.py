"""Every verb's page, in the browser of somebody who can open it, in a disagreement that was prepared for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from agencies.models import User
from escalation.engine.case import Case, assemble
from escalation.engine.perform import possible
from escalation.models import Dispute
from escalation.states import Verb
from escalation.web.verbs.base import VerbForm
from escalation.web.verbs.pages import PAGES, slug_of
from tests.bad_input.driving import browser
from tests.bad_input.filling import Values, filled
from tests.bad_input.prepared import Prepared, prepared
from tests.cast import Cast
from tests.world import World

FORM = "application/x-www-form-urlencoded"
# In which disagreement a verb's page was found to open, and for whom.
Where = dict[Verb, tuple[str, UUID]]
Made = tuple[Prepared, Where]


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


def prepared_with_doors(world: World) -> Made:
    """What is prepared, and where each page opens, which takes as long to find out: for a file's own `dispute`, so that both are done once."""
    made = prepared(world)
    return made, {verb: (reference, user.pk) for verb, reference, _now, user, _form, _good in _opened(world, world.cast, made, None)}


def doors_of(world: World, cast: Cast, made: Prepared, where: Where | None = None) -> dict[Verb, Door]:
    """For each verb the first disagreement and person where its page opens; where that is known already, there. A person has one browser."""
    browsers: dict[UUID, Client] = {}
    found: dict[Verb, Door] = {}
    for verb, reference, now, user, form, good in _opened(world, cast, made, where):
        if user.pk not in browsers:
            browsers[user.pk] = browser(user)
        found[verb] = Door(verb, browsers[user.pk], reference, now, form, good, user)
    return found


def _opened(world: World, cast: Cast, made: Prepared, where: Where | None) -> Iterator[tuple[Verb, str, datetime, User, VerbForm, Values]]:
    """Each verb once."""
    found: set[Verb] = set()
    looks = {"other": made["answered"][0]}
    for reference, now in made.values():
        with time_machine.travel(now, tick=False):
            case = assemble([Dispute.objects.select_related("partnership").get(reference=reference)], now=now)[0]
            world.now = now
            for _, user in cast.users():
                known = {verb for verb in PAGES if where is None or where.get(verb) == (reference, user.pk)}
                for verb, form, good in _open(case, world, user, known - found, looks):
                    found.add(verb)
                    yield verb, reference, now, user, form, good


def _open(case: Case, world: World, user: User, wanted: set[Verb], looks: Values) -> Iterator[tuple[Verb, VerbForm, Values]]:
    """The wanted pages that this person can open here, each with its form and good answers; of a form that asks in two steps the second."""
    if not wanted:
        return
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
