"""Attached files on pages: attached in a form, listed on the disagreement's page, downloaded to be saved, replaced and withdrawn."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from agencies.models import User
from escalation.engine import file_store as store
from escalation.engine.perform import Seen
from escalation.models import Attachment, Dispute, Event, Reading
from escalation.states import Audience, EventKind, Verb
from tests.escalation.attached import LETTER, attach, clean_here, daemon, lying
from tests.escalation.upload_rows import BAD, GOOD
from tests.escalation.uploads import pdf
from tests.world import MONDAY, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    clean_here(tmp_path, settings, monkeypatch)
    with time_machine.travel(MONDAY, tick=False):
        yield


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="agencies.backend.AccountBackend")
    return client


def send(client: Client, dispute: Dispute, name: str, content: bytes, slug: str = "attach-file", **more: Any) -> Any:
    typed = {"seen": str(Seen.of(Dispute.objects.get(pk=dispute.pk))), "audience": Audience.READERS, "about": "Our letter", **more}
    return client.post(f"/d/{dispute.reference}/{slug}/", typed | {"upload": SimpleUploadedFile(name, content)})


def page(client: Client, dispute: Dispute, path: str = "") -> str:
    return str(client.get(f"/d/{dispute.reference}/{path}").content.decode())


@pytest.mark.parametrize(("name", "make"), GOOD, ids=[row[0] for row in GOOD])
def test_a_file_is_attached_listed_and_given_out_to_be_saved(world: World, dispute: Dispute, name: str, make: Any) -> None:
    assert send(browser(world.cast.receiver), dispute, name, make()).status_code == 302
    shown = page(browser(world.cast.raiser), dispute)
    file = Attachment.objects.get()
    assert f"/d/{dispute.reference}/view/files/{file.pk}/" in shown
    assert "Our letter" in shown
    answer: Any = browser(world.cast.raiser).get(f"/d/{dispute.reference}/view/files/{file.pk}/")
    assert answer["Content-Disposition"].startswith("attachment; filename")
    assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "no-store, private")
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert b"".join(answer.streaming_content) == store.opened(file.stored).read()


def test_every_bad_file_is_told_beside_the_field_and_nothing_of_it_is_stored(world: World, dispute: Dispute, settings: Any) -> None:
    """Names are cleaned by the framework before the form sees them: those that are bad by name alone are driven where names arrive raw."""
    settings.CONCORD_FILE_MEGABYTES = 2
    client, wrong = browser(world.cast.receiver), []
    lines = Event.objects.filter(dispute=dispute).count()
    for what, name, make, words in BAD:
        if not name.isprintable() or set(name) & set("/\\") or len(name) > 255 or not name.strip("."):
            continue
        answer = send(client, dispute, name, make())
        shown = answer.content.decode()
        if answer.status_code != 400 or words not in shown or 'id="id_upload_error"' not in shown or "Our letter" not in shown:
            wrong.append(f"{what}: {answer.status_code}")
    assert wrong == []
    assert (lying(), Attachment.objects.count(), Event.objects.filter(dispute=dispute).count()) == ([], 0, lines)


@pytest.mark.parametrize(
    ("name", "kept"),
    [("../../etc/minutes.pdf", "minutes.pdf"), ("C:\\x\\minutes.pdf", "minutes.pdf"), ("min\u202eutes.pdf", "minutes.pdf")],
)
def test_a_name_that_leads_somewhere_is_no_more_than_words(world: World, dispute: Dispute, name: str, kept: str) -> None:
    assert send(browser(world.cast.receiver), dispute, name, pdf()).status_code == 302
    file = Attachment.objects.get()
    assert file.event.body.text["name"] == kept
    assert lying() == [file.stored]


@pytest.mark.engines
@pytest.mark.parametrize("name", ["Protokół spotkania – 𠮷野家.txt", "محضر الاجتماع.txt", "O’Brien’s «notes» 🦊.txt", f"{'é' * 146}.txt"])
def test_an_unusual_name_and_what_is_typed_of_it_are_kept_to_the_letter(world: World, dispute: Dispute, name: str) -> None:
    client, about = browser(world.cast.receiver), "Ægir’s minutes, 中文, א"
    assert send(client, dispute, name, LETTER, about=about).status_code == 302
    file = Attachment.objects.get()
    assert (file.event.body.text["name"], file.event.body.text["about"]) == (name, about)
    given = client.get(f"/d/{dispute.reference}/view/files/{file.pk}/")
    assert unquote(given["Content-Disposition"].partition("utf-8''")[2]) == name


@pytest.mark.engines
@pytest.mark.parametrize("name", ["a\x00.pdf", "minutes.p\x00df", "minutes.pdf\x00.exe", "\x00", "a&#0;.pdf"])
def test_a_name_with_nul_is_refused_with_its_field_and_what_was_typed_given_back(world: World, dispute: Dispute, name: str) -> None:
    answer = send(browser(world.cast.receiver), dispute, name, pdf())
    shown = answer.content.decode()
    assert answer.status_code == 400
    assert "The text holds a character that cannot be stored" in shown
    assert "It is in: upload." in shown
    assert "Our letter" in shown
    assert (lying(), Attachment.objects.count()) == ([], 0)


def test_no_file_is_asked_for_beside_the_field(world: World, dispute: Dispute) -> None:
    answer = browser(world.cast.receiver).post(f"/d/{dispute.reference}/attach-file/", {"seen": "1.1", "about": "x", "audience": "readers"})
    assert "Choose a file" in answer.content.decode()


def test_a_file_without_end_is_dropped_while_it_comes_in(world: World, dispute: Dispute, settings: Any) -> None:
    settings.CONCORD_FILE_MEGABYTES = 1
    answer = send(browser(world.cast.receiver), dispute, "long.txt", b"a" * 9_000_000)
    assert "larger than 1 MB" in answer.content.decode()


def test_what_the_scanner_finds_is_told_and_not_kept(world: World, dispute: Dispute, settings: Any) -> None:
    with daemon(lambda _: b"stream: Eicar-Test-Signature FOUND\0") as settings.CONCORD_SCANNER:
        answer = send(browser(world.cast.receiver), dispute, "letter.txt", LETTER)
    assert "found something harmful" in answer.content.decode()
    assert lying() == []


def test_the_record_and_the_print_name_it_and_a_lead_sees_who_took_it(world: World, dispute: Dispute) -> None:
    file = attach(world, dispute, world.cast.receiver, about="Our letter")
    browser(world.cast.raiser).get(f"/d/{dispute.reference}/view/files/{file.pk}/")
    assert "File attached" in page(browser(world.cast.raiser), dispute)
    printed = page(browser(world.cast.raiser), dispute, "view/print/")
    assert file.sha256 in printed
    assert "letter.txt" in printed
    looked = page(browser(world.cast.lead), dispute, "view/readers/")
    assert "Downloaded the file attached on" in looked
    assert "letter.txt" not in looked


def test_those_for_whom_it_is_not_find_neither_line_nor_list_nor_file(world: World, dispute: Dispute) -> None:
    file = attach(world, dispute, world.cast.receiver, audience=Audience.AGENCY, about="For us alone")
    shown = page(browser(world.cast.raiser), dispute)
    assert "letter.txt" not in shown
    assert "File attached" not in shown
    missing = browser(world.cast.raiser).get(f"/d/{dispute.reference}/view/files/{dispute.pk}/")
    hidden = browser(world.cast.raiser).get(f"/d/{dispute.reference}/view/files/{file.pk}/")
    assert (hidden.status_code, missing.status_code, len(hidden.content)) == (404, 404, len(missing.content))
    assert not Reading.objects.filter(part__startswith="file").exists()


def test_a_file_is_replaced_and_withdrawn_from_the_list(world: World, dispute: Dispute) -> None:
    file = attach(world, dispute, world.cast.receiver)
    client = browser(world.cast.receiver)
    assert f"replace-file/?file={file.pk}" in page(client, dispute)
    assert send(client, dispute, "clean.pdf", pdf(), "replace-file", file=str(file.pk), reason="A name.").status_code == 302
    newer = Attachment.objects.get(ended_at=None)
    ended = {"seen": "1.1", "file": str(newer.pk), "reason": "Not ours."}
    assert client.post(f"/d/{dispute.reference}/withdraw-file/", ended).status_code == 302
    shown = page(client, dispute)
    assert "File withdrawn" in shown
    assert "letter.txt" not in shown
    assert "clean.pdf" not in shown


def test_after_a_meeting_its_minutes_may_follow_at_once(world: World, dispute: Dispute) -> None:
    client = browser(world.cast.own_manager)
    typed: dict[str, Any] = {"seen": str(Seen.of(dispute)), "how": "meeting", "who": "Both", "summary": "We talked.", "then_attach": "on"}
    typed |= {"agencies": [str(world.cast.school.pk), str(world.cast.social_care.pk)]}
    answer = client.post(f"/d/{dispute.reference}/record-meeting/", typed)
    meeting = Event.objects.get(dispute=dispute, kind=EventKind.MEETING)
    assert answer["Location"] == f"/d/{dispute.reference}/attach-file/?number={meeting.number}"
    assert f'<option value="{meeting.number}" selected>' in client.get(answer["Location"]).content.decode()


def test_words_that_must_not_stay_are_taken_out_on_two_pages(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.ADD_NOTE, world.cast.receiver, text="His sister Ffion Owen was there.")
    note = Event.objects.get(dispute=dispute, kind=EventKind.NOTE)
    client = browser(world.cast.receiver)
    url = f"/d/{dispute.reference}/redact/"
    chosen = client.post(url, {"seen": "1.1", "number": str(note.number)})
    assert chosen["Location"] == f"{url}?number={note.number}"
    assert "His sister Ffion Owen was there." in client.get(chosen["Location"]).content.decode()
    sent = {"seen": "1.1", "number": str(note.number), "text-text": "His sister was there.", "why": "Another child is named."}
    more = client.post(url, sent | {"text-text": "His sister was there and lied."})
    assert more.status_code == 400
    assert 'href="#id_text-text">Only take words out' in more.content.decode()
    assert client.post(url, sent).status_code == 302
    shown = page(browser(world.cast.raiser), dispute)
    assert "Ffion" not in shown
    assert "His sister [taken out] was there." in shown
    assert "Words taken out" in shown
