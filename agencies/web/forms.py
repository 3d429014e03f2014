"""The base of every form on a page: GOV.UK markup, errors that can be reached, nothing that the browser cuts off or judges."""

from collections.abc import Collection, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms import boundfield
from django.forms.utils import pretty_name
from django.forms.widgets import ChoiceWidget, Input, Widget
from django.utils.translation import gettext as _

from agencies.readable import LONGEST, is_blank, unwrapped, why_no_line
from agencies.web.widgets import Parts
from agencies.words import Words, as_error, figure, lower_first

# Which fields of which forms were refused in this request.
REFUSED: ContextVar[tuple[str, ...]] = ContextVar("REFUSED", default=())

CLASSES: tuple[tuple[type[Widget], str], ...] = (
    (forms.Textarea, "govuk-textarea"),
    (forms.RadioSelect, ""),
    (forms.CheckboxSelectMultiple, ""),
    (forms.CheckboxInput, "govuk-checkboxes__input"),
    (forms.Select, "govuk-select"),
    (forms.FileInput, "c-file"),
    (forms.HiddenInput, ""),
    (Input, "govuk-input"),
)


def css_class(widget: Widget) -> str:
    """The class that GOV.UK's styles expect on this control, before any that the form's author adds."""
    return next((name for kind, name in CLASSES if isinstance(widget, kind)), "")


def is_one_line(field: forms.Field) -> bool:
    """Whether it is a text that people read in one line. What nobody reads, as a passphrase or what a page brings along, is none."""
    unread = (forms.PasswordInput, forms.HiddenInput)
    return isinstance(field, forms.CharField) and isinstance(field.widget, Input) and not isinstance(field.widget, unread)


def _said(error: ValidationError, which: Words) -> ValidationError:
    """The error as the page says it, beginning with which of several it is about where it is one of several. What it was filled in with stays with
    it, and is not filled in again."""
    said = as_error(error.messages[0])
    said = f"{which}: {lower_first(said)}" if which else said
    return ValidationError(said.replace("%", "%%") if error.params else said, code=error.code, params=error.params)


def plain_messages(label: str, field: forms.Field) -> dict[str, str]:
    """Messages that name the field, in place of those of Django's that its author has left as they were."""
    told = lower_first(label)
    named = f"“{label}”" if label.endswith("?") else label
    if label.endswith("?"):
        required = _("Answer “{label}”")
    elif isinstance(field.widget, forms.CheckboxInput):
        required = _("Tick “{label}”")
    else:
        required = _("Choose {field}") if isinstance(field.widget, ChoiceWidget) else _("Enter {field}")
    ours = {
        "required": required.format(label=label, field=told),
        "invalid_choice": _("{label}: choose one of the answers listed").format(label=named),
        "max_length": _("{label}: at most %(limit_value)d characters; this has %(show_value)d").format(label=named),
    }
    stock = (forms.Field.default_error_messages, type(field).default_error_messages)
    return {
        code: message for code, message in ours.items() if field.error_messages.get(code, "") in ("", *(messages.get(code) for messages in stock))
    }


class ReachableField(boundfield.BoundField):
    """A field on a page: knows where its error link must land, and describes itself by hint, limit and error."""

    @property
    def as_heading(self) -> bool:
        """True where this field's label is the page's one h1."""
        return self.name == getattr(self.form, "heading_field", "")

    @property
    def marked_optional(self) -> bool:
        """True where the label says "(optional)"."""
        sometimes = self.name in getattr(self.form, "sometimes_required", ())
        # What is chosen beforehand is always answered.
        chosen = getattr(self.field.widget, "empty_first", False)
        return not (self.field.required or sometimes or chosen or isinstance(self.field.widget, forms.CheckboxInput))

    @property
    def limit(self) -> str:
        """How many characters a long text may have, as "2,000"; empty where nothing limits it.

        The limit of every text is so far off that to say it below each would only lengthen the page; whoever meets it is told.
        """
        most = getattr(self.field, "max_length", None)
        return figure(most) if most and most < LONGEST and isinstance(self.field.widget, forms.Textarea) else ""

    @property
    def wrong_parts(self) -> tuple[int, ...]:
        """Which parts of a date the errors are about; empty where they are about the whole."""
        errors = self.form.errors.as_data().get(self.name, [])
        return tuple(sorted({part for error in errors for part in (error.params or {}).get("parts", ())}))

    @property
    def error_target(self) -> str:
        """The id of the control that an error's link lands on: of a group, the first choice or the first wrong part."""
        if self.is_hidden or not self.auto_id:
            return ""
        widget = self.field.widget
        if isinstance(widget, Parts):
            return f"{self.auto_id}_{widget.landing(self.wrong_parts)}"
        if self.use_fieldset and isinstance(widget, ChoiceWidget):
            return f"{self.auto_id}_0" if list(widget.choices) else self.auto_id
        return self.id_for_label or self.auto_id

    @property
    def aria_describedby(self) -> str | None:
        described = super().aria_describedby
        if described is None or not self.limit or not self.auto_id:
            return described
        return f"{described} {self.auto_id}_limit".strip()

    def build_widget_attrs(self, attrs: dict[str, Any], widget: Widget | None = None) -> dict[str, Any]:
        built: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        target = widget or self.field.widget
        if names := f"{css_class(target)} {target.attrs.get('class', '')}".strip():
            built["class"] = names
        if "maxlength" in target.attrs:
            # A browser cuts a pasted text at maxlength without a word; the form says it instead.
            built["maxlength"] = False
        if isinstance(target, Parts):
            built["wrong_parts"] = self.wrong_parts if self.errors else ()
        return built


