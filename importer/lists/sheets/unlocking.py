"""Workbooks that a password protects, opened by who knows it."""

from __future__ import annotations

import io

from importer.errors import ProtectedError
from importer.lists.sheets.book import failing_as_damaged, protected


def unlocked(content: bytes, name: str, password: str) -> bytes:
    """The workbook without its protection. What is not protected comes back as it is.

    Raises ``ProtectedError`` where that is not its password, or no password opens its kind of file here, and
    ``RosterError`` where it is damaged.
    """
    from msoffcrypto import OfficeFile
    from msoffcrypto.exceptions import DecryptionError, FileFormatError

    opened = io.BytesIO()
    with failing_as_damaged(name):
        try:
            file = OfficeFile(io.BytesIO(content))
            if not file.is_encrypted():
                return content
            file.load_key(password=password, verify_password=True)
            file.decrypt(opened)
        except FileFormatError:
            raise protected(name) from None
        except DecryptionError:
            raise ProtectedError(f'That is not the password of "{name}". Type it again.') from None
    return opened.getvalue()
