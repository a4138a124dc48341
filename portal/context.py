"""What every page knows: its language as a tag, the other languages, the theme the reader chose."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext_lazy as _

THEMES = {"auto": _("As the device"), "light": _("Light"), "dark": _("Dark")}
THEME_COOKIE = "theme"


def language_tag(code: str) -> str:
    """BCP 47 spelling of a Django language code: ``zh-hans`` → ``zh-Hans``."""
    language, _dash, script = code.partition("-")
    return f"{language}-{script.title()}" if script else language


def site(request: HttpRequest) -> dict:
    theme = request.COOKIES.get(THEME_COOKIE, "auto")
    current = get_language() or settings.LANGUAGE_CODE
    return {
        "language_tag": language_tag(current),
        "languages": [
            {
                "code": code,
                "tag": language_tag(code),
                "name": get_language_info(code)["name_local"],
                "on": code == current,
            }
            for code, _name in settings.LANGUAGES
        ],
        "theme": theme if theme in THEMES else "auto",
        "themes": THEMES,
    }
