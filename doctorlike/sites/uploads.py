"""Files larger than any page takes are not stored on their way in: what is left of them is read past and dropped."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopFutureHandlers
from django.http import HttpRequest

from doctorlike.kit.sheets import LARGEST_FILE_BYTES

# The largest file a page takes, and its form.
LARGEST_BODY_BYTES = LARGEST_FILE_BYTES + 1_000_000


class DroppedFile(UploadedFile):
    """A file with its true size and nothing in it: every form refuses it by its size, in its own words."""


class SizeHandler(FileUploadHandler):
    """Stands before the handlers that store; lets them see nothing of a body larger than any page takes."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._drops, self._dropped_bytes = False, 0

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *args: Any, **more: Any) -> None:
        self._drops = content_length > LARGEST_BODY_BYTES

    def new_file(self, *args: Any, **more: Any) -> None:
        super().new_file(*args, **more)
        if self._drops:
            raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if not self._drops:
            return raw_data
        self._dropped_bytes += len(raw_data)
        return None

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if not self._drops:
            return None
        return DroppedFile(io.BytesIO(), self.file_name, self.content_type, self._dropped_bytes)
