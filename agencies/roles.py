"""Who a person is in an agency or in the partnership: the only place where a role is spelled."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """A person's role. The first five belong to an agency, the rest to the partnership."""

    PRACTITIONER = "practitioner", _("Practitioner")
    MANAGER = "manager", _("Manager or supervisor")
    LEAD = "safeguarding_lead", _("Safeguarding lead")
    SENIOR = "senior_manager", _("Senior manager")
    BOARD_MEMBER = "board_member", _("Board member")
    REVIEWER = "reviewing_unit", _("Reviewing unit or conference service")
    BUSINESS_UNIT = "business_unit", _("Business unit")
    BUSINESS_MANAGER = "business_manager", _("Business manager")
    CHAIR = "chair", _("Chair")
    DEPUTY_CHAIR = "deputy_chair", _("Deputy chair")
    MEDIATOR = "mediator", _("Mediator")
    PANEL_MEMBER = "panel_member", _("Panel member")
    SUBGROUP_CHAIR = "subgroup_chair", _("Subgroup chair")
    SUBGROUP_MEMBER = "subgroup_member", _("Subgroup member")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")


class DirectoryDoor(models.TextChoices):
    """By which door the directory was changed."""

    PAGE = "page", _("on a page")
    IMPORT = "import", _("by an import")
    ADMINISTRATION = "administration", _("in the installation’s administration")
    SERVER = "server", _("by the server itself, or on its command line")


AGENCY_ROLES = frozenset({Role.PRACTITIONER, Role.MANAGER, Role.LEAD, Role.SENIOR, Role.BOARD_MEMBER, Role.REVIEWER})
# Those who may hold a stage for their agency: everyone but the practitioner, whose own stage is professional to professional.
HOLDER_ROLES = frozenset({Role.MANAGER, Role.LEAD, Role.SENIOR, Role.BOARD_MEMBER})
# What an agency's leads and the business unit are told of where somebody from outside the agency gave it.
LEADING_ROLES = frozenset({Role.LEAD, Role.SENIOR, Role.BOARD_MEMBER})
UNIT_ROLES = frozenset({Role.BUSINESS_UNIT, Role.BUSINESS_MANAGER})
CHAIR_ROLES = frozenset({Role.CHAIR, Role.DEPUTY_CHAIR})
SUBGROUP_ROLES = frozenset({Role.SUBGROUP_CHAIR, Role.SUBGROUP_MEMBER})
# Whose work learning is: the unit and the subgroups all that was referred on, leads what their own agency took part in, chairs gaps in policy.
LEARNING_ROLES = UNIT_ROLES | SUBGROUP_ROLES | CHAIR_ROLES | {Role.LEAD}


class AgencyKind(models.TextChoices):
    """What sort of organisation an agency is: the public report counts by kind, never by single school."""

    SOCIAL_CARE = "social_care", _("Children's social care")
    EARLY_HELP = "early_help", _("Early help")
    YOUTH_JUSTICE = "youth_justice", _("Youth offending service")
    POLICE = "police", _("Police")
    HEALTH_COMMISSIONER = "health_commissioner", _("Health commissioner and primary care")
    COMMUNITY_HEALTH = "community_health", _("Community health")
    ACUTE_HOSPITAL = "acute_hospital", _("Acute hospital")
    MENTAL_HEALTH = "mental_health", _("Mental health")
    EDUCATION = "education", _("School or college")
    EARLY_YEARS = "early_years", _("Early years")
    VOLUNTARY = "voluntary", _("Voluntary sector")
    OTHER = "other", _("Other")
