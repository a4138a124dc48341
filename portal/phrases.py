"""Sentences of the plain-Python packages, which know no Django, in the reader's language.

Those packages speak English. Their sentences stand here once more for the translators; ``said`` finds a sentence again,
even one with names and numbers in it, and gives it in the language of the page. What is missing here is found by
tests/pages/test_phrases.py.
"""

import re
from functools import cache

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

STAGES = (
    _("Reading the picture"),
    _("Filling the losses"),
    _("Denoising the losses"),
    _("Writing and checking candidate %(a)s"),
    _("Sealing the candidates"),
    _("Looking for damage"),
    _("Storing the mask"),
    _("Studying the colours"),
    _("Bringing the colours over"),
    _("Measuring the change"),
    _("Painting"),
    _("Writing and checking the paintings"),
    _("Sealing the paintings"),
    _("Bringing in work %(a)s of %(b)s"),
    _("Fetching work %(a)s of %(b)s: %(c)s MB"),
    _("Done"),
)
ENGINES = (
    _("Latent diffusion steered by a style reference and, if wanted, a text hint. It invents plausible paint in the "
      "manner of the reference."),
    _("Copies small patches from the undamaged surroundings of a loss. It can only repeat what is there."),
    _("Carries colours inwards from the rim of a loss (fast marching), for cracks and small losses."),
    _("Continues lines of equal brightness into a loss, like a fluid, for cracks and small losses."),
    _("A reversible network judges from the references, and from what is left of the work, which colours it had. It "
      "can undo every step, so that each line of the painting stays."),
    _("Gives red, green and blue the same distribution of values as in the references, each by one curve for the whole "
      "picture."),
    _("Shifts and stretches lightness and the two axes of colour to the mean and the contrast of the references."),
    _("Moves all colours together to those of the references by the shortest way that one linear map allows."),
    _("Paints from a description, in a few parallel steps, and edits what it painted round by round."),
    _("Text-to-ink"),
    _("Reversible flow"),
    _("Histogram matching"),
    _("Mean and contrast (Reinhard)"),
    _("Optimal transport"),
    _("Large losses where something must be invented: a ridge, foliage, a stretch of water."),
    _("What it invents is plausible, not true. It is the slowest of them, and it repeats itself without a "
      "good reference."),
    _("Losses in a texture that goes on around them: silk, paper, washes, foliage."),
    _("It invents nothing: a motif that is wholly gone stays gone, and a repeated patch can show."),
    _("Hair cracks, scratches and small flakes."),
    _("Anything wider than a few brush strokes comes out as a blur."),
    _("Cracks that cross fine lines, which it carries on."),
    _("Anything wider than a few brush strokes comes out as a blur, and texture is lost."),
    _("A work that has faded or darkened as a whole, with a spared part or a sister leaf as reference."),
    _("It leans on its references: what none of them shows it cannot know."),
    _("A quick look at how far the tones lie apart."),
    _("Red, green and blue each go their own way, so hues may shift."),
    _("An even veil or a yellowed ground."),
    _("It moves all colours alike; where only some have faded it goes wrong."),
    _("A cast that differs from hue to hue, without weights."),
    _("One linear map for the whole picture: a local fading is only averaged."),
)  # fmt: skip
PICTURES = (
    _("The pixels do not have the size, channels or depth that their header states."),
    _("WebP holds 8-bit RGB of at most 16,383 pixels a side only."),
    _("This is %(a)s, which is not accepted as a master; %(b)s."),
    _("This is not a picture in any known format, so it is not accepted as a master; %(a)s."),
    _("use TIFF, JPEG, PNG, WebP or PSD"),
    _("a GIF"),
    _("a Windows bitmap"),
    _("a JPEG 2000 picture"),
    _("a JPEG XL picture"),
    _("a HEIC picture or a film"),
    _("a PDF document"),
    _("an SVG drawing"),
    _("not a picture in any known format"),
    _("The file is empty."),
    _("The WebP is animated; a master is one still picture."),
    _("The PNG is animated; a master is one still picture."),
    _("The picture has no pixels: its width or height is zero."),
    _("The region lies outside the picture or is empty."),
    _("The pyramid is damaged; make it anew from its master."),
    _("%(a)s could not be written; is the folder there and writable, and the disk not full?"),
    _("The disk is full, so %(a)s could not be written."),
    _("%(a)s is a folder, not a picture."),
    _("The file has %(a)s bytes; the limit is %(b)s."),
    _("The picture is %(a)s x %(b)s, %(c)s megapixels; the limit is %(d)s."),
    _("The picture is %(a)s pixels along one side; the limit is %(b)s."),
    _("The colour profile is damaged, and PNG takes sound ones only."),
    _("The picture is in CMYK; convert it to RGB with its profile first."),
    _("The picture is in Lab; convert it to RGB first."),
    _("The picture has more than 16 bits a channel; save it with 8 or 16."),
    _("The picture has %(a)s channels; gray or RGB with at most one alpha is accepted."),
    _("There is no file called %(a)s."),
    _("%(a)s cannot be opened."),
    _("The %(a)s is damaged or cut short; it cannot be decoded to its end."),
    _("The file holds %(a)s pages; the first one is the picture, the others are only kept."),
    _("The picture is what the Photoshop document shows as a whole; its layers are only kept."),
    _("The PSD is damaged or cut short; it cannot be decoded to its end."),
    _("The Photoshop document holds layers only; save it again with maximised compatibility."),
    _("The Photoshop document is neither RGB nor gray; convert it to RGB first."),
    _("The Photoshop document has %(a)s bits a channel; save it with 8 or 16."),
    _("The Photoshop document is packed in a way that is not accepted; save it again."),
    _("The picture is in %(a)s; convert it to RGB first."),
    _("The TIFF is damaged or cut short; its header cannot be read."),
    _("The TIFF stores its colours in a way that is not accepted; convert it to RGB or gray."),
    _("The TIFF holds floating-point or signed samples; save it with 8 or 16 bits a channel."),
    _("The TIFF has %(a)s bits a channel; save it with 8 or 16."),
    _("The TIFF has premultiplied alpha, which cannot be returned unchanged; save it with straight alpha."),
)
MASKS = (
    _("A picture must have 8 or 16 bits a channel."),
    _("A picture has 1 to 4 channels, this one has %(a)s."),
    _("The mask %(a)s is %(b)s x %(c)s pixels, but the picture is %(d)s x %(e)s."),
    _("The mask %(a)s cannot be used: %(b)s"),
    _("A difference mask is dilated by 1 to 3 pixels."),
    _("The two pictures show no difference that could be damage."),
    _("The earlier photograph is %(a)s x %(b)s pixels, but the picture is %(c)s x %(d)s."),
    _("The preview needs an 8-bit RGB picture of the mask's size."),
    _("Nothing in the picture looks like damage; draw the mask by hand."),
    _("A mask must have one 8-bit value a pixel."),
    _("A mask holds the codes 0 to %(a)s, this one goes up to %(b)s."),
    _("The mask is empty: it marks no damage."),
    _("The mask covers the whole picture: nothing intact is left to restore it from."),
    _("“%(a)s” is not a damage class; choose one of %(b)s."),
)
FAILURES = (
    _("The candidate would have lost its size, depth, profile, resolution or orientation."),
    _("The candidate would have changed undamaged paint, so it was thrown away."),
    _("PatchMatch needs undamaged paint near a loss, and here is none."),
    _("PatchMatch cannot run here, because its native library is missing on this machine."),
    _("There is no engine called “%(a)s”; choose one of %(b)s."),
    _("The engine returned windows of another shape than it was given."),
    _("The engine returned values that are no numbers, so nothing was kept."),
    _("The engine returned plain black for a loss, so nothing was kept."),
    _("The engine ran out of memory."),
    _("The number of candidates must be from 1 to %(a)s."),
    _("The seed must be a whole number from 0 to about four thousand million."),
    _("The number of steps must be from 1 to 1000."),
    _("The feather must be from 0 to %(a)s pixels."),
    _("The mask is %(a)s, but the picture is %(b)s x %(c)s."),
    _("The mask marks no damage, so there is nothing to restore."),
    _("The mask covers the whole picture, so there is nothing left to restore from."),
    _("The engine failed with %(a)s; the log has the details."),
    _("The device ran out of memory; try fewer candidates or the CPU."),
    _("The strength must lie between 0 and 1."),
    _("Choose a reference: a picture that has the colours the painting may once have had."),
    _("There may be at most %(a)s references."),
    _("The picture is gray, and a gray file has no room for colour; save it as RGB first."),
    _("There is no area called “%(a)s”; choose one of %(b)s."),
    _("To recolour the area of a mask, choose a mask."),
    _("The picture is transparent everywhere, so there is nothing to recolour."),
    _("The mask marks no visible pixel, so there is nothing to recolour."),
    _("No pigment could be told from the ground in the picture; choose another area."),
    _("No bare ground could be told from the pigment in the picture; choose another area."),
    _("Reference %(a)s is transparent everywhere, so it has no colours to give."),
    _("Reference %(a)s has a single colour, so no colours can be taken from it."),
    _("The candidate would have changed more than the colours of the chosen area, so it was thrown away."),
)
NOTES = (
    _("sRGB (IEC 61966-2-1), gamma-coded, 32-bit float, not clipped"),
    _("The picture's colour profile cannot be used, so its colours were taken for sRGB."),
    _("The colour profile of reference %(a)s cannot be used; its colours were taken for sRGB."),
    _("Reference %(a)s is gray, so it takes colour away."),
    _("Pigment and ground could not be told apart in reference %(a)s, so all of it counts."),
    _("%(a)s gives the same fill for every seed, so there is one candidate."),
    _("PatchMatch works with 8 bits, so the filled pixels have 256 levels a channel."),
    _("%(a)s does not use a style reference."),
    _("%(a)s does not use a text hint."),
)
PROMPTS = (
    _("The prompt is empty; describe the painting in a few words."),
    _("The prompt has %(a)s characters; at most %(b)s are taken."),
    _("The prompt holds control characters; type it as plain text."),
    _("“%(a)s” is neither English nor Chinese; describe the painting in one of the two."),
    _("The prompt has no words, only signs; describe the painting in English or Chinese."),
    _("The lexicon has no “%(a)s”."),
    _("“%(a)s” and “%(b)s” contradict each other."),
)
AGREEMENT = (
    _("No caption has two scores yet."),
    _("All scores are the same, so agreement cannot be told from chance."),
    _("Fewer than two raters scored the same items."),
    _("Fewer than two items were scored by every rater."),
    _("No item has two scores."),
    _("Fewer than two items have two scores."),
    _("A total of several dimensions needs their weights."),
    _("Nobody has answered."),
    _("Both authentic and generated items need answers."),
    _("The panel was not asked what is authentic."),
    _("No work was scored for both engines."),
    _("Both engines were scored alike on every work."),
    _("Fewer than two works were scored for every engine."),
)
INK = (
    _("This painting was made with other weights, so it cannot be edited with these."),
    _("Height and width are multiples of %(a)s pixels."),
    _("Ask for 1 to %(a)s paintings."),
    _("A seed lies between 0 and %(a)s."),
    _("A painting may be %(a)s pixels long and %(b)s across; this one would be %(c)s x %(d)s."),
    _("A painting is changed by replacing an element, by an attribute, or by extending its scene."),
    _("A scene is extended left, right, up or down, by a multiple of %(a)s pixels."),
    _("The region lies outside the picture."),
    _("%(a)s does not hold the tokens of a painting."),
    _("Every picture needs a prompt and a seed."),
    _("Text-to-ink needs at least one step and one candidate."),
    _("A picture for text-to-ink has three colours and sides that are multiples of %(a)s."),
    _("The mask must have one value for each cell of the picture, or for each code."),
    _("A scene is extended by at least one cell, %(a)s or down."),
    _("Text-to-ink paints sides that are multiples of %(a)s pixels."),
    _("These are not the tokens of a painting by this model."),
    _("Name the element that is to be replaced, or mark its place."),
    _("The place of the element cannot be found; mark it."),
    _("The strength lies above 0 and is at most 1."),
    _("Text-to-ink takes 1 to %(a)s steps."),
    _("The guidance lies between 0 and %(a)s."),
    _("The vocabulary in %(a)s is missing or damaged."),
    _("The weights %(a)s are missing in %(b)s."),
    _("The weights %(a)s are damaged or belong to another network."),
    _("%(a)s is not the configuration of text-to-ink."),
    _("This is not the configuration of text-to-ink."),
    _("“%(a)s” and “%(b)s” contradict each other."),
)
FETCHING = (
    _("“%(a)s” cannot be fetched: only https:// on the open internet."),
    _("%(a)s sends on and on to other addresses."),
    _("%(a)s took too long."),
    _("%(a)s could not be reached, or broke off."),
    _("%(a)s answers %(b)s."),
    _("%(a)s is unknown, or lies in a private network."),
    _("%(a)s gives “%(b)s”, which is not what is needed."),
    _("%(a)s gives more than %(b)s MB."),
    _("What stands there is no JSON."),
    _("What stands there is no IIIF manifest."),
    _("What stands there is no IIIF manifest of Presentation 2 or 3."),
    _("This is a IIIF collection; give the address of one of its manifests."),
    _("The manifest shows no picture."),
    _("The manifest gives the work no title."),
    _("This picture is in the collection already."),
)
ALL = STAGES + ENGINES + PICTURES + MASKS + FAILURES + NOTES + PROMPTS + AGREEMENT + INK + FETCHING
PLACE = re.compile(r"%\((\w)\)s")


