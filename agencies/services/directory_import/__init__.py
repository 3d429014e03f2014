"""The directory as CSV files: all of it or nothing, every mistake by file, row and column, twice the same as once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.errors import InvalidInput
from agencies.models import DirectoryEvent, Partnership, UntoldGiving, User
from agencies.person import Person
from agencies.policy import gives_from_outside, may_keep_directory, require
from agencies.roles import DirectoryDoor
from agencies.said import Said, listing, said, shown
from agencies.services.apart import officers, unit_stays_apart
from agencies.services.cover import leading, take_back_cover
from agencies.services.directory_import.applying import Application, partnership_for
from agencies.services.directory_import.checking import check, known_to, lent
from agencies.services.directory_import.columns import PARTNERSHIP
from agencies.services.directory_import.covering import already, nowhere
from agencies.services.directory_import.givings import Line, Places, givings_of
from agencies.services.directory_import.reading import ImportRefused, Problem, Rows, read_folder, read_texts
from agencies.services.first_place import after_first_place, before_first_place
from agencies.services.record import acting_person, line
from agencies.words import figure
from agencies.working_days import london

# The tables in the order of writing, as an import counts them.
CLOSURE_DAYS = gettext_noop("closure days")
THINGS = (
    gettext_noop("levels"), gettext_noop("agencies"), gettext_noop("posts"), gettext_noop("people"),
    gettext_noop("roles"), gettext_noop("post holders"), gettext_noop("dates of cover"), CLOSURE_DAYS,
)  # fmt: skip
IMPORTED = gettext_noop("Directory imported. {done}")
__all__ = ["ImportRefused", "Imported", "Problem", "import_files", "import_folder", "importing_person", "write_rows"]


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: the partnership and, by table, how many rows were made and how many changed."""

    partnership: Partnership
    made: dict[str, int]
    changed: dict[str, int]

    def __str__(self) -> str:
        return shown(self.words)

    @property
    def adds_days_off(self) -> bool:
        """Whether running dates may have to be dated again."""
        return bool(self.made[CLOSURE_DAYS])

    @property
    def words(self) -> Said:
        """One sentence for the command, the page and the directory's record."""

        def listed(counts: dict[str, int]) -> Said:
            found = [said(gettext_noop("{count} {things}"), count=figure(count), things=said(name)) for name, count in counts.items() if count]
            return listing(found) if found else said(gettext_noop("nothing"))

        form = gettext_noop("{partnership}: made {made}; changed {changed}.")
        return said(form, partnership=self.partnership.name, made=listed(self.made), changed=listed(self.changed))


def import_folder(folder: Path, *, actor: User | None, partnership: Partnership | None, now: datetime) -> Imported:
    """Imports a folder of CSV files (see `import_files`). Raises ImportRefused for a folder or file that cannot be read."""
    return import_files(read_folder(folder), actor=actor, partnership=partnership, now=now)


@transaction.atomic
def import_files(texts: Mapping[str, str], *, actor: User | None, partnership: Partnership | None, now: datetime) -> Imported:
    """Imports CSV texts by file name into a partnership, in one transaction. Importing the same twice changes nothing the second time.

    `actor` is None for the command line, which may also make or change the partnership itself by partnership.csv; a person imports into a partnership
    whose directory they keep, and never gives a role above their own ceiling or to themselves. Passwords are not part of it: new people have none
    until they are invited, and whoever only practised until then begins anew (`first_place`). `now` is aware. Raises ImportRefused with every
    mistake, NotAllowed for somebody who does not keep this directory.
    """
    importer = importing_person(actor, partnership, now)
    rows, problems = read_texts(texts)
    partnership = partnership or _described(rows)
    problems.extend(_place_problems(rows, partnership, by_person=importer is not None))
    today = london(now).date()
    known = known_to(partnership, rows, today)
    problems.extend(check(rows, known, importer))
    problems.extend(nowhere(rows, known, today))
    problems.extend(already(rows, known))
    if importer is not None and partnership is not None:
        problems.extend(lent(rows, importer, partnership.id, today))
    return write_rows(rows, problems, actor=actor, partnership=partnership, now=now, door=DirectoryDoor.IMPORT)


