"""Bad answers in forms: one field at a time, in a form that is otherwise good, so that nothing else can be the reason."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection, transaction
from django.test import Client

from tests.access.routes import Addresses
from tests.bad_input.driving import browser, gist, nothing_stored
from tests.bad_input.reading import spelled, table
from tests.web.page import Page

FORM = "application/x-www-form-urlencoded"
RAW = "raw:"
# A draft keeps what was typed well beside what was refused, so that nothing typed is lost: its content may change, its number may not.
DRAFTS = "escalation_draft"
pytestmark = pytest.mark.django_db


def hidden(client: Client, page: str) -> dict[str, str]:
    """What the page's own form brings along: what was seen, and choices of which there is one."""
    found = Page(client.get(page).content.decode())
    return {one.attrs["name"]: one.attrs.get("value", "") for one in found.all("input", type="hidden") if "name" in one.attrs}


def body(values: dict[str, str]) -> str:
    """The form as a browser sends it; a value after `raw:` is encoded already."""
    return "&".join(f"{quote(name)}={value.removeprefix(RAW) if value.startswith(RAW) else quote(value)}" for name, value in values.items())


def sent(client: Client, page: str, values: dict[str, str]) -> Any:
    return client.post(page, body(values), content_type=FORM)


# What one engine would keep, or compare, and the other would not: signs that are none, lengths, numbers without end.
ENGINES_DIFFER = re.compile(r"\x00|%00|%ed%a0%80|%80|%ff|\{.+\*\d+\}|\d{10}", re.IGNORECASE)
Bad = list[Any]


def driven(addresses: Addresses, named: dict[str, str], asked: Callable[[Bad], object], *, good_too: bool) -> None:
    """Every row of the table that is asked, in a form that is otherwise good; whether that is taken is asked first where it is said."""
    forms = [form | {"bad": rows} for form in table("forms")["form"] if (rows := [row for row in form["bad"] if asked(row)])]
    browsers = {who: browser(getattr(addresses.cast, who)) for who in {form["who"] for form in forms}}
    for form in forms:
        # That somebody opened the page is on record before anything is sent from it.
        browsers[form["who"]].get(spelled(form["page"], **named))
    with nothing_stored(changing=(DRAFTS,)) as drive:
        for form in forms:
            client, page = browsers[form["who"]], spelled(form["page"], **named)
            good = hidden(client, page) | {spelled(name, **named): spelled(value, **named) for name, value in form["good"].items()}
            if good_too:
                with transaction.atomic():
                    answer = sent(client, page, good)
                    transaction.set_rollback(True)
                if answer.status_code != form["taken"]:
                    drive.wrong.append(f"{page}: a good one was answered {answer.status_code} {gist(answer)}")
            for field, value, words, *status in form["bad"]:
                if "seen" in good and page.startswith("/log/"):  # what was right was kept with the row before, and the page that came back says so
                    good["seen"] = hidden(client, page)["seen"]
                values = good | {spelled(field, **named): spelled(value, **named)}
                drive.check((page, field, value), sent(client, page, values), status[0] if status else form["refused"], words)


@pytest.mark.engines
def test_a_bad_answer_is_named_where_it_stands_and_stores_nothing(addresses: Addresses, named: dict[str, str], pytestconfig: pytest.Config) -> None:
    """On SQLite the whole table; on PostgreSQL, unless everything is asked, the rows whose content it could see otherwise. Of all others each answer
    is refused in words, which an engine that kept them would not do."""
    whole = connection.vendor == "sqlite" or pytestconfig.getoption("share") == "all"
    driven(addresses, named, lambda row: whole or ENGINES_DIFFER.search(row[1]), good_too=whole)
