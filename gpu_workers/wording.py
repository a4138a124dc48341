"""What the kinds of jobs are called, for whoever reads of one."""

from django.utils.translation import gettext_lazy

KIND_NAMES = {
    "restore": gettext_lazy("Restoration"),
    "reconstruct_colour": gettext_lazy("Colour reconstruction"),
    "propose_mask": gettext_lazy("Proposed mask"),
    "difference_mask": gettext_lazy("Mask from the difference"),
    "generate_ink": gettext_lazy("Painting from words"),
    "edit_ink": gettext_lazy("Change of a painting"),
    "bring_in": gettext_lazy("Bringing works in"),
    "bring_in_iiif": gettext_lazy("Bringing works in from a IIIF manifest"),
}
