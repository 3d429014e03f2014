"""Django's admin for accounts and settings, mostly to read: roles, posts and cover change through the services, which know ceilings."""

from typing import TYPE_CHECKING, Any, ClassVar, cast
from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import ReadOnlyPasswordHashField
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, gettext_noop

from agencies import wall_clock
from agencies.errors import InvalidInput
from agencies.models import (
    Agency,
    ClosureDay,
    Cover,
    DirectoryEvent,
    HolidayChange,
    Membership,
    Partnership,
    Post,
    PostHolding,
    PrivateMailProvider,
    SeniorityLevel,
    User,
)
from agencies.readable import why_no_line
from agencies.roles import DirectoryDoor
from agencies.said import named, said
from agencies.services.accounts import note_account_change, refuse_closing
from agencies.services.calendar import DayKind, check_day
from agencies.services.identity.second_factor import required_at_first
from agencies.services.mail_providers import domain_of
from agencies.services.record import record
from agencies.visits import visit_of
from agencies.web.forms import is_one_line
from agencies.web.identity.confirming import confirm_first
from agencies.words import upper_first

if TYPE_CHECKING:
    _Admin = admin.ModelAdmin[Any]
    _DayForm = forms.ModelForm[ClosureDay | HolidayChange]
    _UserForm = forms.ModelForm[User]
    _ProviderForm = forms.ModelForm[PrivateMailProvider]
else:  # The stubs know these as generic, Django itself does not.
    _Admin = admin.ModelAdmin
    _DayForm = _UserForm = _ProviderForm = forms.ModelForm


