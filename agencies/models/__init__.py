"""Who exists: people, partnerships, agencies, levels, posts and who holds them."""

from .agency import Agency, Post, PostHolding, SeniorityLevel
from .api_token import ApiToken
from .calendar import ClosureDay, HolidayChange
from .departure import Departure
from .directory_event import DirectoryEvent
from .membership import Cover, Membership
from .partnership import Partnership
from .session import KeptForm, Session
from .sign_in import AskedLink, SignInEvent, TryCount
from .user import User

__all__ = [
    "Agency",
    "ApiToken",
    "AskedLink",
    "ClosureDay",
    "Cover",
    "Departure",
    "DirectoryEvent",
    "HolidayChange",
    "KeptForm",
    "Membership",
    "Partnership",
    "Post",
    "PostHolding",
    "SeniorityLevel",
    "Session",
    "SignInEvent",
    "TryCount",
    "User",
]
