"""What stands between a browser's upload and the disk."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler


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
