"""`wallet`: a resident's cards on the command line. Each family of commands is a module.

A person is told what would be shown before anything is, and nothing leaves without a yes that names it.
"""

from __future__ import annotations

import click

from counterproof.sealing.process import harden
from wallet.cli.answering import answer
from wallet.cli.app import App, Commands
from wallet.cli.cards import delete, empty_trash, list_, receive, repair, request, show, undelete
from wallet.cli.one_way import show_code, slip
from wallet.cli.online import fetch, renew
from wallet.cli.record import history, receipt
from wallet.cli.reporting import report
from wallet.cli.trust import trust
from wallet.cli.wallet_file import export_backup, init, passphrase, restore
from wallet.cli.window import open_, open_window

_EXAMPLES = """\b
wallet init
wallet trust add FOLDER
wallet request card.cpoffer --out card.cprequest
wallet receive card.cpreply
wallet answer ask.png --out answer.gif
"""


@click.group(name="wallet", cls=Commands, epilog=_EXAMPLES, invoke_without_command=True)
@click.version_option(package_name="counterproof", prog_name="wallet", message="%(prog)s %(version)s")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Keep your cards, and show just what you agree to. Without a command, the window opens."""
    harden()
    if ctx.invoked_subcommand is None:
        ctx.exit(open_window(ctx.ensure_object(App)))


for _command in (
    open_,
    init,
    trust,
    request,
    receive,
    fetch,
    renew,
    list_,
    show,
    answer,
    show_code,
    slip,
    history,
    receipt,
    report,
    delete,
    undelete,
    empty_trash,
    repair,
    export_backup,
    restore,
    passphrase,
):
    main.add_command(_command)
