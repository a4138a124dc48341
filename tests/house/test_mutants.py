"""The mutants of a function are what they say, and none is the function itself."""

import importlib.util
import sys

import pytest

from benchmarks.mutants import mutants_of

SOURCE = '''
from functools import wraps


def loud(function):
    @wraps(function)
    def inner(*args, **more):
        return function(*args, **more)

    return inner


@loud
def least(values: "str > str", bound, *, found=None):
    """A sentence that stays."""
    if bound < 3 and not found:
        raise ValueError(_("Too few: %(n)d") % {"n": bound})
    return max(values, bound, key=abs)
'''


@pytest.fixture
def module(tmp_path, monkeypatch):
    path = tmp_path / "planted_here.py"
    path.write_text(SOURCE)
    spec = importlib.util.spec_from_file_location("planted_here", path)
    made = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "planted_here", made)
    spec.loader.exec_module(made)
    return made


def test_every_place_of_a_function_is_changed_once_in_every_way(module):
    found = {it.after for it in mutants_of(module) if it.function == "least"}
    assert found == {
        *("bound <= 3", "bound >= 3", "4", "bound < 3 or not found", "found", "", "return None"),
        *("max(bound, values, key=abs)", "max(values, bound)", "''"),
    }


def test_a_planted_mistake_reaches_who_imported_the_function_before(module):
    kept = module.least
    assert kept(-5, 4) == -5
    next(it for it in mutants_of(module) if it.name.endswith("return-none") and it.function == "least").plant()
    assert kept(-5, 4) is None
