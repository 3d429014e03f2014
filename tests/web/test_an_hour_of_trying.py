"""The page for an information-governance officer: each thing to try is tried on the demonstration, and each sentence that it quotes looked for."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client

from agencies.models import Agency, Partnership, SeniorityLevel, User
from agencies.services.example import EXAMPLE_PASSPHRASE
from escalation.models import Attachment, Dispute, Guest
from escalation.services.example import build_example
from escalation.services.example_year import bring_in_last_year
from escalation.services.guest_door import send_asked_codes
from escalation.services.seals import seal_partnerships
from tests import servers
from tests.escalation.attached import clean_here
from tests.house.source import ROOT
from tests.journeys.desk import Desk
from tests.kept import kept_fixture
from tests.world import london

pytestmark = pytest.mark.django_db
PAPER = ROOT / "docs" / "security" / "for-an-information-governance-officer.md"
NOW = london("2026-11-25 10:30")
STEP = re.compile(r"^### (\d+)\. .+?\n(.*?)(?=^### |\Z)", re.MULTILINE | re.DOTALL)
QUOTED = re.compile(r"“([^”]+)”")
# In place of the 120 of which the page tells.
FEW = 4
SHUT = "do not match an account, or the account is closed"


def steps() -> dict[str, str]:
    """What the page says of each thing to try, by its number."""
    return dict(STEP.findall(PAPER.read_text(encoding="utf-8")))


def quoted(step: str, heading: str) -> list[str]:
    """The sentences that the page quotes under a heading of a step."""
    found = re.search(rf"\*\*{heading}:\*\*(.*?)(?=\n\n|\Z)", step, re.DOTALL)
    return [" ".join(words.split()) for words in QUOTED.findall(found[1])] if found else []


@kept_fixture
def world() -> Partnership:
    """The demonstration, as `bin/demo` builds it."""
    with time_machine.travel(NOW, tick=False):
        built = build_example(NOW, practice=True).partnership
        bring_in_last_year(built, NOW)
        return built


@pytest.fixture(autouse=True)
def here(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[time_machine.Traveller]:
    settings.CONCORD_SEALS_DIR, settings.CONCORD_HEAVY_IN_TEN_MINUTES = tmp_path / "seals", FEW
    clean_here(tmp_path, settings, monkeypatch)
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def user(name: str) -> User:
    return User.objects.get(email__startswith=f"{name}@")


def desk(name: str, path: str = "") -> Desk:
    """One of the people, at a page."""
    made = Desk(user(name))
    if path:
        made.go(path)
    return made


def reference() -> str:
    """R of the page: what Rashida Shah was asked by Northshire Community Health."""
    return str(Dispute.objects.get(requests__holder=user("rashida.shah"), raising_agency__code="community-health", state="open").reference)


def at(name: str, path: str = "") -> str:
    """A page of R as somebody sees it."""
    return desk(name, f"/d/{reference()}/{path}").text


def text(answer: Any) -> str:
    """What an answer says, tags and entities apart."""
    raw = re.sub(r"(?s)<[^<>]*>", " ", answer.content.decode())
    return " ".join(raw.replace("&#x27;", "'").replace("&quot;", '"').replace("&lt;", "<").replace("&gt;", ">").split())


Told = tuple[str, str]
"""What was seen, and, of that, what the page says is nowhere to be seen in."""


def foreign() -> Told:
    r, seen = reference(), ""
    assert f"Respond: Stage 1, {r}, from Northshire Community Health" in desk("rashida.shah", "/my-work/").text
    for name in ("leroy.campbell", "tariq.aziz.khan"):
        client = desk(name).client
        there, never = client.get(f"/d/{r}/"), client.get("/d/ESC-ZZZZZZ/")
        assert there.status_code == never.status_code == 404
        assert text(there) == text(never)
        found = [text(client.post("/search/", {"q": one})) for one in (r, "ESC-ZZZZZZ")]
        assert found[0].replace(r, "") == found[1].replace("ESC-ZZZZZZ", "")
        seen += text(there) + found[0]
    kept = desk("tariq.aziz.khan").client.get("/administration/", follow=True)
    assert kept.status_code == 403
    return seen + text(kept), seen


def private() -> Told:
    return at("mei.ling.tan"), at("rashida.shah")


def child() -> Told:
    seen = at("rashida.shah", "view/child/")
    seen += at("fiona.adeyemi", "view/readers/")
    assert "Rashida Shah" in seen
    refused = desk("laura.finch").client.get(f"/d/{reference()}/view/child/")
    assert refused.status_code == 403
    return seen + text(refused), ""


def glass() -> Told:
    laura = desk("laura.finch", f"/d/{reference()}/")
    seen = laura.text
    laura.follow(f"/d/{reference()}/read-early/")
    laura.press("Continue", reason="The police rang about it.")
    laura.press("Confirm and send")
    seen += laura.text
    laura.go("/messages/")
    told = laura.text
    assert all(name in told for name in ("Fiona Adeyemi", "Yusuf Karim"))
    readers = at("fiona.adeyemi", "view/readers/")
    assert "The police rang about it." in readers
    assert laura.client.get(f"/d/{reference()}/view/child/").status_code == 403
    return seen + told + readers, ""


def messages() -> Told:
    glass()
    seen = desk("laura.finch", "/messages/").text
    return seen, seen


def guest() -> Told:
    fiona = desk("fiona.adeyemi", f"/d/{reference()}/invite-guest/")
    fiona.press("Continue", name="Ada Field", job_title="GP", email="ada.field@surgery.example")
    fiona.press("Confirm and send")
    door = f"/guest/{Guest.objects.get().link}/"
    assert door in desk("laura.finch", "/messages/").text
    here, other = Client(), Client()
    here.post(door)
    send_asked_codes(NOW)
    code = re.search(r"Your code: (\d{4} \d{4})", desk("laura.finch", "/messages/").text)
    assert code
    seen = text(here.post(f"{door}code/", {"code": "0000 0000"}))
    inside = text(here.post(f"{door}code/", {"code": code[1]}, follow=True))
    seen += inside + text(other.post(f"{door}code/", {"code": code[1]}))
    assert seen.count("That code is not right, or it is no longer good.") == 4, "above and at the field, each time"
    assert here.get(f"/d/{reference()}/").headers["Location"].startswith("/sign-in/")
    given = {"seen": "", "answer": "partly", "reasons": "Seen in May.", "actions": "A visit.", "confirmed": "1"}
    page = here.get(f"{door}request/").content.decode()
    given["seen"] = str(re.findall(r'name="seen" value="([^"]+)"', page)[0])
    seen += text(here.post(f"{door}request/", given))
    assert here.get(f"{door}request/").status_code == 302
    return seen + text(here.get(f"{door}request/", follow=True)), ""


def leaver() -> Told:
    aled, priya = desk("aled.morgan", "/help/"), desk("priya.nair", "/directory/people/")
    priya.follow(f"/directory/agencies/hillside/people/{user('aled.morgan').pk}/leave/")
    priya.press("Continue", successor=str(user("colin.reid").pk), when="now")
    priya.press("End it and hand over")
    assert aled.client.get("/my-work/").headers["Location"].startswith("/sign-in/")
    return priya.text + text(signing_in("aled.morgan@hillside.northshire.example", EXAMPLE_PASSPHRASE)), ""


def signing_in(email: str, passphrase: str) -> Any:
    return Client().post("/sign-in/", {"email": email, "password": passphrase})


def harm() -> Told:
    rashida = desk("rashida.shah", f"/d/{reference()}/add-note/")
    rashida.press("Add to the record", text="<script>alert(1)</script>")
    page = rashida.client.get(f"/d/{reference()}/")
    assert "<script>alert(1)" not in page.content.decode()
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    rashida.go(f"/d/{reference()}/attach-file/")
    web_page = SimpleUploadedFile("letter.pdf", b"<html><body>Dear colleague</body></html>", "application/pdf")
    rashida.press("Attach the file", upload=web_page, refused=True)
    assert not Attachment.objects.exists()
    return text(page) + rashida.text, ""


def formula() -> Told:
    laura = desk("laura.finch", "/directory/add-agency/")
    laura.press("Continue", name='=HYPERLINK("http://example.org","Dance")', kind="voluntary")
    level = str(SeniorityLevel.objects.get(number=2, partnership__slug="northshire").number)
    contact = {"level": level, "title": "Manager", "role": "safeguarding_lead", "name": "Dan Cer", "email": "dan@dance.example"}
    laura.press("Continue", **{f"contact__0__{name}": value for name, value in contact.items()})
    laura.press("Save the agency")
    files: list[Any] = [laura.client.get(f"/reports/2026/figures.{form}?edition=internal&partnership=northshire") for form in ("csv", "xlsx", "ods")]
    texts = [opened(b"".join(one.streaming_content) if one.streaming else one.content) for one in files]
    assert all("'=HYPERLINK(" in one for one in texts)
    laura.go("/reports/record/")
    assert "Laura Finch" in laura.text
    return laura.text + texts[0], "".join(texts)


def opened(content: bytes) -> str:
    """All that a data file says, whatever its kind."""
    if not content.startswith(b"PK"):
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return "".join(packed.read(name).decode() for name in packed.namelist() if name.endswith(".xml"))


def public() -> Told:
    client, said = desk("laura.finch").client, "can be made once the year is over"
    running, asked, over = (
        client.get(f"/reports/{asks}partnership=northshire") for asks in ("2026/?", "2026/?edition=public&", "2025/?edition=public&")
    )
    assert "edition=public" not in running.content.decode()
    assert "<table" not in asked.content.decode()
    assert (said in text(running), said in text(asked)) == (True, True)
    volume, agencies = (text(client.get(f"/reports/2025/?edition=public&partnership=northshire&chapter={key}")) for key in ("volume", "agencies"))
    assert "[c]" in volume
    named = set(Agency.objects.filter(partnership__slug="northshire").values_list("name", flat=True))
    assert "Kind of agency" in agencies
    assert not [name for name in named if name in agencies]
    told = text(over) + volume + agencies
    return text(running) + told, told


def guessing() -> Told:
    seen = []
    for address in ("olu.bankole@nursery.northshire.example", "nobody.at.all@nursery.northshire.example"):
        answers = [text(signing_in(address, f"wrong-passphrase-{number}")) for number in range(6)]
        assert [SHUT in one for one in answers] == [True] * 5 + [False]
        seen.append(" ".join(answers).replace(address, ""))
    assert seen[0] == seen[1]
    client, path = desk("rashida.shah").client, f"/d/{reference()}/view/print/"
    statuses = [client.get(path).status_code for _ in range(FEW)]
    assert set(statuses) == {200}
    return seen[0] + text(client.get(path)), ""


def tampering() -> Told:
    first, then = re.findall(r'sqlite3 var/concord.sqlite3 "(.+?)"', steps()["12"], re.DOTALL)
    seal_partnerships(NOW)
    call_command("verify_audit", stdout=io.StringIO())
    seen, out = "", io.StringIO()
    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(first)
    seen += str(refused.value)
    with connection.cursor() as cursor:
        for statement in then.split(";"):
            cursor.execute(statement)
    with pytest.raises(CommandError):
        call_command("verify_audit", stdout=out)
    return seen + out.getvalue(), ""


TRIES: dict[str, Callable[[], Told]] = {
    str(number): one
    for number, one in enumerate((foreign, private, child, glass, messages, guest, leaver, harm, formula, public, guessing, tampering), start=1)
}


def test_each_thing_to_try_is_tried() -> None:
    assert set(TRIES) == set(steps())
    assert all(quoted(step, "You see") for step in steps().values())


# The last thing to try opens the demonstration's own file, which is SQLite's.
ASKED = [number for number in TRIES if number != "12" or servers.ENGINE_DATABASE != "postgresql"]


@pytest.mark.parametrize("number", ASKED)
def test_what_the_page_promises_is_what_comes(world: Partnership, number: str) -> None:
    seen, place = TRIES[number]()
    step = steps()[number]
    assert [words for words in quoted(step, "You see") if words not in seen] == []
    assert [words for words in quoted(step, "Nowhere") if words in place] == []
