"""What people choose from when they describe a disagreement. Import these from `escalation.states`, where every such word is found."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ContactHow(models.TextChoices):
    """How somebody was reached, or was to be."""

    PHONE = "phone", _("Phone")
    MEETING = "meeting", _("In person")
    EMAIL = "email", _("E-mail")
    OTHER = "other", _("Another way")


class MeetingHow(models.TextChoices):
    """How people met, and what sort of meeting it was."""

    MEETING = "meeting", _("Meeting")
    CALL = "call", _("Call")
    VIDEO = "video", _("Video call")
    PROFESSIONALS = "professionals_meeting", _("Professionals' meeting")
    STRATEGY = "strategy_discussion", _("Strategy discussion")
    CONFERENCE = "conference", _("Conference")
    ROUND_TABLE = "round_table", _("Round table at short notice")
    PARTNERSHIP = "partnership_meeting", _("Meeting of the partnership")


class Difference(models.TextChoices):
    """The difference that it made for the child."""

    PLAN_CHANGED = "plan_changed", _("The plan for the child changed")
    NO_CHANGE = "no_change", _("No change")
    TOO_EARLY = "too_early", _("Too early to say")


class Door(models.TextChoices):
    """What a concern may really be: each procedure says whether to stop, go on with a signpost, take a variant or go by another procedure."""

    OWN_AGENCY = "own_agency", _("A disagreement inside my own agency")
    CONDUCT = "conduct", _("The conduct of a person who works with children")
    ALLEGATION_HANDLING = "allegation_handling", _("How an allegation is being managed")
    WHISTLEBLOWING = "whistleblowing", _("Wrongdoing, or my own employer")
    COMPLAINT = "complaint", _("A formal complaint")
    CONFERENCE_DISSENT = "conference_dissent", _("A child protection conference's decision")
    MASH_DECISION = "mash_decision", _("A decision of the multi-agency safeguarding hub (MASH)")
    REVIEWING_OFFICER = "reviewing_officer", _("A matter for the independent reviewing officer")
    CROSS_BOROUGH = "cross_borough", _("An agency of another area")
    FAMILY_CHALLENGE = "family_challenge", _("A challenge by the child or family")


class LeftOut(models.TextChoices):
    """Why no figure counts a disagreement."""

    DUPLICATE = "duplicate", _("It was logged twice: another one is counted")
    TEST = "test", _("It was logged to try the product out")


class Theme(models.TextChoices):
    """Areas of disagreement: the union of what the published procedures name."""

    THRESHOLD = "threshold", _("Threshold or level of need")
    ROLES = "roles", _("Roles and responsibilities")
    ACTION = "action", _("Action or inaction")
    DELAY = "delay", _("Drift or delay")
    INFORMATION = "information", _("Information sharing")
    COMMUNICATION = "communication", _("Communication or coordination")
    PLAN = "plan", _("Plan not followed or not progressing")
    AGREED_ACTION = "agreed_action", _("An agreed action not completed")
    CLOSURE = "closure", _("Closing or stepping down")
    ASSESSMENT = "assessment", _("Outcome of an assessment")
    CONFERENCE = "conference", _("Conference refused")
    INTRUSIVE = "intrusive", _("Practice that is too intrusive")
    NEEDS = "needs", _("The child's needs not met by the plan")
    ALLEGATION = "allegation", _("Management of an allegation")
    SERVICE = "service", _("Service not provided")


class Setting(models.TextChoices):
    """Where the decision, action or inaction arose."""

    REFERRAL = "referral", _("Referral")
    STRATEGY = "strategy_discussion", _("Strategy discussion")
    ASSESSMENT = "assessment", _("Assessment")
    CONFERENCE = "conference", _("Child protection conference")
    CORE_GROUP = "core_group", _("Core group")
    REVIEW = "review", _("Review")
    CLOSURE = "closure", _("Closure or step-down")
    ALLEGATION = "allegation_management", _("Management of an allegation")
    OTHER = "other", _("Somewhere else")


class FamilyTold(models.TextChoices):
    """Who of the family was told of the disagreement."""

    BOTH = "both", _("Child and parents")
    PARENTS = "parents", _("Parents, not the child")
    CHILD = "child", _("The child, not the parents")
    NOBODY = "nobody", _("Nobody of the family")


class Basis(models.TextChoices):
    """What the concern rests on, said openly (DEV-13)."""

    EVIDENCE = "evidence", _("Evidence")
    JUDGEMENT = "judgement", _("My professional judgement")
    BOTH = "both", _("Both")


class Plan(models.TextChoices):
    """The plan that the child has."""

    NONE = "none", _("None")
    EARLY_HELP = "early_help", _("Early help")
    CIN = "child_in_need", _("Child in need")
    CP = "child_protection", _("Child protection")
    LOOKED_AFTER = "looked_after", _("Looked after")


class LearningStatus(models.TextChoices):
    """What became of a general issue that was referred on."""

    OPEN = "open", _("Not begun")
    STARTED = "started", _("Under way")
    DONE = "done", _("Done")
    NOT_TAKEN_UP = "not_taken_up", _("Considered, not taken up")


class ChangeNeeded(models.TextChoices):
    """What a learning point asks to change (BRO-09)."""

    POLICY = "policy", _("Policy or procedure")
    TRAINING = "training", _("Training")
    SERVICE = "service", _("A service")


class ConferenceAnswer(models.TextChoices):
    """What became of a formal request for a child protection conference (ENF-08)."""

    CONVENED = "convened", _("A conference is convened")
    REFUSED = "refused", _("No conference is convened")


class ReviewNeed(models.TextChoices):
    """Whether the partnership holds a systemic or learning review (BRO-07)."""

    NEEDED = "needed", _("A review is needed")
    NOT_NEEDED = "not_needed", _("No review is needed")


class Advice(models.TextChoices):
    """Who outside the disagreement was told or asked, beside the stages."""

    LEGAL = "legal", _("Legal advice")
    COURT = "court", _("The courts")
    DESIGNATED_OFFICER = "designated_officer", _("The local authority designated officer")
    REVIEWING_SERVICE = "reviewing_service", _("The child protection reviewing service")
    EMERGENCY = "emergency", _("The emergency services")
    OUT_OF_HOURS = "out_of_hours", _("An out-of-hours service")
    COMPLAINT = "complaint", _("A formal complaint was made")
    OTHER = "other", _("Somebody else")


class SubgroupMatter(models.TextChoices):
    """What brings a disagreement to the partnership's subgroup (DEV-07)."""

    SERIOUS = "serious", _("A matter of serious concern")
    STUCK = "stuck", _("The case is stuck")


