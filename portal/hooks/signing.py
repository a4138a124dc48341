"""Signatures after the Standard Webhooks convention (standardwebhooks.com, version 1)."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

from portal.hooks.models import Webhook

PREFIX = "whsec_"
OVERLAP = timedelta(days=1)  # for so long the secret before signs too


def new_seed() -> str:
    """What the database keeps in place of a secret: 256 random bits, worth nothing without the site's own key."""
    return secrets.token_hex(32)


def secret_of(seed: str) -> str:
    """The secret of a seed, as the receiver is given it: ``whsec_`` and 32 bytes in base64."""
    key = salted_hmac("lacuna.hooks", seed, secret=settings.SECRET_KEY, algorithm="sha256").digest()
    return PREFIX + base64.b64encode(key).decode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """``v1,`` and the HMAC-SHA256 of ``id.timestamp.body`` in base64."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers(webhook: Webhook, message_id: str, body: bytes, now: datetime | None = None) -> dict[str, str]:
    """The three headers of one try; two signatures while a secret is being exchanged."""
    now = now or timezone.now()
    timestamp = int(now.timestamp())
    seeds = [webhook.seed]
    if webhook.old_seed and webhook.old_until and webhook.old_until > now:
        seeds.append(webhook.old_seed)
    signatures = " ".join(signature(secret_of(seed), message_id, timestamp, body) for seed in seeds)
    return {"webhook-id": message_id, "webhook-timestamp": str(timestamp), "webhook-signature": signatures}
