"""Answers that carry a file that somebody put in: to be saved, never shown in the browser, never kept on the way."""

from typing import BinaryIO

from django.http import FileResponse

# Nothing in the file may act, whatever program opens the answer.
ALONE = "sandbox; default-src 'none'; frame-ancestors 'none'"


def saved(content: BinaryIO, *, name: str, media_type: str) -> FileResponse:
    """The content, streamed from where it stands and closed at the end, as what it is, to be saved under this name."""
    answer = FileResponse(content, as_attachment=True, filename=name, content_type=media_type)
    answer["Content-Security-Policy"] = ALONE
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "no-store, private"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer
