"""Invented contexts for every component, as its comment describes them: rendered by the tests and by whoever wants to look."""

from datetime import date, datetime
from typing import Any

from django import forms

from agencies.web.fields import DatePartsField, MomentField, Paragraphs, PastDayField, PastMomentField, TimeField
from agencies.web.forms import Form
from agencies.web.widgets import Checkboxes, Radios
from agencies.words import LONDON

Context = dict[str, Any]


def at(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LONDON)


LATE = {"word": "Overdue", "tone": "overdue", "moment": at(2026, 4, 7, 16, 30), "distance": "1 working day late"}
TODAY = {"word": "Due today", "tone": "soon", "moment": at(2026, 4, 9, 16, 30), "distance": "in 3 working hours"}
LATER = {"word": "Due", "tone": "later", "moment": at(2026, 4, 13, 9), "distance": "in 2 working days"}
MET = {"word": "Answered in time", "tone": "done", "moment": at(2026, 4, 1, 11, 5), "distance": ""}

WORKING_OUT = {
    "sentence": "5 working days from the next opening. Weekends and England and Wales bank holidays do not count.",
    "start": at(2026, 4, 2, 18, 10),
    "counts_from": at(2026, 4, 7, 9),
    "provisional": True,
    "due": at(2026, 4, 14, 9),
    "lines": [
        {"day": date(2026, 4, 3), "counted": False, "why": "Good Friday"},
        {"day": date(2026, 4, 4), "counted": False, "why": "Saturday"},
        {"day": date(2026, 4, 5), "counted": False, "why": "Sunday"},
        {"day": date(2026, 4, 6), "counted": False, "why": "Easter Monday"},
        {"day": date(2026, 4, 7), "counted": False, "why": "start day, from 9am"},
        {"day": date(2026, 4, 8), "counted": True, "why": "working day 1"},
        {"day": date(2026, 4, 9), "counted": True, "why": "working day 2"},
        {"day": date(2026, 4, 10), "counted": True, "why": "working day 3"},
        {"day": date(2026, 4, 13), "counted": True, "why": "working day 4"},
        {"day": date(2026, 4, 14), "counted": True, "why": "working day 5"},
    ],
}

STEP = {
    "turn": "Your turn",
    "what": "Respond at Stage 2",
    "due": TODAY,
    "working_out": WORKING_OUT,
    "person": "R. Shah",
    "post": "Service manager, assessment and safeguarding",
    "agency": "Northbury Council children’s services",
    "phone": "01632 960 114",
    "out_of_hours": "01632 960 999",
    "primary": {"label": "Respond", "url": "#respond"},
    "links": [
        {"label": "Record a call or meeting", "url": "#call"},
        {"label": "Ask for longer", "url": "#longer"},
        {"label": "Hand it to someone else", "url": "#reassign"},
        {"label": "Print for the child’s file", "url": "#print"},
    ],
    "more": [
        {"heading": "Who answers, and by when", "links": [{"label": "Make urgent", "url": "#urgent"}]},
        {"heading": "Put on the record", "links": [{"label": "Add to the record", "url": "#note"}]},
    ],
}
WAITING = {
    "turn": "Waiting for Northbury Council",
    "what": "Response to Stage 1",
    "due": LATE,
    "person": "D. Okafor",
    "post": "Team manager",
    "primary": {"label": "Move up to Stage 2", "url": "#up"},
    "note": "Moves up by itself on Wednesday 8 April, 4:30pm, unless you hold it.",
    "links": [{"label": "Hold the move up", "url": "#hold"}, {"label": "Record an attempt to reach them", "url": "#attempt"}],
}

STAGES = [
    {"name": "Stage 1", "who": "team managers", "done": True, "now": False, "detail": "no response by Monday 30 March, 4:30pm"},
    {"name": "Stage 1b", "who": "heads of service", "done": True, "now": False, "passed": True, "detail": ""},
    {"name": "Stage 2", "who": "service managers", "done": False, "now": True, "detail": "due Thursday 9 April, 4:30pm"},
    {"name": "Stage 3", "who": "board members", "done": False, "now": False, "detail": ""},
    {"name": "Stage 4", "who": "the chair", "done": False, "now": False, "detail": ""},
]

