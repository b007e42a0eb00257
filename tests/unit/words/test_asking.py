"""Yes and no are said in the person's own words, and English counts everywhere."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from counterproof.terminal.asking import confirm
from counterproof.terminal.click_words import teach
from counterproof.words import language


def answered(tag: str, typed: str, *, abort: bool = False) -> tuple[str, str]:
    """Return what was meant (`yes`, `no`, or `stopped`), and what was printed."""

    @click.command()
    def asking() -> None:
        click.echo("yes" if confirm("Go on?", abort=abort) else "no")

    language.use(tag)
    teach()
    done = CliRunner().invoke(asking, input=typed)
    return ("stopped" if done.exit_code else done.output.split()[-1]), done.output


@pytest.mark.parametrize(
    ("tag", "typed", "meant"),
    [
        ("en", "y", "yes"),
        ("en", "YES", "yes"),
        ("en", "n", "no"),
        ("en", "", "no"),
        ("et", "jah", "yes"),
        ("et", "J", "yes"),
        ("et", "ei", "no"),
        ("et", "y", "yes"),
        ("hi", "हाँ", "yes"),
        ("hi", "नहीं", "no"),
        ("hi", "yes", "yes"),
        ("zh-Hant", "是", "yes"),
        ("zh-Hant", "否", "no"),
        ("zh-Hant", "y", "yes"),
        (language.PSEUDO, "y", "yes"),
    ],
)
def test_what_is_typed_is_understood(tag: str, typed: str, meant: str) -> None:
    assert answered(tag, f"{typed}\n")[0] == meant


@pytest.mark.parametrize("tag", ["en", "et", "hi", "zh-Hant"])
def test_what_is_neither_is_asked_again(tag: str) -> None:
    meant, printed = answered(tag, "perhaps\nen\n\n")
    assert (meant, printed.count("Go on?")) == ("no", 3)


def test_nobody_there_and_a_no_stop_what_was_asked_for() -> None:
    assert answered("en", "")[0] == "stopped"
    assert answered("en", "n\n", abort=True)[0] == "stopped"
    assert answered("en", "y\n", abort=True)[0] == "yes"