class SummaryKind(models.TextChoices):
    """What a summary of the disagreement is for."""

    EXECUTIVE = "executive", _("Executive summary")
    REPORT = "report", _("Summary report for the child's record")


class RecordClass(models.TextChoices):
    """What a partnership says how long it is kept: each sort of record that has a period of its own."""

    CASES = "cases", _("Disagreements that ended")
    DRAFTS = "drafts", _("Drafts that nobody sent")
    MESSAGES = "messages", _("Messages that were sent")
    HOLDS = "holds", _("Reasons of legal holds that were lifted")
    BUNDLES = "bundles", _("Answers to requests for access")
    REQUESTS = "requests", _("Who asked for access, and how they were known")
    ACCOUNTS = "accounts", _("Closed accounts")
    PRACTICE = "practice", _("Ended disagreements of a partnership to practise in")


class HoldOn(models.TextChoices):
    """What a legal hold is on."""

    DISPUTE = "dispute", _("This disagreement")
    CHILD = "child", _("Everything about one child")
    PERSON = "person", _("Everything that one person had a part in")


class Audience(models.TextChoices):
    """Who may see an attached file, of those who may read its disagreement."""

    READERS = "readers", _("Everybody who may read this disagreement")
    PARTIES = "parties", _("The agencies in it only, not the partnership")
    AGENCY = "agency", _("Only my own agency")


class Why(models.TextChoices):
    """What makes a disagreement somebody's business, as a message to them says it."""

    HOLDS = "holds", _("You hold it for your side.")
    COVERS = "covers", _("You cover for whoever holds it.")
    RAISED = "raised", _("You raised it.")
    LOGGED = "logged", _("You logged it for whoever raised it.")
    SITS = "sits", _("You sit on the panel that hears it.")
    PRESIDES = "presides", _("You act as the partnership’s chair.")
    DOES = "does", _("An agreed action in it is yours.")
    SUPERVISES = "supervises", _("You supervise whoever raised it.")
    LEADS = "leads", _("You lead on safeguarding for an agency in it.")
    UNIT = "unit", _("You work in the partnership’s business unit.")


class FileEnd(models.TextChoices):
    """How an attached file left the record."""

    REPLACED = "replaced", _("Another version took its place")
    WITHDRAWN = "withdrawn", _("Withdrawn")


# What a document is called by its key, as it stands inside a sentence.
DOCUMENTS = {
    "monitoring": _("monitoring"),
    "case_resolution": _("case resolution"),
    "record_of_escalation": _("record of escalation"),
    "named_officers": _("named officers"),
    "executive_summary": _("executive summary"),
    "outcome_letter": _("outcome letter"),
    "panel_pack": _("panel pack"),
    "summary_report": _("summary report"),
}


class Job(models.TextChoices):
    """The recurring jobs, as their heartbeats name them, or what they could not do; the last one marks how far the seals reach."""

    SWEEP = "sweep", _("Watching the clocks")
    DELIVER = "deliver", _("Sending messages")
    BOUNCES = "bounces", _("Reading what came back")
    SEAL = "seal", _("Sealing the record")
    KEEPING = "keeping", _("Ending what was kept long enough")
    SCANNER = "scanner", _("Asking whether the virus scanner answers")
    PASS_ON = "pass on", _("Passing on what people left")
    SEALED_UP_TO = "sealed up to", _("Sealed up to")
