"""What people choose from when they describe a disagreement. Import these from `escalation.states`, where every such word is found."""

from django.db import models


class MeetingHow(models.TextChoices):
    """How people met, and what sort of meeting it was."""

    MEETING = "meeting", "Meeting"
    CALL = "call", "Call"
    VIDEO = "video", "Video call"
    PROFESSIONALS = "professionals_meeting", "Professionals' meeting"
    STRATEGY = "strategy_discussion", "Strategy discussion"
    CONFERENCE = "conference", "Conference"
    ROUND_TABLE = "round_table", "Round table at short notice"
    PARTNERSHIP = "partnership_meeting", "Meeting of the partnership"


class Door(models.TextChoices):
    """What a concern may really be: each procedure says whether to stop, to go on with a signpost, or to take a variant."""

    OWN_AGENCY = "own_agency", "A disagreement inside my own agency"
    CONDUCT = "conduct", "The conduct of a person who works with children"
    ALLEGATION_HANDLING = "allegation_handling", "How an allegation is being managed"
    WHISTLEBLOWING = "whistleblowing", "Wrongdoing, or my own employer"
    COMPLAINT = "complaint", "A formal complaint"
    CONFERENCE_DISSENT = "conference_dissent", "A child protection conference's decision"
    CROSS_BOROUGH = "cross_borough", "An agency of another area"
    FAMILY_CHALLENGE = "family_challenge", "A challenge by the child or family"


class Theme(models.TextChoices):
    """Areas of disagreement: the union of what the published procedures name."""

    THRESHOLD = "threshold", "Threshold or level of need"
    ROLES = "roles", "Roles and responsibilities"
    ACTION = "action", "Action or inaction"
    DELAY = "delay", "Drift or delay"
    INFORMATION = "information", "Information sharing"
    COMMUNICATION = "communication", "Communication or coordination"
    PLAN = "plan", "Plan not followed or not progressing"
    AGREED_ACTION = "agreed_action", "An agreed action not completed"
    CLOSURE = "closure", "Closing or stepping down"
    ASSESSMENT = "assessment", "Outcome of an assessment"
    CONFERENCE = "conference", "Conference refused"
    INTRUSIVE = "intrusive", "Practice that is too intrusive"
    NEEDS = "needs", "The child's needs not met by the plan"
    ALLEGATION = "allegation", "Management of an allegation"
    SERVICE = "service", "Service not provided"


class Setting(models.TextChoices):
    """Where the decision, action or inaction arose."""

    REFERRAL = "referral", "Referral"
    STRATEGY = "strategy_discussion", "Strategy discussion"
    ASSESSMENT = "assessment", "Assessment"
    CONFERENCE = "conference", "Child protection conference"
    CORE_GROUP = "core_group", "Core group"
    REVIEW = "review", "Review"
    CLOSURE = "closure", "Closure or step-down"
    ALLEGATION = "allegation_management", "Management of an allegation"
    OTHER = "other", "Somewhere else"


class Basis(models.TextChoices):
    """What the concern rests on, said openly (DEV-13)."""

    EVIDENCE = "evidence", "Evidence"
    JUDGEMENT = "judgement", "My professional judgement"
    BOTH = "both", "Both"


class Plan(models.TextChoices):
    """The plan that the child has."""

    NONE = "none", "None"
    EARLY_HELP = "early_help", "Early help"
    CIN = "child_in_need", "Child in need"
    CP = "child_protection", "Child protection"
    LOOKED_AFTER = "looked_after", "Looked after"


class LearningStatus(models.TextChoices):
    """What became of a general issue that was referred on."""

    OPEN = "open", "Not begun"
    STARTED = "started", "Under way"
    DONE = "done", "Done"
    NOT_TAKEN_UP = "not_taken_up", "Considered, not taken up"


class ChangeNeeded(models.TextChoices):
    """What a learning point asks to change (BRO-09)."""

    POLICY = "policy", "Policy or procedure"
    TRAINING = "training", "Training"
    SERVICE = "service", "A service"


class ConferenceAnswer(models.TextChoices):
    """What became of a formal request for a child protection conference (ENF-08)."""

    CONVENED = "convened", "A conference is convened"
    REFUSED = "refused", "No conference is convened"


class ReviewNeed(models.TextChoices):
    """Whether the partnership holds a systemic or learning review (BRO-07)."""

    NEEDED = "needed", "A review is needed"
    NOT_NEEDED = "not_needed", "No review is needed"


class Advice(models.TextChoices):
    """Who outside the disagreement was told or asked, beside the stages."""

    LEGAL = "legal", "Legal advice"
    COURT = "court", "The courts"
    DESIGNATED_OFFICER = "designated_officer", "The local authority designated officer"
    REVIEWING_SERVICE = "reviewing_service", "The child protection reviewing service"
    EMERGENCY = "emergency", "The emergency services"
    OUT_OF_HOURS = "out_of_hours", "An out-of-hours service"
    COMPLAINT = "complaint", "A formal complaint was made"
    OTHER = "other", "Somebody else"


class SubgroupMatter(models.TextChoices):
    """What brings a disagreement to the partnership's subgroup (DEV-07)."""

    SERIOUS = "serious", "A matter of serious concern"
    STUCK = "stuck", "The case is stuck"


class SummaryKind(models.TextChoices):
    """What a summary of the disagreement is for."""

    EXECUTIVE = "executive", "Executive summary"
    REPORT = "report", "Summary report for the child's record"


class RecordClass(models.TextChoices):
    """What a partnership says how long it is kept: each sort of record that has a period of its own."""

    CASES = "cases", "Disagreements that ended"
    DRAFTS = "drafts", "Drafts that nobody sent"
    MESSAGES = "messages", "Messages that were sent"
    HOLDS = "holds", "Reasons of legal holds that were lifted"
    BUNDLES = "bundles", "Answers to requests for access"
    REQUESTS = "requests", "Who asked for access, and how they were known"
    ACCOUNTS = "accounts", "Closed accounts"
    PRACTICE = "practice", "Ended disagreements of a partnership to practise in"


class HoldOn(models.TextChoices):
    """What a legal hold is on."""

    DISPUTE = "dispute", "This disagreement"
    CHILD = "child", "Everything about one child"
    PERSON = "person", "Everything that one person had a part in"


class Audience(models.TextChoices):
    """Who may see an attached file, of those who may read its disagreement."""

    READERS = "readers", "Everybody who may read this disagreement"
    PARTIES = "parties", "The agencies in it only, not the partnership"
    AGENCY = "agency", "Only my own agency"


class FileEnd(models.TextChoices):
    """How an attached file left the record."""

    REPLACED = "replaced", "Another version took its place"
    WITHDRAWN = "withdrawn", "Withdrawn"
