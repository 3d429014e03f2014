"""Publishing procedures: a version is written once and never changed, and a running disagreement keeps the version it began under."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.errors import InvalidInput, NotFound
from agencies.models import Partnership, User
from agencies.ready import Ready
from agencies.said import long_day, said
from agencies.services.record import record
from agencies.words import short_day
from agencies.working_days import LONDON
from escalation.models import Dispute, Procedure, ProcedureVersion, StageDefinition
from escalation.procedures.comparing import differences
from escalation.procedures.definition import ProcedureDefinition
from escalation.procedures.schema import from_json, to_json
from escalation.procedures.stored import Stored, checksum
from escalation.services.side_by_side import check_redirects
from escalation.services.words import not_years_ahead
from escalation.states import LIVE


@dataclass(frozen=True, slots=True)
class Preview:
    """What publishing would do. `is_same`: the latest version already says exactly this."""

    number: int
    in_force_from: date
    is_same: bool
    differences: tuple[str, ...]
    running: int

    @property
    def words(self) -> str:
        """One line for a page or a command."""
        if self.is_same:
            return f"Version {self.number} already says this: nothing to do."
        many = "1 running disagreement keeps the version it" if self.running == 1 else f"{self.running} running disagreements keep the version they"
        kept = f" {many} began under." if self.running else ""
        return f"This would be version {self.number}, in force from {_day(self.in_force_from)}.{kept}"


@dataclass(frozen=True, slots=True)
class Published:
    """The version in hand, and whether this call made it."""

    version: ProcedureVersion
    is_new: bool
    words: str


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _starts(definition: ProcedureDefinition, in_force_from: date | None, now: datetime) -> date:
    """The first day. Raises InvalidInput where it lies years ahead: no later version could come into force before it."""
    today = now.astimezone(LONDON).date()
    starts = in_force_from or definition.in_force_from or today
    not_years_ahead(starts, today, "in_force_from")
    return starts


def review_due(definition: ProcedureDefinition, in_force_from: date) -> date:
    """When the procedure is to be reviewed: as it says, else so many months after its last review or its first day."""
    if definition.review_due:
        return definition.review_due
    last = definition.reviewed_on or in_force_from
    months = last.month - 1 + definition.review_every_months
    year, month = last.year + months // 12, months % 12 + 1
    return date(year, month, min(last.day, monthrange(year, month)[1]))


def preview(definition: ProcedureDefinition, partnership: Partnership, *, now: datetime, in_force_from: date | None = None) -> Preview:
    """What publishing this definition would change for the partnership. Reads only. Raises InvalidInput as publishing would."""
    starts = _starts(definition, in_force_from, now)
    latest = _latest(partnership, definition.key)
    if latest is None:
        check_redirects(definition, partnership, starts)
        return Preview(number=1, in_force_from=starts, is_same=False, differences=(), running=0)
    if latest.checksum == checksum(to_json(definition)):
        return Preview(number=latest.number, in_force_from=latest.in_force_from, is_same=True, differences=(), running=0)
    _not_before(latest, starts)
    check_redirects(definition, partnership, starts)
    running = Dispute.objects.filter(version__procedure=latest.procedure_id, state__in=LIVE).count()
    said = differences(from_json(latest.definition), definition)
    return Preview(number=latest.number + 1, in_force_from=starts, is_same=False, differences=said, running=running)


def publish(
    definition: ProcedureDefinition,
    partnership: Partnership,
    *,
    now: datetime,
    in_force_from: date | None = None,
    actor_id: UUID | None = None,
) -> Published:
    """Publish the definition as the procedure's next version, in force from a day (the file's own, else today in London).

    The same definition again changes nothing. The partnership's first procedure becomes the one offered first. Running disagreements keep
    their version. Raises InvalidInput where the day lies before the latest version's or years ahead, and where a door leads to a procedure that
    does not take it. One transaction.
    """
    stored = to_json(definition)
    with transaction.atomic():
        # Two people publishing at once wait for each other here, so that version numbers have no gap and no pair.
        Partnership.objects.select_for_update().get(pk=partnership.pk)
        latest = _latest(partnership, definition.key)
        if latest is not None and latest.checksum == checksum(stored):
            form = gettext_noop("{procedure}: version {number} already says this, nothing to do.")
            return Published(latest, is_new=False, words=said(form, procedure=definition.name, number=latest.number))
        starts = _starts(definition, in_force_from, now)
        if latest is not None:
            _not_before(latest, starts)
        check_redirects(definition, partnership, starts)
        version = _write(definition, stored, partnership, latest, starts, now)
        form = gettext_noop("{procedure}: version {number} published for {partnership}, in force from {day}.")
        words = said(form, procedure=definition.name, number=version.number, partnership=partnership.name, day=long_day(starts))
        actor = User.objects.get(pk=actor_id) if actor_id else None
        record(partnership.pk, actor, words, now=now)
    return Published(version, is_new=True, words=words)


def _write(
    definition: ProcedureDefinition, stored: Stored, partnership: Partnership, latest: ProcedureVersion | None, starts: date, now: datetime
) -> ProcedureVersion:
    procedure = latest.procedure if latest else _new_procedure(definition, partnership)
    if procedure.name != definition.name:
        procedure.name = definition.name
        procedure.save(update_fields=["name"])
    version = ProcedureVersion.objects.create(
        procedure=procedure,
        number=latest.number + 1 if latest else 1,
        definition=stored,
        checksum=checksum(stored),
        owner=definition.owner,
        in_force_from=starts,
        reviewed_on=definition.reviewed_on,
        review_due=review_due(definition, starts),
        published_at=now,
    )
    StageDefinition.objects.bulk_create(
        StageDefinition(
            version=version,
            position=stage.position,
            key=stage.key,
            number=stage.number,
            name=stage.name,
            sides=stage.sides,
            level=stage.raising.level,
        )
        for stage in definition.stages
    )
    return version


def _new_procedure(definition: ProcedureDefinition, partnership: Partnership) -> Procedure:
    first = not Procedure.objects.filter(partnership=partnership, is_default=True).exists()
    return Procedure.objects.create(partnership=partnership, key=definition.key, name=definition.name, is_default=first)


def _latest(partnership: Partnership, key: str) -> ProcedureVersion | None:
    found = ProcedureVersion.objects.filter(procedure__partnership=partnership, procedure__key=key)
    return found.select_related("procedure").order_by("-number").first()


def _not_before(latest: ProcedureVersion, starts: date) -> None:
    if starts < latest.in_force_from:
        message = (
            f"Version {latest.number} is in force from {_day(latest.in_force_from)}. A newer version cannot be in force from an earlier day "
            f"({_day(starts)}): give the day from which it holds."
        )
        raise InvalidInput(message, field="in_force_from")


def make_default(procedure: Procedure) -> None:
    """Offer this procedure first to whoever logs a disagreement in its partnership."""
    with transaction.atomic():
        Procedure.objects.filter(partnership=procedure.partnership_id, is_default=True).exclude(pk=procedure.pk).update(is_default=False)
        Procedure.objects.filter(pk=procedure.pk).update(is_default=True)


def version_in_force(procedure: Procedure, day: date) -> ProcedureVersion:
    """The version that a disagreement raised on this London day begins under: the latest that is in force by then.

    Raises NotFound where none is.
    """
    found = _IN_FORCE.first(procedure.pk, day)
    if found is None:
        raise NotFound(_("No version of {procedure} is in force on {day}.").format(procedure=procedure.name, day=short_day(day)))
    found.procedure = procedure
    return found


_IN_FORCE: Ready[ProcedureVersion] = Ready(
    lambda key, day: ProcedureVersion.objects.filter(procedure=key, in_force_from__lte=day).order_by("-number")[:1]
)
_DEFAULT: Ready[Procedure] = Ready(lambda key: Procedure.objects.filter(partnership=key, is_default=True)[:1])


def default_version(partnership: Partnership, day: date) -> ProcedureVersion:
    """The version in force of the procedure that the partnership offers first. Raises NotFound where there is none."""
    procedure = _DEFAULT.first(partnership.pk)
    if procedure is None:
        raise NotFound(_("{partnership} has not published a procedure yet.").format(partnership=partnership.name))
    return version_in_force(procedure, day)


def find_partnership(slug: str | None) -> Partnership:
    """The partnership with this slug; without one, the only partnership there is. Raises InvalidInput where that is not clear."""
    if slug is not None:
        found = Partnership.objects.filter(slug=slug).first()
        if found is None:
            raise InvalidInput(f"There is no partnership “{slug}”. There are: {_slugs() or 'none'}.", field="partnership")
        return found
    partnerships = list(Partnership.objects.all()[:2])
    if len(partnerships) != 1:
        many = f"Name the partnership with --partnership. There are: {_slugs()}."
        raise InvalidInput(many if partnerships else "There is no partnership yet: make one first.", field="partnership")
    return partnerships[0]


def _slugs() -> str:
    return ", ".join(Partnership.objects.order_by("slug").values_list("slug", flat=True)[:20])
