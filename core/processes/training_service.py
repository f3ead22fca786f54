"""The training process: follows the orders that come in through a pipe, one after the other.

Importing this loads no torch; `serve` does. The process ends when the other end of the pipe is closed,
however that came about; what has been learnt is on the disk then.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from core.errors import LabError
from core.files.log_file import log_to_file
from core.my_digits.store import MyDigits
from core.processes import run_driver
from core.processes.orders import (
    TO_LEAVE,
    Command,
    DigitsGenerated,
    Link,
    MeasureSpeed,
    Pipe,
    ResumeRun,
    RunFailed,
    SpeedMeasured,
    StartRun,
    Teach,
    TeachingEnded,
)
from core.processes.run_driver import RunDriver
from core.teaching.teaching_records import TeachingResult
from core.training import runs
from core.training.config import RANDOM_START, TrainingConfig
from core.training.runs import Run

_OUT_OF_MEMORY = ("out of memory", "can't allocate memory", "cannot allocate memory")  # PyTorch's words

_MEASURED = 0.5  # seconds of steps, to foretell how long an epoch takes

_LARGEST_MEASURED = 1024  # digits in a batch

_log = logging.getLogger(__name__)


def serve_process(pipe: Pipe) -> None:
    """Run the training process: log to the program's file, and follow orders."""
    log_to_file()
    serve(pipe)


def serve(pipe: Pipe) -> None:
    """Follow orders until there is nobody to give them."""
    link = Link(pipe)
    _prepare_process(link)
    _log.info("the training process has started")
    with contextlib.suppress(*TO_LEAVE):
        order = link.next_order()
        _leave_a_core()
        while True:
            _log.info("order: %s", order)
            if isinstance(order, MeasureSpeed):
                link.send(_measure_speed(order.config, link))
            elif isinstance(order, StartRun | ResumeRun):
                _train(order, link)
            elif isinstance(order, Teach):
                _teach(order, link)
            # Else it was meant for a run that has ended meanwhile.
            order = link.next_order()
    _log.info("the training process ends")


def _prepare_process(link: Link) -> None:
    """Make room for the window's process, and let the link know when the system asks for the end."""

    def end(*_: object) -> None:
        link.asked_to_end = True

    with contextlib.suppress(ValueError):  # not in the main thread: a test
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C in the shell is for the window to answer
        signal.signal(signal.SIGTERM, end)
        if hasattr(os, "nice"):
            os.nice(10)  # the window and the answers come first


def _leave_a_core() -> None:
    """Train on one core less than there are.

    With all of two cores, a window that is drawn on made the two threads wait for each other: 1 to 13 steps
    a second, against 40 to 50 on one thread. Such threads wait by spinning, which priorities do not help.
    """
    import torch

    torch.set_num_threads(max(1, torch.get_num_threads() - 1))


def _measure_speed(config: TrainingConfig, link: Link) -> SpeedMeasured:
    """Measure for half a second; an order that waits breaks it off."""
    from core.training.trainer import Trainer

    try:
        # Generated digits are learnt from as fast as others, and take long to make; digits in batches of
        # thousands take as long as in smaller ones, and gigabytes.
        measured = replace(config, pen_digits=0, batch_size=min(config.batch_size, _LARGEST_MEASURED))
        trainer = Trainer(measured)
        epochs = config.learnt_digits / measured.learnt_digits  # of this trainer in one of the run
        steps = min(3, trainer.steps_per_epoch)
        for _ in range(steps):  # warm up
            if not link.has_order():
                trainer.advance()
        trainer.report()
        begun, started = trainer.step, time.perf_counter()
        while (
            time.perf_counter() - started < _MEASURED and not trainer.at_end_of_epoch and not link.has_order()
        ):
            trainer.advance()
        trainer.report()  # waits for a GPU
        if trainer.step > begun:
            per_step = (time.perf_counter() - started) / (trainer.step - begun)
        elif trainer.at_end_of_epoch:  # an epoch as short as that
            per_step = trainer.seconds / trainer.step
        else:
            return SpeedMeasured(config, 0.0)
        return SpeedMeasured(config, per_step * trainer.steps_per_epoch * epochs)
    except Exception as error:
        return SpeedMeasured(config, 0.0, _run_problem(error))


