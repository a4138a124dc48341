"""Anybody learns what a file is, without account, cookie or script; whoever sends anything else learns why not."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.exhibitions import checking
from portal.exhibitions.checking import Finding, compared
from portal.exhibitions.credentials import Report, load_signer, make_test_chain, read_file, sign_file
from portal.exhibitions.credentials.__main__ import answer
from portal.exhibitions.models import Exhibition, SignedFile
from review.guardrails import services
from tests.exhibitions.examples import chain, facts, save
from tests.factories import painted, picture_bytes

PAGE, API = "/verify/", "/api/v1/verify/"


@pytest.fixture
def here(monkeypatch):
    """Read in this process: quick, and the process apart has its own tests."""
    monkeypatch.setattr(checking, "_apart", answer)


def send(client, content, path=PAGE, **headers):
    return client.post(path, {"file": SimpleUploadedFile("what.ever", content)}, headers=headers)


def stored(release, kind="picture"):
    return Path(default_storage.path(SignedFile.objects.get(release=release, kind=kind).file.name)).read_bytes()


@pytest.mark.django_db
def test_the_page_is_open_keeps_nothing_and_sets_no_cookie(client):
    answer = client.get(PAGE)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert not client.cookies
    main = answer.content.decode().split("<main")[1]
    assert 'enctype="multipart/form-data"' in main
    assert 'type="file"' in main
    assert "csrfmiddlewaretoken" not in main


def test_a_file_of_this_site_is_known_and_leads_to_its_work(here, signed_on_show):
    release = signed_on_show("restoration")
    strict = Client(enforce_csrf_checks=True)
    answer = send(strict, stored(release))
    said = answer.content.decode()
    assert answer.status_code == 200
    assert "signed by a test certificate" in said or "test certificate" in said
    assert "byte for byte, the file that visitors of this site download" in said
    assert reverse("exhibitions:work", args=[release.pk]) in said
    assert "machine made part of this picture" in said
    assert "1.0: 2.0 %" not in said
    assert "A digital hypothesis, not the original" in said
    assert not strict.cookies


def test_by_the_operators_own_key_it_is_genuine(here, on_show, settings, tmp_path, client):
    from portal.exhibitions.services.signing import sign_due

    key, certificates, _root = make_test_chain(tmp_path / "own")
    settings.C2PA_KEY, settings.C2PA_CERTIFICATES = str(key), str(certificates)
    release = on_show()
    sign_due(timezone.now())
    path = Path(default_storage.path(SignedFile.objects.get().file.name))
    found = compared(read_file(path, checking.trusted_roots()))
    assert (found.how, found.release, found.report.trusted) == ("same", release, True)


def test_after_one_flipped_byte_it_says_so_and_leads_nowhere(here, signed_on_show, client):
    release = signed_on_show("restoration")
    content = bytearray(stored(release))
    content[content.find(b"IDAT") + 100] ^= 1
    answer = send(client, bytes(content))
    said = answer.content.decode().split("<main")[1]
    assert "Trust nothing it says of itself" in said
    assert 'class="verified error"' in said
    assert reverse("exhibitions:work", args=[release.pk]) not in said
    assert "assertion.dataHash.mismatch" in said


def test_the_sealed_file_itself_is_known_without_credentials(here, on_show, client):
    release = on_show("restoration")
    for picture, words in ((release.picture, "the very file"), (release.master, "the master photograph")):
        content = Path(default_storage.path(picture.file.name)).read_bytes()
        said = send(client, content).content.decode()
        assert words in said
        assert "carries no credentials" in said


def test_any_other_picture_is_said_to_say_nothing(here, client, db):
    said = send(client, picture_bytes(painted(seed=5), "JPEG")).content.decode()
    assert "That makes it neither true nor false" in said
    assert 'class="verified "' in said


def test_credentials_that_name_a_release_count_only_when_the_signer_is_trusted(here, on_show, tmp_path, settings, db):
    release = on_show()
    key, certificates, _root = make_test_chain(tmp_path / "forger")
    forged = tmp_path / "forged.png"
    named = facts("original", identifier=str(release.pk))
    sign_file(save(tmp_path / "a.png", seed=9), forged, named, load_signer(key, certificates))
    assert compared(read_file(forged, checking.trusted_roots())).release is None
    own = tmp_path / "own.png"
    sign_file(save(tmp_path / "b.png", seed=9), own, named, chain()[0])
    found = compared(read_file(own, checking.trusted_roots()))
    assert (found.release, found.how) == (release, "signed")


def test_what_was_withdrawn_or_is_over_is_not_led_to(here, signed_on_show, collection, client):
    release = signed_on_show()
    content, now = stored(release), timezone.now()
    Exhibition.objects.update(closes_at=now - timedelta(minutes=1), opens_at=now - timedelta(days=1))
    said = send(client, content).content.decode()
    assert reverse("exhibitions:work", args=[release.pk]) not in said
    services.withdraw(collection.created_by, release, "Asked for by the community.")
    said = send(client, content).content.decode()
    assert "has withdrawn it" in said


@pytest.mark.parametrize("path", [PAGE, API])
def test_what_cannot_be_read_is_refused_with_its_reason(path, here, client, settings, db):
    settings.VERIFY_MAX_BYTES = 50_000
    for content, words in [
        (b"no picture at all, only words", "no picture that can"),
        (b"%PDF-1.7 and so on", "no picture that can"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no picture that can"),
        (b"", "empty"),
        (b"x" * 50_001, "larger than"),
    ]:
        answer = send(client, content, path)
        assert answer.status_code == 400, words
        assert words in answer.content.decode()
    assert "Choose a file" in client.post(path, {}).content.decode()


def test_more_than_is_taken_is_refused_before_it_is_looked_at(client, settings, db):
    settings.VERIFY_MAX_BYTES = 1000
    kind = "multipart/form-data; boundary=x"
    answer = client.generic("POST", PAGE, b"", content_type=kind, CONTENT_LENGTH="99999")
    assert answer.status_code == 400
    assert "larger than" in answer.content.decode()


def test_who_sends_many_waits(here, client, settings, db):
    settings.VERIFY_RATE = "2/min"
    statuses = [send(client, picture_bytes(painted(seed=5))).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert send(client, picture_bytes(painted(seed=5)), API).status_code == 429


def test_who_comes_while_many_are_read_is_asked_to_come_again(here, client, monkeypatch, db):
    monkeypatch.setattr(checking, "PATIENCE", 0)
    turns = [checking._turns.acquire() for _ in range(checking.AT_ONCE)]
    try:
        assert send(client, picture_bytes(painted(seed=5))).status_code == 503
        assert send(client, picture_bytes(painted(seed=5)), API).status_code == 503
    finally:
        for _ in turns:
            checking._turns.release()


def test_nothing_of_a_file_is_kept(here, client, settings, tmp_path, db):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "arriving")
    Path(settings.FILE_UPLOAD_TEMP_DIR).mkdir()
    send(client, picture_bytes(painted(seed=5)))
    send(client, b"no picture")
    assert list(Path(settings.FILE_UPLOAD_TEMP_DIR).iterdir()) == []


def test_words_of_a_file_are_words_and_never_markup(here, tmp_path, client, db):
    target = tmp_path / "b.png"
    nasty = facts(work=type(facts().work)(title_en="<script>alert(1)</script>", credit="<img src=x>"))
    sign_file(save(tmp_path / "a.png"), target, nasty, chain()[0])
    said = send(client, target.read_bytes()).content.decode()
    assert "<script>alert" not in said
    assert "<img src=x>" not in said
    assert "&lt;script&gt;" in said


def test_the_page_speaks_chinese(here, signed_on_show, client):
    release = signed_on_show("restoration")
    said = send(client, stored(release), **{"Accept-Language": "zh-CN"}).content.decode().split("<main")[1]
    assert "内容凭证" in said or "签名" in said
    for english in ("Signed by", "What was done", "Opened", "Mask of the damage", "Lost places"):
        assert english not in said.split("<footer")[0], english


def test_a_program_gets_the_same_as_json(here, signed_on_show, client):
    release = signed_on_show("restoration")
    answer = send(client, stored(release), API)
    found = answer.json()
    assert (answer.status_code, found["state"], found["trusted"], found["test"]) == (200, "valid", True, True)
    assert found["release"]["id"] == str(release.pk)
    assert found["release"]["how"] == "same"
    assert found["source_type"] == "compositeWithTrainedAlgorithmicMedia"
    assert found["aigc"]["Label"] == "1"
    assert [row["name"] for row in found["actions"]] == ["c2pa.opened", "c2pa.edited", "c2pa.published"]
    assert len(found["ingredients"]) >= 2
    assert not client.cookies


# --- the process apart --------------------------------------------------------------------------------------------


def test_a_file_is_read_by_a_process_of_its_own(tmp_path, settings):
    target = tmp_path / "b.webp"
    sign_file(save(tmp_path / "a.webp", "webp"), target, facts(), chain()[0])
    assert checking.read_apart(target) == read_file(target, checking.trusted_roots())
    (tmp_path / "c").write_bytes(b"GIF89a")
    with pytest.raises(checking.UserError, match="no picture that can"):
        checking.read_apart(tmp_path / "c")


def test_a_process_that_breaks_breaks_nothing_else(tmp_path, monkeypatch):
    (tmp_path / "a").write_bytes(picture_bytes(painted(seed=5)))
    for command in (["/bin/false"], ["/bin/echo", "no JSON"]):
        monkeypatch.setattr(checking, "COMMAND", command)
        with pytest.raises(checking.UserError, match="could not be read"):
            checking.read_apart(tmp_path / "a")


def test_a_report_comes_back_from_json_as_it_was(tmp_path):
    target = tmp_path / "b.png"
    sign_file(save(tmp_path / "a.png"), target, facts(), chain()[0])
    report = read_file(target, chain()[1])
    assert Report.from_dict(json.loads(json.dumps(report.as_dict()))) == report
    assert not Finding(report).withdrawn


# --- the command --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_command_says_the_same_and_fails_where_one_file_does(tmp_path, capsys):
    good, bad = tmp_path / "good.png", save(tmp_path / "bad.png")
    sign_file(save(tmp_path / "a.png"), good, facts(), chain()[0])
    call_command("verify_credentials", good)
    said = capsys.readouterr().out
    assert "valid, trusted" in said
    assert "Lost places painted by a machine (3.1%)" in said
    with pytest.raises(CommandError, match="1 of 3"):
        call_command("verify_credentials", good, bad, good)
    with pytest.raises(CommandError, match="1 of 1"):
        call_command("verify_credentials", tmp_path / "none.png")
    (tmp_path / "roots.pem").write_text(chain()[1])
    call_command("verify_credentials", good, "--roots", tmp_path / "roots.pem")
