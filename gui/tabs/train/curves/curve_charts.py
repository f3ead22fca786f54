"""The four charts of a run: loss, accuracy, learning rate, and the drawing's probabilities."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QWidget

from gui.paint import curve_style
from gui.paint.curve_style import Curve
from gui.tabs.train.curves.curve_maths import accuracy_range, axis_end, finite, loss_range, usual_loss
from gui.tabs.train.curves.curve_run import NO_RUN, Shown, epoch_curve, thin
from gui.tabs.train.curves.plot_axes import PlotFrame
from gui.tabs.train.curves.plot_notes import LegendRow, Notes
from gui.widgets.construct import named, screen_only
from gui.words.numbers import number, percent

_PROBABILITY_TO_MARK = 5  # %: from there on, at the end, a digit is written beside its curve
_PROBABILITY_IN_LEGEND = 1  # %: from there on a digit is in the legend, if among the three most likely

_TOP = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop
_MIDDLE = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_BOTTOM = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom


class RunChart(PlotFrame):
    """A chart of a run; subclasses choose the curves, their range, and the legend."""

    _curves: list[Curve] = []

    def draw(self, shown: Shown) -> None:
        """Draw the curves, and write their values into the legend."""
        self._curves = self._curves_of(shown)
        visible = [curve.within(*shown.sight) for curve in self._curves]
        self.plot.draw_between([thin(curve) for curve in visible], *self._range_of(visible, shown))
        self.show_values(shown)

    def show_values(self, shown: Shown) -> None:
        """Write the values at the cursor into the legend."""
        notes = self._notes_at(shown.cursor)
        if not self._curves:
            notes = Notes(message=self._nothing_yet(shown), cursor=shown.cursor)
        self.plot.set_axes_shown(bool(self._curves))
        self.plot.set_notes(notes)

    # For subclasses

    def _curves_of(self, shown: Shown) -> list[Curve]:
        """Return all of the curves; none for a sentence in their place."""
        raise NotImplementedError

    def _range_of(self, curves: list[Curve], shown: Shown) -> tuple[float, float, bool]:
        """Return the least and largest y for the visible curves, and whether y is logarithmic."""
        raise NotImplementedError

    def _promise(self) -> str:
        """Return what will be here, and what makes it come."""
        raise NotImplementedError

    def _text(self, value: float) -> str:
        """Return a value's text; a dash for NaN."""
        return f"{number(value, 2)} %" if np.isfinite(value) else "–"

    def _notes_at(self, cursor: int | None) -> Notes:
        rows = [LegendRow(curve.label, curve.style, self._text(curve.at(cursor))) for curve in self._curves]
        return Notes(rows, cursor=cursor)

    def _nothing_yet(self, shown: Shown) -> str:
        if shown.history is NO_RUN:
            return self._promise()
        return self.tr("The first steps are on their way")


class LossChart(RunChart):
    """The loss of every batch, its running mean, and both losses of each epoch."""

    def __init__(self, parent: QWidget) -> None:
        tip = self.tr(
            "How wrong the network is: training lowers this. Each batch of digits gives a loss of its "
            "own, so look at the running mean. If the loss of the validation digits, which the network "
            "never trains on, rises while that of training falls, it learns its digits by heart."
        )
        super().__init__("loss_chart", _TOP, self.tr("Loss"), tip, parent)
        tip = self.tr("Powers of ten at equal distances: small losses, late in a run, can be told apart")
        box = QCheckBox(self.tr("log"), self)
        self.log_box = screen_only(named(box, "loss_log", tip, self.tr("Loss in powers of ten")))
        self.header.insertWidget(1, self.log_box)

    def _promise(self) -> str:
        return self.tr("The loss of each batch: press Start")

    def _curves_of(self, shown: Shown) -> list[Curve]:
        run, steps = shown.history, shown.steps()
        curves = [
            Curve("batches", self.tr("each batch"), curve_style.BATCHES, steps, run.losses),
            Curve("mean", self.tr("running mean"), curve_style.SMOOTHED, steps, shown.means),
            epoch_curve(run, "training", "loss", self.tr("epoch, training"), curve_style.TRAINING),
            epoch_curve(run, "validation", "loss", self.tr("epoch, validation"), curve_style.VALIDATION),
        ]
        return [curve for curve in curves if len(curve.steps)] + [run.loss for run in shown.overlays]

    def _range_of(self, curves: list[Curve], shown: Shown) -> tuple[float, float, bool]:
        values = {curve.name: curve.values for curve in curves}
        usual = [usual_loss(values["batches"])] if "batches" in values else []
        usual += [run.usual_loss for run in shown.overlays]
        of_epochs = finite(*(values[digits] for digits in ("training", "validation") if digits in values))
        # The mean of an epoch with a spike of 10¹⁴ in it would press all else into the bottom line.
        sensible = of_epochs[of_epochs <= 10 * max(finite(np.array(usual)), default=np.inf)]
        tops = finite(np.array(usual), sensible)
        log = self.log_box.isChecked()
        return *loss_range(finite(*values.values()) if log else tops, tops, log), log

    def _text(self, value: float) -> str:
        if not np.isfinite(value):
            return "–"
        return number(value, 4) if value < 1000 else f"{value:.2e}"


