"""``/audit``"""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, render_template

from importer.web.site import site

screen = Blueprint("audit", __name__)

_MOST = 200


@screen.get("/audit")
def show() -> str:
    lines = [one | {"at": datetime.fromisoformat(one["time"])} for one in site().audit.latest(_MOST)]
    return render_template("audit/audit.html", lines=lines)