@dataclass(frozen=True, slots=True)
class Fold:
    """Fields that lie folded away under a title, unless one was refused or holds something unusual. `lead` is said above them."""

    title: Words
    names: tuple[str, ...]
    lead: Words = ""


class Form(forms.Form):
    """Base of every form. Give a `prefix` wherever two forms share a page, so that no id comes twice."""

    use_required_attribute = False
    bound_field_class = ReachableField
    heading_field: ClassVar[str] = ""
    sometimes_required: ClassVar[Collection[str]] = ()
    # What lies folded away below the other fields, and what stands in a field there that nobody touched, where that is not nothing.
    folds: Sequence[Fold] = ()
    # The field that somebody came to change: the fold that it lies in is open.
    opened = ""
    usual: Mapping[str, str] = {}
    # Which of several alike it is on its page, as "Child 2": each of its errors and each of its labels says so. Empty where there is one.
    which: Words = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    def get_context(self) -> dict[str, Any]:
        """What the form's template shows: the folded fields apart from the others."""
        found = super().get_context()
        fields = {field.name: field for field in self.visible_fields()}
        folds = [(fold, [fields.pop(name) for name in fold.names if name in fields]) for fold in self.folds]
        shown = [
            {"title": fold.title, "lead": fold.lead, "fields": within, "is_open": any(self._draws_the_eye(field) for field in within)}
            for fold, within in folds
            if within
        ]
        return found | {"fields": [pair for pair in found["fields"] if pair[0].name in fields], "folds": shown}

    def _draws_the_eye(self, field: forms.BoundField) -> bool:
        """Whether it was refused or is to be changed, or anything stands in the control, or in a part of it, but what usually does."""
        value, usual = field.value(), self.usual.get(field.name, "")
        is_unusual = any(value) if isinstance(value, list | tuple) else bool(value) and str(value) != usual
        return bool(field.errors) or field.name == self.opened or is_unusual

    def full_clean(self) -> None:
        """Checks what was typed. Words are made plain only now, since some fields come after the form is made."""
        for name, field in self.fields.items():
            field.error_messages |= plain_messages(str(field.label or pretty_name(name)), field)
        super().full_clean()

    def _clean_fields(self) -> None:
        """Each answer by itself. What cannot be seen is none, before anything is asked of the answers together; nor is one line broken, or
        shown in another order than it was typed in."""
        super()._clean_fields()  # type: ignore[misc] # Django's own, and the one place between the fields and the form.
        for name, field in self.fields.items():
            typed = self.cleaned_data.get(name)
            if not typed or not isinstance(typed, str):
                continue
            if is_blank(typed):
                self.cleaned_data[name] = ""
                if field.required:
                    self.add_error(name, field.error_messages["required"])
            elif is_one_line(field):
                self.cleaned_data[name] = unwrapped(typed)
                if wrong := why_no_line(self.cleaned_data[name]):
                    self.add_error(name, str(wrong))

    def add_error(self, field: str | None, error: Any) -> None:
        """As Django's; that it was refused is told to whoever writes the log, by the names of form and field, never what was typed."""
        given = error if isinstance(error, ValidationError) else ValidationError(error)
        super().add_error(field, given if hasattr(given, "error_dict") else ValidationError([_said(one, self.which) for one in given.error_list]))
        name = f"{type(self).__name__}.{field or 'all'}"
        if name not in REFUSED.get():
            REFUSED.set((*REFUSED.get(), name))

    def focus(self, name: str) -> None:
        """Start the page at this field, as after "Add another"."""
        self.fields[name].widget.attrs["autofocus"] = True
