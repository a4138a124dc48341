"""Colour profiles made for tests: matrix and gamma, version 2."""

import struct

import numpy as np

ADOBE = np.array([[0.60974, 0.20528, 0.14919], [0.31111, 0.62567, 0.06322], [0.01947, 0.06087, 0.74457]])
SRGB = np.array([[0.43607, 0.38515, 0.14307], [0.22249, 0.71687, 0.06061], [0.01392, 0.09708, 0.71410]])
GAMMA = 2.19921875


def matrix_profile(matrix=ADOBE, gamma=GAMMA):
    """The bytes of a display profile: linear RGB to D50 XYZ by `matrix`, each channel coded by `gamma`."""
    name = b"made for tests\0"
    text = b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + b"\0" * (4 + 4 + 2 + 1 + 67)
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    parts = [(b"desc", text), (b"cprt", b"text\0\0\0\0none\0"), (b"wtpt", _xyz((0.9642, 1, 0.8249)))]
    parts += [
        (tag, _xyz(column)) for tag, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), np.asarray(matrix).T, strict=True)
    ]
    parts += [(tag, curve) for tag in (b"rTRC", b"gTRC", b"bTRC")]
    table, body, start = struct.pack(">I", len(parts)), b"", 128 + 4 + 12 * len(parts)
    for tag, data in parts:
        table += tag + struct.pack(">II", start + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    head = struct.pack(">I4sI4s4s4s", start + len(body), b"none", 0x02100000, b"mntr", b"RGB ", b"XYZ ")
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + b"\0" * 28 + _fixed((0.9642, 1, 0.8249))
    return head.ljust(128, b"\0") + table + body


def _xyz(values):
    return b"XYZ \0\0\0\0" + _fixed(values)


def _fixed(values):
    return struct.pack(">3i", *(round(float(value) * 65536) for value in values))
