"""The servers that tests run on are real ones, and see the test's own data."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request

import pytest
from django.core.mail import send_mail
from django.db import connection

from tests.factories import UserFactory
from tests.servers.processes import ROOT


@pytest.mark.postgres
@pytest.mark.django_db
def test_postgres_is_real():
    with connection.cursor() as cursor:
        cursor.execute("SELECT version()")
        assert cursor.fetchone()[0].startswith("PostgreSQL")


def test_another_process_sees_the_rows_of_a_test(process_environment):
    user = UserFactory()
    code = "import django; django.setup(); from portal.accounts.models import User; print(User.objects.get().username)"
    answer = subprocess.run(
        [sys.executable, "-c", code], env=process_environment, cwd=ROOT, capture_output=True, text=True
    )
    assert answer.stdout.strip() == user.username, answer.stderr


@pytest.mark.worker
def test_a_real_worker_starts_and_ends(start_worker):
    worker = start_worker()
    assert "Connected to redis" in worker.output
    worker.kill()
    assert worker.process.returncode is not None


def test_mail_goes_over_smtp(inbox):
    send_mail("一封信", "body", "from@example.org", ["to@example.org"])
    (message,) = inbox.messages
    assert message["Subject"] == "一封信"


@pytest.mark.s3
def test_s3_refuses_a_forged_address(s3_environment):
    import boto3
    from botocore.config import Config

    client = boto3.client(
        "s3",
        endpoint_url=s3_environment["S3_ENDPOINT_URL"],
        aws_access_key_id=s3_environment["S3_ACCESS_KEY_ID"],
        aws_secret_access_key=s3_environment["S3_SECRET_ACCESS_KEY"],
        region_name=s3_environment["S3_REGION"],
        config=Config(signature_version="s3v4"),
    )
    bucket = s3_environment["S3_BUCKET"]
    client.put_object(Bucket=bucket, Key="a", Body=b"paint")
    signed = client.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "a"})
    assert urllib.request.urlopen(signed).read() == b"paint"
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(signed.replace("/a?", "/b?"))


def test_the_web_server_answers_and_finds_all_in_order(live_site):
    with urllib.request.urlopen(f"{live_site}/readyz") as answer:
        assert json.load(answer) | {"workers": 0, "light_workers": 0} == {
            "ready": True,
            "database": "ok",
            "redis": "ok",
            "storage": "ok",
            "workers": 0,
            "light_workers": 0,
        }


@pytest.mark.browser
def test_the_browser_opens_the_site(page):
    answer = page.goto("/healthz")
    assert answer.ok
    assert "ok" in page.content()


def test_the_environment_of_the_developer_does_not_leak_in(settings):
    assert os.environ["LACUNA_HOME"].startswith("/tmp") or "lacuna-test-" in os.environ["LACUNA_HOME"]
    assert str(settings.BASE_DIR / "var") not in str(settings.DATABASES)
