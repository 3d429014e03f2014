"""The procedure as pages: the list and one version shown as its stages, for the people of its partnership and nobody else."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import User
from escalation.models import ProcedureVersion
from escalation.procedures.schema import read_procedure, shipped
from escalation.services.procedures import publish
from tests.cast import Cast
from tests.escalation.procedure_texts import clock, stage, text
from tests.web.page import Page
from tests.web.signed_in import Visitor

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
KEYS = sorted(shipped())


def _publish(cast: Cast, key: str) -> ProcedureVersion:
    return publish(shipped()[key], cast.partnership, now=NOW).version


def _read(user: User, url: str) -> Page:
    client = Client()
    client.force_login(user)
    response = client.get(url)
    assert response.status_code == 200
    return Page(response.content.decode())


def _page(cast: Cast, key: str) -> Page:
    return _read(cast.raiser, reverse("procedure", args=[_publish(cast, key).pk]))


def test_the_list_leads_to_each_procedure(cast: Cast) -> None:
    version = _publish(cast, "bristol")
    page = _read(cast.raiser, reverse("procedures"))
    (link,) = [one for one in page.all("a") if one.text == "Escalation procedure (offered first)"]
    assert link.attrs["href"] == reverse("procedure", args=[version.pk])
    assert "1, in force from 12 March 2020" in [cell.text for cell in page.all("td")]


def test_a_partnership_without_a_procedure_is_told_so(cast: Cast) -> None:
    page = _read(cast.raiser, reverse("procedures"))
    assert "Your partnership has not published a procedure yet." in [cell.text for cell in page.all("p")]


@pytest.mark.parametrize("key", KEYS)
def test_each_shipped_procedure_is_shown_stage_by_stage(cast: Cast, key: str) -> None:
    headings = [one.text for one in _page(cast, key).all("h2")]
    for each in shipped()[key].stages:
        assert f"Stage {each.number}: {each.name}" in headings


@pytest.mark.parametrize("key", KEYS)
def test_each_clock_is_shown_as_a_sentence_and_no_id_twice(cast: Cast, key: str) -> None:
    page = _page(cast, key)
    assert len(page.ids) == len(set(page.ids))
    assert len([one for one in page.all("p") if " is to " in one.text or " are to " in one.text]) >= 2


def test_bristols_first_stage_says_who_acts_and_by_when(cast: Cast) -> None:
    said = [one.text for one in _page(cast, "bristol").all("p")]
    assert "Supervisor or team manager (level 2)" in said
    words = "Each receiving agency is to respond within 1 working day of sending it to the other agency, or sooner where the risk demands it."
    assert words in said


def test_a_person_of_another_partnership_finds_nothing(cast: Cast) -> None:
    version = _publish(cast, "bristol")
    client = Client()
    client.force_login(cast.stranger)
    assert client.get(reverse("procedure", args=[version.pk])).status_code == 404
    assert "Escalation procedure" not in client.get(reverse("procedures")).content.decode()


def test_a_visitor_is_asked_to_sign_in(cast: Cast) -> None:
    response = Client().get(reverse("procedure", args=[_publish(cast, "bristol").pk]))
    assert response.status_code == 302


def test_nothing_can_be_posted_to_it(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.business_unit)
    assert client.post(reverse("procedure", args=[_publish(cast, "bristol").pk])).status_code == 405


def test_an_older_version_says_that_it_is_one_and_leads_to_the_newest(cast: Cast) -> None:
    old, new = (publish(read_procedure(text(head=f'owner = "{who}"'), "t"), cast.partnership, now=NOW).version for who in ("A", "B"))
    page = _read(cast.raiser, reverse("procedure", args=[old.pk]))
    assert reverse("procedure", args=[new.pk]) in [one.attrs["href"] for one in page.all("a") if one.text == "Read version 2"]


def test_a_version_still_to_come_says_from_when_it_holds(cast: Cast) -> None:
    version = publish(read_procedure(text(), "t"), cast.partnership, now=NOW, in_force_from=date(2029, 3, 31)).version
    page = Visitor(cast.raiser, NOW).page(reverse("procedure", args=[version.pk]))
    assert any("comes into force on 31 March 2029" in one.text for one in page.all("p"))


def test_what_follows_when_the_time_of_an_urgent_matter_has_passed_is_said_too(cast: Cast) -> None:
    urgent = clock('within = "30 minutes"\non_time = "move up after 2 clock hours"', under="stages.urgent_clocks")
    definition = read_procedure(text(stage("one", clocks=clock() + urgent), stage("two")), "sample.toml")
    page = _read(cast.raiser, reverse("procedure", args=[publish(definition, cast.partnership, now=NOW).version.pk]))
    said = page.one("main").text
    assert "it moves up by itself after 2 clock hours more, unless someone stops it." in said[said.index("Time where it is urgent") :]
