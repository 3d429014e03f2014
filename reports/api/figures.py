"""A year's figures for programs: the same document as the page, the PDF and the data files."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.errors import InvalidInput, NotFound
from agencies.models import Partnership
from escalation.api.fields import In, Text, Word
from escalation.api.out import Out
from escalation.api.views import CREATED, KEY_PARAMETER, Door, plain
from escalation.services.idempotency import Answer
from reports import policy, publishing, services
from reports.figures import Cell, Column, Definition, Document, Edition, Mark, Table, Unit
from reports.language import whole
from reports.periods import POOLED, period_of, read_years
from reports.publishing import checksum_of_figures
from reports.said import worded


class PartnershipQuery(In):
    """Whose figures."""

    partnership = serializers.SlugField(required=False, default="", allow_blank=True, max_length=60, help_text="By its short name; the caller's own.")


class YearQuery(PartnershipQuery):
    """Which edition."""

    edition = Word(Edition, required=False, default=Edition.INTERNAL)
    years = serializers.ChoiceField(
        choices=[1, POOLED], required=False, default=1, help_text="3: the three years up to this one together, as a public edition."
    )
    draft = serializers.BooleanField(
        required=False, default=False, help_text="true: the public edition as it would be issued now. Without it, the one that was issued."
    )


class IssueIn(PartnershipQuery):
    """Which public edition is issued, and that its draft was looked at."""

    years = serializers.ChoiceField(choices=[1, POOLED], required=False, default=1, help_text="3: of the three years up to this one together.")
    checksum = Text(max_length=64, help_text="The draft's `checksum`: refused with 409 where the figures have changed since.")


class IssuedOut(Out):
    """What was issued."""

    partnership = serializers.CharField()
    year = serializers.IntegerField()
    years = serializers.IntegerField()
    checksum = serializers.CharField()
    issued_at = serializers.DateTimeField()


class ColumnOut(Out):
    """A column: its name and what its figures are."""

    name = serializers.CharField()
    unit = serializers.ChoiceField(choices=[unit.value for unit in Unit])


class FigureOut(Out):
    """A figure as it is printed; `number` where it is one; `sign` says why there is none: c hidden, z not applicable, x not available."""

    text = serializers.CharField(allow_blank=True)
    number = serializers.FloatField(allow_null=True)
    sign = serializers.ChoiceField(choices=[(mark.value, mark.name.lower()) for mark in Mark], allow_blank=True)


class LineOut(Out):
    """A row, its figures in the order of the columns."""

    name = serializers.CharField(allow_blank=True)
    is_total = serializers.BooleanField()
    figures = FigureOut(many=True)


class TableOut(Out):
    """A table, and how it was counted. One without rows says so in `nothing`."""

    key = serializers.CharField()
    caption = serializers.CharField()
    measure = serializers.CharField(help_text="What is counted, by the name that stands beside its definition.")
    counted = serializers.CharField(help_text="The definition: exactly how it was counted.")
    note = serializers.CharField(allow_blank=True)
    nothing = serializers.CharField(allow_blank=True)
    columns = ColumnOut(many=True)
    rows = LineOut(many=True)


class CommentOut(Out):
    """What the business unit says to a chapter. In a public edition only what a named person signed stands here."""

    words = serializers.CharField()
    written_by = serializers.CharField(allow_blank=True)
    signed_by = serializers.CharField(allow_blank=True)
    signed_on = serializers.CharField(allow_blank=True, help_text="The day, such as 2026-05-03; empty where nobody signed it.")


class ChapterOut(Out):
    """A chapter."""

    key = serializers.CharField()
    name = serializers.CharField()
    message = serializers.CharField()
    comment = CommentOut(allow_null=True)
    tables = TableOut(many=True)


class ReportOut(Out):
    """A whole report as figures and sentences: of a reporting year, or from one day to another, both among them."""

    partnership = serializers.CharField()
    agency = serializers.CharField(allow_blank=True, help_text="Whose own side it is; empty where it is the whole partnership.")
    subgroup = serializers.CharField(allow_blank=True, help_text="Whose disagreements alone it counts; empty where it counts all.")
    year = serializers.IntegerField(allow_null=True, help_text="2026 is April 2026 to March 2027.")
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    edition = serializers.ChoiceField(choices=[edition.value for edition in Edition])
    taken_at = serializers.DateTimeField()
    is_draft = serializers.BooleanField(help_text="A public edition that nobody issued: not to be passed on.")
    checksum = serializers.CharField(help_text="SHA-256 of its chapters: what issuing its public edition asks for.")
    is_running = serializers.BooleanField(help_text="The period is not over: the figures are those so far.")
    summary = serializers.ListField(child=serializers.CharField())
    chapters = ChapterOut(many=True)
    method = serializers.ListField(child=serializers.CharField())


class YearDoor(Door):
    """A year's figures."""

    @extend_schema(operation_id="reports_year", parameters=[YearQuery], responses={200: ReportOut})
    def get(self, request: Request, year: int) -> Response:
        """The year's figures for the business unit: as they are now, or the public edition as it was issued; before that only its draft, marked as
        one, which is asked for. Taking them is kept on record."""
        asked = self.asked(YearQuery)
        edition = Edition(asked["edition"])
        partnership = policy.partnership_of(self.person, asked["partnership"])
        if asked["draft"] and edition is not Edition.PUBLIC:
            raise InvalidInput(gettext("Only the public edition has a draft."), field="draft")
        make = services.figures if asked["draft"] else services.figures_to_give
        period = read_years(str(year), asked["years"])
        return taken(self, partnership, lambda: make(partnership, period, edition, self.now, reader=self.person), is_draft=asked["draft"])


