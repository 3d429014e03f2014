"""Logging in one step, for programs that have all the answers: draft and sending, whole or not at all."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from agencies import wall_clock
from agencies.errors import InvalidInput
from agencies.person import Person
from escalation.engine.change import Change
from escalation.services.drafts import begin_draft, save_draft, submit


def log_at_once(
    person: Person,
    answers: Mapping[str, Any],
    *,
    agency: UUID | None = None,
    raiser: UUID | None = None,
    procedure: UUID | None = None,
    now: datetime | None = None,
) -> Change:
    """Log and send a disagreement. `answers` are plain JSON values as the question pages keep them; `agency` raises, left out the person's own.

    Raises NotAllowed, InvalidInput, and Problems with every mistake of the answers; then no draft is left behind.
    """
    moment = now or wall_clock.now()
    with transaction.atomic():
        draft = begin_draft(person, agency=agency or own_agency(person), raiser=raiser, procedure=procedure, now=moment)
        save_draft(draft.pk, person, answers, now=moment)
        return submit(draft.pk, person, now=moment)


def own_agency(person: Person) -> UUID:
    """The one agency in which the person has a role. Raises InvalidInput where there is none or more than one."""
    if len(person.agency_ids) != 1:
        raise InvalidInput(_("Say for which agency you log this."), field="agency")
    return next(iter(person.agency_ids))
