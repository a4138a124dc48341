"""Every word of the pages exists in Chinese, and the sentences of the plain-Python packages are all known."""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.conf import settings

from gpu_workers.engines.registry import COLOUR, ENGINES, PAINT, engines
from portal import phrases

PO = Path(settings.BASE_DIR) / "locale/zh_Hans/LC_MESSAGES/django.po"
PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]")
SPEAKERS = {"PictureError", "MaskError", "EngineError", "PromptError", "InkError"}
PACKAGES = ("gpu_workers/pictures", "restoration/masks", "gpu_workers/engines", "generation/lexicon", "generation/ink")
AT_A_TERMINAL = {"folders.py"}  # refuses what only a command is given, in English


@pytest.fixture(scope="module")
def words():
    return polib.pofile(str(PO))


def test_nothing_is_untranslated_or_doubtful(words):
    assert len(words) > 500
    assert [entry.msgid for entry in words if not entry.translated() or entry.fuzzy] == []


def test_names_and_numbers_stand_in_the_translation_too(words):
    for entry in words:
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            if text:
                assert sorted(PLACE.findall(text)) == sorted(PLACE.findall(entry.msgid_plural or entry.msgid)), text


def test_translations_are_chinese_or_names(words):
    for entry in words:
        text = entry.msgstr or entry.msgstr_plural[0]
        assert re.search(r"[\u4e00-\u9fff]", text) or text == entry.msgid, entry.msgid


@pytest.mark.skipif(not shutil.which("xgettext"), reason="This machine lacks gettext: apt-get install gettext.")
def test_every_marked_word_is_in_the_catalogue(words, tmp_path):
    root = Path(settings.BASE_DIR)
    for name in ("gpu_workers", "portal", "restoration", "generation", "review", "templates"):
        shutil.copytree(root / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "*.safetensors"))
    (tmp_path / "locale").mkdir()
    command = [sys.executable, "-m", "django", "makemessages", "-l", "zh_Hans", "--no-location", "-v", "0"]
    plain = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(command, cwd=tmp_path, env=plain, check=True, capture_output=True)
    found = polib.pofile(str(tmp_path / "locale/zh_Hans/LC_MESSAGES/django.po"))
    assert {(it.msgctxt, it.msgid) for it in found} - {(it.msgctxt, it.msgid) for it in words} == set()


def template(node: ast.expr) -> str:
    """A sentence in the source as phrases.py writes it; empty where it is no text."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if not isinstance(node, ast.JoinedStr):
        return ""
    places = iter("abcdefgh")
    return "".join(part.value if isinstance(part, ast.Constant) else f"%({next(places)})s" for part in node.values)


def sentences() -> Iterator[str]:
    """Every sentence with which the plain-Python packages refuse something, or note something odd."""
    for package in PACKAGES:
        for path in (Path(settings.BASE_DIR) / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if path.name in AT_A_TERMINAL or not isinstance(node, ast.Call) or not node.args:
                    continue
                note = isinstance(node.func, ast.Attribute) and ast.unparse(node.func) == "notes.append"
                if note or getattr(node.func, "id", "") in SPEAKERS:
                    yield template(node.args[0])


def test_every_refusal_of_the_plain_packages_is_known():
    found = set(filter(None, sentences()))
    assert len(found) > 30
    assert found - set(phrases.ALL) == set()


def stages() -> Iterator[str]:
    """Every stage that an engine, the pipeline or a kind of job names."""
    root = Path(settings.BASE_DIR)
    for path in [
        *(root / "gpu_workers/engines").rglob("*.py"),
        root / "restoration/kinds.py",
        root / "generation/kinds.py",
    ]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "").strip("_") == "STAGE":
                yield template(node.value)
            called = getattr(getattr(node, "func", None), "attr", "") or getattr(getattr(node, "func", None), "id", "")
            if called in ("Progress", "progress") and len(node.args) > 1:
                yield template(node.args[1])


def test_every_stage_of_a_job_is_known():
    found = set(filter(None, stages()))
    assert len(found) > 5
    assert [stage for stage in found if not phrases.known(stage)] == []


def test_every_engine_is_described_in_words_the_translators_know():
    assert {spec.description for spec in ENGINES.values()} - set(phrases.ENGINES) == set()
    titles = {spec.title for task in (COLOUR, PAINT) for spec in engines(task).values()}
    assert titles - set(phrases.ENGINES) == set()


def test_a_sentence_with_numbers_is_found_again(settings):
    from django.utils.translation import override

    with override("zh-hans"):
        assert phrases.said("The file has 2,000 bytes; the limit is 1,000.") == "文件有 2,000 字节；上限为 1,000。"
        assert phrases.said("Nobody wrote this.") == "Nobody wrote this."
        assert phrases.said("") == ""
    assert phrases.said("The file is empty.") == "The file is empty."


def test_stages_are_given_to_the_live_page_with_a_sign_for_numbers():
    assert phrases.stages()["Writing and checking candidate #"] == "Writing and checking candidate #"