class IssueDoor(Door):
    """The issuing of a year's public edition."""

    @extend_schema(operation_id="reports_issue", request=IssueIn, parameters=[KEY_PARAMETER], responses={201: IssuedOut})
    def post(self, request: Request, year: int) -> Response:
        """Issue the public edition whose draft was looked at. It then counts as published and stays so: later editions, of this year and of those
        around it, must be consistent with it, and its years are published in no other way. Who issued it is kept on record."""

        def act() -> Answer:
            policy.partnership_of(self.person)  # Whoever may issue nothing is told that first.
            given = self.read(IssueIn).validated_data
            partnership = policy.partnership_of(self.person, given["partnership"])
            period, now = read_years(str(year), given["years"]), self.now
            publishing.publish(partnership, period, seen=given["checksum"], by=self.person.id, now=now)
            told = {"partnership": partnership.slug, "year": year, "years": given["years"], "checksum": given["checksum"], "issued_at": now}
            return Answer(CREATED, plain(IssuedOut(told).data))

        return self.done_once(act, lambda issued: policy.partnership_of(self.person, issued["partnership"]))


def taken(door: Door, partnership: Partnership, make: Callable[[], Document], *, is_draft: bool = False) -> Response:
    """The document as the interface gives it, kept on record as taken out by the caller. Raises NotFound for a period that has not begun."""
    try:
        document = make()
    except InvalidInput as error:
        raise NotFound(error.message) from error
    if is_draft:
        services.note_taken_again(partnership, door.person.id, document, "a draft for the programming interface", door.now)
    else:
        services.note_taken(partnership, door.person.id, document, "the programming interface", door.now)
    return Response(ReportOut(shown(document) | {"is_draft": is_draft}).data)


@whole
def shown(document: Document) -> dict[str, Any]:
    """The document as the interface gives it, its words in its own language or the one in force: seen columns only."""
    checksum = checksum_of_figures(document)
    document = worded(document)
    period = period_of(document.year, document.days)
    return {
        "partnership": document.partnership,
        "agency": document.agency,
        "subgroup": document.subgroup,
        "year": document.year or None,
        "first_day": period.first_day,
        "last_day": period.last_day,
        "edition": document.edition.value,
        "taken_at": document.snapshot,
        "is_draft": False,
        "checksum": checksum,
        "is_running": document.is_running,
        "summary": document.summary,
        "method": document.method,
        "chapters": [
            {
                "key": section.key,
                "name": section.name,
                "message": section.message,
                "comment": section.comment,
                "tables": [_table(table, counted) for table, counted in zip(section.tables, section.definitions, strict=True)],
            }
            for section in document.sections
        ],
    }


def _table(table: Table, counted: Definition) -> dict[str, Any]:
    seen = [at for at, column in enumerate(table.columns) if column.seen]
    return {
        "key": table.key,
        "caption": table.caption,
        "measure": counted.name,
        "counted": counted.words,
        "note": table.note,
        "nothing": "" if table.rows else table.empty,
        "columns": [{"name": table.columns[at].label, "unit": table.columns[at].unit.value} for at in seen],
        "rows": [
            {"name": row.label, "is_total": row.is_total, "figures": [_figure(row.cells[at], table.columns[at]) for at in seen]} for row in table.rows
        ],
    }


def _figure(cell: Cell, column: Column) -> dict[str, Any]:
    number = cell.value if isinstance(cell.value, int | float) and not cell.mark else None
    return {"text": cell.text(column.unit), "number": number, "sign": cell.mark.value}
