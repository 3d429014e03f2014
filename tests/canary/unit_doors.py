"""The doors of those who oversee and keep: reading early, words taken out, holds, files that are brought in, and calls that are refused."""

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from escalation.engine.perform import Seen as LastSeen
from escalation.models import Event, EventBody, LegalHold
from escalation.states import EventKind, HoldOn
from tests.api.conftest import Caller
from tests.canary.run import Run, marked
from tests.canary.watching import MARK


def unit_reads_early(run: Run) -> None:
    """Before the procedure informs it, with a reason that the ledger alone keeps; the leads hear of it."""
    unit = run.cast.business_unit
    run.press(unit, "read-early", reason=marked("early"))
    shown = run.browser(unit).get(f"/d/{run.dispute.reference}/").content.decode()
    assert marked("what") in shown


def words_are_taken_out(run: Run) -> None:
    """The note's writer takes the marked word out of it; the rest stays."""
    note = Event.objects.get(dispute=run.dispute, kind=EventKind.NOTE)
    left = {"text-text": "is what was typed here", "why": marked("taken out")}
    run.press(run.cast.raiser, "redact", number=str(note.number), **left)
    assert EventBody.objects.get(event=note).erased_at is not None


def holds_come_and_go(run: Run) -> None:
    """On the one disagreement by its page, and on everything about the child by the reference that nobody else has."""
    unit, cast = run.browser(run.cast.business_unit), run.cast
    run.press(cast.business_unit, "place-hold", reason=marked("inquest"))
    typed = {"agency": str(cast.school.pk), "reference": f"{MARK}-S-1", "reason": marked("proceedings")}
    assert unit.post(reverse("hold"), typed).status_code == 302
    assert marked("proceedings") in unit.get(reverse("holds")).content.decode()
    hold = LegalHold.objects.get(on=HoldOn.CHILD)
    assert unit.post(reverse("hold-lift", args=[hold.pk]), {"reason": marked("over")}).status_code == 302
    run.press(cast.business_unit, "lift-hold", reason=marked("heard"))


def files_are_brought_in(run: Run) -> None:
    """A directory and an earlier log whose rows are full of mistakes: what is wrong is said on the page, to whoever brought them."""
    unit = run.browser(run.cast.business_unit)
    people = f"name,email,agency,role\n{MARK} Jones,{MARK}.example.org,{MARK} Nowhere,{MARK}\n".encode()
    log = f"key,step,at,by\n{MARK}-1,{marked('step')},yesterday,{MARK}@example.org\n".encode()
    sent: dict[str, dict[str, Any]] = {
        "directory-import": {"tables": [SimpleUploadedFile("people.csv", people, "text/csv")]},
        "earlier-log": {"act": "check", "log": SimpleUploadedFile("log.csv", log, "text/csv")},
    }
    for name, typed in sent.items():
        answer = unit.post(reverse(name), typed)
        assert answer.status_code in {200, 400}, name
        assert "Nothing was" in answer.content.decode(), name


def programs_are_refused(run: Run) -> None:
    """Nobody's, a stranger's and the other side's calls: what comes back in an error holds nothing that the caller did not send."""
    where, cast = f"disputes/{run.dispute.reference}", run.cast
    answer = {"seen": str(LastSeen.of(run.dispute)), "answer": "agrees", "reasons": marked("refused"), "actions": marked("too")}
    calls: list[tuple[Any, str, Any]] = [
        (None, f"{where}/respond/", answer),
        (cast.stranger, f"{where}/respond/", answer),
        (cast.auditor, f"{where}/respond/", answer),
        (cast.other_practitioner, f"{where}/respond/", answer),
        (cast.own_manager, f"{where}/respond/", answer | {"answer": "perhaps"}),
        (cast.receiver, f"{where}/respond/", answer | {"seen": "1.1"}),
        (cast.receiver, f"{where}/respond/", {"seen": answer["seen"], "answer": "perhaps", "reasons": [], "agency": "x"}),
        (cast.receiver, f"{where}/correct_child/", {"seen": answer["seen"]}),
        (cast.own_manager, f"{where}/link/", {"seen": answer["seen"], "other": "ESC-ZZZZZZ"}),
        (cast.raiser, "disputes/", {"what": marked("logged"), "children": [{"initials": MARK, "name": MARK}]}),
    ]
    for user, path, body in calls:
        _refused(run, Caller(user), path, json.dumps(body))
    _refused(run, Caller(cast.receiver), f"{where}/respond/", '{"reasons": "' + marked("broken"))
    assert Caller(cast.auditor).get(f"{where}/", why=marked("sample")).status_code == 200
    for user, path in ((None, where), (cast.stranger, where), (cast.auditor, where), (cast.own_senior, f"{where}/children")):
        found = Caller(user).get(f"{path}/")
        assert 400 <= found.status_code < 500, (path, found.status_code)
        run.seen.errors.append(found.content.decode())


def _refused(run: Run, caller: Caller, path: str, body: str) -> None:
    found = caller.client.post(f"/api/v1/{path}", body, content_type="application/json")
    assert 400 <= found.status_code < 500, (path, found.status_code, found.content)
    run.seen.errors.append(found.content.decode())
