"""What is wrong with a database that a command cannot use, in a sentence for whoever runs it."""

from django.db import Error, OperationalError, ProgrammingError

MISSING = "Tables or columns are missing in the database: run manage.py migrate first"
LOCKED = "The database is locked by something else that writes to it: try again once that has ended"
FULL = "The disk that the database lies on is full: make room on it"
READ_ONLY = "The database can only be read: whoever runs this, or the server, may not write to it"
DAMAGED = "The database is damaged, or its file holds something else: put back a copy of it"
AWAY = "The database cannot be reached: look whether it is there and running, and whether the settings name it"
FORBIDDEN = "The database does not let this account do that: migrate runs as the owner of the tables, all else as the account that reads and writes"
DISK = "The disk that the database lies on cannot be read or written"
OTHER = "The database cannot be used"

# SQLite's names for what went wrong, by how they begin; its SQLITE_ERROR is any mistake in what was asked, and only its words say which.
SQLITE = {
    "SQLITE_BUSY": LOCKED,
    "SQLITE_LOCKED": LOCKED,
    "SQLITE_FULL": FULL,
    "SQLITE_READONLY": READ_ONLY,
    "SQLITE_CORRUPT": DAMAGED,
    "SQLITE_NOTADB": DAMAGED,
    "SQLITE_CANTOPEN": AWAY,
    "SQLITE_IOERR": DISK,
}
NOT_THERE = ("no such table", "no such column", "no such view", "no such trigger")
# PostgreSQL's codes, by how they begin (Appendix A of its manual).
POSTGRESQL = {
    "42P01": MISSING,
    "42703": MISSING,
    "3F000": MISSING,
    "55P03": LOCKED,
    "40P01": LOCKED,
    "53100": FULL,
    "25006": READ_ONLY,
    "XX001": DAMAGED,
    "XX002": DAMAGED,
    "08": AWAY,
    "28": AWAY,
    "3D000": AWAY,
    "57P": AWAY,
    "53300": AWAY,
    "42501": FORBIDDEN,
    "58030": DISK,
}


def sentence(error: Error) -> str:
    """What is wrong and what helps, with the engine's own words; empty for what no state of the database explains, which is a mistake of ours."""
    what = str(error).strip().partition("\n")[0].rstrip(".")
    known = _known(error, what)
    if not known and not isinstance(error, OperationalError | ProgrammingError):
        return ""
    return f"{known or OTHER} ({what}). --traceback shows more."


def _known(error: Error, what: str) -> str:
    cause = error.__cause__
    name, code = getattr(cause, "sqlite_errorname", None), getattr(cause, "sqlstate", None)
    if name is not None:
        if what.startswith(NOT_THERE):
            return MISSING
        return next((words for begins, words in SQLITE.items() if name.startswith(begins)), "")
    if code is not None:
        return next((words for begins, words in POSTGRESQL.items() if code.startswith(begins)), "")
    # No server answered, so none gave a code.
    return AWAY if isinstance(error, OperationalError) else ""