ENTRIES = [
    {
        "id": "entry-3",
        "title": "Moved up to Stage 2",
        "agency": "Riverside Primary School",
        "who": "A. Whitlock, designated safeguarding lead",
        "happened": at(2026, 4, 2, 10, 12),
        "recorded": None,
        "text": "No answer by the due moment.\n\nTwo calls to the team manager were not returned; the child is back in school on Monday.",
        "facts": [{"key": "Ground", "value": "no response"}, {"key": "Sent to", "value": "R. Shah, service manager"}],
        "change": {"label": "Correct this entry", "url": "#correct"},
    },
    {
        "id": "entry-2",
        "title": "Call recorded",
        "agency": "Northbury Council children’s services",
        "who": "D. Okafor, team manager",
        "happened": at(2026, 3, 30, 9, 40),
        "recorded": at(2026, 3, 31, 14, 5),
        "text": "Spoke to the school’s office. A strategy discussion is planned for Thursday.",
        "tag": {"word": "Entered later", "tone": "info"},
        "corrections": [
            {
                "old": "A strategy discussion is planned for Thursday.",
                "new": "A strategy discussion is planned for Friday 3 April at 2pm.",
                "who": "D. Okafor",
                "moment": at(2026, 3, 31, 16, 20),
                "why": "wrong day",
            }
        ],
    },
    {
        "id": "entry-1",
        "title": "Disagreement logged",
        "agency": "Riverside Primary School",
        "who": "M. Ellis, class teacher",
        "happened": at(2025, 12, 27, 9),
    },
]

WORK = [
    {
        "reference": "ESC-7K3M2Q",
        "url": "#a",
        "ask": "Respond: Stage 1",
        "who": "from Riverside Primary School",
        "about": "Threshold or level of need, raised Monday 30 March by M. Ellis",
        "due": LATE,
    },
    {
        "reference": "ESC-9W0XPD",
        "url": "#b",
        "ask": "Say whether the response settles it",
        "who": "from Northbury Council children’s services",
        "due": TODAY,
    },
    {
        "reference": "ESC-4TFJ8H",
        "url": "#c",
        "ask": "Confirm the agreed outcome",
        "who": "with Calder NHS Trust",
        "due": LATER,
        "note": "asked twice",
    },
    {"reference": "ESC-1B5NZC", "url": "#d", "ask": "Finish your draft", "who": "", "note": "saved Tuesday 7 April, 4:30pm", "due": None},
]

FIGURES = [
    {"number": 3, "words": "overdue now", "url": "#1", "tone": "overdue"},
    {"number": 5, "words": "due today or the next working day", "url": "#2"},
    {"number": 4, "words": "open at Stage 3 or above", "url": "#3"},
    {"number": 0, "words": "not acknowledged at Stage 4", "url": "#4"},
    {"number": 2, "words": "with no contact, or a message returned", "url": "#5"},
    {"number": 7, "words": "closed with feedback, file or learning missing", "url": "#6"},
]

TABLE = {
    "id": "by-agency",
    "caption": "Open disagreements by receiving agency",
    "columns": [
        {"label": "Agency", "url": "?sort=agency", "sort": "ascending"},
        {"label": "Stage 1", "numeric": True},
        {"label": "Stage 2", "numeric": True},
        {"label": "Stage 3", "numeric": True},
        {"label": "Overdue", "numeric": True},
        {"label": "Answered in time", "numeric": True},
    ],
    "rows": [
        {
            "header": {"text": "Northbury Council children’s services", "url": "#n"},
            "cells": [{"text": n, "numeric": True} for n in (6, 3, 1, 2, "81%")],
        },
        {"header": {"text": "Calder NHS Trust"}, "cells": [{"text": n, "numeric": True} for n in (2, 1, 0, 1, "92%")]},
        {"header": {"text": "Northshire Police"}, "cells": [{"text": n, "numeric": True} for n in (1, 0, 0, 0, "100%")]},
    ],
}

ROWS = [
    {
        "key": "What is disputed",
        "value": "The decision to step down to early help.\n\nTwo new concerns came after it.",
        "change_url": "#1",
        "change": "what is disputed",
    },
    {"key": "Impact on the child", "value": "JS is missing school again and was seen alone in town on two evenings.", "change_url": "#2"},
    {"key": "Outcome sought", "value": "A strategy discussion this week.", "change_url": "#3"},
    {"key": "Receiving agency", "value": "Northbury Council children’s services", "link": "#4"},
    {"key": "Date of birth", "value": ""},
]

TASKS = [
    {"title": "Agreed outcome", "url": "#1", "word": "Completed", "done": True},
    {"title": "Feedback to M. Ellis", "url": "#2", "hint": "The person who raised it is told how it ended", "word": "To do", "done": False},
    {"title": "Check and close", "url": "", "word": "Cannot start yet", "done": False, "tone": "later"},
]

SHELL: Context = {
    "practice": True,
    "home_url": "#home",
    "partnership": {
        "name": "Northshire Safeguarding Children Partnership",
        "front_door": "Northshire front door",
        "front_door_day": "01632 960 100",
        "front_door_night": "01632 960 999",
    },
    "account": {"name": "A. Whitlock", "detail": "Riverside Primary School", "sign_out_url": "#out"},
    "nav": [
        {"label": label, "url": f"#{label}", "current": label == "My work"}
        for label in ("My work", "Log a disagreement", "Directory", "Procedure", "Board", "Learning", "Reports", "Help")
    ],
    "footer_links": [{"label": label, "url": f"#{label}"} for label in ("Help", "Accessibility", "Privacy")],
}

