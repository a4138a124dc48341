"""What the scripts of the mask editor say, in the language of the page; %(name)s are filled in by the script."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from restoration.forms import SHORT_CLASS_NAMES
from restoration.masks import DAMAGE_CLASSES


def words() -> dict[str, str]:
    """Name of a sentence → the sentence."""
    classes = {f"class-{code}": str(SHORT_CLASS_NAMES[name]) for name, code in DAMAGE_CLASSES.items()}
    return {"class-0": pgettext("mask", "Intact"), **classes, **_states(), **_tools(), **_said()}


def _states() -> dict[str, str]:
    return {
        "state-loading": _("Loading the draft …"),
        "state-saving": _("Saving the draft …"),
        "state-saved": _("Draft saved at %(time)s"),
        "state-offline": _("Offline: kept on this device"),
        "state-signed-out": _(
            "You are signed out. Sign in again in another tab; what you drew is kept on this device."
        ),
        "state-refused": _("The draft was refused; what you drew is kept on this device."),
        "state-ended": _("This draft has ended. Load the page again to go on; what you drew is kept on this device."),
        "cannotOpen": _("The draft cannot be opened just now. Load the page again in a moment."),
        "notSaved": _("The mask could not be saved just now. Try again in a moment."),
        "notSavedOffline": _("You are offline. What you drew is kept on this device; save it when the line is back."),
        "notDiscarded": _("The draft could not be thrown away just now."),
        "left": _("On %(time)s you drew something on this device that was not part of the draft when it ended."),
        "leftAdded": _("It is part of this draft now."),
    }


def _tools() -> dict[str, str]:
    return {
        "tool-brush": _("Brush"),
        "tool-eraser": _("Eraser"),
        "tool-polygon": _("Polygon"),
        "tool-rectangle": _("Rectangle"),
        "tool-lasso": _("Lasso"),
        "tool-wand": _("Wand: similar colours"),
        "tool-region": _("Take one mark of the other version"),
        "tool-pan": _("Move the picture"),
        "toolChosen": _("Tool: %(name)s"),
        "inkChosen": _("Marks as: %(name)s"),
        "otherVersion": _("Other version"),
        "brushSize": _("Brush %(size)s px"),
        "unit-px": _("%(value)s px"),
        "unit-percent": "%(value)s %",
        "unit-deltaE": _("ΔE %(value)s"),
        "penDown": _("Pen down: the arrow keys draw"),
        "penUp": _("Pen up"),
    }


def _said() -> dict[str, str]:
    return {
        "painted": _("%(name)s: %(pixels)s pixels, %(share)s of the picture"),
        "erased": _("Erased; %(share)s of the picture is marked"),
        "taken": _("Taken over; %(share)s of the picture is marked"),
        "point": _("Point %(number)s at %(x)s, %(y)s"),
        "pointGone": _("Last point removed; %(number)s are left"),
        "shapeGone": _("Shape given up"),
        "corner": _("First corner at %(x)s, %(y)s"),
        "tooFewPoints": _("An area needs three points at least"),
        "polygonClosed": _("Polygon closed, %(pixels)s pixels; %(share)s of the picture is marked"),
        "rectangleDone": _("Rectangle, %(pixels)s pixels; %(share)s of the picture is marked"),
        "numbersDone": _("Shape of %(pixels)s pixels; %(share)s of the picture is marked"),
        "wandDone": _("Similar colours: %(pixels)s pixels; %(share)s of the picture is marked"),
        "noPixels": _("The wand cannot see the picture just now; try again."),
        "place": _("%(x)s, %(y)s: %(name)s"),
        "undone": _("Undone"),
        "redone": _("Done again"),
        "nothingTo-undo": _("There is nothing to undo"),
        "nothingTo-redo": _("There is nothing to do again"),
        "marksShown": _("Marks shown"),
        "marksHidden": _("Marks hidden"),
        "cleared": _("%(name)s: nothing is marked any more"),
        "growDone": _("Grown by %(by)s px: %(pixels)s pixels more; %(share)s of the picture is marked"),
        "shrinkDone": _("Shrunk by %(by)s px: %(pixels)s pixels fewer; %(share)s of the picture is marked"),
        "brokenOff": _("Broken off; nothing has changed"),
        "chooseVersion": _("First choose a version to compare with"),
        "versionShown": _("%(name)s is shown hatched; it marks %(share)s of the picture"),
        "noVersion": _("This version cannot be read just now."),
        "nothingThere": _("The other version marks nothing here"),
        "regionTaken": _("One mark taken, %(pixels)s pixels; %(share)s of the picture is marked"),
        "allTaken": _("Everything taken, %(pixels)s pixels more; %(share)s of the picture is marked"),
        "empty": _("Nothing is marked yet, so there is nothing to save"),
        "badNumbers": _(
            "A number is missing or makes no sense: sizes are above 0, points are pairs such as 10,20 30,40."
        ),
        "outside": _("This lies outside the picture, which is %(width)s by %(height)s pixels."),
    }
