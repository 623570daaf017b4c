"""``/sign-in``, ``/close`` and ``/health``"""

from __future__ import annotations

from flask import Blueprint, abort, current_app, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from importer.web.guards import is_from_here, sign_in_as
from importer.web.proxy import Proxy
from importer.web.site import site

screen = Blueprint("signing_in", __name__)


@screen.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Response | str | tuple[str, int]:
    """By the code: sent from the file of the link, or typed. It is a secret, so the form needs no other.

    On a server the proxy says who it is.
    """
    link, proxy = site().link, site().proxy
    if proxy:
        return _by_proxy(proxy)
    if request.method == "GET" or link is None:
        return redirect(url_for("imports.show")) if session.get("user") else _page()
    if link.is_barred:
        return _page("There were too many wrong codes. Wait a minute, then try again."), 429
    if not link.use(request.form.get("code", "")):
        return _page("This code was used before, or it has a typing mistake. Type the newest one."), 403
    sign_in_as(site().user)
    # A redirect would come without the cookie: this was sent from a file, which is another site.
    return render_template("signing_in/signed_in.html")


@screen.get("/health")
def health() -> str:
    return "ok"


@screen.route("/close", methods=["GET", "POST"])
def close() -> str:
    """Ends the program, once who is being booked now is through."""
    if request.method == "GET":
        return render_template("signing_in/close.html")
    session.clear()
    if site().proxy is None:
        site().is_left.set()
    return render_template("signing_in/closed.html")


def _by_proxy(proxy: Proxy) -> Response | str | tuple[str, int]:
    user = proxy.user(request)
    if request.method == "GET" or not user:
        return render_template("signing_in/by_proxy.html", name=user, signed_out=session.get("user") is None)
    if not is_from_here(current_app.config["HOSTS"]):
        abort(403)
    sign_in_as(user)
    return redirect(url_for("imports.show"))


def _page(error: str = "") -> str:
    return render_template("signing_in/sign_in.html", error=error)
