"""The words of the product, each explained once."""

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from agencies.words import Words, source

GLOSSARY = (
    (_("Raising agency"), _("The agency whose practitioner disagrees.")),
    (_("Receiving agency"), _("The agency whose decision, action or inaction it is.")),
    (_("Counterpart"), _("The person at the same level in the other agency.")),
    (_("Stage"), _("A level at which both sides try to agree. Some procedures call it a step or a level.")),
    (_("Move up"), _("To take it to the next stage, with people of higher seniority on both sides.")),
    (_("Response due"), _("When the other agency’s answer must be recorded.")),
    (_("Overdue"), _("The due moment has passed without what was asked.")),
    (_("Resolved"), _("Every side has confirmed the same outcome. Closing follows.")),
    (_("Working day"), _("Monday to Friday, except bank holidays of the partnership’s nation and its own closure days.")),
    (_("DSL"), _("Designated safeguarding lead: the safeguarding lead of a school or setting.")),
    (_("Named professional"), _("The safeguarding lead of a health provider.")),
    (_("Designated professional"), _("The senior safeguarding adviser for health across an integrated care board’s area.")),
    (_("Board member"), _("An agency’s representative on the partnership.")),
    (_("Business unit, business manager"), _("The partnership’s office, and who leads it.")),
    (_("Independent chair, scrutineer"), _("Leads or checks the partnership from outside its agencies.")),
    (_("Mediation"), _("Helped agreement. The mediator decides nothing unless the local procedure says so.")),
    (_("Resolution panel"), _("Members of several agencies who hear both sides.")),
    (_("Monitoring form"), _("The printed record.")),
    (_("Learning point, learning action"), _("What should change, and who will do it.")),
    (_("MASH"), _("Multi-agency safeguarding hub: the front door for concerns about a child.")),
    (_("LADO"), _("Local authority designated officer: oversees allegations against people who work with children.")),
    (_("IRO"), _("Independent reviewing officer: reviews the plans of children who are looked after.")),
    (_("CIN, CP"), _("Child in need; child protection: kinds of plan for a child.")),
    (_("ICB"), _("Integrated care board: plans health services; acts for general practices in some places.")),
)


def anchor_of(word: Words) -> str:
    """Where the help page explains it: the same place in every language."""
    return f"word-{slugify(source(word))}"


def explained() -> list[tuple[str, Words, Words]]:
    """Each word with its place and its meaning."""
    return [(anchor_of(word), word, meaning) for word, meaning in GLOSSARY]
