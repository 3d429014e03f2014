"""The question who the child is, for one child or several."""

from typing import Any

from django.forms import BaseFormSet, formset_factory
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agencies.web.several import Several, without_removed
from escalation.models import Draft
from escalation.services.child_names import takes_names
from escalation.services.submission import MOST_CHILDREN
from escalation.web.log_forms import ChildForm
from escalation.web.log_page import around, keep, leaving, onward


class Children(Several):
    """One child after the other."""

    one = _("Child {number}")


ChildFormSet = formset_factory(
    ChildForm, Children, extra=0, min_num=1, max_num=MOST_CHILDREN, absolute_max=MOST_CHILDREN, validate_max=True, validate_min=True
)


def child(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Children, added and removed by buttons that also keep what was typed."""
    named = takes_names(draft.dispute.partnership_id)
    if request.method == "POST":
        data = without_removed(request.POST, "child", MOST_CHILDREN)
        formset = ChildFormSet(data, prefix="child", form_kwargs={"named": named})
        if formset.is_valid() or (leaving(request) and formset.forms):
            keep(request, draft, "child", None, {"children": [form.answer() for form in formset.forms if form.is_valid()]})
            if "add" in request.POST or "remove" in request.POST:
                return redirect(f"{reverse('log-step', args=[draft.dispute.reference, 'child'])}{_query(request)}")
            return onward(request, draft, "child")
    else:
        formset = _kept_children(request, draft, named=named)
    names = {"named": named, "many": len(formset.forms) > 1, "may_add": len(formset.forms) < MOST_CHILDREN, "formset": formset}
    return render(request, "escalation/log_child.html", {**around(request, draft, "child"), **names})


def _kept_children(request: HttpRequest, draft: Draft, *, named: bool) -> "BaseFormSet[Any]":
    """The children kept so far, and an empty one where one is added or none is there."""
    kept = [ChildForm.initial_of(child) for child in draft.answers.get("children") or []]
    adding = "add" in request.GET and 0 < len(kept) < MOST_CHILDREN
    formset = ChildFormSet(initial=[*kept, *([{}] if adding else [])], prefix="child", form_kwargs={"named": named})
    if adding:
        formset.forms[-1].focus("initials")
    return formset


def _query(request: HttpRequest) -> str:
    """Keeps the way back to the check over adding and removing."""
    words = [word for word, there in (("add=1", "add" in request.POST), ("check=1", "check" in request.GET)) if there]
    return f"?{'&'.join(words)}" if words else ""
