"""The commands train and evaluate, from the command line's side."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.colour import tiny


@pytest.mark.parametrize("network", ["imagest", "colour"])
@pytest.mark.parametrize("command", ["train", "evaluate"])
def test_a_folder_without_paintings_is_refused_in_one_sentence(command: str, network: str, tmp_path: Path) -> None:
    places = {"out": tmp_path / "out"} if command == "train" else {}
    if (command, network) == ("evaluate", "colour"):
        tiny.network().save(tmp_path / "weights")
        places["weights"] = tmp_path / "weights"
    with pytest.raises(CommandError, match=r"no metadata\.csv") as caught:
        call_command(command, network, data=tmp_path, **places)
    assert "\n" not in str(caught.value)


def test_a_limit_below_two_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="at least 2"):
        call_command("evaluate", "imagest", data=tmp_path, limit=1)


def test_the_options_of_the_command_line_reach_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from gpu_workers.training import runs

    seen = []
    monkeypatch.setattr(runs, "train", lambda settings, stages: seen.append((settings, stages)) or True)
    call_command(
        "train", "imagest", data=tmp_path, out=tmp_path / "out", minutes=7, preset="gpu", stage="denoiser", resume=True
    )
    settings, stages = seen[0]
    assert stages == ("denoiser",)
    assert (settings.minutes, settings.device, settings.resume) == (7, "cuda", True)
    assert settings.work == tmp_path / "out" / "work"


def test_a_module_can_be_left_out_from_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from gpu_workers.training import colour_run

    seen = []
    monkeypatch.setattr(colour_run, "train", lambda settings, without: seen.append((settings, without)) or True)
    call_command("train", "colour", data=tmp_path, out=tmp_path / "out", without=["dpca"], preset="gpu")
    settings, without = seen[0]
    assert without == ["dpca"]
    assert (settings.bf16, settings.device) == (False, "cuda")
