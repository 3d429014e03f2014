"""A translator's whole way, as docs/running.md says it: gather the words, fill the catalogue in, compile it, and read page, e-mail and PDF in it."""

import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client, override_settings

from agencies.said import said
from escalation.engine.asks import ASKS
from escalation.engine.case import assemble
from escalation.models import Dispute, Notification
from escalation.models.outbox import asking
from escalation.services import mail
from escalation.states import Measure, Message
from reports.documents.kinds import DocumentKind
from reports.documents.printing import as_pdf, document_of
from tests.world import MONDAY, World

pytestmark = pytest.mark.django_db
SOURCES = ("agencies", "config", "escalation", "reports", "templates")
TEXT = re.compile(r'^(msgid|msgid_plural) ((?:".*"\n)+)', re.MULTILINE)
EMPTY = re.compile(r'^msgstr(\[\d\])? ""\n(?!")', re.MULTILINE)


def django(command: str, *more: str, at: Path) -> None:
    """One of the two commands of docs/running.md, in a folder of its own: with settings it would make its folder in the project."""
    bare = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run([sys.executable, "-m", "django", command, "-l", "cy", *more], cwd=at, env=bare, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def filled(entry: str) -> str:
    """An entry with every form of it translated: a wave before the English. Of several forms Welsh has more than English; all get the last."""
    texts = TEXT.findall(entry)
    if not texts or texts[0][1] == '""\n':
        return entry
    # A text that begins with a line's end must do so in every language.
    wavy = re.sub(r'^"((?:\\n| )*)(?=[^"\\ ]|\\[^n])', r'"\1~', texts[-1][1], count=1, flags=re.MULTILINE)
    return EMPTY.sub(lambda found: f"msgstr{found[1] or ''} {wavy}", entry)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a compiled catalogue in which every word begins with a wave."""
    folder = tmp_path_factory.mktemp("translator")
    for name in SOURCES:
        (folder / name).symlink_to(settings.ROOT / name)
    (folder / "locale").mkdir()
    django("makemessages", "--symlinks", at=folder)
    words = folder / "locale" / "cy" / "LC_MESSAGES" / "django.po"
    words.write_text("\n\n".join(filled(f"{entry}\n").rstrip("\n") for entry in words.read_text().split("\n\n")) + "\n")
    django("compilemessages", at=folder)
    return folder / "locale"


@pytest.fixture
def in_welsh(catalogue: Path) -> Iterator[None]:
    with override_settings(LOCALE_PATHS=[catalogue], LANGUAGE_CODE="cy"):
        yield


@pytest.mark.usefixtures("in_welsh")
def test_a_page_an_e_mail_and_a_pdf_speak_from_a_catalogue_that_was_gathered_filled_in_and_compiled(world: World, dispute: Dispute) -> None:
    page = Client().get("/sign-in/").content.decode()
    assert '<html lang="cy"' in page
    assert "<title>~Sign in – Concord</title>" in page

    asked = asking(said(ASKS[Measure.RESPONSE], stage="Stage 1"))
    message = mail.compose(Notification(dispute=dispute, mailbox="desk@example.org", kind=Message.DUE, due_at=MONDAY, **asked))
    assert "~What is asked: ~Respond: Stage 1" in str(message.body)

    person = world.person(world.cast.own_manager)
    document = document_of(DocumentKind.MONITORING, assemble([dispute], now=world.now)[0], person, world.now)
    with pikepdf.open(io.BytesIO(as_pdf(document).content)) as pdf, pdf.open_outline() as outline:
        assert str(pdf.Root.Lang) == "cy"
        assert [part.title[0] for top in outline.root for part in top.children] != []
        assert {part.title[0] for top in outline.root for part in top.children} == {"~"}


@pytest.mark.usefixtures("in_welsh")
def test_of_so_many_each_form_is_found() -> None:
    shown = [render_to_string("escalation/_work_count.html", {"group": {"key": "later", "total": number}}) for number in (1, 2)]
    assert [re.findall(r"~[^<]*", text) for text in shown] == [["~1 things"], ["~2 things"]]