def _train(order: StartRun | ResumeRun, link: Link) -> None:
    try:
        _train_alone(order, link)
    except TO_LEAVE:
        raise
    except Exception as error:
        link.send(RunFailed(_run_problem(error)))  # nobody holds the run any more


def _train_alone(order: StartRun | ResumeRun, link: Link) -> None:
    """Train, as the only process that is at work on this run."""
    with contextlib.ExitStack() as held:
        from core.training.trainer import Trainer

        if isinstance(order, StartRun):
            trainer = Trainer(order.config, pen_digits=_generated(order.config, link))
            run = runs.create(order.folder, order.config, trainer.steps, trainer.steps_per_epoch)
            lock = held.enter_context(run.hold())
            _log.info("new run in %s", run.path)
        else:
            run = Run(order.path)
            config = run.info().config
            lock = held.enter_context(run.hold())
            # All weights come from the checkpoint: a file that the run once started from may be gone.
            trainer = Trainer(replace(config, start=RANDOM_START), pen_digits=_generated(config, link))
            trainer.config = config
            trainer.restore(*run.load_state())
            if order.learning_rate is not None:
                trainer.set_rates(order.learning_rate, trainer.momentum)
            run.cut(trainer.step)
            run.finish(None)
            run.name_rate(trainer.learning_rate)
            _log.info("run in %s goes on from step %d", run.path, trainer.step)
        RunDriver(trainer, run, lock, link).drive()


def _generated(config: TrainingConfig, link: Link) -> Iterator[tuple[np.ndarray, int]]:
    """The pen digits that a config asks for; sends how many are made meanwhile."""
    from core.pen_digits.generator import generate

    sent = time.monotonic()
    for done, digit in enumerate(generate(config.pen_digits, config.seed)):
        link.check()
        if time.monotonic() - sent >= run_driver.TELL_EVERY:
            link.send(DigitsGenerated(done, config.pen_digits))
            sent = time.monotonic()
        yield digit


def _teach(order: Teach, link: Link) -> None:
    """Pass the news of teaching on; an order to stop breaks it off."""
    try:
        from core.teaching.teacher import teach_collection

        for news in teach_collection(MyDigits(order.folder), order.model):
            link.send(news)
            if isinstance(news, TeachingResult):
                return  # orders from now on are for later
            link.check()
            while link.has_order():
                if link.next_order() is Command.STOP:
                    link.send(TeachingEnded(None))
                    return
    except TO_LEAVE:
        raise
    except Exception as error:
        link.send(TeachingEnded(_teaching_problem(error)))


def _run_problem(error: Exception) -> LabError:
    """Why a run failed, as a sentence for a person."""
    if isinstance(error, LabError):
        return error
    if _is_out_of_memory(error):
        return LabError(
            "There is not enough memory for this run. A smaller batch size needs less; "
            "what was learnt up to the last checkpoint is kept."
        )
    return LabError(
        "Training broke off for a reason that nobody foresaw ({error}). "
        "What was learnt up to the last checkpoint is kept.",
        error=_unforeseen(error),
    )


def _teaching_problem(error: Exception) -> LabError:
    """Why teaching failed, as a sentence for a person."""
    if isinstance(error, LabError):
        return error
    if _is_out_of_memory(error):
        return LabError(
            "There is not enough memory to teach that. The network is as it was, and so are My digits. "
            "Close other programs, and try again."
        )
    return LabError(
        "Teaching broke off for a reason that nobody foresaw ({error}). The network is as it was, and so are "
        "My digits.",
        error=_unforeseen(error),
    )


def _is_out_of_memory(error: Exception) -> bool:
    return isinstance(error, MemoryError) or any(words in str(error).lower() for words in _OUT_OF_MEMORY)


def _unforeseen(error: Exception) -> str:
    """Python's own words; the traceback goes to stderr."""
    traceback.print_exception(error, file=sys.stderr)
    return f"{type(error).__name__}: {error}"
