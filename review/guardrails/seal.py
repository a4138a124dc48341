"""A hash as eight words that two people can read to each other: the first 32 bits, four pairs of adjective and noun."""

from django.utils.translation import gettext as _


def seal_words(digest: str) -> list[str]:
    """Four pairs such as “pale pine” for a SHA-256 in hexadecimal, in the language of the page."""
    adjectives = _("pale old deep quiet high far clear slow red cold wide bright soft lone early late")
    what = _("pine bridge mist heron peak boat stream stone plum moon gate lamp reed bell path snow").split()
    how, joined = adjectives.split(), " " if adjectives.isascii() else ""  # Chinese joins without a space
    pairs = [digest[place : place + 2] for place in range(0, 8, 2)]
    return [f"{how[int(pair[0], 16)]}{joined}{what[int(pair[1], 16)]}" for pair in pairs]
