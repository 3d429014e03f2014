"""Three years of one partnership, with what stands in them besides disagreements, and a second partnership beside it that no figure counts."""

from datetime import UTC, date, datetime

from agencies.models import Agency, Partnership
from agencies.roles import Role
from reports import early
from reports.periods import Year
from tests.factories import make_holding, make_member, make_post, make_user
from tests.reports.lived.generated import live, live_apart
from tests.reports.lived.place import Place, make_place

NOW = datetime(2025, 11, 21, 12, tzinfo=UTC)
# As few as it takes, by dice with which all of the following happens: the tests look whether it does.
NUMBERS, APART, SEED = {2023: 12, 2024: 23, 2025: 16}, 6, 3
# Whatever moves a figure happens in them, and each kind of limit runs.
ABOUT = {
    "sent_back", "withdrawn", "answered", "rejected", "timetable_agreed", "made_urgent", "bounced", "received", "agency_added", "past_stage",
    "happened_confirmed", "meeting", "referred", "convened", "member_replaced", "decided", "not_agreed", "gap_recorded", "filed", "action_done",
    "debrief", "learning_followed", "reopened", "left_out", "counted_again", "conflict_marked", "conflict_lifted",
}  # fmt: skip
TIMED = {"response", "acknowledgement", "told", "move_up", "meeting", "completion", "cap", "resolution"}


def lived_years(seed: int = SEED) -> Partnership:
    """Few in 2023, a full year 2024, which has the ways and the persons that are apart too, and 2025 up to a day in November."""
    place = make_place()
    for year, number in NUMBERS.items():
        live(place, number, starts=Year(year).starts, ends=min(Year(year).ends, NOW), now=NOW, seed=seed * 10_000 + year)
    live_apart(place, APART, starts=Year(2024).starts, ends=Year(2024).ends, now=NOW, seed=seed * 10_000 + 8)
    quiet = place.houses[4]
    live(place, 2, starts=Year(2023).starts, ends=Year(2023).ends, now=NOW, seed=seed * 10_000 + 7, by=quiet)
    live(make_place(name="Elsewhere Partnership"), 2, starts=Year(2024).starts, ends=Year(2024).ends, now=NOW, seed=9)
    add_returns(place)
    add_people(place)
    return place.partnership


def add_returns(place: Place) -> None:
    """Three agencies return early matters of three quarters, one of them nothing."""
    quarters = (date(2024, 10, 1), date(2025, 4, 1), date(2025, 7, 1))
    for at, house in enumerate(place.houses[:3]):
        for quarter in quarters[: at + 1]:
            given = {"agency": house.agency, "quarter": quarter, "matters": at * 4, "now": NOW}
            early.give(person=place.person(place.unit, NOW), by=place.unit, **given)


def add_people(place: Place) -> None:
    """In the quiet agency: one with two roles, one whose role has ended, one whose is still to come, one who cannot sign in. One joined late and is
    flat; one has no board member, another acts for it from level 4 up, and who holds its only post begins tomorrow."""
    quiet, both = place.houses[4].agency, make_user()
    make_member(both, quiet, Role.LEAD)
    make_member(both, quiet, Role.PRACTITIONER)
    make_member(make_user(), quiet, Role.PRACTITIONER, until=date(2025, 11, 21))
    make_member(make_user(), quiet, Role.PRACTITIONER, until=date(2025, 11, 20))
    make_member(make_user(), quiet, Role.PRACTITIONER, since=date(2025, 11, 22))
    make_member(make_user(is_active=False), quiet, Role.PRACTITIONER)
    late = place.houses[5].agency
    late.member_since, late.is_flat = date(2024, 6, 1), True
    late.save()
    small = Agency.objects.create(
        partnership=place.partnership, name="Little Acorns", code="little-acorns", kind="early_years", has_board_member=False
    )
    small.acting_agency, small.acting_from_level = place.houses[1].agency, 4
    small.save()
    make_holding(make_post(small, 2, confirmed_on=date(2025, 9, 1)), make_user(), since=date(2025, 11, 22))
