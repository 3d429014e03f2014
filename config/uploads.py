"""What stands between a browser's upload and the disk."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler
from django.http.multipartparser import MultiPartParser

from agencies.web.unreadable import REPLACEMENT


class NamesAsSent(FileUploadHandler):
    """Stands first and has the form read as ever, but for NUL in the name of a file, which the framework would drop without a word.

    In its place comes the sign for what cannot be read, which pages refuse in any form with files, and the interface in a file's name.
    """

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, boundary: str, encoding: str | None = None) -> Any:  # noqa: N803, ARG002
        """The form and its files. The handlers behind this one take the files."""
        others = [handler for handler in self.request.upload_handlers if handler is not self]  # type: ignore[union-attr]
        return _Names(META, input_data, others, encoding).parse()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """The piece, as it came."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The handlers behind this one make the file."""


class _Names(MultiPartParser):
    def sanitize_file_name(self, file_name: str) -> str | None:
        return super().sanitize_file_name(file_name.replace("\x00", REPLACEMENT))


class Capped(FileUploadHandler):
    """Drops what comes of a file beyond its greatest size, so that the form then sees one byte block too much and refuses it in words."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """The next file of the same form begins from nothing."""
        super().new_file(*args, **kwargs)
        self.come = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """The piece, while the file is within its size or has just left it; nothing afterwards."""
        if self.come > settings.CONCORD_FILE_MEGABYTES * 1_000_000:
            return None
        self.come += len(raw_data)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The handlers behind this one make the file."""
