"""How an agency is reached: its phone, its shared mailbox, and whom to ring when the office is closed."""

from datetime import datetime

from django.db import transaction

from agencies.models import Agency, User
from agencies.policy import may_keep_agency, require
from agencies.services.record import acting_person, record

NOT_YOURS = "Only the agency's safeguarding lead or the business unit keeps its contacts."


@transaction.atomic
def change_contacts(*, actor: User | None, agency: Agency, phone: str, out_of_hours: str, mailbox: str, now: datetime) -> Agency:
    """Keeps how the agency is reached, with one line on the directory's record where anything changed. Raises NotAllowed outside the keepers."""
    if person := acting_person(actor, now):
        require(may_keep_agency(person, agency.partnership_id, agency.id), NOT_YOURS)
    row = Agency.objects.select_for_update().get(id=agency.id)
    given = {"phone": phone.strip(), "out_of_hours": out_of_hours.strip(), "mailbox": mailbox.strip()}
    changed = [name for name, value in given.items() if getattr(row, name) != value]
    if changed:
        for name in changed:
            setattr(row, name, given[name])
        row.save(update_fields=changed)
        words = {"phone": "phone", "out_of_hours": "out-of-hours contact", "mailbox": "shared mailbox"}
        what = ", ".join(words[name] for name in changed)
        record(row.partnership_id, actor, f"How {row.name} is reached was changed: {what}.", now=now, agency_id=row.id)
    return row
