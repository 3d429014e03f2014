"""Who exists: people, partnerships, agencies, levels, posts and who holds them."""

from .agency import Agency, Post, PostHolding, SeniorityLevel
from .api_token import ApiToken
from .calendar import ClosureDay, HolidayChange
from .departure import Departure
from .directory_event import DirectoryEvent, UntoldGiving
from .edition import DirectoryEdition
from .mail import PrivateMailProvider
from .membership import Cover, Membership
from .partnership import Partnership
from .second_factor import Authenticator, ExternalIdentity, Passkey, RecoveryCode
from .session import KeptForm, Session
from .sign_in import AskedLink, SignInEvent, TryCount
from .user import User

__all__ = [
    "Agency",
    "ApiToken",
    "AskedLink",
    "Authenticator",
    "ClosureDay",
    "Cover",
    "Departure",
    "DirectoryEdition",
    "DirectoryEvent",
    "ExternalIdentity",
    "HolidayChange",
    "KeptForm",
    "Membership",
    "Partnership",
    "Passkey",
    "Post",
    "PostHolding",
    "PrivateMailProvider",
    "SeniorityLevel",
    "RecoveryCode",
    "Session",
    "SignInEvent",
    "TryCount",
    "UntoldGiving",
    "User",
]
