"""The hop inside the own agency."""

from django.utils.translation import gettext_lazy as _

from agencies import wall_clock
from agencies.web.fields import Paragraphs
from escalation.selectors.ahead import Ahead, way_ahead
from escalation.services.hop import chosen_while_logging, first_stage
from escalation.web.verbs.base import VerbForm


class SendOnForm(VerbForm):
    """Send it to the other agency."""

    comment = Paragraphs(label=_("Anything to add for the other agency"), required=False, rows=4)

    def ahead(self) -> Ahead:
        return way_ahead(self.case, first_stage(self.case), wall_clock.now(), by=self.person.id, holders=chosen_while_logging(self.case))


class SendBackForm(VerbForm):
    """Return it to its writer."""

    reason = Paragraphs(
        label=_("Why are you sending it back?"), rows=4, help_text=_("The person who wrote it sees this, and it stays on the record.")
    )
