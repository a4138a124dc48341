"""How far experts agree, from a table of scores."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from gpu_workers.pictures import appearing
from review.statistics import METRICS, ScoreError, read_csv, report
from review.statistics.report import TOTAL


class Command(BaseCommand):
    """`agreement SCORES.csv [--metric ordinal] [--draws 10000] [--seed S] [--weights …] [--json FILE]`."""

    help = (
        "Kendall's W, Krippendorff's alpha with its interval, and outliers, of a table of scores (long or wide form)."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the stable names of the command line."""
        parser.add_argument(
            "scores", metavar="SCORES.csv", type=Path,
            help="item,rater,dimension,score a line, or one line an item and one column a rater; empty = missing",
        )  # fmt: skip
        parser.add_argument("--metric", choices=METRICS, default="ordinal", help="of alpha (default: ordinal)")
        parser.add_argument("--draws", type=int, default=10_000, help="of the bootstrap (default: 10000)")
        parser.add_argument("--seed", type=int, default=0, help="of the bootstrap (default: 0)")
        parser.add_argument("--weights", help="such as “type=0.4,elements=0.3,relation=0.1,composition=0.2”")
        parser.add_argument("--json", type=Path, metavar="FILE", help="write the whole report there")

    def handle(self, *args: object, **options: Any) -> None:
        """Compute, print a table, and write the report where it is asked for."""
        if not 100 <= options["draws"] <= 1_000_000:
            raise CommandError("Ask for 100 to 1,000,000 draws.")
        if options["seed"] < 0:
            raise CommandError("A seed is 0 or more.")
        try:
            table = read_csv(options["scores"])
            found = report(table, options["metric"], options["draws"], options["seed"], _weights(options["weights"]))
        except ValueError as problem:  # ScoreError among them
            raise CommandError(str(problem)) from problem
        for name, entry in {**found["dimensions"], TOTAL: found[TOTAL]}.items():
            self._show(name, entry)
        if options["json"]:
            try:
                with appearing(options["json"]) as path:
                    path.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
            except OSError as problem:
                raise CommandError(f"{options['json']} cannot be written.") from problem

    def _show(self, name: str, entry: dict[str, Any]) -> None:
        reasons = entry["reasons"]
        self.stdout.write(self.style.MIGRATE_HEADING(name))
        if set(reasons) == {TOTAL}:
            self.stdout.write(f"  {reasons[TOTAL]}")
            return
        missing = f", {entry['n_missing']} scores missing" if entry["n_missing"] else ""
        self.stdout.write(f"  {entry['n_items']} items, {entry['n_raters']} raters{missing}")
        w, p = entry["kendall_w"], entry["kendall_p"]
        told = f"{w:.3f} (uncorrected {entry['kendall_w_uncorrected']:.3f}, p = {p:.2g})" if w is not None else ""
        dropped = f"; {entry['kendall_dropped']} incomplete items left out" if entry["kendall_dropped"] else ""
        self.stdout.write(f"  Kendall's W          {told or reasons['kendall_w']}{dropped}")
        alpha, interval = entry["krippendorff_alpha"], entry["alpha_ci"]
        told = f"{alpha:.3f}" if alpha is not None else reasons["krippendorff_alpha"]
        sure = f" (95 %: {interval[0]:.3f} to {interval[1]:.3f})" if interval and alpha is not None else ""
        self.stdout.write(f"  Krippendorff's alpha {told}{sure}")
        outliers = [f"{it['item']} by {it['rater']} (z {it['z']:+.2f})" for it in entry["outliers"]]
        self.stdout.write(f"  Outliers             {', '.join(outliers) or reasons.get('outliers', 'none')}")


def _weights(text: str | None) -> dict[str, str] | None:
    if not text:
        return None
    pairs = [part.partition("=") for part in text.split(",")]
    if any(not sign or not name.strip() for name, sign, _value in pairs):
        raise ScoreError("Give the weights as NAME=SHARE, separated by commas.")
    return {name.strip(): value.strip() for name, _sign, value in pairs}