@cache
def _patterns() -> list[tuple[str, re.Pattern]]:
    """The sentences with places for names and numbers, each as an expression that finds them again."""
    return [
        (
            phrase,
            re.compile("".join(f"(?P<{part}>.+)" if odd else re.escape(part) for odd, part in _parts(phrase)), re.S),
        )
        for phrase in ALL
        if PLACE.search(phrase)
    ]


def _parts(phrase: str) -> list[tuple[int, str]]:
    return [(index % 2, part) for index, part in enumerate(PLACE.split(phrase))]


def known(text: str) -> bool:
    """Whether a sentence stands here, with or without names and numbers in it."""
    return text in ALL or any(pattern.fullmatch(text) for _phrase, pattern in _patterns())


def said(text: str) -> str:
    """A sentence of a plain-Python package in the reader's language; one that is not known stays as it is."""
    if not text or (get_language() or "en").startswith("en"):
        return text
    if (translated := gettext(text)) != text:
        return translated
    for phrase, pattern in _patterns():
        if found := pattern.fullmatch(text):
            return gettext(phrase) % {name: said(value) for name, value in found.groupdict().items()}
    return text


def stages() -> dict[str, str]:
    """Every stage of a job in the reader's language, for the page that follows it live; “#” stands for a number."""
    return {PLACE.sub("#", stage): PLACE.sub("#", gettext(stage)) for stage in STAGES}
