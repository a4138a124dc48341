"""Words of a vocabulary in free text, English or Chinese: whole words; plurals, widths and variants evened out.

Text that somebody wants to slip past (spaced out, hyphenated, with accents or in another script) is compared once more
as bare letters; see `Words.hidden`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from generation.lexicon.tokens import Token, tokens
from generation.lexicon.variants import simplified

_PAIRS = """
經经 彌弥 薩萨 諦谛 藥药 師师 瑪玛 貝贝 壇坛 聖圣 媽妈 轉转 輪轮 籙箓 龕龛 誦诵 懺忏 齋斋 呪咒 種种
銃铳 槍枪 砲炮 電电 機机 裝装 補补 紗纱 領领 辮辫 頂顶 藍蓝 摺折 壺壶 鏡镜 錶表 鐵铁 現现 當当 遼辽
飾饰 員员 爾尔 難难 淨净 變变 閻阎 嘩哗 訶诃 穌稣 穢秽 烏乌 語语 書书 誕诞 儀仪 繡绣 襪袜 甕瓮 燭烛
獻献 錢钱 標标 廣广 廠厂 軌轨
"""
_SIMPLIFIED = {pair[0]: pair[1] for pair in _PAIRS.split()}
LEAST_LATIN, LEAST_HAN = 10, 4  # letters from which bare letters are compared: shorter ones occur by chance


@dataclass(frozen=True)
class Found:
    """A word of the vocabulary in a text: the key of its entry, and the words as they were written."""

    key: str
    text: str
    place: int


class Words:
    """The words of some entries, ready to be looked for."""

    def __init__(self, entries: Mapping[str, Iterable[str]]) -> None:
        """entries: key → its words in any language. One word may belong to several entries."""
        self._surfaces: dict[tuple[str, ...], list[str]] = {}
        self._bare: dict[str, str] = {}
        for key, words in entries.items():
            for word in words:
                row = _row(word)
                if row:
                    self._surfaces.setdefault(tuple(token.key for token in row), []).append(key)
                if len(bare := bare_letters(word)) >= (LEAST_LATIN if bare.isascii() else LEAST_HAN):
                    self._bare[bare] = key
        self._longest = max(map(len, self._surfaces), default=0)

    def find(self, text: str) -> list[Found]:
        """Every entry that the text names, in its order; of words within words the longest, once an entry."""
        row, place = _row(text), 0
        found: dict[str, Found] = {}
        while place < len(row):
            stop = self._longest_at(row, place)
            for key in self._surfaces.get(tuple(token.key for token in row[place:stop]), ()) if stop else ():
                found.setdefault(key, Found(key, _written(row[place:stop]), place))
            place = max(stop, place + 1)
        return list(found.values())

    def hidden(self, text: str) -> list[Found]:
        """The entries whose bare letters stand in the text's, whatever spaces, signs and accents lie between them."""
        bare = bare_letters(text)
        found: dict[str, Found] = {}
        for word, key in self._bare.items():
            if (place := bare.find(word)) >= 0:
                found.setdefault(key, Found(key, text.strip(), place))
        return list(found.values())

    def _longest_at(self, row: list[Token], place: int) -> int:
        for stop in range(min(len(row), place + self._longest), place, -1):
            if tuple(token.key for token in row[place:stop]) in self._surfaces:
                return stop
        return 0


def bare_letters(text: str) -> str:
    """Letters and digits alone, in small letters without accents, Chinese ones simplified."""
    return "".join(simplified(char) for char in _plain(text) if char.isalnum()).casefold()


def _row(text: str) -> list[Token]:
    """The words of a text without accents and without punctuation that parts nothing."""
    return tokens(_plain(text), {})


def _plain(text: str) -> str:
    """Without accents, and with the simplified characters that the lexicon of painting has no need of."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(_SIMPLIFIED.get(char, char) for char in plain if not unicodedata.combining(char))


def _written(row: list[Token]) -> str:
    return ("" if all(token.kind == "han" for token in row) else " ").join(token.text for token in row)
