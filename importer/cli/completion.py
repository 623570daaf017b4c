"""``roster completion``: words, options and file names completed by the Tab key."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from importer.cli.options import command
from importer.errors import ExitCode


@command("completion", example="roster completion bash >> ~/.bashrc", page="administrators.md#completion")
@click.argument("shell", type=click.Choice(["bash", "zsh"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> ExitCode:
    """Print what lets bash or zsh complete commands, options and file names.

    Put it at the end of ~/.bashrc or ~/.zshrc, and open a new terminal.
    """
    kind = get_completion_class(shell)
    assert kind is not None  # noqa: S101 - click brings both
    # The program and the variable that click itself listens to, whatever this program was started as.
    click.echo(kind(ctx.find_root().command, {}, "roster", "_ROSTER_COMPLETE").source())
    return ExitCode.DONE