def _sign_in(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    """The administration has no door of its own: the product's slows down guessing and asks for the second factor.

    Raises PermissionDenied for whoever is in and does not keep the installation: the product's door would only send them back here.
    """
    if request.user.is_authenticated and not admin.site.has_permission(request):
        raise PermissionDenied(
            gettext("This is for those who keep the installation. Accounts and roles of a partnership are under Directory, My people and cover.")
        )
    return HttpResponseRedirect(f"{reverse('sign-in')}?{urlencode({'next': request.GET.get('next') or reverse('admin:index')})}")


def _account(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    """A passphrase is set where everybody sets theirs."""
    return HttpResponseRedirect(reverse("account"))


admin.site.login = login_not_required(_sign_in)  # type: ignore[method-assign]
admin.site.password_change = _account  # type: ignore[method-assign, assignment]
admin.site.site_header = "Concord: installation"
admin.site.site_title = "Concord"
admin.site.index_title = "Accounts and settings"


def _in_one_line(typed: str) -> None:
    """Raises ValidationError for a text that is broken, or whose letters would be shown in another order."""
    if wrong := why_no_line(typed):
        raise forms.ValidationError(str(wrong))


class Typed(_Admin):
    """Something that is typed here: no text of one line is broken, or shown in another order than it was typed in."""

    def formfield_for_dbfield(self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any) -> forms.Field | None:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and is_one_line(field):
            field.validators.append(_in_one_line)
        return field


class Recorded(Typed):
    """Something that may be changed here; every change is a line of the directory's record."""

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's own
        super().save_model(request, obj, form, change)
        changed, added = gettext_noop("{kind} {name} changed in the administration."), gettext_noop("{kind} {name} added in the administration.")
        self._note(request, obj, changed if change else added)

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        self._note(request, obj, gettext_noop("{kind} {name} removed in the administration."))
        super().delete_model(request, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Removing many at once would leave no line of each."""
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    def _note(self, request: HttpRequest, obj: models.Model, sentence: str) -> None:
        partnership = obj if isinstance(obj, Partnership) else getattr(obj, "partnership", None)
        if partnership is not None:
            words = said(sentence, kind=named(obj._meta.verbose_name or ""), name=str(obj)).begun(upper_first)
            record(partnership.pk, cast("User", request.user), words, now=wall_clock.exactly(), door=DirectoryDoor.ADMINISTRATION)


class ReadOnly(_Admin):
    """To look at."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class UserForm(_UserForm):
    """An account without its passphrase, which only its owner sets."""

    password = ReadOnlyPasswordHashField(label="Passphrase", help_text="Set by the person: “First time here, or forgotten your passphrase?”.")

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["email", "name", "phone", "is_active", "is_staff", "is_superuser", "password"]

    def clean_email(self) -> str:
        """Addresses are kept in lower case."""
        return str(self.cleaned_data["email"]).lower()

    def clean_is_active(self) -> bool:
        """An account of the business unit is not closed where nobody apart would be left there."""
        stays = bool(self.cleaned_data["is_active"])
        if self.instance.is_active and not self.instance._state.adding and not stays:
            try:
                refuse_closing(self.instance, timezone.now())
            except InvalidInput as error:
                raise forms.ValidationError(error.message) from error
        return stays


@admin.register(User)
class UserAdmin(Typed):
    """Accounts. They are closed, never deleted: the record keeps their names."""

    form = UserForm
    list_display = ("name", "email", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("name", "email")
    ordering = ("name",)

    @method_decorator(confirm_first)
    def changeform_view(self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None) -> Any:  # noqa: ANN401
        """Who may get in, and by which address: asked again first who one is."""
        return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's own
        super().save_model(request, obj, form, change)
        before = {part: form.initial.get(part) for part in form.changed_data} if change else {}
        if before or not change:
            note_account_change(actor=cast("User", request.user), user=obj, before=before, visit=visit_of(request), now=timezone.now())

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Partnership)
class PartnershipAdmin(Recorded):
    """Name, nation, office hours, business unit and front door."""

    list_display = ("name", "nation", "opens", "closes", "is_invented")
    readonly_fields = ("is_invented", "is_practice", "ahead", "second_factor_roles")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's own
        """A new partnership asks everybody for a second factor (setting), until its keepers name the roles, which they do on their own page alone."""
        if not change:
            obj.second_factor_roles = required_at_first()
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class DayForm(_DayForm):
    """A day by the rules of the calendar's own page."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        day, partnership = data.get("day"), data.get("partnership")
        if day is not None and partnership is not None and {"day", "partnership", "works"} & set(self.changed_data):
            off = DayKind.HOLIDAY if "works" in self.fields else DayKind.CLOSURE
            try:
                check_day(partnership, DayKind.WORKS if data.get("works") else off, day)
            except InvalidInput as error:
                self.add_error("day", str(error.message))
        return data


@admin.register(ClosureDay, HolidayChange)
class DayAdmin(Recorded):
    """Days on which the partnership does not work, or works after all. Dates that run move only when one of its keepers confirms it."""

    form = DayForm
    list_display = ("day", "words", "partnership")
    list_filter = ("partnership",)
    date_hierarchy = "day"

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's own
        super().save_model(request, obj, form, change)
        self._say_what_stays(request)

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        super().delete_model(request, obj)
        self._say_what_stays(request)

    def _say_what_stays(self, request: HttpRequest) -> None:
        words = gettext(
            "Dates that run stay as they are until the partnership’s business unit or an administrator of it confirms, under Directory, Working-day "
            "calendar, or you run redate_clocks on the server."
        )
        self.message_user(request, words, level=messages.WARNING)


class ProviderForm(_ProviderForm):
    """A provider's domain, as addresses have it."""

    class Meta:
        model = PrivateMailProvider
        fields: ClassVar[list[str]] = ["partnership", "domain", "source"]

    def clean_domain(self) -> str:
        """In small letters, without the @; one that is shipped needs no entering."""
        try:
            return domain_of(self.cleaned_data["domain"])
        except InvalidInput as error:
            raise forms.ValidationError(error.message) from error


@admin.register(PrivateMailProvider)
class ProviderAdmin(Recorded):
    """Providers of private mailboxes besides the shipped ones: the raising side asks nobody at an address of theirs."""

    form = ProviderForm
    list_display = ("domain", "partnership", "source")
    list_filter = ("partnership",)
    search_fields = ("domain",)


@admin.register(Agency)
class AgencyAdmin(ReadOnly):
    """Agencies, changed by import."""

    list_display = ("name", "code", "kind", "partnership", "is_external", "is_active")
    list_filter = ("partnership", "kind")
    search_fields = ("name", "code")


@admin.register(SeniorityLevel, Post, PostHolding, Cover)
class DirectoryAdmin(ReadOnly):
    """Levels, posts, holders and cover, changed by import and on the directory's pages."""


@admin.register(Membership)
class MembershipAdmin(ReadOnly):
    """Roles, changed by import and by the services: not here, where no ceiling would hold."""

    list_display = ("user", "role", "agency", "partnership", "since", "until")
    list_filter = ("partnership", "role")
    search_fields = ("user__name", "user__email")
    list_select_related = ("user", "agency", "partnership")


@admin.register(DirectoryEvent)
class DirectoryEventAdmin(ReadOnly):
    """The directory's record."""

    list_display = ("recorded_at", "words", "actor", "partnership")
    list_filter = ("partnership",)
    list_select_related = ("actor", "partnership")
