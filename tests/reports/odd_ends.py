"""What stands in a year besides what dice bring: drafts, duplicates, returns, findings, agencies with fewer contacts, and who can sign in where."""

from datetime import UTC, date, datetime, timedelta

from agencies.roles import Role
from escalation.models import Dispute, Event, EventBody, Panel, PanelMember, Referral
from escalation.states import ENDED, EventKind, LeftOut, State, Theme
from reports.models import EarlyReturn
from tests.factories import make_agency, make_member, make_user
from tests.reports.builders import Life, World

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def add_what_is_odd(world: World) -> None:
    """All of it, after the years were written."""
    add_a_draft(world)
    add_one_from_a_quiet_agency(world)
    add_returns(world)
    add_people(world)
    add_findings(world)
    seat_one_of_elsewhere(world)
    leave_some_out(world)


def seat_one_of_elsewhere(world: World) -> None:
    """On every panel sits somebody of an agency of elsewhere, which is concerned, beside two members or more."""
    elsewhere, user = make_agency(world.partnership, "Westshire Social Care", is_external=True), make_user()
    panels = Panel.objects.filter(referral__dispute__partnership=world.partnership)
    PanelMember.objects.bulk_create(PanelMember(panel=panel, user=user, agency=elsewhere, is_party=True) for panel in panels)


def add_a_draft(world: World) -> None:
    """One that was sent back to its writer: it has been submitted, and counts nowhere."""
    life = Life.begin(world, datetime(2025, 6, 2, 9, tzinfo=UTC), world.agencies[0], [world.agencies[1]], NOW, themes=[Theme.DELAY])
    life.enter(1, datetime(2025, 6, 2, 9, tzinfo=UTC))
    life.finish(NOW, State.DRAFT)
    world.save()


def need_different_contacts(world: World) -> None:
    """One agency is flat, for one another acts from level 3 up, and one has no board member."""
    flat, small, without = world.agencies[8:11]
    flat.is_flat, small.acting_agency, small.acting_from_level, without.has_board_member = True, world.agencies[0], 3, False
    for agency in (flat, small, without):
        agency.save()


def leave_some_out(world: World) -> None:
    """Every eighth of those that have ended was a duplicate: with all that happened in it, it counts nowhere."""
    ended = Dispute.objects.filter(partnership=world.partnership, state__in=ENDED).order_by("submitted_at", "pk").values_list("pk", flat=True)
    Dispute.objects.filter(pk__in=list(ended)[::8]).update(left_out=LeftOut.DUPLICATE)


def add_returns(world: World) -> None:
    """Three agencies return early matters of three quarters, one of them nothing."""
    quarters = (date(2024, 10, 1), date(2025, 4, 1), date(2025, 7, 1))
    for at, agency in enumerate(world.agencies[:3]):
        for each in quarters[: at + 1]:
            EarlyReturn.objects.create(agency=agency, quarter=each, matters=at * 4, returned_by=world.unit, returned_at=NOW)


def add_one_from_a_quiet_agency(world: World) -> None:
    """Raised in 2024 by an agency that raises none in the years after; one other joins in 2025 and is not asked about that year."""
    at = datetime(2024, 5, 7, 9, tzinfo=UTC)
    life = Life.begin(world, at, world.agencies[9], [world.agencies[0]], NOW, themes=[Theme.DELAY])
    life.ask(life.enter(1, at), world.agencies[0], at, due=at + timedelta(days=1), answered=at, until=at)
    world.save()
    world.agencies[10].member_since = date(2025, 6, 1)
    world.agencies[10].save()


def add_people(world: World) -> None:
    """In the quiet agency: one with two roles, one whose role has ended, one whose is still to come, one who cannot sign in."""
    quiet, both = world.agencies[9], make_user()
    make_member(both, quiet, Role.LEAD)
    make_member(both, quiet, Role.PRACTITIONER)
    make_member(make_user(), quiet, Role.PRACTITIONER, until=date(2026, 11, 22))
    make_member(make_user(), quiet, Role.PRACTITIONER, until=date(2026, 11, 21))
    make_member(make_user(), quiet, Role.PRACTITIONER, since=date(2026, 11, 23))
    make_member(make_user(is_active=False), quiet, Role.PRACTITIONER)


def add_findings(world: World) -> None:
    """Every decision before the partnership has its line; two in three have a finding. One in five routes brought no agreement."""
    decided = Referral.objects.filter(dispute__partnership=world.partnership, decided_at__isnull=False).select_related("dispute")
    bodies = []
    for at, row in enumerate(decided.order_by("decided_at", "pk")):
        assert row.decided_at
        line = Event.objects.create(
            dispute=row.dispute, number=row.dispute.head_number + 1, stage=4, recorded_at=row.decided_at,
            kind=EventKind.DECIDED if at % 5 else EventKind.NOT_AGREED, happened_at=row.decided_at, facts={"route": row.route}, digest=f"{at:064}",
        )  # fmt: skip
        bodies.append(EventBody(event=line, salt="-", text={"finding": f"Finding {at}"} if at % 3 else {"decision": "As agreed."}))
    EventBody.objects.bulk_create(bodies)
