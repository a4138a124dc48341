"""Pages of webhooks: a list by collection, one webhook with what was sent to it, and the few things to do with it."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.catalogue.selectors import get_collection
from portal.forms import mistakes_in, sent
from portal.hooks import selectors, services
from portal.hooks.forms import WebhookForm
from portal.hooks.models import Delivery, Reason
from portal.hooks.wording import said
from portal.paging import page_of

read_or_write = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def webhooks(request: HttpRequest) -> HttpResponse:
    """Every webhook that the person manages, by collection; `?collection=` for one alone."""
    collections = selectors.collections_to_manage(request.user)
    if wanted := request.GET.get("collection"):
        only = get_collection(request.user, _uuid(wanted), services.MANAGE)
        collections = collections.filter(pk=only.pk)
    page = page_of(request, collections, 20)
    rows: dict[Any, list] = {collection.pk: [] for collection in page}
    for webhook in selectors.webhooks_for(request.user).filter(collection__in=list(rows)):
        rows[webhook.collection_id].append(webhook)
    return render(request, "hooks/list.html", {"page": page, "rows": rows, "only": bool(wanted)})


@never_cache
@sensitive_variables("secret")
@read_or_write
def new(request: HttpRequest) -> HttpResponse:
    """Add a webhook to `?collection=`; its secret is shown in the answer that made it, and never again."""
    collection = get_collection(request.user, _uuid(request.GET.get("collection", "")), services.MANAGE)
    form = WebhookForm(*sent(request)[:1])
    if form.is_valid():
        with mistakes_in(form):
            made, secret = services.add(request.user, collection, **form.cleaned_data)
            return render(request, "hooks/secret.html", {"webhook": made, "secret": secret, "made": True})
    context = {"form": form, "collection": collection}
    return render(request, "hooks/form.html", context, status=400 if form.errors else 200)


@require_safe
def webhook(request: HttpRequest, pk) -> HttpResponse:
    """One webhook, its state, and the last messages; the part with the messages is asked for again while one waits."""
    shown = selectors.get_webhook(request.user, pk)
    page = page_of(request, selectors.deliveries_of(shown), 20)
    for delivery in page:
        message = json.loads(delivery.body)
        delivery.said, delivery.about = said(delivery.action), (message["data"].get("artwork") or {}).get("title", "")
        delivery.message = json.dumps(message, ensure_ascii=False, indent=2)
    context = {
        "webhook": shown,
        "page": page,
        "events": [(key, said(key)) for key in shown.events],
        "disabled_reason": Reason(shown.disabled_reason).label if shown.disabled_reason else "",
        "underway": shown.sends and any(_soon(delivery) for delivery in page),
        "now": timezone.now(),
    }
    return render(request, "hooks/detail.html", context)


@read_or_write
def edit(request: HttpRequest, pk) -> HttpResponse:
    shown = selectors.get_webhook(request.user, pk)
    form = WebhookForm(*sent(request)[:1], webhook=shown)
    if form.is_valid():
        with mistakes_in(form):
            services.change(request.user, shown, **form.cleaned_data)
            messages.success(request, _("The webhook is saved."))
            return redirect("hooks:webhook", pk)
    context = {"form": form, "collection": shown.collection, "webhook": shown}
    return render(request, "hooks/form.html", context, status=400 if form.errors else 200)


@never_cache
@sensitive_variables("secret")
@require_POST
def rotate(request: HttpRequest, pk) -> HttpResponse:
    """Make a new secret and show it, this once."""
    row, secret = services.rotate(request.user, selectors.get_webhook(request.user, pk))
    return render(request, "hooks/secret.html", {"webhook": row, "secret": secret, "made": False})


@require_POST
def ping(request: HttpRequest, pk) -> HttpResponse:
    services.ping(request.user, selectors.get_webhook(request.user, pk))
    messages.success(request, _("A test is on its way; what came back appears below."))
    return redirect("hooks:webhook", pk)


@require_POST
def pause(request: HttpRequest, pk) -> HttpResponse:
    services.change(request.user, selectors.get_webhook(request.user, pk), active=False)
    messages.success(request, _("The webhook is paused: what happens from now on is not sent, not later either."))
    return redirect("hooks:webhook", pk)


@require_POST
def resume(request: HttpRequest, pk) -> HttpResponse:
    services.change(request.user, selectors.get_webhook(request.user, pk), active=True)
    messages.success(request, _("The webhook works again."))
    return redirect("hooks:webhook", pk)


@read_or_write
def delete(request: HttpRequest, pk) -> HttpResponse:
    """Ask, then delete."""
    doomed = selectors.get_webhook(request.user, pk)
    if request.method == "POST":
        services.remove(request.user, doomed)
        messages.success(request, _("The webhook to %(host)s is deleted.") % {"host": doomed.host})
        return redirect("hooks:webhooks")
    return render(request, "hooks/delete.html", {"webhook": doomed})


@require_POST
def again(request: HttpRequest, pk) -> HttpResponse:
    """Send a delivery again."""
    delivery = services.send_again(request.user, selectors.get_delivery(request.user, pk))
    messages.success(request, _("The message is on its way again."))
    return redirect("hooks:webhook", delivery.webhook_id)


def _soon(delivery: Delivery) -> bool:
    """Whether something is going to happen to it within the time that somebody watches."""
    waits = delivery.state == Delivery.State.WAITING
    return waits and (delivery.next_try_at - timezone.now()).total_seconds() < 90


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise Http404 from None
