"""The plain sentences that say why somebody acts."""

from dataclasses import replace

from django.utils.translation import gettext as _

from agencies.models import Agency, Post, PostHolding
from agencies.roles import CHAIR_ROLES, Role
from escalation.procedures.definition import Acting
from escalation.procedures.words import one_of

from .records import AgencyCard, Candidate, How


def card(row: Agency) -> AgencyCard:
    """The agency's card."""
    return AgencyCard(
        id=row.id,
        code=row.code,
        name=row.name,
        kind=row.kind,
        is_external=row.is_external,
        is_flat=row.is_flat,
        has_board_member=row.has_board_member,
        acting_agency_id=row.acting_agency_id,
        acting_from_level=row.acting_from_level,
        mailbox=row.mailbox,
        phone=row.phone,
        out_of_hours=row.out_of_hours,
    )


def for_agency(agency: Agency, proxy: Agency, found: Candidate) -> Candidate:
    """The proxy's person, as acting for the agency."""
    form = _("{proxy} acts for {agency} from level {level} up: {why}")
    why = form.format(proxy=proxy.name, agency=agency.name, level=agency.acting_from_level, why=found.why)
    return replace(found, how=How.ACTING_AGENCY, why=why)


def post_words(post: Post) -> str:
    """ "team manager (level 2)", with the doubt where the published matrix leaves one."""
    level = _("level {number}").format(number=post.level.number) if post.level else _("outside the levels")
    form = _("{post} ({level}, which the published matrix leaves in doubt)") if post.is_uncertain else "{post} ({level})"
    return form.format(post=post.title, level=level)


def why_holder(held: PostHolding, agency: Agency, as_role: Role | None) -> str:
    """By what right the holder of a post acts."""
    if as_role is not None:
        return _("{role}: {post}.").format(role=as_role_words(held.user.name, as_role, agency), post=post_words(held.post))
    return _("{person} holds {post} at {agency}.").format(person=held.user.name, post=post_words(held.post), agency=agency.name)


def as_role_words(person: str, role: Role, agency: Agency | None) -> str:
    """By what role somebody acts, without the full stop. Some roles are held by one person, others by several."""
    if role in CHAIR_ROLES or role is Role.BUSINESS_MANAGER:
        form = _("{person} is the {role} at {agency}") if agency else _("{person} is the {role} of the partnership")
    elif role is Role.BUSINESS_UNIT:
        form = _("{person} is in the {role} at {agency}") if agency else _("{person} is in the {role} of the partnership")
    else:
        form = _("{person} is a {role} at {agency}") if agency else _("{person} is a {role} of the partnership")
    return form.format(person=person, role=role.label.lower(), agency=agency.name if agency else "")


def acting_words(acting: Acting) -> str:
    """ "at level 2 or as safeguarding lead": what a stage asks for."""
    if acting.words:
        return _("as {words}").format(words=acting.words)
    roles = one_of([Role(role).label.lower() for role in acting.roles])
    if acting.level is None:
        return _("as {roles}").format(roles=roles)
    form = _("at level {level} or as {roles}") if roles else _("at level {level}")
    return form.format(level=acting.level, roles=roles)
