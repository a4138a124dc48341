"""The words of others that credentials use: IPTC's digital source types, names in XMP, labels of assertions."""

from portal.exhibitions.facts import GENERATED, ORIGINAL, RESTORATION

IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"
SOURCE_TYPES = {
    RESTORATION: f"{IPTC}compositeWithTrainedAlgorithmicMedia",
    GENERATED: f"{IPTC}trainedAlgorithmicMedia",
    ORIGINAL: f"{IPTC}digitalCapture",
}
BY_MACHINE = (
    "trainedAlgorithmicMedia",
    "compositeWithTrainedAlgorithmicMedia",
    "algorithmicMedia",
    "compositeSynthetic",
)
RELEASE = "org.lacuna.release"  # our own assertion: which release this is, and the hash its approvals are bound to
MEDIA_TYPES = {"jpeg": "image/jpeg", "png": "image/png", "tiff": "image/tiff", "webp": "image/webp"}

NAMESPACES = {
    "x": "adobe:ns:meta/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "TC260": "http://www.tc260.org.cn/ns/AIGC/1.0/",
}


def source_name(uri: str) -> str:
    """The last word of a digital source type: "digitalCapture"."""
    return uri.rstrip("/").rpartition("/")[2]
