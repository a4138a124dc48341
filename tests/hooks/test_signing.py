"""Signatures: the convention's own example, what a receiver would check, and secrets that stand nowhere."""

import base64
import hmac
from datetime import timedelta
from hashlib import sha256

import pytest
from django.utils import timezone

from portal.hooks import services, signing
from portal.hooks.models import Webhook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_the_example_of_the_convention():
    made = signing.signature(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_secret_has_as_many_bits_as_the_convention_wants_and_depends_on_the_sites_key(settings):
    seed = signing.new_seed()
    secret = signing.secret_of(seed)
    assert secret.startswith("whsec_")
    assert 24 <= len(base64.b64decode(secret.removeprefix("whsec_"))) <= 64
    assert secret == signing.secret_of(seed) != signing.secret_of(signing.new_seed())
    settings.SECRET_KEY = "another site"
    assert signing.secret_of(seed) != secret


def signs(secret, headers, body):
    """Whether one of the signatures is of this secret, worked out as a receiver would."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
    wanted = base64.b64encode(hmac.new(key, content, sha256).digest()).decode()
    return f"v1,{wanted}" in headers["webhook-signature"].split(" ")


def test_for_a_day_after_an_exchange_both_secrets_sign(collection, curator):
    webhook, first = services.add(curator, collection, url="https://museum.example/")
    webhook, second = services.rotate(curator, webhook)
    now = timezone.now()
    both = signing.headers(webhook, "id", b"body", now)
    later = signing.headers(webhook, "id", b"body", now + timedelta(hours=25))
    assert (signs(first, both, b"body"), signs(second, both, b"body")) == (True, True)
    assert (signs(first, later, b"body"), signs(second, later, b"body")) == (False, True)
    assert not signs(second, both, b"another body")


@pytest.mark.django_db
def test_no_row_holds_a_secret(collection, curator):
    webhook, first = services.add(curator, collection, url="https://museum.example/")
    webhook, second = services.rotate(curator, webhook)
    row = " ".join(str(value) for value in Webhook.objects.values().get().values())
    for secret in (first, second):
        assert secret.removeprefix("whsec_") not in row
