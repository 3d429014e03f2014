"""Asking every address as everybody, cheaply: what looking does not change is worked out once, and what nobody reads is not written out again.

The decision is the product's own each time: session, routes, views, the policy's answer and the status come from the real parts. Worked out once are
a person's seats and the disagreements that they may know of (nobody's change by looking), the figures of a report, a PDF's pages, and the words of a
page, which the first who is shown it reads. What is asked here thousands of times leaves no lines in the log.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, TypeVar

import pytest
from django.db import transaction
from django.template.backends.django import Template
from django.test import Client
from django.urls import URLPattern

from agencies.person import person_of
from agencies.roles import Role
from agencies.services import tokens
from agencies.web import access as pages
from escalation.api import access as programs
from escalation.querysets import DisputeQuerySet
from reports import document, own, pdf
from reports.measures import figures_of
from tests.access.routes import ADMIN, routes
from tests.access.table import PEOPLE
from tests.api.conftest import Caller
from tests.cast import Cast
from tests.factories import make_member, make_user

T = TypeVar("T")
# Namespaces that programs ask, with a token.
PROGRAMS = ("api:", "api-documents:")
# Who notes in the log that something was refused.
REFUSALS = ("config.middleware", "django.request")


class Person:
    """Somebody with a browser and a program; without an account, nobody."""

    def __init__(self, user: Any) -> None:
        self.browser, self.program = Client(), Caller(user).client
        if user is not None:
            self.browser.force_login(user)

    def get(self, name: str, address: str) -> int:
        """The status of what the address answers."""
        return int((self.program if name.startswith(PROGRAMS) else self.browser).get(address).status_code)

    def post(self, name: str, address: str) -> int:
        """What comes of a button; whatever was done is undone."""
        client = self.program if name.startswith(PROGRAMS) else self.browser
        with transaction.atomic():
            answer = client.post(address, "{}" if client is self.program else {}, content_type="application/json")
            transaction.set_rollback(True)
        return int(answer.status_code)


def users_of(cast: Cast) -> dict[str, Any]:
    """Everybody of the cast, whoever is not signed in, and another partnership's business unit and auditor."""
    others = {"their_unit": Role.BUSINESS_UNIT, "their_auditor": Role.AUDITOR}
    made = {part: make_user(part) for part in others}
    for part, role in others.items():
        make_member(made[part], cast.elsewhere, role)
    return {"anyone": None, **dict(cast.users()), **made}


def everybody(cast: Cast, *parts: str) -> dict[str, Person]:
    """Those of these parts, or all, each with a browser and a program."""
    users = users_of(cast)
    return {part: Person(users[part]) for part in parts or PEOPLE}


def own_routes() -> dict[str, URLPattern]:
    """Every route of the product but the framework's administration."""
    return {name: pattern for name, pattern in routes() if not name.startswith(f"{ADMIN}:")}


@contextmanager
def cheaply() -> Iterator[None]:
    """Inside, see above. For tests in which nothing that was asked changes anything that stays."""
    with pytest.MonkeyPatch.context() as patch:
        known = cache(person_of)
        for place in (pages, programs):
            patch.setattr(place, "person_of", known)
        patch.setattr(tokens, "token_of", _found_once(tokens.token_of))
        patch.setattr(DisputeQuerySet, "visible_to", _known_to(DisputeQuerySet.visible_to))
        patch.setattr(Template, "render", _for_the_first(Template.render))
        patch.setattr(pdf, "print_html", _printed(pdf.print_html))
        patch.setattr(document, "figures_of", cache(figures_of))
        patch.setattr(own, "_own_report", _of_the_first_reader(own._own_report))
        for name in REFUSALS:
            patch.setattr(logging.getLogger(name), "disabled", True)
        yield


def _for_the_first(render: Callable[..., str]) -> Callable[..., str]:
    """Writes a page out for the first to whom the view shows it, and for everybody else no word."""
    first: dict[tuple[str, str], Any] = {}

    def rendered(template: Any, context: Any = None, request: Any = None) -> str:
        if request is not None and request.resolver_match:
            kind = (template.template.name, request.resolver_match.view_name)
            if first.setdefault(kind, request) is not request:
                return ""
        return render(template, context, request)

    return rendered


def _found_once(token_of: Callable[..., Any]) -> Callable[..., Any]:
    """Whose token it is, found once."""
    found: dict[str, Any] = {}

    def given(secret: str, **when: Any) -> Any:
        if secret not in found:
            found[secret] = token_of(secret, **when)
        return found[secret]

    return given


def _known_to(visible_to: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """The disagreements that a person may know of by the real rule, found once a person."""
    known: dict[int, tuple[Any, list[Any]]] = {}

    def given(rows: Any, person: Any) -> Any:
        if id(person) not in known:
            known[id(person)] = person, list(visible_to(rows.model._default_manager.all(), person).values_list("pk", flat=True))
        return rows.filter(pk__in=known[id(person)][1])

    return given


def _of_the_first_reader(report: Callable[..., Any]) -> Callable[..., Any]:
    """An agency's own report of a year, as it was counted for the first who was given it."""
    made: dict[tuple[Any, Any], Any] = {}

    def given(scope: Any, agency: Any, year: Any, reader: Any) -> Any:
        if (agency.pk, year) not in made:
            made[agency.pk, year] = report(scope, agency, year, reader)
        return made[agency.pk, year]

    return given


def _printed(print_html: Callable[[str], pdf.Printed]) -> Callable[[str], pdf.Printed]:
    """The first document, in place of each."""
    printed: list[pdf.Printed] = []

    def given(html: str, **limits: Any) -> pdf.Printed:
        printed[:] = printed or [print_html(html, **limits)]
        return printed[0]

    return given
