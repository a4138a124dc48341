"""What a running study asks and shows cannot be changed by anything that reaches its database, on either of them."""

# ruff: noqa: S608  # the statements are our own

import pytest
from django.db import DatabaseError, connection, transaction

from review.models import Presentation

pytestmark = pytest.mark.django_db
KEY = "(SELECT id FROM review_study WHERE title = 'Hills' LIMIT 1)"
DIMENSION = f"(SELECT id FROM review_dimension WHERE study_id = {KEY} LIMIT 1)"
CHANGES = {
    "a weight": f"UPDATE review_dimension SET weight = 1 WHERE study_id = {KEY}",
    "a question": f"UPDATE review_dimension SET question_en = 'x' WHERE id = {DIMENSION}",
    "a dimension more": (
        "INSERT INTO review_dimension (study_id, position, key, name_en, name_zh, question_en, question_zh, weight)"
        f" VALUES ({KEY}, 9, 'more', 'a', '', 'b', '', 0.1)"
    ),
    "the text of a level": f"UPDATE review_level SET text_en = 'x' WHERE dimension_id = {DIMENSION}",
    "a level more": f"INSERT INTO review_level (dimension_id, value, text_en, text_zh) VALUES ({DIMENSION}, 5, '', '')",
    "a code": f"UPDATE review_item SET code = upper(code) WHERE study_id = {KEY}",
    "a picture's file": f"UPDATE review_item SET rendition = 'panel/x.jpg' WHERE study_id = {KEY}",
    "what is calibration": f"UPDATE review_item SET calibration = (NOT calibration) WHERE study_id = {KEY}",
    "the place of a picture": "UPDATE review_presentation SET position = position + 100",
    "what stands at a place": "UPDATE review_presentation SET item_id = (SELECT id FROM review_item LIMIT 1)",
    "the name of a picture": "UPDATE review_presentation SET code = upper(code)",
    "an answer that was given": "UPDATE review_revision SET version = version + 1",
    "a result": "UPDATE review_result SET draws = 1",
}
GONE = {  # on SQLite deletions are left to foreign keys, which are looked at when a transaction ends
    "a dimension": f"DELETE FROM review_dimension WHERE id = {DIMENSION}",
    "a level": f"DELETE FROM review_level WHERE dimension_id = {DIMENSION}",
    "a picture": f"DELETE FROM review_item WHERE study_id = {KEY}",
}


def refused(sql: str) -> str:
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    return str(error.value)


def test_raw_sql_changes_nothing_that_is_frozen_or_kept(running):
    running("closed")
    said = {what: refused(sql) for what, sql in CHANGES.items()}
    words = ("This study is frozen.", "Revisions are only ever added.", "The order of a panel never changes.")
    assert {what: text for what, text in said.items() if not any(word in text for word in words)} == {}


@pytest.mark.postgres
def test_nothing_of_a_frozen_study_is_deleted(running):
    running("calibration")
    said = {what: refused(sql) for what, sql in GONE.items()}
    assert all("This study is frozen." in text for text in said.values())


def test_a_draft_changes_freely(study_draft):
    study = study_draft(1, 1, 1)
    with connection.cursor() as cursor:
        for what in ("a question", "the text of a level", "a picture's file", "what is calibration"):
            cursor.execute(CHANGES[what])
            assert cursor.rowcount > 0, what
    assert Presentation.objects.filter(seat__study=study).count() == 0
