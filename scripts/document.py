"""Fills the generated blocks of README.md and docs/ with figures, tables and pictures.

A block stands between `<!-- generated: NAME ARGUMENTS -->` and `<!-- end generated -->`; what is
between the two lines is replaced. Reads dbt's manifest and the warehouse of the bundled data, so
`dbt build` comes first. With --check nothing is written, and a stale block is an error.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
from common.warehouse import ROOT

# What a page shows as the code of another page is left as it is.
BLOCK = re.compile(
    r"^```md\n.*?^```$"
    r"|(?P<open><!-- generated: (?P<call>.+?) -->\n).*?(?P<close><!-- end generated -->)",
    re.DOTALL | re.MULTILINE,
)
LAYERS = ["seeds", "staging", "intermediate", "marts", "metrics", "alerts"]


def main() -> int:
    """Fills or checks every block; 1 when --check finds a stale one, 2 when a source is missing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a stale block")
    parser.add_argument("--db", type=Path, help="warehouse to read (default: SALES_INSIGHTS_DB)")
    parser.add_argument("--manifest", type=Path, default=ROOT / "target" / "manifest.json")
    arguments = parser.parse_args()
    database = arguments.db or Path(
        os.environ.get("SALES_INSIGHTS_DB", ROOT / "sales_insights.duckdb")
    )
    for source in (database, arguments.manifest):
        if not source.exists():
            print(f"{source} is not there; run `dbt build` first", file=sys.stderr)
            return 2

    makers = block_makers(json.loads(arguments.manifest.read_text()), database)
    stale = []
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        text = page.read_text(encoding="utf-8")
        filled = BLOCK.sub(lambda match: fill(match, makers), text)
        if filled != text:
            stale.append(page.relative_to(ROOT))
            if not arguments.check:
                page.write_text(filled, encoding="utf-8")
    for page in stale:
        print(f"{page}: {'stale, run `make docs`' if arguments.check else 'written'}")
    return 1 if stale and arguments.check else 0


def fill(match: re.Match[str], makers: dict[str, Callable[..., str]]) -> str:
    """One block with the text its maker gives now."""
    if not match["call"]:
        return match[0]
    name, *words = match["call"].split()
    return f"{match['open']}{makers[name](*words)}\n{match['close']}"


def block_makers(manifest: dict[str, Any], database: Path) -> dict[str, Callable[..., str]]:
    """The makers by name; each takes the words that follow its name in the block."""

    def rows(query: str, *values: Any) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(database), read_only=True) as connection:
            return connection.execute(query, values).fetchall()

    def thresholds(*names: str) -> str:
        found = rows("select name, value, unit, description from alert_thresholds")
        shown = [row for row in found if not names or row[0] in names]
        return markdown_table(
            ["threshold", "value", "unit", "meaning"],
            [[f"`{name}`", f"{value:g}", unit, text] for name, value, unit, text in shown],
        )

    def example(rule: str) -> str:
        told = rows("select severity, reason from alerts where rule = ? and rank_in_rule = 1", rule)
        return "\n".join(f"> **{severity}**: {reason}" for severity, reason in told) or (
            "> Nothing on the bundled deals."
        )

    def models(layer: str) -> str:
        described = [
            [f"`{node['name']}`", first_sentence(node["description"])]
            for node in in_layer(manifest, layer)
        ]
        return markdown_table(["table", "what it holds"], described)

    def metrics() -> str:
        described = [
            [
                f"`{metric['name']}`",
                " ".join(metric["description"].split()),
                metric["config"]["meta"]["unit"],
                ", ".join(f"`{mart}`" for mart in metric["config"]["meta"].get("same_as", []))
                or "none",
            ]
            for metric in sorted(
                manifest["metrics"].values(),
                key=lambda metric: (metric["original_file_path"], metric["name"]),
            )
        ]
        return markdown_table(["metric", "what it is", "unit", "the same figure in"], described)

    def notification() -> str:
        printed = subprocess.run(
            [sys.executable, str(ROOT / "scripts" / "notify.py"), "--db", str(database)],
            stdout=subprocess.PIPE,
            text=True,
        )
        if printed.returncode:
            sys.exit(printed.returncode)
        return f"```text\n{printed.stdout.rstrip()}\n```"

    return {
        "thresholds": thresholds,
        "example": example,
        "models": models,
        "metrics": metrics,
        "notification": notification,
        "lineage": lambda: lineage(manifest),
    }


def in_layer(manifest: dict[str, Any], layer: str) -> list[dict[str, Any]]:
    """The models of a layer by name; `alerts` without the rules behind them."""
    nodes = [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and Path(node["path"]).parent == Path(layer)
    ]
    return sorted(nodes, key=lambda node: node["name"])


def lineage(manifest: dict[str, Any]) -> str:
    """A Mermaid flow chart of seeds and models, a box for each layer, from the manifest."""
    nodes = {
        unique_id: node
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] in ("model", "seed")
    }
    lines = ["```mermaid", "flowchart LR"]
    for layer in LAYERS:
        lines.append(f"    subgraph {layer}")
        lines += sorted(
            f"        {node['name']}" for node in nodes.values() if layer_of(node) == layer
        )
        lines.append("    end")
    edges = {
        (nodes[parent]["name"], node["name"])
        for node in nodes.values()
        for parent in node.get("depends_on", {}).get("nodes", [])
        if parent in nodes
    }
    lines += [f"    {parent} --> {child}" for parent, child in sorted(edges)]
    return "\n".join([*lines, "```"])


def layer_of(node: dict[str, Any]) -> str:
    """The folder under models/ that a model stands in; seeds have a layer of their own."""
    return "seeds" if node["resource_type"] == "seed" else Path(node["path"]).parts[0]


def first_sentence(text: str) -> str:
    """A description up to its first full stop, on one line."""
    return " ".join(text.split()).split(". ")[0].rstrip(".") + "."


def markdown_table(header: list[str], rows: list[list[str]]) -> str:
    """A table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
