"""A partnership behind a real server in this process, people in real browser windows, and one clock for all of them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from agencies.roles import AgencyKind, Role
from tests.cast import Cast
from tests.factories import make_agency, make_holder
from tests.journeys.company import Company
from tests.journeys.course import Desks
from tests.journeys.journey import Journey
from tests.world import MONDAY

# The tests' weeks pass in seconds: everybody signs in once.
WEEKS = 60 * 24 * 60 * 60


@pytest.fixture(scope="session", autouse=True)
def _static_files_stay() -> Iterator[None]:
    """The server's style sheet and scripts are fetched once a window, as in production."""
    serve = StaticFilesHandler.serve

    def kept(handler: StaticFilesHandler, request: HttpRequest) -> HttpResponseBase:
        answer = serve(handler, request)
        answer["Cache-Control"] = "max-age=3600"
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesHandler, "serve", kept)
        yield


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Monday 2 March 2026, ten o'clock in London, until the test moves it."""
    with time_machine.travel(MONDAY.timestamp(), tick=False) as traveller:
        yield traveller


@pytest.fixture
def company(cast: Cast) -> Company:
    """The cast, with those whom the longer procedures ask for as well."""
    health = make_agency(cast.partnership, "Northshire Community Health", kind=AgencyKind.COMMUNITY_HEALTH)
    return Company(
        cast=cast,
        health=health,
        receiving_head=make_holder(cast.social_care, 4, "Yara Quill", Role.SENIOR, title="Head of service"),
        police_senior=make_holder(cast.police, 3, "Zoltan Ferenc", Role.SENIOR, title="Detective inspector"),
        health_manager=make_holder(health, 2, "Alma Rossi", title="Team leader"),
        health_senior=make_holder(health, 3, "Bruno Keller", Role.SENIOR, title="Service lead"),
        health_head=make_holder(health, 4, "Celia Dunn", Role.SENIOR, title="Head of nursing"),
    )


@pytest.fixture
def desks(clock: time_machine.Traveller, company: Company, settings: Any, tmp_path: Path) -> Desks:
    """The same without a browser."""
    settings.CONCORD_SEALS_DIR = tmp_path / "seals"
    settings.SESSION_COOKIE_AGE = WEEKS
    return Desks(company, clock)


@pytest.fixture
def journey(
    clock: time_machine.Traveller, company: Company, live_server: LiveServer, browser: Browser, settings: Any, tmp_path: Path
) -> Iterator[Journey]:
    """An empty installation with everybody in it; the test begins with `under`."""
    settings.CONCORD_SEALS_DIR = tmp_path / "seals"
    settings.SESSION_COOKIE_AGE = WEEKS
    made = Journey(company, live_server.url, browser, clock)
    yield made
    made.end()
