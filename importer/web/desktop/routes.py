"""``/desktop``"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from importer.settings import desktop_folder
from importer.web.desktop.shortcut import shortcut
from importer.web.site import site

screen = Blueprint("desktop", __name__)


def is_offered() -> bool:
    """Until it is there; not while somebody only practises."""
    folder = desktop_folder()
    return not site().is_practice and folder.is_dir() and not shortcut(folder).is_there


@screen.post("/desktop")
def put() -> Response | tuple[str, int]:
    try:
        shortcut(desktop_folder()).put()
    except FileExistsError:
        pass
    except OSError as error:
        return render_template("error.html", sentence=f"It can't be put on the desktop: {error.strerror}."), 400
    return redirect(url_for("imports.show"))
