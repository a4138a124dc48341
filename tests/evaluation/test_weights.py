"""The table of weights."""

from pathlib import Path

import pytest

from gpu_workers.weights import WeightsError, fingerprint, installed, names, resolve, seal


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "net"
    folder.mkdir()
    (folder / "a.safetensors").write_bytes(b"weights" * 10)
    (folder / "net.json").write_text("{}")
    (folder / "README.md").write_text("card")
    seal("net", folder, root=tmp_path)
    return tmp_path


def test_sealed_weights_are_found_and_proven(root: Path) -> None:
    weights = resolve("net", root)
    assert weights.folder == root / "net"
    assert weights.card.read_text() == "card"
    assert names(root) == ["net"]
    assert installed("net", root)


def test_the_fingerprint_of_a_folder_is_the_hash_of_the_sealed_weights(root: Path) -> None:
    assert fingerprint(root / "net") == resolve("net", root).sha256


def test_the_combined_hash_changes_with_any_file(root: Path) -> None:
    before = resolve("net", root).sha256
    (root / "net" / "net.json").write_text("{} ")
    assert seal("net", root / "net", root=root).sha256 != before


def test_a_changed_byte_is_noticed(root: Path) -> None:
    path = root / "net" / "a.safetensors"
    path.write_bytes(b"W" + path.read_bytes()[1:])
    with pytest.raises(WeightsError, match=r"a\.safetensors of the weights “net” is damaged"):
        resolve("net", root)


def test_a_missing_file_is_noticed(root: Path) -> None:
    (root / "net" / "a.safetensors").unlink()
    assert not installed("net", root)
    with pytest.raises(WeightsError, match=r"a\.safetensors is missing"):
        resolve("net", root)


def test_unknown_weights_are_refused_by_name(root: Path) -> None:
    assert not installed("other", root)
    with pytest.raises(WeightsError, match="“other”; known are net"):
        resolve("other", root)


def test_a_damaged_table_is_refused(root: Path) -> None:
    (root / "registry.json").write_text("{")
    with pytest.raises(WeightsError, match="cannot be read"):
        resolve("net", root)


@pytest.mark.parametrize("name", names())
def test_shipped_weights_are_whole_and_small_enough(name: str) -> None:
    weights = resolve(name)
    files = list(weights.folder.glob("*.safetensors"))
    assert files
    assert all(path.stat().st_size < 40e6 for path in files)
    assert weights.card.is_file()
