"""What the fields in which people write are called, for where a text is shown again without its form."""

from django.utils.translation import gettext_lazy as _

# As they stand inside a sentence.
NAMES = {
    "about": _("about"),
    "actions": _("actions"),
    "answer": _("answer"),
    "arose_on": _("when it arose"),
    "at": _("its date and time"),
    "born": _("date of birth"),
    "born_on": _("date of birth"),
    "code": _("code"),
    "comment": _("comment"),
    "concern": _("concern"),
    "concerns": _("concerns"),
    "conference_on": _("date of the conference"),
    "consulted": _("consulted"),
    "day": _("day"),
    "days": _("working days"),
    "decision": _("decision"),
    "decisions": _("decisions"),
    "disputed_name": _("disputed name"),
    "disputed_person": _("whose decision it is"),
    "dissent": _("dissent"),
    "due_at": _("by when"),
    "due_on": _("by when"),
    "efforts": _("efforts"),
    "email": _("email"),
    "ends": _("last day away"),
    "evidence": _("evidence"),
    "family_view": _("family view"),
    "finding": _("finding"),
    "first": _("first day"),
    "first_day": _("first day"),
    "gap": _("gap"),
    "given_on": _("when they were told"),
    "happened_at": _("when it happened"),
    "happened_from": _("when it began"),
    "happened_until": _("when it ended"),
    "how": _("how"),
    "identity": _("identity"),
    "impact": _("impact"),
    "initials": _("initials"),
    "interest": _("interest"),
    "issue": _("issue"),
    "job_title": _("job title"),
    "last": _("last day"),
    "last_day": _("last day"),
    "mailbox": _("mailbox"),
    "matters": _("how many matters"),
    "meets_at": _("when the panel meets"),
    "name": _("name"),
    "new": _("new"),
    "note": _("note"),
    "other": _("other"),
    "out_of_hours": _("out of hours"),
    "outcome_sought": _("outcome sought"),
    "outstanding": _("outstanding"),
    "phone": _("phone"),
    "place": _("place"),
    "proposals": _("proposals"),
    "pursued_until": _("until when it is pursued"),
    "q": _("what is looked for"),
    "reason": _("reason"),
    "reasons": _("reasons"),
    "reference": _("reference"),
    "referred_to": _("referred to"),
    "resolution": _("resolution"),
    "resolve_by": _("by when it will be resolved"),
    "respond_by": _("respond by"),
    "result": _("result"),
    "said": _("said"),
    "size": _("how many records"),
    "source": _("source"),
    "spoken_at": _("when you spoke"),
    "spoken_to": _("spoken to"),
    "start": _("when it starts"),
    "start_reason": _("start reason"),
    "starts": _("first day away"),
    "summary": _("summary"),
    "supervision": _("supervision"),
    "text": _("text"),
    "title": _("title of the post"),
    "told": _("told"),
    "told_by": _("told by"),
    "training": _("training"),
    "tried": _("tried"),
    "until": _("until when"),
    "went_badly": _("went badly"),
    "went_well": _("went well"),
    "what": _("what"),
    "who": _("who"),
    "whom": _("whom"),
    "why": _("why"),
    "wording": _("wording"),
    "words": _("words"),
}


def is_written(name: str) -> bool:
    """Whether people write in fields of this name: a text, a date, a figure; not where they choose."""
    return _last(name) in NAMES


def field_name(name: str) -> str:
    """As "outcome sought" for `outcome_sought`, also of one form of several (`child-0-initials`); any other field by its own name, without lines
    between the words."""
    return str(NAMES.get(_last(name), name.replace("_", " ").replace("-", " ")))


def _last(name: str) -> str:
    return name.rpartition("-")[2]