CONFIRMATION = {
    "title": "Sent to Northbury Council",
    "reference": "ESC-7K3M2Q",
    "told": ["D. Okafor, team manager", "Your manager, A. Whitlock"],
    "next": ["They must respond by Monday 30 March, 4:30pm.", "If they do not, it moves up to Stage 2 one working day later."],
    "links": [{"label": "Print or save a copy", "url": "#print"}, {"label": "My work", "url": "#work"}],
}
INTERRUPTION = {
    "title": "You are about to skip Stage 2",
    "lines": ["Managers at Stage 2 will not be asked. The procedure allows this where waiting would put the child at risk."],
    "proceed": {"label": "Continue to Stage 3", "url": "#on"},
    "back": {"label": "Stay at Stage 1", "url": "#back"},
}
HEADING = {
    "reference": "ESC-7K3M2Q",
    "child": "your reference 44721, JS",
    "title": "Step-down to early help",
    "raising": "Riverside Primary School",
    "receiving": "Northbury Council children’s services",
    "status": {"word": "Overdue", "tone": "overdue"},
}


class SampleForm(Form):
    """One of each control."""

    danger = forms.ChoiceField(
        label="Is the child in danger now?",
        choices=[("yes", "Yes"), ("no", "No")],
        widget=Radios(hints={"yes": "Ring 999 first, then come back"}),
        help_text="Danger now means that waiting until tomorrow could harm the child.",
    )
    theme = forms.MultipleChoiceField(
        label="What is it about?",
        choices=[("t", "Threshold or level of need"), ("d", "Drift or delay"), ("i", "Information sharing")],
        widget=Checkboxes,
    )
    person = forms.CharField(label="Who did you speak to?", max_length=60, widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}))
    impact = Paragraphs(label="Impact on the child", max_length=2000, help_text="What happens to the child if nothing changes?")
    arose = DatePartsField(label="When did it arise?", subject="the date it arose", not_future=True, help_text="For example, 7 4 2026 or 7 apr 2026")
    time = TimeField(label="At what time?", help_text="For example, 4:30pm", required=False)
    spoke = MomentField(label="When did you speak?", subject="the moment you spoke", required=False)
    told = PastDayField(label="When did you tell them?", subject="the day you told them", required=False, empty="I do not know")
    met = PastMomentField(label="When did you meet?", subject="the moment you met", required=False, empty="Just now", empty_first=True)
    agency = forms.ChoiceField(label="Agency", choices=[("", "Choose an agency"), ("n", "Northbury Council"), ("c", "Calder NHS Trust")])
    evidence = forms.FileField(label="Evidence", required=False)
    sure = forms.BooleanField(label="I have told my manager", help_text="Your manager is asked to send it on.")


class HeadedForm(Form):
    """A question page: the one field's name is the page's h1."""

    heading_field = "danger"
    danger = forms.ChoiceField(label="Is the child in danger now?", choices=[("yes", "Yes"), ("no", "No")], widget=Radios(inline=True))


COMPONENTS: dict[str, list[Context]] = {
    "case_heading": [HEADING, {"reference": "ESC-7K3M2Q"}],
    "clock_badge": [{"due": due} for due in (LATE, TODAY, LATER, MET)],
    "data_table": [TABLE, TABLE | {"id": "none", "rows": []}],
    "figure_strip": [{"figures": FIGURES}],
    "interruption": [INTERRUPTION],
    "next_step": [{"step": STEP}, {"step": WAITING}, {"step": {"turn": "Nothing is due"}}],
    "pagination": [{"next_url": "?after=9", "first_url": "?", "label": "disagreements", "count": "26 to 50"}, {}],
    "panel_confirmation": [CONFIRMATION, {"title": "Saved"}],
    "stage_tracker": [{"stages": STAGES}],
    "summary_list": [{"rows": ROWS}],
    "task_list": [{"items": TASKS}],
    "timeline": [{"entries": ENTRIES}, {"entries": ENTRIES[-1:], "heading": "h2"}],
    "work_row": [{"row": row} for row in WORK],
    "working_out": [{"working_out": WORKING_OUT}, {"working_out": {"lines": WORKING_OUT["lines"]}, "summary": "Why this day"}],
    "header": [SHELL, {}],
    "footer": [SHELL, {}],
    "messages": [{"messages": []}],
    "error_summary": [{"items": [{"message": "Enter the date", "target": "id_arose_0"}]}, {"items": []}],
}
