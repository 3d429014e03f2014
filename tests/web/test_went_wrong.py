"""An error that nobody foresaw: the page in our own frame says a reference, under which the log names page and kind of error, and nothing else."""

import json
import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, resolve

from agencies import wall_clock
from agencies.models import Partnership, User
from agencies.web import remembered
from agencies.web.access import person_for
from tests.cast import Cast
from tests.web.page import Page
from tests.web.signed_in import Visitor

REFERENCE = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}")


def shown_to(user: User | AnonymousUser) -> Page:
    """The page of an error, to one who was known before it, with nothing asked of the database."""
    request = RequestFactory().get("/help/")
    request.user, request.resolver_match = user, resolve("/help/")
    if user.is_authenticated:
        person_for(request)
    with CaptureQueriesContext(connection) as asked:
        page = Page(get_resolver().resolve_error_handler(500)(request).content.decode())
    assert not asked.captured_queries
    return page


@pytest.mark.django_db
def test_the_page_gives_the_front_doors_numbers_and_to_who_is_signed_in_the_offices_too(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "_last_shown", {})
    numbers = {"front_door_day": "01632 960 100", "front_door_night": "01632 960 999", "unit_phone": "01632 960 200", "is_invented": False}
    Partnership.objects.filter(pk=cast.partnership.pk).update(**numbers)
    Visitor(cast.raiser, wall_clock.now()).page("/help/")
    for user, office in (cast.raiser, True), (AnonymousUser(), False):
        page = shown_to(user)
        assert "01632 960 100 by day, 01632 960 999 at night and weekends" in page.one("footer").text
        assert ("Business unit: 01632 960 200" in page.one("main").text) is office


@pytest.mark.parametrize("path", ["/help/", "/api/v1/disputes/"])
def test_the_answer_gives_a_reference_that_the_log_has_too_and_not_what_went_wrong(path: str, caplog: pytest.LogCaptureFixture) -> None:
    request = RequestFactory().get(path)
    request.resolver_match = resolve(path)
    try:
        raise ZeroDivisionError("AB, born 2015")
    except ZeroDivisionError:
        answer = get_resolver().resolve_error_handler(500)(request)
    text = answer.content.decode()
    said = json.loads(text)["reference"] if path.startswith("/api/") else Page(text).all("strong")[0].text
    assert answer.status_code == 500
    assert REFERENCE.fullmatch(said)
    [line] = [line.getMessage() for line in caplog.records]
    assert line == f"Shown as {said}: GET {request.resolver_match.view_name}, ZeroDivisionError"
    assert "born 2015" not in text + line
