"""The record as one page to print: it gives out nothing that its reader does not read on the disagreement's page, and so asks nobody who they are."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from agencies.words import MONTHS
from escalation.models import Dispute
from escalation.states import Answer, Ground, Verb
from reports.documents.kinds import DocumentKind
from tests.cast import Cast
from tests.escalation.attached import attach, clean_here
from tests.web.page import Page
from tests.web.signed_in import Visitor
from tests.world import World, london

pytestmark = pytest.mark.django_db
NAMES = "|".join(MONTHS)
READERS = ("raiser", "lead", "receiver", "receiving_senior", "business_unit")
LEAVES = {"p", "dt", "dd", "th", "td", "h1", "h2", "h3", "caption", "span", "strong"}
# What paper alone says: how to print, when and for whom it was made, and by which digest a file is known again. Dates carry their year.
ON_PAPER = r"^Print this page, or save it.*|^Record as it stood on [^.]*\.|^Next: |SHA-256 [0-9a-f]{64}|^[0-9a-f]{64}$"


def words(text: str) -> str:
    return re.sub(rf"({NAMES}) 20\d\d\b", r"\1", text)


def whole(visitor: Visitor, dispute: Dispute) -> str:
    """The words of the disagreement's page, with those of all its earlier lines."""
    texts, number = list[str](), 1
    while (answer := visitor.get(f"/d/{dispute.reference}/", every="1", page=str(number))).status_code == 200:
        texts.append(words(Page(answer.content.decode()).one("main").text))
        number += 1
    assert number > 2, "the record is to be longer than a page"
    return " ".join(texts)


def clauses(text: str) -> list[str]:
    """What a piece of the print says, without what paper alone says: whole, or where the page has it in other places, part by part."""
    said = words(re.sub(ON_PAPER, "", text)).strip()
    return [part.strip(" .") for part in re.split(r"\. |, |: ", said) if part.strip(" .")]


def test_it_holds_nothing_that_its_reader_does_not_read_on_the_disagreements_page(
    cast: Cast, world: World, dispute: Dispute, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    clean_here(tmp_path, settings, monkeypatch)
    attach(world, dispute, cast.receiver, about="Our letter")
    for at, user in enumerate((cast.raiser, cast.receiver) * 4):
        world.do(dispute, Verb.ADD_NOTE, user, text=f"Line {at} of a long story. " * 150, private=at > 3)
    world.do(dispute, Verb.ADD_ACTION, cast.own_manager, what="A visit.", agency=cast.school.pk, due_at=london("2026-03-12 09:00"))
    world.do(dispute, Verb.RESPOND, cast.receiver, answer=Answer.DISAGREES, reasons="The threshold is not met.")
    for user in (cast.own_manager, cast.own_senior):
        world.do(dispute, Verb.MOVE_UP, user, ground=Ground.RISK, reason="It will not wait.")
    compared = 0
    for part in READERS:
        visitor = Visitor(getattr(cast, part), world.now)
        read = whole(visitor, dispute)
        printed = visitor.page(reverse("case-print", args=[dispute.reference]), every="1")
        for one in printed.all():
            if "main" in one.inside and one.tag in LEAVES and words(one.text) not in read:
                more = [clause for clause in clauses(one.text) if clause not in read and clause != "Own reference for the child"]
                assert more == [], (part, one.tag)
            compared += 1
        assert not re.findall(rf"[a-z]day \d+ (?:{NAMES})(?! 20\d\d)", printed.one("main").text), "no day without its year"
    assert compared > 500


def test_it_is_recorded_as_a_print_and_asks_nobody_who_they_are_where_the_pdf_does(cast: Cast, world: World, dispute: Dispute, settings: Any) -> None:
    settings.CONCORD_CONFIRM_MINUTES = 10
    visitor = Visitor(cast.raiser, world.now)
    visitor.at += timedelta(minutes=11)
    pdf = visitor.get(reverse("document-pdf", args=[dispute.reference, DocumentKind.MONITORING.slug]))
    assert pdf.headers["Location"].startswith(reverse("confirm"))
    assert visitor.get(reverse("case-print", args=[dispute.reference])).status_code == 200
    assert dispute.readings.get().part == "print"
