"""The Compare tab's sentences about networks and their answers."""

from __future__ import annotations

from dataclasses import replace

from core.catalog import SHIPPED
from core.reading.comparison import UNTRAINED_SEED
from core.records import Answering, ModelInfo, NetworkName, Prediction
from core.training.config import RANDOM_START, TrainingConfig
from core.training.setting_kinds import InvalidSetting
from gui.tabs.compare.compared_side import ComparedSide
from gui.words import translate
from gui.words.core_texts import core_text
from gui.words.model_names import short_title, title_of, without_brackets
from gui.words.numbers import percent
from gui.words.verdict import is_an_answer


def trained_on(info: ModelInfo) -> str:
    """Return the training data of a network's weights, as far as known."""
    if info.model in SHIPPED:
        words = translate("CompareWords", "trained on {digits}")
        return words.format(digits=core_text(SHIPPED[info.model].trained_on))
    changed = info.about.get("changed_by_hand")
    if isinstance(changed, dict):
        words = translate("CompareWords", "changed by hand: {changes}")
        return words.format(changes=changed.get("changes", ""))
    if info.name.taught:
        words = translate("CompareWords", "from {start}, MNIST rehearsed")
        return words.format(start=title_of(replace(info.name, taught=0)))
    try:
        config = TrainingConfig.from_json(info.about["config"])
    except (KeyError, InvalidSetting):
        return translate("CompareWords", "its file does not say what it was trained on")
    words = translate("CompareWords", "trained on {count} of MNIST's digits")
    parts = [words.format(count=f"{config.digits - config.validation:,}")]
    if config.pen_digits:
        parts.append(translate("CompareWords", "{count} pen digits").format(count=f"{config.pen_digits:,}"))
    parts.append(translate("CompareWords", "{epochs} epochs").format(epochs=config.epochs))
    if config.start != RANDOM_START:
        start = title_of(info.names[1] if len(info.names) > 1 else NetworkName(config.start))
        parts.append(translate("CompareWords", "from {start}").format(start=start))
    return ", ".join(parts)


def untrained() -> str:
    """Return the words for an untrained network."""
    return translate("CompareWords", "not trained: random weights (seed {seed})").format(seed=UNTRAINED_SEED)


def of_pad(answering: Answering, prediction: Prediction | None) -> str:
    """Describe the pad's network: in training, changed by hand, or as it was opened."""
    info, snapshot = answering.info, answering.snapshot
    if snapshot is not None:
        words = translate("CompareWords", "in training: step {step} of the run")
        return with_parameters(words.format(step=f"{snapshot.step:,}"), info)
    words = translate("CompareWords", "{model}, {origin}")
    if prediction and prediction.original is not None:
        words = translate("CompareWords", "{model}, modified by hand")
    words = words.format(model=short_title(info.name), origin=trained_on(info))
    return with_parameters(words, info)


def with_parameters(words: str, info: ModelInfo) -> str:
    """Return a network's description with its number of parameters."""
    text = translate("CompareWords", "{words}, {count} parameters")
    return text.format(words=words, count=f"{info.parameters:,}")


def difference(left: ComparedSide, right: ComparedSide) -> str:
    """Compare two networks' answers in one line."""
    if left.prediction is None and right.prediction is None:
        if left.problem and right.problem:
            return translate("CompareWords", "Neither network can answer.")
        return translate(
            "CompareWords",
            "Draw a digit at the left, or click one of the forms above: both networks answer at once.",
        )
    names = short_names(left.name, right.name)
    digits = [_digit_of(side) for side in (left, right)]
    if digits[0] is not None and digits[0] == digits[1]:
        words = translate(
            "CompareWords", "Both read {digit}. {left}: {left_share} %. {right}: {right_share} %."
        )
        shares = {"left_share": _share_of(left), "right_share": _share_of(right)}
        return words.format(digit=digits[0], left=names[0], right=names[1], **shares)
    parts = [_reads(name, side) for name, side in zip(names, (left, right), strict=True)]
    return translate("CompareWords", "{left}. {right}.").format(left=parts[0], right=parts[1])


def _reads(name: str, side: ComparedSide) -> str:
    digit = _digit_of(side)
    if digit is None:
        return translate("CompareWords", "{name} gives no answer").format(name=name)
    text = translate("CompareWords", "{name} reads {digit} ({share} %)")
    return text.format(name=name, digit=digit, share=_share_of(side))


def _digit_of(side: ComparedSide) -> str | None:
    return side.prediction.name if side.prediction is not None and is_an_answer(side.prediction) else None


def _share_of(side: ComparedSide) -> str:
    assert side.prediction is not None
    return percent(float(side.prediction.probabilities.max()))


def short_names(left: str, right: str) -> tuple[str, str]:
    """Return both names without their brackets, if they differ so; equal names become “left” and “right”."""
    if left == right:
        return translate("CompareWords", "The left network"), translate("CompareWords", "The right network")
    short = [without_brackets(name) for name in (left, right)]
    return (short[0], short[1]) if short[0] != short[1] else (left, right)
