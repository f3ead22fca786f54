"""`python -m gui` and `lenet-lab`: a command, or else the window."""
# No imports up here: a spawned process imports this module again.


def main() -> int:
    """Run the command that the arguments name, or open the window; the exit code."""
    import os
    import sys

    # Before NumPy is there: it answers in the window's process, where a second thread of its own would wait
    # for cores that others use; see `inference_process.process_executor`.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from core.cli import main as run

    return run(sys.argv[1:], open_window)


def open_window(model: "str | None", device: "str | None") -> int:
    """Open the window, and end with it; 2, and one line on stderr, where Qt's libraries cannot be loaded."""
    import sys

    try:
        from gui.app import leave, run
    except ImportError as error:
        if "cannot open shared object file" not in str(error):
            raise
        print(
            f"lenet-lab: the window needs system libraries that are not installed ({error}). README lists "
            "them; without them, these work: lenet-lab train, evaluate, classify.",
            file=sys.stderr,
        )
        return 2
    leave(run(model, device))


if __name__ == "__main__":
    raise SystemExit(main())
