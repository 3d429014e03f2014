"""The plain sentences that say why somebody acts."""

from dataclasses import replace

from agencies.models import Agency, Post, PostHolding
from agencies.roles import CHAIR_ROLES, Role
from escalation.procedures.definition import Acting

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
    start = f"{proxy.name} acts for {agency.name} from level {agency.acting_from_level} up: "
    return replace(found, how=How.ACTING_AGENCY, why=start + found.why)


def post_words(post: Post) -> str:
    """ "team manager (level 2)", with the doubt where the published matrix leaves one."""
    level = f"level {post.level.number}" if post.level else "outside the levels"
    doubt = ", which the published matrix leaves in doubt" if post.is_uncertain else ""
    return f"{post.title} ({level}{doubt})"


def why_holder(held: PostHolding, agency: Agency, as_role: Role | None) -> str:
    """By what right the holder of a post acts."""
    if as_role is not None:
        return f"{held.user.name} is {article(as_role)} {as_role.label.lower()} at {agency.name}: {post_words(held.post)}."
    return f"{held.user.name} holds {post_words(held.post)} at {agency.name}."


def article(role: Role) -> str:
    """Some roles are held by one person, others by several."""
    if role in CHAIR_ROLES or role in {Role.BUSINESS_MANAGER}:
        return "the"
    return "in the" if role is Role.BUSINESS_UNIT else "a"


def acting_words(acting: Acting) -> str:
    """ "at level 2 or as safeguarding lead": what a stage asks for."""
    if acting.words:
        return f"as {acting.words}"
    roles = " or ".join(Role(role).label.lower() for role in acting.roles)
    level = f"at level {acting.level}" if acting.level is not None else ""
    return f"{level} or as {roles}" if level and roles else level or f"as {roles}"
