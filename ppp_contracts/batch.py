"""Many files in, their finished fragments out, in order: by this process, or by one process for each core.

A worker hands back what is written of a file and what counts of it, never the values: the main process holds a few fragments
at a time, however many files there are. One file cannot stop the rest: a bug of ours inside it is a finding about it, and so is
the end of the process that read it.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any, NamedTuple

from . import __version__
from .checking import check_file
from .codes import find
from .finding import Place, Severity
from .formats.format import INTERNAL, Setting, Totals, totals_of
from .formats.table import format_named
from .report import Result
from .workshop import shelf
from .workspace import FILE_NAME, Workspace

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from .baseline import Baseline

ENDINGS = (".yaml", ".yml", ".docx")


@dataclass(frozen=True)
class Job:
    """What is asked of every file, and in which formats the answer is written (name, with colours)."""

    formats: tuple[tuple[str, bool], ...]
    workspace: Workspace | None = None
    spec_file: str = ""
    frameworks: tuple[str, ...] = ()
    ui: str = "en"
    require_approved: bool = False
    as_of: str = ""
    matrix: bool = False
    quiet: bool = False
    fail_on: Severity = Severity.ERROR
    baseline: Baseline | None = None

    def setting(self, colour: bool = False) -> Setting:
        """What its reports are written with."""
        return Setting(
            ui=self.ui,
            law=shelf(self.workspace).law,
            version=__version__,
            matrix=self.matrix,
            quiet=self.quiet,
            colour=colour,
            fail_on=self.fail_on,
            baseline=self.baseline is not None,
        )


class Done(NamedTuple):
    """What a check of one file leaves: a fragment in each format, and the totals."""

    fragments: tuple[bytes, ...]
    totals: Totals


# ----------------------------------------------------------------------------------------------- files


def files_below(name: str, workspace: Workspace | None = None) -> list[str]:
    """A file as it is; of a folder every spec and Word file below, sorted.

    Hidden files and folders, links to folders, Word's lock files (`~$…`), a workspace file and the overlay of the workspace are
    left out.
    """
    if not os.path.isdir(name):
        return [name]
    overlay = str(workspace.overlay) if workspace else None
    out = []
    for folder, folders, files in os.walk(name):
        folders[:] = sorted(f for f in folders if f[0] != "." and os.path.realpath(os.path.join(folder, f)) != overlay)
        out += [os.path.normpath(os.path.join(folder, f)) for f in files if _is_checked(f)]
    return sorted(out, key=lambda file: FilePath(file).parts)


def _is_checked(name: str) -> bool:
    return name.lower().endswith(ENDINGS) and not name.startswith((".", "~$")) and name != FILE_NAME


# ------------------------------------------------------------------------------------------------- one


def check_one(file: str, job: Job) -> Done:
    """Checks a file and writes what is to be said of it. A bug of ours on the way is the finding PPP016."""
    try:
        result = check_file(
            file, shelf(job.workspace), job.spec_file, job.frameworks, job.ui, job.require_approved, job.as_of
        )
        return _written(result, job)
    except Exception as problem:
        if os.environ.get("PPP_CONTRACTS_DEBUG"):
            import traceback

            traceback.print_exc()
        return _stopped(file, job, f"{type(problem).__name__} ({place_of_bug(problem)})")


def _stopped(file: str, job: Job, problem: str) -> Done:
    return _written(Result(file, "unknown", (find(INTERNAL, Place(file), problem=problem),)), job)


def _written(result: Result, job: Job) -> Done:
    if job.baseline:
        from .baseline import hold_against

        result = hold_against(result, job.baseline, whole=not job.frameworks)
    fragments = []
    for name, colour in job.formats:
        text = format_named(name).fragment(result, job.setting(colour))
        fragments.append(text.encode("utf-8", "replace"))
    return Done(tuple(fragments), totals_of(result, job.matrix))


def place_of_bug(problem: BaseException) -> str:
    """Where an exception came from: `checking.py:12`."""
    trace = problem.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}" if trace else "?"


# ------------------------------------------------------------------------------------------------ many


def check_all(
    files: Sequence[str],
    job: Job,
    writers: Sequence[Callable[[bytes], None]],
    jobs: int = 0,
    progress: Callable[[int], None] = lambda done: None,
) -> Totals:
    """Checks files and writes the reports bit by bit, one writer for each format of the job, in the order of the files.

    `jobs` is the number of processes: 0 for as many as there are cores when there are enough files to be worth it.
    """
    formats = [(format_named(name), job.setting(colour)) for name, colour in job.formats]
    for (form, setting), write in zip(formats, writers, strict=True):
        _write(write, form.head(setting))
    totals = Totals()
    begun = [False] * len(formats)
    with contextlib.closing(check_many(files, job, jobs)) as results:
        for done in results:
            for index, ((form, _), write, fragment) in enumerate(zip(formats, writers, done.fragments, strict=True)):
                if fragment:
                    _write(write, form.separator if begun[index] else "")
                    write(fragment)
                    begun[index] = True
            totals += done.totals
            progress(totals.files)
    if job.baseline:
        totals = replace(totals, unseen=job.baseline.unseen(files))
    for (form, setting), write in zip(formats, writers, strict=True):
        _write(write, form.tail(totals, setting))
    return totals


def _write(write: Callable[[bytes], None], text: str) -> None:
    if text:
        write(text.encode("utf-8", "replace"))


def check_many(files: Sequence[str], job: Job, jobs: int = 0) -> Generator[Done, None, None]:
    """What is left of each file, in order."""
    cores = min(jobs or _cores(), len(files))
    if cores < 2 or (not jobs and len(files) < _worth_it()):
        for file in files:
            yield check_one(file, job)
        return
    # The first file fills what a process keeps (schemas, the words of the messages): forked workers have it from the start.
    yield check_one(files[0], job)
    yield from _Pool(files, job, cores).run(1)


def _cores() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else (os.cpu_count() or 1)


def _forks() -> bool:
    return sys.platform == "linux"


def _worth_it() -> int:
    """From how many files on a pool is faster than none: where a process cannot be forked, it starts anew."""
    return 8 if _forks() else 40


AHEAD = 2  # files that a worker has been given: the one it reads and the next
WINDOW = 8  # files a worker may be ahead of the one that is written next


class _Worker:
    def __init__(self, context: Any, job: Job, others: Sequence[_Worker]) -> None:
        ours, theirs = context.Pipe()
        self.pipe: Connection[Any, Any] = ours
        self.given: deque[int] = deque()
        # A forked process has a copy of every end of ours: while it is open, it could not tell that we are gone.
        copies = (ours, *(worker.pipe for worker in others)) if _forks() else ()
        self.process = context.Process(target=_work, args=(theirs, job, copies), daemon=True)
        self.process.start()
        theirs.close()

    def stop(self) -> None:
        """Ends the process at once, whatever it does."""
        self.process.terminate()
        self.process.join(2)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.pipe.close()


class _Pool:
    """Workers that each get files over a pipe of their own, so that it is known which file ended one."""

    def __init__(self, files: Sequence[str], job: Job, count: int) -> None:
        from multiprocessing import get_context

        self.files, self.job, self.count = files, job, count
        self.context = get_context("fork" if _forks() else "spawn")
        self.workers: list[_Worker] = []
        self.done: dict[int, Done] = {}
        self.again: deque[int] = deque()  # files of a worker that ended

    def run(self, first: int) -> Iterator[Done]:
        """What is left of each file from the first on, in order; the workers are gone when it ends, however it ends."""
        from multiprocessing.connection import wait

        self.next = first
        try:
            gc.freeze()  # what is there already is not looked through in the workers, and stays shared
            with _no_interrupt():
                for _ in range(self.count):
                    self.workers.append(_Worker(self.context, self.job, self.workers))
            for index in range(first, len(self.files)):
                while index not in self.done:
                    self._give(index)
                    ready = wait([worker.pipe for worker in self.workers])
                    for worker in [w for w in self.workers if w.pipe in ready]:
                        self._take(worker)
                yield self.done.pop(index)
        finally:
            for worker in self.workers:
                worker.stop()
            gc.unfreeze()

    def _give(self, writing: int) -> None:
        """Gives each worker files ahead, as long as they are not too far from the one that is written next."""
        end = min(len(self.files), writing + self.count * WINDOW)
        for _ in range(AHEAD):
            for worker in self.workers:
                if len(worker.given) < AHEAD and (self.again or self.next < end):
                    if self.again:
                        index = self.again.popleft()
                    else:
                        index, self.next = self.next, self.next + 1
                    worker.given.append(index)
                    with contextlib.suppress(OSError):  # it ended: that is seen when it is asked
                        worker.pipe.send(self.files[index])

    def _take(self, worker: _Worker) -> None:
        try:
            done = worker.pipe.recv()
        except (EOFError, OSError):
            self._replace(worker)
        else:
            self.done[worker.given.popleft()] = done

    def _replace(self, worker: _Worker) -> None:
        """A worker ended: the file it read is said to have ended it, the next goes to another."""
        worker.process.join(2)
        if worker.given:
            index = worker.given.popleft()
            self.done[index] = _stopped(self.files[index], self.job, f"process ended ({worker.process.exitcode})")
            self.again.extend(worker.given)
        worker.stop()
        with _no_interrupt():
            self.workers.remove(worker)
            self.workers.append(_Worker(self.context, self.job, self.workers))


@contextlib.contextmanager
def _no_interrupt() -> Iterator[None]:
    """Processes that are started here never see Ctrl-C: the main process stops them. It hears of it afterwards."""
    import signal

    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(pipe: Connection[Any, Any], job: Job, copies: Sequence[Connection[Any, Any]]) -> None:
    import signal

    for copy in copies:
        copy.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(EOFError, OSError):  # the main process is gone
        while True:
            pipe.send(check_one(pipe.recv(), job))