class AccuracyChart(RunChart):
    """The accuracy after each epoch."""

    def __init__(self, parent: QWidget) -> None:
        tip = self.tr(
            "The share of digits that are read right, a point an epoch. Training is the mean over the "
            "epoch, while the weights still changed; validation is measured at its end, and so can lie "
            "above."
        )
        super().__init__("accuracy_chart", _BOTTOM, self.tr("Accuracy, %"), tip, parent)

    def _curves_of(self, shown: Shown) -> list[Curve]:
        run = shown.history
        curves = [
            epoch_curve(run, "training", "accuracy", self.tr("training"), curve_style.TRAINING),
            epoch_curve(run, "validation", "accuracy", self.tr("validation"), curve_style.VALIDATION),
            *(overlay.accuracy for overlay in shown.overlays),
        ]
        curves = [curve for curve in curves if len(curve.steps)]
        if curves and shown.target:
            ends, target = np.array(shown.whole()), np.full(2, 100 * shown.target)
            curves.append(Curve("target", self.tr("target"), curve_style.TARGET, ends, target))
        return curves

    def _range_of(self, curves: list[Curve], shown: Shown) -> tuple[float, float, bool]:
        return *accuracy_range(finite(*(curve.values for curve in curves))), False

    def _nothing_yet(self, shown: Shown) -> str:
        return self.tr("The share that is read right, at the end of each epoch")


class RateChart(RunChart):
    """The learning rate of each step."""

    def __init__(self, parent: QWidget) -> None:
        tip = self.tr("How far each step moves the weights. The schedule changes it in the course of a run.")
        super().__init__("rate_chart", _TOP, self.tr("Learning rate"), tip, parent)

    def _promise(self) -> str:
        return self.tr("The learning rate of each step: press Start")

    def _curves_of(self, shown: Shown) -> list[Curve]:
        rates, steps = shown.history.learning_rates, shown.steps()
        return [Curve("rate", self.tr("rate"), curve_style.RATE, steps, rates)] if len(rates) else []

    def _range_of(self, curves: list[Curve], shown: Shown) -> tuple[float, float, bool]:
        highest = finite(*(curve.values for curve in curves)).max(initial=0)
        return 0, axis_end(1.05 * float(highest)), False

    def _text(self, value: float) -> str:
        return f"{value:.3g}".replace("e-0", "e-") if np.isfinite(value) else "–"


_MOST_CLASSES = 12  # that have a curve, the likeliest ones


class DrawingChart(RunChart):
    """The probabilities of the drawing on the pad over the run."""

    def __init__(self, parent: QWidget) -> None:
        tip = self.tr(
            "How likely the network in training finds each digit to be what you drew, step by step."
        )
        super().__init__("drawing_chart", _MIDDLE, self.tr("Your drawing, %"), tip, parent)

    def _curves_of(self, shown: Shown) -> list[Curve]:
        steps, shares = shown.probability_steps, 100 * shown.probabilities
        if not len(steps):
            return []
        likely = np.argsort(-np.nan_to_num(shares).max(0), kind="stable")[:_MOST_CLASSES]
        winner, names = shares[-1].argmax(), shown.classes
        styles = {n: curve_style.digit_style(n, 2.5 if n == winner else 1.25) for n in likely.tolist()}
        return [Curve(f"digit {n}", names[n], styles[n], steps, shares[:, n]) for n in sorted(styles)]

    def _range_of(self, curves: list[Curve], shown: Shown) -> tuple[float, float, bool]:
        return -4, 104, False

    def _text(self, value: float) -> str:
        return f"{percent(value / 100)} %" if np.isfinite(value) else "–"

    def _notes_at(self, cursor: int | None) -> Notes:
        likely = sorted(self._curves, key=lambda curve: curve.at(cursor), reverse=True)[:3]
        rows = [
            LegendRow(curve.label, curve.style, self._text(curve.at(cursor)))
            for curve in likely
            if curve.at(cursor) >= _PROBABILITY_IN_LEGEND
        ]
        marks = [curve for curve in self._curves if curve.at(None) >= _PROBABILITY_TO_MARK]
        return Notes(rows, marks, cursor=cursor)

    def _nothing_yet(self, shown: Shown) -> str:
        return self.tr("The ten probabilities of your drawing, as the training goes on")
