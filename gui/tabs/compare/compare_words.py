"""What the Compare tab says of networks and of what they read."""

from __future__ import annotations

from core.catalog import SHIPPED
from core.reading.comparison import UNTRAINED_SEED
from core.records import Answering, ModelInfo, Prediction
from core.training.config import RANDOM_START, TrainingConfig
from core.training.setting_kinds import InvalidSetting
from gui.tabs.compare.compared_side import Side
from gui.words import translate
from gui.words.core_texts import core_text
from gui.words.model_names import name_of, without_brackets
from gui.words.numbers import percent
from gui.words.verdict import is_an_answer


def trained_on(info: ModelInfo) -> str:
    """What weights have learnt from, as far as that is known."""
    if info.model in SHIPPED:
        return translate("CompareWords", "trained on {digits}").format(
            digits=core_text(SHIPPED[info.model].trained_on)
        )
    changed = info.about.get("changed_by_hand")
    if isinstance(changed, dict):
        return translate("CompareWords", "changed by hand: {changes}").format(
            changes=changed.get("changes", "")
        )
    told = info.about.get("taught")
    if isinstance(told, dict):
        return translate("CompareWords", "from {start}, MNIST rehearsed").format(
            start=name_of(str(told.get("model")))
        )
    try:
        config = TrainingConfig.from_json(info.about["config"])
    except (KeyError, InvalidSetting):
        return translate("CompareWords", "its file does not say what it was trained on")
    parts = [
        translate("CompareWords", "trained on {count} of MNIST's digits").format(
            count=f"{config.digits - config.validation:,}"
        )
    ]
    if config.pen_digits:
        parts.append(translate("CompareWords", "{count} pen digits").format(count=f"{config.pen_digits:,}"))
    parts.append(translate("CompareWords", "{epochs} epochs").format(epochs=config.epochs))
    if config.start != RANDOM_START:
        parts.append(translate("CompareWords", "from {start}").format(start=name_of(config.start)))
    return ", ".join(parts)


def untrained() -> str:
    """What an untrained network has learnt from."""
    return translate("CompareWords", "not trained: random weights (seed {seed})").format(seed=UNTRAINED_SEED)


def of_pad(answering: Answering, prediction: Prediction | None) -> str:
    """What the pad's network is: in training, changed by hand, or as it was opened."""
    info, snapshot = answering.info, answering.snapshot
    if snapshot is not None:
        words = translate("CompareWords", "in training: step {step} of the run").format(
            step=f"{snapshot.step:,}"
        )
    else:
        words = (
            translate("CompareWords", "{model}, modified by hand")
            if prediction and prediction.original is not None
            else translate("CompareWords", "{model}, {origin}")
        )
        words = words.format(model=without_brackets(name_of(info.model)), origin=trained_on(info))
    return with_parameters(words, info)


def with_parameters(words: str, info: ModelInfo) -> str:
    """What a network has learnt from, and how large it is."""
    return translate("CompareWords", "{words}, {count} parameters").format(
        words=words, count=f"{info.parameters:,}"
    )


def difference(left: Side, right: Side) -> str:
    """In one line what the two networks read."""
    if left.prediction is None and right.prediction is None:
        if left.problem and right.problem:
            return translate("CompareWords", "Neither network can answer.")
        return translate(
            "CompareWords",
            "Draw a digit at the left, or click one of the forms above: both networks answer at once.",
        )
    names = short_names(left.name, right.name)
    read = [_digit_of(side) for side in (left, right)]
    if read[0] is not None and read[0] == read[1]:
        words = translate(
            "CompareWords", "Both read {digit}. {left}: {left_share} %. {right}: {right_share} %."
        )
        return words.format(
            digit=read[0],
            left=names[0],
            right=names[1],
            left_share=_share_of(left),
            right_share=_share_of(right),
        )
    parts = [_reads(name, side) for name, side in zip(names, (left, right), strict=True)]
    return translate("CompareWords", "{left}. {right}.").format(left=parts[0], right=parts[1])


def _reads(name: str, side: Side) -> str:
    digit = _digit_of(side)
    if digit is None:
        return translate("CompareWords", "{name} gives no answer").format(name=name)
    return translate("CompareWords", "{name} reads {digit} ({share} %)").format(
        name=name, digit=digit, share=_share_of(side)
    )


def _digit_of(side: Side) -> int | None:
    return side.prediction.digit if side.prediction is not None and is_an_answer(side.prediction) else None


def _share_of(side: Side) -> str:
    assert side.prediction is not None
    return percent(float(side.prediction.probabilities.max()))


def short_names(left: str, right: str) -> tuple[str, str]:
    """Without what stands in brackets, as long as that tells them apart; places where names do not."""
    if left == right:
        return translate("CompareWords", "The left network"), translate("CompareWords", "The right network")
    short = [without_brackets(name) for name in (left, right)]
    return (short[0], short[1]) if short[0] != short[1] else (left, right)
