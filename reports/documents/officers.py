"""The named officers of the agencies concerned, from the directory as it stands today (BUC-04)."""

from django.utils.translation import gettext as _

from agencies.models import Agency
from agencies.selectors import Contact, Officer, officers_of
from agencies.words import LONDON
from reports.documents.kinds import DocumentKind
from reports.documents.matter import Matter, on
from reports.documents.shapes import Facts, Field, Paper, Section, Table


def officers(matter: Matter) -> Paper:
    """One form for each agency concerned, each on a page of its own."""
    agencies = {agency.pk: agency for agency in Agency.objects.filter(pk__in=[key for key, _ in matter.parties()]).select_related("partnership")}
    found = officers_of(list(agencies.values()), matter.now.astimezone(LONDON).date())
    forms = [_form(agencies[key], found[key], apart=number > 0) for number, (key, _) in enumerate(matter.parties())]
    return Paper(
        DocumentKind.NAMED_OFFICERS,
        str(DocumentKind.NAMED_OFFICERS.label),
        _("Whom to ask in each agency concerned, as the directory of {partnership} stands today. To change it, change the directory.").format(
            partnership=matter.names.partnership
        ),
        tuple(forms),
    )


def _form(agency: Agency, found: tuple[Officer, ...], *, apart: bool) -> Section:
    agency_facts = Facts("", (Field(_("Telephone"), agency.phone), Field(_("Out of hours"), agency.out_of_hours), Field(_("Checked by, and on"))))
    columns = (_("Post"), _("Name"), _("How to reach them"), _("Deputy"), _("Confirmed"))
    table = Table(
        _("Officers of {agency}").format(agency=agency.name), columns, tuple(_row(officer) for officer in found), blanks=6, layout="officers"
    )
    return Section(f"agency-{agency.code}", agency.name, (agency_facts, table), apart=apart)


def _row(officer: Officer) -> tuple[str, ...]:
    """A post, who holds it, how to reach them; empty cells where the directory does not know."""
    post = "\n".join(filter(None, [officer.title, officer.level_words, *officer.marks]))
    reach = [line for contact in officer.holders for line in _reach(contact)]
    if officer.phone and officer.phone not in reach:
        reach.append(officer.phone)
    if officer.out_of_hours:
        reach.append(_("Out of hours: {number}").format(number=officer.out_of_hours))
    deputies = [line for contact in officer.deputies for line in (contact.name, *_reach(contact))]
    return (post, "\n".join(contact.name for contact in officer.holders), "\n".join(reach), "\n".join(deputies), on(officer.confirmed_on))


def _reach(contact: Contact) -> list[str]:
    return [line for line in (contact.phone, contact.email) if line]
