"""A partnership's procedures as pages: the list, and one version shown as its stages."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from agencies import wall_clock
from agencies.errors import NotFound
from agencies.policy import may_keep_directory
from agencies.web.access import person_for
from agencies.words import Words, short_day, upper_first
from escalation.models import Procedure, ProcedureVersion
from escalation.procedures import words
from escalation.procedures.definition import ClockDefinition, Closing, DoorDoes, DoorRule, ProcedureDefinition, StageDefinition, Way
from escalation.procedures.schema import from_json
from escalation.procedures.way_words import variant_sentences
from escalation.selectors import procedures
from escalation.selectors.words import document_words
from escalation.services.side_by_side import InForce, in_force
from escalation.states import Ground

Row = dict[str, Any]
DOES = {
    DoorDoes.STOP: (_("Not here"), "later"),
    DoorDoes.GO_ON: (_("Can go on here"), "info"),
    DoorDoes.VARIANT: (_("Its own way"), "info"),
    DoorDoes.REDIRECT: (_("Redirected"), "info"),
}
STATUS_QUO = _("The agency that disagrees stays involved in the child's plan and in all decisions while the disagreement runs.")
HOP = _("Yes: a practitioner sends it to their own manager or safeguarding lead, who sends it on.")


def _today() -> date:
    return wall_clock.today()


def _row(key: str, *sentences: Words) -> Row | None:
    """A line of a summary list, each sentence a paragraph; None where there is nothing to say."""
    value = "\n\n".join(str(sentence) for sentence in sentences if sentence)
    return {"key": key, "value": value} if value else None


def _said(rows: Iterable[Row | None]) -> list[Row]:
    return [row for row in rows if row]


@require_safe
def procedure_list(request: HttpRequest) -> HttpResponse:
    """The procedures of the person's partnerships, each with the version in force."""
    today = _today()
    listed = procedures.procedures_of(person_for(request).partnership_ids, today)
    is_one = len({one.procedure.partnership_id for one in listed}) < 2
    rows = [_listed(one.procedure, version, today, is_one=is_one) for one in listed if (version := one.current or one.coming)]
    labels = (gettext("Procedure"), *([] if is_one else [gettext("Partnership")]), gettext("Version"), gettext("Review due"))
    return render(request, "escalation/procedures.html", {"rows": rows, "columns": [{"label": label} for label in labels]})


def _listed(own: Procedure, version: ProcedureVersion, today: date, *, is_one: bool) -> Row:
    cells = [_in_force(version, today), _review_words(version, today)]
    name = gettext("{procedure} (offered first)").format(procedure=own.name) if own.is_default else own.name
    header = {"text": name, "url": reverse("procedure", args=[version.pk])}
    return {"header": header, "cells": [{"text": text} for text in ([] if is_one else [own.partnership.name]) + cells]}


def _review_words(version: ProcedureVersion, today: date) -> str:
    if not version.review_due:
        return gettext("Not given")
    day = short_day(version.review_due)
    return gettext("{day} (overdue)").format(day=day) if version.review_due < today else day


def _in_force(version: ProcedureVersion, today: date) -> str:
    has_begun, coming = gettext("{number}, in force from {day}"), gettext("{number}, comes into force on {day}")
    return (has_begun if version.in_force_from <= today else coming).format(number=version.number, day=short_day(version.in_force_from))


