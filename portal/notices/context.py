"""What every page of a signed-in person shows: how many notices are unread. Counted only where a template asks."""

from django.http import HttpRequest

from portal.notices.unread import count_unread


def bell(request: HttpRequest) -> dict:
    return {"unread_notices": lambda: count_unread(request.user)}
