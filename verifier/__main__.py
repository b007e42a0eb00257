"""`python -m verifier` is the command `verifier`, and so is `main` here."""

from __future__ import annotations


def main() -> None:
    """Run the command.

    Its modules are loaded here, not above: a process that reads pictures loads the script that began its
    parent once more, and must not wait for commands that it never runs.
    """
    from verifier.cli import main as command  # noqa: PLC0415 - see above

    command()


if __name__ == "__main__":
    main()
