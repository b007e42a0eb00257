"""Which button of which page does what; connected anew whenever the pages are made anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from counterproof.mdoc.errors import CounterproofError
from counterproof.words.language import tr
from verifier.flow.desk import Told
from verifier.ui.desk_area import connect_desk
from verifier.ui.drill_area import connect_drill
from verifier.ui.lists_area import connect_lists
from verifier.ui.trust_area import connect_pages

if TYPE_CHECKING:
    from verifier.ui.window import CounterWindow


def connect(window: CounterWindow) -> None:
    """Connect every page of a window, and name the program as the desktop shows it behind the title."""
    QGuiApplication.setApplicationDisplayName(tr("Counter"))
    window.head.by_hand.connect(lambda: window.do(window.desk.look_by_hand))
    window.head.open_page.connect(window.open_page)
    window.head.full_screen.connect(window.toggle_full_screen)
    window.idle.chosen.connect(lambda tile: window.do(lambda: window.desk.choose(tile)))
    window.asking.stop.connect(window.next_person)
    window.asking.digits.connect(lambda: window.do(window.desk.give_digits))
    window.asking.paper.connect(lambda: window.do(window.desk.take_paper))
    window.asking.open_file.connect(window.inputs.ask_for_file)
    window.asking.on_screen.connect(window.inputs.choose_screen)
    window.asking.customer_screen.connect(window.show_customer_screen)
    window.asking.camera_chosen.connect(window.inputs.choose)
    window.asking.camera.drawn.connect(window.inputs.drawn)
    window.verdict.next_person.connect(window.next_person)
    window.verdict.ask_again.connect(lambda: window.do(window.desk.ask_again))
    window.verdict.slip.connect(window.slip)
    window.verdict.save_slip.connect(lambda: window.slip(printed=False))
    for page in (window.asking, window.verdict):
        page.by_hand.connect(lambda: window.do(window.desk.look_by_hand))
    window.hand.found.connect(lambda found: window.do(lambda: window.desk.looked(found)))
    window.hand.back.connect(window.next_person)
    window.journal.export.connect(
        lambda: window.journal.say_saved(window.inputs.export_journal(window.place.counter.journal))
    )
    connect_pages(window)
    connect_lists(window)
    connect_drill(window)
    connect_desk(window)
    for leaving in (window.journal, window.trust, window.settings):
        leaving.back.connect(lambda: window.open_page(""))


def give_slip(window: CounterWindow, *, printed: bool) -> None:
    """Give the person a slip that says what was wrong: on paper, or as a file."""
    state = window.desk.state
    if not isinstance(state, Told):
        return
    window.desk.extend()
    about = state.view, window.place.settings.name, window.place.clock.now()
    try:
        done = (window.inputs.print_slip if printed else window.inputs.save_slip)(*about)
    except CounterproofError as error:
        window.verdict.slip_failed(error)
    else:
        window.verdict.slip_done(done=done)
