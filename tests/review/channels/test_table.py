"""Every channel has its test, under its number."""

import importlib
import re

from . import AROUND, CHANNELS, FILES, PAGES


def test_each_of_the_24_channels_has_a_test_of_its_own():
    assert list(CHANNELS) == list(range(1, 25))
    found = {}
    for name in (FILES, PAGES, AROUND):
        for test in vars(importlib.import_module(f"tests.review.channels.{name}")):
            if number := re.match(r"test_(\d\d)_", test):
                found.setdefault(int(number[1]), set()).add(name)
    assert found == {number: {where} for number, (_what, where, _besides) in CHANNELS.items()}


def test_the_tests_that_are_named_beside_are_there():
    for _what, _where, besides in CHANNELS.values():
        for place in besides:
            module, _dot, name = place.rpartition(".")
            assert callable(getattr(importlib.import_module(module), name))
