"""Signatures: the convention's own example, what a receiver would check, and secrets that stand nowhere."""

import base64
import hmac
import re
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

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


def documented():
    """`verify` as docs/integrators.md gives it to receivers."""
    page = (Path(__file__).parents[2] / "docs/integrators.md").read_text()
    names = {}
    exec(re.findall(r"```python\n(.*?)```", page, re.DOTALL)[0], names)  # noqa: S102  our own page
    return names["verify"]


@pytest.mark.parametrize("change", ["nothing", "body", "id", "time", "age", "secret", "version"])
def test_the_receiver_in_the_manual_believes_what_was_signed_and_nothing_else(hook, db, change):
    webhook, body = hook(), b'{"type":"artwork.created"}'
    secret, now = signing.secret_of(webhook.seed), timezone.now()
    headers = signing.headers(webhook, "one", body, now - timedelta(minutes=10) if change == "age" else now)
    if change == "body":
        body += b" "
    elif change == "id":
        headers["webhook-id"] = "two"
    elif change == "time":
        headers["webhook-timestamp"] = str(int(headers["webhook-timestamp"]) + 1)
    elif change == "secret":
        secret = signing.secret_of(signing.new_seed())
    elif change == "version":
        headers["webhook-signature"] = headers["webhook-signature"].replace("v1,", "v2,")
    if change == "nothing":
        documented()(secret, headers, body)
        return
    with pytest.raises(ValueError, match="This message"):
        documented()(secret, headers, body)