@require_safe
def procedure(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """One version as its stages: who acts, every clock in words, what each stage asks for, the doors and where it comes from."""
    try:
        version = procedures.version_of(person_for(request).partnership_ids, version_id)
    except NotFound as error:
        raise Http404 from error
    definition, others = from_json(version.definition), procedures.other_versions(version)
    today = _today()
    keeps = may_keep_directory(person_for(request), version.procedure.partnership_id)
    other_procedures = in_force(version.procedure.partnership_id, today)
    now_in_force = next((one for one in sorted((version, *others), key=lambda own: -own.number) if one.in_force_from <= today), None)
    context = {
        "version": version,
        "definition": definition,
        "matter": definition.matter_word,
        "in_force": now_in_force,
        "may_change": keeps and all(one.number < version.number for one in others),
        "is_coming": version.in_force_from > today,
        "is_past": now_in_force is not None and now_in_force.number > version.number,
        "review_is_late": version.review_due is not None and version.review_due < today,
        "overview": _overview(definition),
        "columns": [{"label": definition.stage_heading}, {"label": gettext("Time")}],
        "counting": words.counting_sentence(definition),
        "caps": [{"words": words.clock_sentence(cap, definition), "after": words.on_time_sentence(cap.on_time)} for cap in definition.caps],
        "stages": [_stage(definition, stage) for stage in definition.stages],
        "doors": [_door(definition, rule, other_procedures) for rule in definition.doors],
        "closing": _closing(definition.closing),
        "rules": _rules(definition),
        "recorded": [{"key": key, "value": value.replace("; ", "\n\n")} for key, value in words.recorded_rows(definition)],
        "others": [
            {"url": reverse("procedure", args=[one.pk]), "text": gettext("Version {number}").format(number=_in_force(one, today))} for one in others
        ],
    }
    return render(request, "escalation/procedure.html", context)


def _stage_name(definition: ProcedureDefinition, stage: StageDefinition) -> str:
    """ "Stage 2: Service managers"; an unnumbered stage has its name alone."""
    return f"{definition.stage_heading} {stage.number}: {stage.name}" if stage.number else stage.name


def _overview(definition: ProcedureDefinition) -> list[Row]:
    return [
        {
            "header": {"text": _stage_name(definition, stage), "url": f"#{stage.key}"},
            "cells": [{"text": words.times(stage, definition)}],
        }
        for stage in definition.stages
    ]


def _stage(definition: ProcedureDefinition, stage: StageDefinition) -> Row:
    level = definition.levels_are
    told = gettext("The business unit is told when this stage begins.") if stage.tells_unit else ""
    warned = gettext("The raising agency first tells the other agency that it will be.") if stage.warns_other_side else ""
    rows = [
        *_acting(stage, level),
        _row(gettext("Time"), *(_clocks(definition, stage, stage.clocks) or [gettext("No time of its own.")])),
        _row(gettext("Time where it is urgent"), *_clocks(definition, stage, stage.urgent_clocks)),
        _row(gettext("May be referred by"), words.refer_words(stage)),
        _row(gettext("What the partnership may do"), *words.route_words(stage)),
        _row(gettext("Panel"), words.panel_words(stage)),
        _row(gettext("Asks for"), words.asked_words(stage)),
        _row(gettext("Form"), words.sentence(upper_first(document_words(form)) for form in stage.forms)),
        _row(gettext("Telling"), told, warned),
    ]
    notes = [gettext("This stage lies inside the raising agency. Nobody outside it sees anything of it.")] if stage.is_own else []
    return {"id": stage.key, "name": _stage_name(definition, stage), "rows": _said(rows), "notes": notes}


def _acting(stage: StageDefinition, level: Words) -> list[Row | None]:
    raising, receiving = words.acting_words(stage.raising, level), words.acting_words(stage.receiving, level)
    if raising == receiving:
        return [_row(gettext("In each agency"), raising)]
    return [
        _row(gettext("Raising agency"), raising),
        _row(gettext("The partnership") if stage.is_partnership else gettext("Receiving agency"), receiving),
    ]


def _clocks(definition: ProcedureDefinition, stage: StageDefinition, clocks: Sequence[ClockDefinition]) -> list[str]:
    """Each of the stage's clocks, and after the last of those that go on alike what happens when their time has passed."""
    said, moves = [], definition.moves_by_itself_from(stage.position)
    for clock, following in zip(clocks, (*clocks[1:], None), strict=False):
        said.append(words.clock_sentence(clock, definition))
        if following is None or following.on_time != clock.on_time:
            said.append(words.on_time_sentence(clock.on_time, moves=moves))
    return said


def _door(definition: ProcedureDefinition, rule: DoorRule, others: Sequence[InForce]) -> Row:
    """What is said at a door, and at each way behind it, with how a variant differs from the usual way."""
    ways = [_way(definition, way, others) for way in rule.ends]
    return {"label": str(rule.door.label), "words": rule.words if rule.does == DoorDoes.ASK else "", "ways": ways}


def _way(definition: ProcedureDefinition, way: DoorRule | Way, others: Sequence[InForce]) -> Row:
    word, tone = DOES[DoorDoes(way.does)]
    taken = definition.variant(way.variant)
    label = way.label if isinstance(way, Way) else ""
    under = next((one for one in others if one.definition.key == way.procedure), None)
    shown = {"label": label, "does": word, "tone": tone, "words": way.words, "differs": variant_sentences(definition, taken) if taken else ()}
    return shown | ({"under": {"text": under.definition.name, "url": reverse("procedure", args=[under.version_id])}} if under else {})


def _closing(closing: Closing) -> list[str]:
    asks = [
        (closing.feedback, gettext("feedback to the person who raised it")),
        (closing.file, gettext("each agency's word that the child's file holds the record")),
        (closing.learning, gettext("what was learned, or that there is nothing")),
        (closing.executive_summary, gettext("an executive summary of the concerns and how they were resolved")),
        (closing.summary_report, gettext("a summary report on the child's record")),
        (closing.lead_manager_from is not None, gettext("a lead manager, from stage {stage} on").format(stage=closing.lead_manager_from)),
        (closing.debrief, gettext("whether people would like a debrief")),
    ]
    return [said for asked, said in asks if asked]


def _grounds(grounds: Iterable[Ground]) -> str:
    listed = words.sentence((str(ground.label).lower() for ground in grounds), "or")
    return gettext("On the ground of: {grounds}").format(grounds=listed) if listed else gettext("Not provided for")


def _rules(definition: ProcedureDefinition) -> list[Row]:
    return _said(
        [
            _row(gettext("Own manager first"), HOP if definition.first_hop else ""),
            _row(gettext("Business unit is told"), words.told_words(definition)),
            _row(gettext("Starting above the first stage"), _grounds(definition.start_above)),
            _row(gettext("Passing over a stage"), _grounds(definition.skip)),
            _row(gettext("Raised by"), words.roles_words(definition.raiser_roles)),
            _row(gettext("Consulted first in the own agency"), words.roles_words(definition.consult_first)),
            _row(gettext("May log between two other agencies"), words.roles_words(definition.third_party_roles)),
            _row(gettext("Inside one agency"), gettext("Yes, through the same stages.") if definition.own_agency_allowed else gettext("No.")),
            _row(gettext("Several receiving agencies"), gettext("Yes.") if definition.several_receiving else gettext("No, one at a time.")),
            _row(gettext("Meanwhile"), STATUS_QUO if definition.status_quo else ""),
            _row(gettext("Learning goes to"), definition.closing.learning_goes_to),
            _row(gettext("Gaps in policy go to"), gettext("The chair") if definition.closing.policy_gaps_to_chair else ""),
            *(_row(key, value) for key, value in words.around_rows(definition)),
        ]
    )
