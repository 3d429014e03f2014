"""The clock rule: due moments, their working-out, and the steps a clock takes as time passes. Pure; published in docs/clock-rule.md."""

from .due import due_moment, half_way, next_step_due
from .explain import DayLine, WorkingOut, working_out
from .rule import Closing, Moment, Rule, RuleError, StartRule
from .steps import Plan, PlanError, Step, StepKind, move_moment, next_step, steps_between
from .voice import ENGLISH, Voice
from .within import AgreedDateNeeded, Unit, Within, WithinError

__all__ = [
    "AgreedDateNeeded",
    "Closing",
    "DayLine",
    "ENGLISH",
    "Moment",
    "Plan",
    "PlanError",
    "Rule",
    "RuleError",
    "StartRule",
    "Step",
    "StepKind",
    "Unit",
    "Voice",
    "Within",
    "WithinError",
    "WorkingOut",
    "due_moment",
    "half_way",
    "move_moment",
    "next_step",
    "next_step_due",
    "steps_between",
    "working_out",
]
