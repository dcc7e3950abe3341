from __future__ import annotations

from pathlib import Path

from tools.pictures.cases import pictures

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"


def main() -> None:
    """Write every picture where the documentation shows it."""
    for name, graph in pictures().items():
        (FOLDER / f"{name}.svg").write_text(graph.svg())


if __name__ == "__main__":
    main()