def importing_person(actor: User | None, partnership: Partnership | None, now: datetime) -> Person | None:
    """Who imports; None for the command line. Raises NotAllowed for somebody who does not keep this directory."""
    importer = acting_person(actor, now)
    if importer is not None:
        require(partnership is not None and may_keep_directory(importer, partnership.id), _("Only the business unit or an administrator imports."))
    return importer


def write_rows(
    rows: Rows, problems: list[Problem], *, actor: User | None, partnership: Partnership | None, now: datetime, door: DirectoryDoor
) -> Imported:
    """Writes checked rows and puts them on the directory's record, within the caller's transaction. Raises ImportRefused where there are problems."""
    if problems:
        raise ImportRefused(problems)
    today = london(now).date()
    application = Application(partnership_for(rows, partnership), rows, today)
    before = Places(application, today)
    people, place = application.people(), application.partnership
    seated = officers(people, place.pk, today)
    practised, led = before_first_place(people, place), leading(people, place.pk, today)
    try:
        with unit_stays_apart(actor, place, today):
            application.write()
    except InvalidInput as error:
        raise ImportRefused([Problem("people.csv", 0, "", error.message)]) from error
    done = _report(application, list(givings_of(application, before, today)), seated, actor, now, door)
    after_first_place(practised, place, actor=actor, now=now, door=door)
    arranged = {cover.pk for cover in (*application.cover.made.values(), *application.cover.changed.values())}
    take_back_cover(leading(people, place.pk, today) - led, place, actor=actor, now=now, door=door, but=arranged)
    return done


def _described(rows: Rows) -> Partnership | None:
    described = rows.get(PARTNERSHIP.name)
    return Partnership.objects.filter(slug=described[0]["code"]).first() if described else None


def _place_problems(rows: Rows, partnership: Partnership | None, *, by_person: bool) -> list[Problem]:
    described = rows.get(PARTNERSHIP.name, [])
    if PARTNERSHIP.name in rows and by_person:
        return [Problem(PARTNERSHIP.name, 0, "", _("can only be imported on the server's command line"))]
    if PARTNERSHIP.name in rows and len(described) != 1:
        return [Problem(PARTNERSHIP.name, 0, "", _("must have one row below the heading, and has {count}").format(count=len(described)))]
    if partnership is None and not described:
        return [Problem(PARTNERSHIP.name, 0, "", _("is missing: add it, or name an existing partnership with --partnership"))]
    return []


def _report(application: Application, givings: list[Line], seated: set[UUID], actor: User | None, now: datetime, door: DirectoryDoor) -> Imported:
    """Counts what was written and puts it on the directory's record: a line for the whole, and those of the givings. `seated` are those of the files
    who sat in the business unit or the chair before.

    Whoever imports keeps the directory: what they gave of an agency's leadership is told to its leads, and roles of the partnership to its business
    unit where that did not give them.
    """
    importer = acting_person(actor, now)
    by_unit = importer is not None and not gives_from_outside(importer, application.partnership.id, None)
    made = {name: len(shelf.made) for name, shelf in zip(THINGS, application.shelves(), strict=True)}
    changed = {name: len(shelf.changed) for name, shelf in zip(THINGS, application.shelves(), strict=True)}
    done = Imported(application.partnership, made, changed)
    if any(made.values()) or any(changed.values()):
        key = application.partnership.id
        others = {giving.whom for _, _, giving in givings if giving.whom is not None and (importer is None or giving.whom != importer.id)}
        seats = officers(others, key, london(now).date()) | (seated & others)
        lines, untold = [line(key, actor, said(IMPORTED, done=done.words), now=now, door=door)], []
        for words, agency, giving in givings:
            lines.append(line(key, actor, words, now=now, agency_id=agency, giving=giving, door=door))
            may_blind = giving.may_blind(agency) and giving.whom in seats
            if may_blind or (giving.leads and not (agency is None and by_unit)):
                untold.append(UntoldGiving(event=lines[-1]))
        DirectoryEvent.objects.bulk_create(lines, batch_size=500)
        UntoldGiving.objects.bulk_create(untold, batch_size=500)
    return done
