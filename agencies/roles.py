"""Who a person is in an agency or in the partnership: the only place where a role is spelled."""

from django.db import models


class Role(models.TextChoices):
    """A person's role. The first five belong to an agency, the rest to the partnership."""

    PRACTITIONER = "practitioner", "Practitioner"
    MANAGER = "manager", "Manager or supervisor"
    LEAD = "safeguarding_lead", "Safeguarding lead"
    SENIOR = "senior_manager", "Senior manager"
    BOARD_MEMBER = "board_member", "Board member"
    REVIEWER = "reviewing_unit", "Reviewing unit or conference service"
    BUSINESS_UNIT = "business_unit", "Business unit"
    BUSINESS_MANAGER = "business_manager", "Business manager"
    CHAIR = "chair", "Chair"
    DEPUTY_CHAIR = "deputy_chair", "Deputy chair"
    MEDIATOR = "mediator", "Mediator"
    PANEL_MEMBER = "panel_member", "Panel member"
    SUBGROUP_CHAIR = "subgroup_chair", "Subgroup chair"
    SUBGROUP_MEMBER = "subgroup_member", "Subgroup member"
    AUDITOR = "auditor", "Auditor"
    ADMINISTRATOR = "administrator", "Administrator"


AGENCY_ROLES = frozenset({Role.PRACTITIONER, Role.MANAGER, Role.LEAD, Role.SENIOR, Role.BOARD_MEMBER, Role.REVIEWER})
# Those who may hold a stage for their agency: everyone but the practitioner, whose own stage is professional to professional.
HOLDER_ROLES = frozenset({Role.MANAGER, Role.LEAD, Role.SENIOR, Role.BOARD_MEMBER})
UNIT_ROLES = frozenset({Role.BUSINESS_UNIT, Role.BUSINESS_MANAGER})
CHAIR_ROLES = frozenset({Role.CHAIR, Role.DEPUTY_CHAIR})
SUBGROUP_ROLES = frozenset({Role.SUBGROUP_CHAIR, Role.SUBGROUP_MEMBER})
# Whose work learning is: the unit and the subgroups all that was referred on, leads what their own agency took part in, chairs gaps in policy.
LEARNING_ROLES = UNIT_ROLES | SUBGROUP_ROLES | CHAIR_ROLES | {Role.LEAD}


class AgencyKind(models.TextChoices):
    """What sort of organisation an agency is: the public report counts by kind, never by single school."""

    SOCIAL_CARE = "social_care", "Children's social care"
    EARLY_HELP = "early_help", "Early help"
    YOUTH_JUSTICE = "youth_justice", "Youth offending service"
    POLICE = "police", "Police"
    HEALTH_COMMISSIONER = "health_commissioner", "Health commissioner and primary care"
    COMMUNITY_HEALTH = "community_health", "Community health"
    ACUTE_HOSPITAL = "acute_hospital", "Acute hospital"
    MENTAL_HEALTH = "mental_health", "Mental health"
    EDUCATION = "education", "School or college"
    EARLY_YEARS = "early_years", "Early years"
    VOLUNTARY = "voluntary", "Voluntary sector"
    OTHER = "other", "Other"
