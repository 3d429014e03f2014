"""Cover that was there before keeps the places in which both sit today: on its first day where it is to come, on its last where it is over."""

from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q


def fill(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Each cover without places, one by one: asked again it goes on where it was."""
    roles, posts = apps.get_model("agencies", "Membership"), apps.get_model("agencies", "PostHolding")
    today = datetime.now(ZoneInfo("Europe/London")).date()
    for cover in apps.get_model("agencies", "Cover").objects.filter(places__isnull=True).order_by("pk"):
        day = min(max(today, cover.starts), cover.ends)
        both = _seats(roles, posts, cover.person_id, day) & _seats(roles, posts, cover.deputy_id, day)
        cover.places = sorted(map(str, both))
        cover.save(update_fields=["places"])


def _seats(roles: Any, posts: Any, user: UUID, day: date) -> set[UUID]:
    """The keys of the active agencies, and of the partnerships, in which somebody holds a role or a post of their own on the day."""
    held = (Q(since=None) | Q(since__lte=day)) & (Q(until=None) | Q(until__gte=day)) & Q(user=user)
    places = roles.objects.filter(held).filter(Q(agency=None) | Q(agency__is_active=True)).values_list("agency", "partnership")
    return {agency or partnership for agency, partnership in places} | {
        *posts.objects.filter(held, post__agency__is_active=True).values_list("post__agency", flat=True)
    }


class Migration(migrations.Migration):
    dependencies = [("agencies", "0010_keep_the_places_of_cover")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
