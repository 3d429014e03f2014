"""Every address of the product, walked from the address map, with arguments that name things that are there."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import RoutePattern

from agencies.models import ClosureDay, Departure, Membership, Post, PrivateMailProvider
from escalation.engine.case import assemble
from escalation.models import Clock, Dispute
from escalation.services import drafts
from escalation.services.keeping.access.asking import ask_about_person
from escalation.services.keeping.holds import hold_person
from escalation.services.one_child import everything_about
from reports import audits, texts
from reports.board_filters import save_filter
from reports.documents.kinds import DocumentKind
from reports.documents.prepared import ask_for
from reports.figures import Edition
from reports.models import Passage
from reports.periods import Period, read_year
from reports.services import ask_for_report
from tests.cast import Cast
from tests.escalation.attached import attach
from tests.escalation.learning import learnt
from tests.factories import make_cover
from tests.guests import invited
from tests.world import MONDAY, World, answers

DAY = timedelta(days=1)
MATRICES = ("matrix-of", "matrix-print", "matrix-data")
# What the framework brings: judged as a whole.
ADMIN = "admin"


def routes(resolver: URLResolver | None = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """The name of every route, `space:name` inside a namespace, with its pattern; a route without a name goes by its pattern."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from routes(entry, entry.namespace or entry.app_name or space)
        else:
            name = entry.name or str(entry.pattern)
            yield (f"{space}:{name}" if space else name), entry


class Addresses:
    """What is there to be asked for: a disagreement that was sent, a draft, a procedure, a post, somebody's cover, a report."""

    def __init__(self, cast: Cast, world: World | None = None) -> None:
        world = world or World(cast)
        self.cast, self.world, self.dispute, self.version = cast, world, world.sent(), world.version
        self.point = learnt(world, due_on=date(2026, 12, 1))
        self.file = attach(world, self.dispute, cast.receiver)
        unit = world.person(cast.business_unit)
        self.other = world.sent(children=[{"initials": "ZZ", "born_on": "2016-01-01"}])
        self.opened = everything_about(unit, reference=self.other.reference, reason="A serious incident.", now=MONDAY)
        self.draft = self._draft(world)
        self.guest = invited(world, self.dispute)
        self.departure = Departure.objects.create(
            partnership=cast.partnership, agency=cast.school, person=cast.colleague, successor=cast.lead, last_day=MONDAY.date(), planned_at=MONDAY
        )
        self.provider = PrivateMailProvider.objects.create(partnership=cast.partnership, domain="mail.example")
        self.closure = ClosureDay.objects.create(partnership=cast.partnership, day=date(2027, 3, 5), words="Training day")
        self.cover = make_cover(cast.own_manager, cast.lead, MONDAY.date(), MONDAY.date())
        self.report, _ = ask_for_report(
            partnership=cast.partnership, year=read_year("2025"), edition=Edition.INTERNAL, asked_by=cast.business_unit, now=MONDAY
        )

        texts.write(partnership=cast.partnership, year=read_year("2025"), chapter="volume", text="A calm year.", by=cast.business_unit, now=MONDAY)

        self.audit = audits.draw(
            partnership=cast.partnership, period=Period(MONDAY.date(), MONDAY.date()), size=1, drawn_by=cast.business_unit, now=MONDAY + DAY
        )

        self.filter = save_filter(cast.business_unit.pk, cast.partnership, "Police", shown="open", agency=cast.police)
        self.hold = hold_person(unit, partnership=cast.partnership.pk, user=cast.police_manager, reason="An inquest.", now=MONDAY)
        self.asked = ask_about_person(
            unit, partnership=cast.partnership.pk, user=cast.police_manager, reason="He asks.", identity="Seen.", now=MONDAY
        )
        person = world.person(cast.raiser)
        self.prepared, _ = ask_for(assemble([self.dispute], now=MONDAY)[0], DocumentKind.ESCALATION_RECORD, person, with_child=False, now=MONDAY)

    @staticmethod
    def _draft(world: World) -> Dispute:
        person = world.person(world.cast.raiser)
        draft = drafts.begin_draft(person, agency=world.cast.school.pk, procedure=world.version.procedure_id, now=MONDAY)
        drafts.save_draft(draft.pk, person, answers(world.cast.social_care), now=MONDAY)
        return draft

    def absent(self, name: str, pattern: URLPattern) -> str:
        """The address of a route about something that is not there, in a place that is; empty for a route that is about no single thing."""
        words = list(pattern.pattern.converters) if isinstance(pattern.pattern, RoutePattern) else []
        missing = next((word for word in reversed(words) if self._absent(word)), "")
        given = {word: self._absent(word) if word == missing else self._argument(name, word) for word in words}
        return reverse(name, kwargs=given) if missing else ""

    @staticmethod
    def _absent(word: str) -> Any:
        """What names nothing, in the shape of the argument; None for an argument that names no thing of somebody's."""
        named = {"reference": "ESC-ZZZZZZ", "code": "no-such-agency", "link": "0" * 43}
        return named.get(word) or (UUID(int=1) if word.endswith("_id") and word != "line_id" else None)

    def of(self, name: str, pattern: URLPattern) -> str:
        """The address of a route, its arguments filled in by what they name."""
        if name == "api:nothing":
            return "/api/v1/what-is-not-there/"
        if not isinstance(pattern.pattern, RoutePattern):
            raise AssertionError(f"{name} is no plain route: say here what its address is.")
        return reverse(name, kwargs={word: self._argument(name, word) for word in pattern.pattern.converters})

    def _argument(self, name: str, word: str) -> Any:
        cast = self.cast
        if word == "reference":
            return (self.draft if name.startswith("log-") and name != "log-sent" else self.dispute).reference
        if word == "slug":
            return {"log-step": "what", "verb": "respond", **dict.fromkeys(MATRICES, cast.partnership.slug)}[name].replace("what", "matter")
        looked_up: dict[str, Callable[[], Any]] = {
            "event_id": lambda: self.dispute.events.all()[0].pk,
            "passage_id": lambda: Passage.objects.get().pk,
            "record_id": lambda: self.audit.records.get().pk,
            "post_id": lambda: Post.objects.filter(agency=cast.school).order_by("title")[0].pk,
            "clock_id": lambda: Clock.objects.running().filter(dispute=self.dispute)[0].pk,
            "membership_id": lambda: Membership.objects.get(user=cast.colleague).pk,
        }
        if word in looked_up:
            return looked_up[word]()
        return {
            "year": 2025,
            "role": "practitioner",
            "form": "csv",
            "chapter": "volume",
            "kind": DocumentKind.ESCALATION_RECORD.value if name.startswith("api") else DocumentKind.ESCALATION_RECORD.slug,
            "file_id": self.file.pk,
            "point_id": self.point.pk,
            "reading_id": self.opened,
            "filter_id": self.filter.pk,
            "hold_id": self.hold.pk,
            "request_id": self.asked.pk,
            "sample_id": self.audit.pk,
            "report_id": self.report.pk,
            "prepared_id": self.prepared.pk,
            "version_id": self.version.pk,
            "agency_id": cast.school.pk,
            "code": cast.school.code,
            "user_id": cast.own_manager.pk,
            "cover_id": self.cover.pk,
            "day_id": self.closure.pk,
            "provider_id": self.provider.pk,
            "departure_id": self.departure.pk,
            "key": "no-such-organisation",
            "passkey_id": UUID(int=7),
            "line_id": "0123456789abcdef01234567",
            "link": self.guest.link,
        }[word]
