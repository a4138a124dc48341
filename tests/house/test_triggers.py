"""Rules that the database keeps are in force after all migrations; SQLite loses those of a table that is rebuilt."""

import re
from importlib import import_module

import pytest
from django.db import connection

from portal.triggers import MIGRATIONS, missing


@pytest.mark.django_db
def test_every_rule_is_in_force():
    assert missing(connection) == []


def test_rules_have_names_of_their_own_and_sentences():
    rules = [rule for name in MIGRATIONS for rule in import_module(name).RULES]
    assert len({rule.name for rule in rules}) == len(rules)
    assert all(re.fullmatch(r"[A-Z].*\.", rule.sentence) for rule in rules)
