"""Garbage is collected in the window's thread alone: one destroyed in another thread ends the program."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QWidget

from counterproof.desktop.collecting import Collector

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytestqt.qtbot import QtBot

MANY = 100_000  # allocations: many times what makes Python collect


class Ring:
    """A widget that nothing holds but itself, so that only a collection ends it."""

    def __init__(self) -> None:
        self.widget = QWidget()
        self.itself = self


def allocate() -> None:
    """Make as much as a busy thread does."""
    kept: list[list[Any]] = [[] for _ in range(MANY)]
    assert len(kept) == MANY


def in_another_thread(work: Callable[[], None]) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


@pytest.fixture
def collections() -> Iterator[list[str]]:
    """Return the names of the threads in which something was collected."""
    seen: list[str] = []

    def note(phase: str, _info: dict[str, int]) -> None:
        if phase == "start":
            seen.append(threading.current_thread().name)

    gc.callbacks.append(note)
    yield seen
    gc.callbacks.remove(note)


@pytest.mark.usefixtures("desktop")
def test_no_other_thread_collects_while_there_is_a_window(collections: list[str]) -> None:
    ring = weakref.ref(Ring())
    in_another_thread(allocate)
    assert collections == []
    assert ring() is not None
    gc.collect()
    assert ring() is None


def test_the_windows_thread_collects_by_itself(qtbot: QtBot, collections: list[str]) -> None:
    owner = QObject()
    Collector(owner)
    try:
        in_another_thread(allocate)
        kept = [[each] for each in range(gc.get_threshold()[0] + 1)]
        qtbot.waitUntil(lambda: bool(collections), timeout=5000)
    finally:
        owner.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert set(collections) == {threading.main_thread().name}
    assert kept


def test_python_collects_again_once_the_window_has_gone(qtbot: QtBot, collections: list[str]) -> None:
    del qtbot
    gc.enable()
    owner = QObject()
    Collector(owner)
    assert not gc.isenabled()
    owner.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert gc.isenabled()
    in_another_thread(allocate)
    assert collections
