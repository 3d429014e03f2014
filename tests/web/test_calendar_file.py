"""A due moment as a calendar file: read back by the format's own rules, without a word of the case, the same entry when the date moves."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from escalation.models import Clock, Dispute
from escalation.states import Answer, Verb
from escalation.web.calendar_file import folded
from tests.cast import Cast
from tests.escalation.learning import learnt
from tests.web.signed_in import Visitor
from tests.world import MONDAY, World, london

pytestmark = pytest.mark.django_db


def read(content: bytes) -> dict[str, str]:
    """The event's properties, read as RFC 5545 says: lines end in CRLF, have 75 octets at the most, and go on after CRLF and a space."""
    assert content.endswith(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    lines = content.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    event = lines[lines.index("BEGIN:VEVENT") + 1 : lines.index("END:VEVENT")]
    return dict(line.split(":", 1) for line in event)


def clock_of(dispute: Dispute) -> Clock:
    found: Clock = Clock.objects.running().get(dispute=dispute, measures="response")
    return found


def fetched(visitor: Visitor, dispute: Dispute, clock: Clock) -> dict[str, str]:
    answer = visitor.get(f"/d/{dispute.reference}/view/due/{clock.pk}/")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/calendar")
    assert answer["Content-Disposition"] == f'attachment; filename="{dispute.reference}.ics"'
    return read(answer.content)


def test_it_holds_the_reference_the_moment_and_the_link_and_nothing_of_the_case(cast: Cast, dispute: Dispute) -> None:
    event = fetched(Visitor(cast.receiver, MONDAY), dispute, clock_of(dispute))
    assert (event["SUMMARY"], event["DTSTART"]) == (f"Due: {dispute.reference}", "20260303T100000Z")
    assert event["URL"] == f"http://testserver/d/{dispute.reference}/"
    assert set(event) == {"UID", "DTSTAMP", "SEQUENCE", "DTSTART", "SUMMARY", "URL", "CLASS", "TRANSP"}


def test_summer_time_is_told_as_the_instant(cast: Cast) -> None:
    world = World(cast, now=london("2026-03-27 10:00"))
    dispute = world.sent()
    assert fetched(Visitor(cast.receiver, world.now), dispute, clock_of(dispute))["DTSTART"] == "20260330T090000Z"


def test_a_date_at_the_end_of_a_day_is_that_day(cast: Cast) -> None:
    """Bromley's week ends with the day of the fifth working day: 9 March."""
    world = World(cast, "bromley")
    dispute = world.sent()
    due = Clock.objects.running().filter(dispute=dispute).order_by("due_at")[0]
    event = fetched(Visitor(cast.own_manager, MONDAY), dispute, due)
    day = due.due_at.astimezone(ZoneInfo("Europe/London")).date()
    assert event["DTSTART;VALUE=DATE"] == f"{day:%Y%m%d}"
    assert event["DTEND;VALUE=DATE"] == f"{day + timedelta(days=1):%Y%m%d}"


def test_another_agreed_date_moves_the_same_entry(cast: Cast, world: World, dispute: Dispute) -> None:
    before = fetched(Visitor(cast.receiver, MONDAY), dispute, clock_of(dispute))
    world.do(dispute, Verb.PROPOSE_TIMETABLE, cast.receiver, due_at=london("2026-03-09 12:00"), reason="A leave.")
    world.now = MONDAY + timedelta(hours=1)
    world.do(dispute, Verb.AGREE_TIMETABLE, cast.own_manager)
    after = fetched(Visitor(cast.receiver, world.now), dispute, clock_of(dispute))
    assert (after["UID"], after["DTSTART"]) == (before["UID"], "20260309T120000Z")
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])


def test_a_date_that_has_ended_and_one_that_is_not_yours_are_not_there(cast: Cast, world: World, dispute: Dispute) -> None:
    clock = clock_of(dispute)
    assert Visitor(cast.police_manager, MONDAY).get(f"/d/{dispute.reference}/view/due/{clock.pk}/").status_code == 404
    assert Visitor(cast.auditor, MONDAY).get(f"/d/{dispute.reference}/view/due/{clock.pk}/").status_code == 302
    world.do(dispute, Verb.RESPOND, cast.receiver, answer=Answer.DISAGREES, reasons="No.")
    assert Visitor(cast.receiver, MONDAY).get(f"/d/{dispute.reference}/view/due/{clock.pk}/").status_code == 404


def test_the_case_page_and_my_work_offer_it(cast: Cast, dispute: Dispute) -> None:
    url = f"/d/{dispute.reference}/view/due/{clock_of(dispute).pk}/"
    visitor = Visitor(cast.receiver, MONDAY)
    case = [link for link in visitor.page(f"/d/{dispute.reference}/").all("a") if link.attrs.get("href") == url]
    assert [link.text.split(":")[0] for link in case] == ["Add this date to your calendar", "Add to calendar"]
    assert [link.attrs["href"] for link in visitor.page("/my-work/").all("a") if "Add to calendar" in link.text] == [url]


def test_long_lines_are_broken_by_octets_and_never_inside_a_letter() -> None:
    line = "SUMMARY:" + "é" * 100
    parts = list(folded([line]))
    assert all(len(part.removesuffix(b" ").removesuffix(b"\r\n")) <= 75 for part in parts)
    assert b"".join(parts).replace(b"\r\n ", b"").decode() == line + "\r\n"


def test_a_learning_action_in_my_work_has_the_file_of_its_day_until_it_is_done(world: World, cast: Cast) -> None:
    point = learnt(world, owner=cast.lead.pk, due_on=date(2026, 4, 10))
    visitor, url = Visitor(cast.lead, world.now), f"/learning/{point.pk}/due/"
    assert visitor.page("/my-work/").all("a", href=url)
    event = read(visitor.get(url).content)
    assert (event["SUMMARY"], event["DTSTART;VALUE=DATE"], event["URL"]) == (
        "Due: a learning action",
        "20260410",
        f"http://testserver/learning/{point.pk}/",
    )
    assert (event["UID"], event["SEQUENCE"]) == (f"{point.pk}@concord", "0")
    assert Visitor(cast.receiver, world.now).get(url).status_code == 404
    type(point).objects.filter(pk=point.pk).update(due_on=None)
    assert visitor.get(url).status_code == 404
