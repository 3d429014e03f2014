"""Whether whoever covers by the files sits, by what is stored and what the files bring, anywhere beside whom they cover for. Reads, never writes."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from agencies.models import Agency, Cover, Membership, PostHolding
from agencies.services.directory_import.checking import Known
from agencies.services.directory_import.columns import AGENCIES, COVER, PEOPLE
from agencies.services.directory_import.reading import Problem, Row, Rows
from agencies.words import short_day


class Seat(NamedTuple):
    """An agency by its code, empty for the partnership itself, and the first and the last day, None where it is open."""

    agency: str
    since: date | None
    until: date | None

    def holds(self, day: date) -> bool:
        """It is held on this day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


def nowhere(rows: Rows, known: Known, today: date) -> Iterator[Problem]:
    """Cover for somebody beside whom the deputy has no role and no post on the first day (today, where that is over; the last, where the cover is).

    It could do nothing, and would take the place of cover that does. What stands in the directory already is left.
    """
    cover = [row for row in rows.get(COVER.name, []) if _is_asked(row, known, rows)]
    emails = {row[column] for row in cover for column in ("person", "deputy")}
    stored = set(Cover.objects.filter(person__email__in=emails).values_list("person__email", "deputy__email", "starts", "ends"))
    seats, retired = _seats(rows, known, emails), _retired(rows, known)
    for row in cover:
        if (row["person"], row["deputy"], row["starts"], row["ends"]) in stored:
            continue
        day = min(max(today, row["starts"]), row["ends"])
        away, deputy = ({seat.agency for seat in seats[row[column]] if seat.holds(day)} - retired for column in ("person", "deputy"))
        if not away & deputy:
            words = _("has no role beside {person} in any agency or in the partnership").format(person=row["person"])
            yield Problem(COVER.name, row.number, "deputy", words)


def already(rows: Rows, known: Known) -> Iterator[Problem]:
    """Cover in whose days, in the same partnership, stored cover of the same person stands that no row takes the place of: one deputy at a time.

    What stands in the directory already is left.
    """
    cover = [row for row in rows.get(COVER.name, []) if not row.broken and row["starts"] <= row["ends"]]
    if known.partnership is None or not cover:
        return
    ours = {known.partnership.pk, *(key for key in known.agencies.values() if key is not None)}
    told = {(row["person"], row["starts"]) for row in cover}
    stored: dict[str, list[Cover]] = defaultdict(list)
    for found in Cover.objects.filter(person__email__in={row["person"] for row in cover}).select_related("person", "deputy"):
        if found.kept & ours:
            stored[found.person.email].append(found)
    for row in cover:
        here = stored[row["person"]]
        if any((found.deputy.email, found.starts, found.ends) == (row["deputy"], row["starts"], row["ends"]) for found in here):
            continue
        staying = (found for found in here if not (found.kept <= ours and (row["person"], found.starts) in told))
        clash = next((found for found in staying if found.starts <= row["ends"] and row["starts"] <= found.ends), None)
        if clash is not None:
            words = _("lies in days in which {deputy} covers already, from {starts} to {ends}: one deputy at a time")
            words = words.format(deputy=clash.deputy.name, starts=short_day(clash.starts), ends=short_day(clash.ends))
            yield Problem(COVER.name, row.number, "starts", words)


def _is_asked(row: Row, known: Known, rows: Rows) -> bool:
    """Nothing else is wrong with the row, nor with any that says where its two people sit."""
    if row.broken or row["person"] == row["deputy"] or row["ends"] < row["starts"]:
        return False
    people = {row["person"], row["deputy"]}
    unclear = any(other.broken and (other.is_shifted or "email" in other.unread or other["email"] in people) for other in rows.get(PEOPLE.name, []))
    return people <= set(known.people) and not unclear


def _seats(rows: Rows, known: Known, emails: set[str]) -> dict[str, list[Seat]]:
    """By address. What a row says of a role or a post that is stored stands in its place."""
    found: dict[str, list[Seat]] = defaultdict(list)
    told = [row for row in rows.get(PEOPLE.name, []) if not row.broken and row["email"] in emails]
    for row in told:
        found[row["email"]].append(Seat(row["agency"], row["since"], row["until"]))
    if known.partnership is None:
        return found
    roles = {(row["email"], row["agency"], row["role"]) for row in told}
    held = Membership.objects.filter(partnership=known.partnership, user__email__in=emails)
    for email, agency, role, *days in held.values_list("user__email", "agency__code", "role", "since", "until"):
        if (email, agency or "", role) not in roles:
            found[email].append(Seat(agency or "", *days))
    posts = {(row["email"], row["agency"], row["level"], row["post"]) for row in told if row["post"]}
    holdings = PostHolding.objects.filter(post__agency__partnership=known.partnership, user__email__in=emails)
    for email, agency, level, title, *days in holdings.values_list(
        "user__email", "post__agency__code", "post__level__number", "post__title", "since", "until"
    ):
        if (email, agency, level, title) not in posts:
            found[email].append(Seat(agency, *days))
    return found


def _retired(rows: Rows, known: Known) -> set[str]:
    """The codes of agencies in which nobody sits any more."""
    told = {row["code"]: row["active"] for row in rows.get(AGENCIES.name, []) if not row.broken}
    stored = Agency.objects.filter(partnership=known.partnership, is_active=False) if known.partnership is not None else Agency.objects.none()
    return {code for code in stored.values_list("code", flat=True) if not told.get(code)} | {code for code, active in told.items() if not active}
