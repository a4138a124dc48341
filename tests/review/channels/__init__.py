"""The ways in which blindness leaks, and the tests that keep each of them closed.

An expert (or a coordinator before the unblinding) shall tell neither what is authentic, restored or generated nor who
made, requested or scored it. `CHANNELS` names every way; `test_table.py` sees to it that each has a test. All of them
together, as far as they are no pixels, are put before a classifier in `test_classifier.py`.
"""

FILES, PAGES, AROUND = "test_files", "test_pages", "test_surroundings"
BLIND, ORDERS, RENDITIONS, API = (
    f"tests.review.test_{name}" for name in ("blindness", "orders", "renditions", "api_panel")
)

# number → what leaks, and where tests of it stand besides the one that bears its number
CHANNELS: dict[int, tuple[str, str, tuple[str, ...]]] = {
    1: ("file name and address", PAGES, ()),
    2: ("keys in sequence or in time", PAGES, ()),
    3: ("headers", FILES, (f"{BLIND}.test_a_conditional_request_for_a_picture_gets_all_of_it",)),
    4: ("metadata in files", FILES, ()),
    5: ("marks of an encoder", FILES, ()),
    6: ("size in pixels and in bytes", FILES, (f"{RENDITIONS}.test_a_file_is_filled_to_the_byte_and_shows_the_same",)),
    7: ("depth, profile, alpha, gray", FILES, ()),
    8: ("border, and how often a picture was resampled", FILES, ()),
    9: ("order and spacing", PAGES, (f"{ORDERS}.test_authentic_works_stand_in_no_long_rows",)),
    10: ("keys of an answer", PAGES, (f"{API}.test_what_an_expert_is_told_is_an_allow_list",)),
    11: ("markup of a page", PAGES, (f"{BLIND}.test_what_the_template_is_given_is_an_allow_list",)),
    12: ("errors that differ", PAGES, ()),
    13: ("search, notices, letters, sockets, activity", AROUND, ()),
    14: ("thumbnails, tiles and pages of the same work", AROUND, ()),
    15: ("rounds that are over", PAGES, ()),
    16: ("discussions", PAGES, ()),
    17: ("logs and the record of events", AROUND, ()),
    18: ("names in what experts write", PAGES, ()),
    19: ("time and work that an answer takes", AROUND, ()),
    20: ("caches and the history of a browser", PAGES, ()),
    21: ("exports before the end", AROUND, ()),
    22: ("one person in two roles", AROUND, ()),
    23: ("numbers from which shares follow", PAGES, ()),
    24: ("sums that move with one score", AROUND, ()),
}
