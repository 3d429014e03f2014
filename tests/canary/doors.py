"""The doors that not everybody uses: somebody without an account, attached files, and an answer to a request for access."""

import io
import re
import zipfile
from typing import Any

from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from escalation.engine.perform import Seen as LastSeen
from escalation.models import AccessRequest, Attachment, Guest
from escalation.services.guest_door import send_asked_codes
from tests.canary.run import Run, marked
from tests.canary.watching import MARK, Browser
from tests.escalation.attached import daemon
from tests.factories import PASSWORD

GUEST = {"name": f"{MARK.title()} Jones", "job_title": f"{MARK} practice manager", "email": f"{MARK}.guest@surgery.example"}


def guest_is_asked(run: Run) -> Browser:
    """The lead asks somebody without an account, who comes in, says that they have it, and looks who the child is."""
    run.press(run.cast.receiving_lead, "invite-guest", **GUEST)
    browser = Browser(run.seen, None)
    _comes_in(run, browser)
    browser.post(_at("acknowledge"))
    page = browser.get(_at("child")).content.decode()
    assert "QX" in page
    assert f"{MARK} Quillfeather" in page
    return browser


def _at(name: str) -> str:
    return reverse(f"guest-{name}", args=[Guest.objects.get().link])


def _comes_in(run: Run, browser: Browser) -> None:
    """Link, door, a mistyped code, the right one."""
    browser.get(_at("door"))
    browser.post(_at("door"))
    send_asked_codes(run.world.now)
    letter = mail.outbox[-1]
    assert letter.to == [GUEST["email"]]
    code = re.search(r"\d{4} \d{4}", str(letter.body))
    assert code
    for typed in (f"{MARK} 1234", code[0]):
        browser.post(_at("code"), {"code": typed})


def guest_answers(run: Run, browser: Browser) -> None:
    """Days later, with another code; then what is met at the closed door with the same words typed once more."""
    typed = {"answer": "partly", "reasons": marked("guestreasons"), "actions": marked("guestactions"), "confirmed": "1"}
    assert browser.post(_at("request"), {"seen": "1.1", **typed}).status_code == 403
    _comes_in(run, browser)
    assert marked("what") in browser.get(_at("request")).content.decode()
    answer = browser.post(_at("request"), {"seen": str(LastSeen.of(run.dispute)), **typed})
    assert "Your answer is recorded" in answer.content.decode()


def files_are_attached(run: Run, settings: Any) -> None:
    """A file whose name and content carry the mark is attached and opened; another is refused for its content, and a third by the scanner."""
    cast, name = run.cast, f"{MARK}-letter.txt"
    _send(run, name, marked("filecontent").encode(), refused=False)
    address = reverse("case-file", args=[run.dispute.reference, Attachment.objects.get().pk])
    given: Any = run.browser(cast.own_senior).get(address)
    assert marked("filecontent").encode() in b"".join(given.streaming_content)
    assert run.browser(cast.stranger).get(address).status_code == 404
    _send(run, f"{MARK}.pdf", marked("no pdf").encode())
    with daemon(lambda _: f"stream: {MARK} FOUND\0".encode()) as settings.CONCORD_SCANNER:
        _send(run, name, marked("harmful").encode())
    settings.CONCORD_SCANNER = f"unix:/nowhere/{MARK}"
    _send(run, name, marked("not looked at").encode())
    settings.CONCORD_SCANNER = ""


def _send(run: Run, name: str, content: bytes, *, refused: bool = True) -> None:
    typed = {"seen": str(LastSeen.of(run.dispute)), "audience": "readers", "about": marked("about the file")}
    address = f"/d/{run.dispute.reference}/attach-file/"
    answer = run.browser(run.cast.receiving_lead).post(address, typed | {"upload": SimpleUploadedFile(name, content)})
    assert answer.status_code == (400 if refused else 302), answer.content.decode()[-2000:]


def access_is_answered(run: Run) -> None:
    """The unit confirms who it is, opens a request by the child's reference, reads it through, and takes the answer with the file in it."""
    unit, cast = run.browser(run.cast.business_unit), run.cast
    unit.post(reverse("confirm"), {"password": PASSWORD})
    typed = {"agency": str(cast.school.pk), "reference": f"{MARK}-S-1", "is_sure": "on"}
    opened = unit.post(reverse("access-ask"), typed | {"reason": marked("who asks"), "identity": marked("passport")})
    row = AccessRequest.objects.get()
    page = reverse("access-request", args=[row.pk])
    assert opened.headers["Location"] == page
    shown = unit.get(page).content.decode()
    read, file = re.search(r'name="read" value="([^"]*)"', shown), re.search(r'name="with_files"\s+value="([^"]*)"', shown)
    assert read
    assert file
    unit.get(reverse("access-piece-file", args=[row.pk, Attachment.objects.get().pk]))
    made = unit.post(page, {"read": read[1], "with_files": [file[1]], "is_read": "on"})
    assert made.status_code == 302, made.content.decode()[-2000:]
    answer: Any = unit.get(reverse("access-file", args=[row.pk]))
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as packed:
        texts = b"".join(packed.read(name) for name in packed.namelist())
    assert MARK.encode() in texts
