"""Pages of a list, by ``?page=``; a page that does not exist shows the nearest one."""

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest


def page_of(request: HttpRequest, rows: QuerySet, size: int = 24) -> Page:
    """The page of ``rows`` the reader asks for, with ``query`` to keep the other parameters in its links."""
    page = Paginator(rows, size).get_page(request.GET.get("page"))
    others = request.GET.copy()
    others.pop("page", None)
    page.query = f"{others.urlencode()}&" if others else ""
    return page
