"""A work on show in the formats of others, each from `Facts` alone: PROV-JSON, Dublin Core, LIDO, Linked Art, BagIt
with RO-Crate. No Django, no database, nothing fetched.
"""

from portal.exhibitions.exports.bags import write_bag
from portal.exhibitions.exports.crate import ro_crate
from portal.exhibitions.exports.documents import documents
from portal.exhibitions.exports.dublin_core import dublin_core
from portal.exhibitions.exports.lido import lido
from portal.exhibitions.exports.linked_art import linked_art
from portal.exhibitions.exports.prov_json import prov_json

__all__ = ["documents", "dublin_core", "lido", "linked_art", "prov_json", "ro_crate", "write_bag"]
