"""The operators' manual names every setting, and none that is not there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SETTING = re.compile(r'env(?:\.\w+)?\(\s*"([A-Z][A-Z0-9_]+)"')
ELSEWHERE = {"LACUNA_DEVICE", "LACUNA_THREADS", "DEMO_PASSWORD"}  # read where they are used


def test_every_setting_is_in_the_manual_and_the_other_way_round():
    read = set(SETTING.findall((ROOT / "portal/settings.py").read_text()))
    rows = re.findall(r"^\| (`[A-Z][^|]*) \|", (ROOT / "docs/operators.md").read_text(), re.MULTILINE)
    listed = {name for row in rows for name in re.findall(r"`([A-Z][A-Z0-9_]+)`", row)}
    assert len(read) > 20
    assert listed == read | ELSEWHERE


def test_what_is_read_elsewhere_is_read_there():
    found = "".join(path.read_text() for folder in ("portal", "gpu_workers") for path in (ROOT / folder).rglob("*.py"))
    for name in ELSEWHERE:
        assert f'"{name}"' in found, name
