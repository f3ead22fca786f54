"""The words of the field, and the parts of the window, each explained in a sentence or two.

Sections are those of the English edition of Dive into Deep Learning (d2l.ai), and of its Chinese one. Where
the book does not have an idea, there is none.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from gui.words import translate


class Term(NamedTuple):
    """A word of the field."""

    key: str
    name: str
    also: tuple[str, ...]
    """Further forms and spellings that occur in sentences."""
    text: str
    """Two short sentences: what it is, and what it does."""
    section: str
    """Where Dive into Deep Learning explains it: `7.3`; empty where it does not."""


class Section(NamedTuple):
    """A section of Dive into Deep Learning."""

    number: str
    title: str
    chinese: str
    """Its number in the Chinese edition; empty where that has none like it."""


class Part(NamedTuple):
    """A part of the window."""

    names: tuple[str, ...]
    """The object names of its widgets."""
    title: str
    text: str
    terms: tuple[str, ...]
    """The keys of the terms with the idea behind it."""


def convolution() -> str:
    """Return the first term's text; it differs from language to language, and tells which one is spoken."""
    return translate(
        "Glossary",
        "A small window of weights slides over a picture; at each place the numbers below are multiplied "
        "by the weights and added up. The same few weights serve every place, so a pattern is found "
        "wherever it is.",
    )


def terms() -> tuple[Term, ...]:
    """Return all terms, in the user's language."""
    return (
        _term(
            "convolution",
            translate("Glossary", "convolution, convolutions, convolutional"),
            convolution(),
            "7.2",
        ),
        _term(
            "cross_correlation",
            translate("Glossary", "cross-correlation"),
            translate(
                "Glossary",
                "Slide a kernel over the input, multiply element by element, and add. This is what layers "
                "called convolution compute; mathematics turns the kernel upside down and left to right "
                "first.",
            ),
            "7.2",
        ),
        _term(
            "kernel",
            translate("Glossary", "kernel, kernels, filter, filters"),
            translate(
                "Glossary",
                "The small array of weights that a convolution slides over its input. Where the input "
                "looks like the kernel, the output is large.",
            ),
            "7.2",
        ),
        _term(
            "feature_map",
            translate("Glossary", "feature map, feature maps, map, maps"),
            translate(
                "Glossary",
                "The output of one channel, laid out as a picture: each number says how strongly something "
                "was found there. Early maps show edges, later ones larger parts of a shape.",
            ),
            "7.2",
        ),
        _term(
            "channel",
            translate("Glossary", "channel, channels"),
            translate(
                "Glossary",
                "One of the maps that lie on each other in a layer: a gray picture has 1 channel, a colour "
                "picture 3. A convolution has a kernel for each pair of input channel and output channel.",
            ),
            "7.4",
        ),
        _term(
            "stride",
            translate("Glossary", "stride, strides"),
            translate(
                "Glossary",
                "How many cells the window moves from one output to the next. With stride 2 the output is "
                "about half as wide and half as high as the input.",
            ),
            "7.3",
        ),
        _term(
            "padding",
            translate("Glossary", "padding, zero padding"),
            translate(
                "Glossary",
                "Rows and columns of zeros, put around a map before a window slides over it. With 2 of "
                "them on each side, a 5×5 kernel of stride 1 gives a map as large as the one before.",
            ),
            "7.3",
        ),
        _term(
            "receptive_field",
            translate("Glossary", "receptive field, receptive fields"),
            translate(
                "Glossary",
                "All cells of the input that can change the value of one cell. It grows with depth: in "
                "LeNet it is 5×5 pixels at the first convolution and 14×14 at the second.",
            ),
            "7.2",
        ),
        _term(
            "pooling",
            translate("Glossary", "pooling, poolings"),
            translate(
                "Glossary",
                "One number for each window of a map, so that the map gets smaller. It has no weights, and "
                "after it small shifts of the drawing matter less.",
            ),
            "7.5",
        ),
        _term(
            "max_pooling",
            translate("Glossary", "max pooling"),
            translate(
                "Glossary",
                "Pooling that keeps the largest number of each window. It says that a feature was found, "
                "and less exactly where.",
            ),
            "7.5",
        ),
        _term(
            "average_pooling",
            translate("Glossary", "average pooling, mean pooling"),
            translate(
                "Glossary",
                "Pooling that takes the mean of each window. The LeNet of d2l uses it; many later networks "
                "use max pooling.",
            ),
            "7.5",
        ),
        _term(
            "global_pooling",
            translate("Glossary", "global average pooling"),
            translate(
                "Glossary",
                "The mean of each whole map: one number for each channel. NiN ends with it instead of "
                "large fully connected layers.",
            ),
            "8.3",
        ),
        _term(
            "activation",
            translate("Glossary", "activation function, activation functions, activation, activations"),
            translate(
                "Glossary",
                "A function of every number by itself, such as ReLU or sigmoid. Without it, layers in a "
                "row could do no more than a single linear layer.",
            ),
            "5.1",
        ),
        _term(
            "relu",
            translate("Glossary", "ReLU, rectified linear unit"),
            translate(
                "Glossary",
                "max(0, x): a positive number passes, a negative one becomes 0. Its slope is 1 for all "
                "positive numbers, so gradients do not fade there.",
            ),
            "5.1",
        ),
        _term(
            "sigmoid",
            translate("Glossary", "sigmoid"),
            translate(
                "Glossary",
                "1 / (1 + exp(−x)): every number becomes one between 0 and 1. Far from 0 it is almost flat "
                "and its gradient nearly 0, so deep networks learn slowly with it.",
            ),
            "5.1",
        ),
        _term(
            "tanh",
            translate("Glossary", "tanh, hyperbolic tangent"),
            translate(
                "Glossary",
                "The hyperbolic tangent: every number becomes one between −1 and 1. It has the form of the "
                "sigmoid, with 0 in the middle.",
            ),
            "5.1",
        ),
        _term(
            "silent",
            translate(
                "Glossary",
                "silent unit, silent units, silent, dead unit, dead units, dead kernel, dead kernels",
            ),
            translate(
                "Glossary",
                "A unit that gives the same output for every picture: with ReLU, always 0. Its gradient is "
                "then 0 or nearly so, and training hardly changes it; after a ReLU it is called dead.",
            ),
            "",
        ),
        _term(
            "flatten",
            translate("Glossary", "flatten, flattened, flattening"),
            translate(
                "Glossary",
                "Put the numbers of all maps into one row, channel after channel. The layers after it need "
                "a row, and do not know any more which numbers were neighbours.",
            ),
            "7.6",
        ),
        _term(
            "fully_connected",
            translate(
                "Glossary",
                "fully connected layer, fully connected layers, fully connected, dense layer, dense layers",
            ),
            translate(
                "Glossary",
                "Each of its units is a weighted sum of all numbers before it, plus a bias. It has one "
                "weight for every pair of an input and a unit.",
            ),
            "5.1",
        ),
        _term(
            "unit",
            translate("Glossary", "unit, units, neuron, neurons"),
            translate(
                "Glossary",
                "One output of a fully connected layer, with the weights that make it. Those between the "
                "input and the last layer are called hidden.",
            ),
            "5.1",
        ),
        _term(
            "weight",
            translate("Glossary", "weight, weights"),
            translate(
                "Glossary",
                "A number that an input is multiplied by, and that training changes. What a network has "
                "learnt is in its weights and biases.",
            ),
            "3.1",
        ),
        _term(
            "bias",
            translate("Glossary", "bias, biases"),
            translate(
                "Glossary",
                "A number that is added to a weighted sum; a convolution has one for each output channel. "
                "It moves the point from which the sum is positive.",
            ),
            "3.1",
        ),
        _term(
            "parameter",
            translate("Glossary", "parameter, parameters"),
            translate(
                "Glossary", "A number that training may change: a weight or a bias. LeNet has 61,706 of them."
            ),
            "6.2",
        ),
        _term(
            "logit",
            translate("Glossary", "logit, logits"),
            translate(
                "Glossary",
                "One of the last layer's outputs before softmax: any number, one for each class. The class "
                "with the largest logit is the answer.",
            ),
            "4.1",
        ),
        _term(
            "softmax",
            translate("Glossary", "softmax"),
            translate(
                "Glossary",
                "The exponential of each logit, divided by the sum of all: positive numbers that add up to "
                "1. It shares out 100 % whatever is drawn, so even a scribble gets probabilities.",
            ),
            "4.1",
        ),
        _term(
            "probability",
            translate("Glossary", "probability, probabilities"),
            translate(
                "Glossary",
                "The share of 100 % that softmax gives to a class. It is the network's own estimate, and "
                "it can be high and wrong.",
            ),
            "4.1",
        ),
        _term(
            "confidence",
            translate("Glossary", "confidence, sure"),
            translate(
                "Glossary",
                "The probability that a network gives to its answer. It can be high for a wrong answer, "
                "most of all where a picture is unlike those it has learnt from.",
            ),
            "",
        ),
        _term(
            "one_hot",
            translate("Glossary", "one-hot, one-hot encoding"),
            translate(
                "Glossary",
                "A label written as one number for each class: 1 for the right one, 0 for all others. The "
                "cross-entropy compares it with the probabilities.",
            ),
            "4.1",
        ),
        _term(
            "cross_entropy",
            translate("Glossary", "cross-entropy, cross-entropy loss"),
            translate(
                "Glossary",
                "The usual loss of a classifier: minus the logarithm of the probability of the right "
                "class. It is 0 for a right answer of 100 %, and 2.30 where ten classes have 10 % each.",
            ),
            "4.1",
        ),
        _term(
            "loss",
            translate("Glossary", "loss, losses, loss function"),
            translate(
                "Glossary",
                "One number that says how wrong the answers are; training makes it smaller. Here it is the "
                "mean cross-entropy of the digits.",
            ),
            "4.1",
        ),
        _term(
            "epoch",
            translate("Glossary", "epoch, epochs"),
            translate(
                "Glossary",
                "One pass over all training digits. After ten epochs each of them has been used ten times.",
            ),
            "3.4",
        ),
        _term(
            "step",
            translate("Glossary", "training step, training steps, iteration, iterations"),
            translate(
                "Glossary",
                "One batch: its answers, their loss, the gradients, and one small change of all weights. "
                "An epoch has as many steps as there are batches.",
            ),
            "12.5",
        ),
        _term(
            "batch",
            translate("Glossary", "batch, batches, batch size, minibatch, minibatches"),
            translate(
                "Glossary",
                "Some digits, often 32 to 256, that decide together on one training step. Small batches "
                "give many noisy steps, large ones fewer and steadier steps.",
            ),
            "12.5",
        ),
        _term(
            "learning_rate",
            translate("Glossary", "learning rate, learning rates"),
            translate(
                "Glossary",
                "How far a training step moves the weights. Too small, and training crawls; too large, and "
                "the loss jumps about or explodes.",
            ),
            "12.3",
        ),
        _term(
            "schedule",
            translate("Glossary", "learning rate schedule, learning-rate schedule, schedule, schedules"),
            translate(
                "Glossary",
                "A rule that changes the learning rate during a run. Large steps come forward quickly, and "
                "small ones at the end settle.",
            ),
            "12.11",
        ),
        _term(
            "optimiser",
            translate("Glossary", "optimiser, optimisers, optimizer"),
            translate(
                "Glossary",
                "The rule that turns gradients into changes of the weights, such as SGD or Adam. It also "
                "remembers what the rule needs, such as the momentum.",
            ),
            "12.1",
        ),
        _term(
            "sgd",
            translate("Glossary", "SGD, stochastic gradient descent"),
            translate(
                "Glossary",
                "Stochastic gradient descent: each step uses the gradient of a few digits, drawn by "
                "chance, instead of all. It moves the weights against that gradient, times the learning "
                "rate.",
            ),
            "12.4",
        ),
        _term(
            "momentum",
            translate("Glossary", "momentum"),
            translate(
                "Glossary",
                "The weights follow a running sum of the gradients, in which old ones fade. At 0.9 about "
                "ten steps count: noise cancels out, and what points the same way adds up.",
            ),
            "12.6",
        ),
        _term(
            "nesterov",
            translate("Glossary", "Nesterov, Nesterov momentum"),
            translate(
                "Glossary",
                "Momentum that takes the gradient at the place where it is about to lead. So it brakes a "
                "little earlier where the slope turns.",
            ),
            "",
        ),
        _term(
            "adam",
            translate("Glossary", "Adam, AdamW"),
            translate(
                "Glossary",
                "An optimiser that divides each weight's mean gradient by its usual size, so that every "
                "weight has a step width of its own. AdamW is Adam with the weight decay kept apart from "
                "the gradient.",
            ),
            "12.10",
        ),
        _term(
            "weight_decay",
            translate("Glossary", "weight decay"),
            translate(
                "Glossary",
                "Each step also pulls every weight a little towards 0. A large weight has to be worth it, "
                "which makes learning by heart harder.",
            ),
            "3.7",
        ),
        _term(
            "gradient",
            translate("Glossary", "gradient, gradients"),
            translate(
                "Glossary",
                "How fast a number, such as the loss, changes when each weight grows a little. It points "
                "uphill, so training goes the other way.",
            ),
            "2.4",
        ),
        _term(
            "backpropagation",
            translate("Glossary", "backpropagation, backward pass"),
            translate(
                "Glossary",
                "All gradients in one pass, from the loss back to the input, layer by layer, by the chain "
                "rule. It takes about twice the work of the forward pass.",
            ),
            "5.3",
        ),
        _term(
            "vanishing",
            translate(
                "Glossary", "vanishing gradient, vanishing gradients, exploding gradient, exploding gradients"
            ),
            translate(
                "Glossary",
                "Gradients that shrink from layer to layer on the way back, until the first layers hardly "
                "learn. Exploding gradients are the opposite: they grow until training breaks.",
            ),
            "5.4",
        ),
        _term(
            "overfitting",
            translate("Glossary", "overfitting, learn by heart, learning by heart, by heart"),
            translate(
                "Glossary",
                "The network learns its training digits by heart: they are read better and better, new "
                "ones are not. One sees it where the training loss falls while the validation loss rises.",
            ),
            "3.6",
        ),
        _term(
            "generalisation",
            translate("Glossary", "generalisation, generalise"),
            translate(
                "Glossary",
                "Reading well what was not among the training digits. This is the aim of training, and a "
                "low training loss alone does not show it.",
            ),
            "3.6",
        ),
        _term(
            "regularisation",
            translate("Glossary", "regularisation"),
            translate(
                "Glossary",
                "Whatever makes learning by heart harder, such as weight decay, dropout or augmentation. "
                "The training loss often gets a little worse, and new digits are read better.",
            ),
            "3.7",
        ),
        _term(
            "validation",
            translate(
                "Glossary", "validation, validation set, held-out digits, held-out, held out, held-back"
            ),
            translate(
                "Glossary",
                "Digits set aside from training and read after each epoch. They show how new digits fare, "
                "and settings are chosen by them.",
            ),
            "3.6",
        ),
        _term(
            "test_set",
            translate("Glossary", "test set, test digits, test digit"),
            translate(
                "Glossary",
                "Digits that are used neither to train nor to choose settings; MNIST has 10,000. Their "
                "accuracy is an honest measure only as long as nothing is chosen by it.",
            ),
            "4.6",
        ),
        _term(
            "training_set",
            translate("Glossary", "training set, training digits, training digit"),
            translate(
                "Glossary",
                "The labelled digits that a network is corrected by; MNIST has 60,000. What is not like "
                "them is often read wrong.",
            ),
            "3.6",
        ),
        _term(
            "augmentation",
            translate("Glossary", "augmentation, data augmentation"),
            translate(
                "Glossary",
                "Each training digit is turned, shifted or bent a little, by chance, before it is used. So "
                "the network learns that such changes do not matter.",
            ),
            "14.1",
        ),
        _term(
            "dropout",
            translate("Glossary", "dropout"),
            translate(
                "Glossary",
                "In each training step a share of the units, drawn by chance, is set to 0. No unit can "
                "rely on a single other one; when the network is used, all of them work.",
            ),
            "5.6",
        ),
        _term(
            "batch_norm",
            translate("Glossary", "batch normalisation"),
            translate(
                "Glossary",
                "Each channel gets mean 0 and deviation 1 over the batch, then a scale and a shift that "
                "are learnt. In evaluation mode, running means from training stand in for those of the "
                "batch.",
            ),
            "8.5",
        ),
        _term(
            "normalise",
            translate("Glossary", "normalise, normalised, normalisation"),
            translate(
                "Glossary",
                "Take the mean away from numbers, and divide them by their standard deviation. Inputs then "
                "lie around 0 and are neither tiny nor large, which makes training easier.",
            ),
            "",
        ),
        _term(
            "initialisation",
            translate("Glossary", "initialisation, random weights, Xavier initialisation, Xavier"),
            translate(
                "Glossary",
                "The random weights that a run begins with. Xavier's rule makes them smaller where a layer "
                "has more inputs and outputs, so that numbers neither grow nor fade from layer to layer.",
            ),
            "5.4",
        ),
        _term(
            "label_smoothing",
            translate("Glossary", "label smoothing"),
            translate(
                "Glossary",
                "The right class is to get a little less than 100 %, and all classes share what is taken "
                "away. It keeps a network from becoming surer than it should be.",
            ),
            "",
        ),
        _term(
            "weight_average",
            translate("Glossary", "weight average"),
            translate(
                "Glossary",
                "A running mean of the weights over past steps, kept beside them. The noise of single "
                "steps cancels out in it, so it often reads a little better.",
            ),
            "",
        ),
        _term(
            "early_stopping",
            translate("Glossary", "early stopping, patience"),
            translate(
                "Glossary",
                "End a run when the validation digits have been read no better for some epochs, and keep "
                "the best weights. How many epochs to wait is called patience.",
            ),
            "5.5",
        ),
        _term(
            "accuracy",
            translate("Glossary", "accuracy"),
            translate(
                "Glossary",
                "The share of digits that are read right. An accuracy of 98 % on MNIST's test digits means "
                "200 misread of 10,000.",
            ),
            "4.3",
        ),
        _term(
            "confusion",
            translate("Glossary", "confusion matrix, confusion, confusions"),
            translate(
                "Glossary",
                "A table of right class against answer, with the number of digits in each cell. The "
                "diagonal holds what is read right; other cells show which classes are taken for each "
                "other.",
            ),
            "",
        ),
        _term(
            "fine_tuning",
            translate("Glossary", "fine-tuning, fine-tune, fine-tuned"),
            translate(
                "Glossary",
                "Train a network that has learnt already, on new pictures and mostly with a small learning "
                "rate. My digits does so with your own handwriting.",
            ),
            "14.2",
        ),
        _term(
            "occlusion",
            translate("Glossary", "occlusion"),
            translate(
                "Glossary",
                "Cover a small patch of the picture, everywhere in turn, and see each time how far the "
                "answer changes. It needs no gradient: it shows what the network does when that ink is "
                "missing.",
            ),
            "",
        ),
        _term(
            "input_gradient",
            translate("Glossary", "input × gradient, saliency"),
            translate(
                "Glossary",
                "Each pixel's ink times the gradient of a logit with respect to it. It estimates what the "
                "pixel adds to that logit, and is exact only where the network is linear.",
            ),
            "",
        ),
        _term(
            "adversarial",
            translate("Glossary", "smallest change, adversarial"),
            translate(
                "Glossary",
                "A change of the picture, as small as possible, that makes the network answer something "
                "else. Such changes are called adversarial, and some are too small for people to notice.",
            ),
            "",
        ),
        _term(
            "contribution",
            translate("Glossary", "contribution, contributions, evidence"),
            translate(
                "Glossary",
                "What one input adds to a sum: its value times its weight. All contributions and the bias "
                "together are the number itself.",
            ),
            "",
        ),
        _term(
            "familiarity",
            translate(
                "Glossary", "familiarity, familiar, out of distribution, unlike what it has learnt from"
            ),
            translate(
                "Glossary",
                "How common a drawing is among the digits that a network has learnt from. For a drawing "
                "that is unlike them all, out of distribution, a high probability means little.",
            ),
            "4.7",
        ),
        _term(
            "preprocessing",
            translate("Glossary", "preprocessing"),
            translate(
                "Glossary",
                "What is done to a drawing before the first layer sees it: cropped, scaled to 20 pixels, "
                "centred. New pictures must be prepared as the training digits were.",
            ),
            "",
        ),
        _term(
            "centre_of_mass",
            translate("Glossary", "centre of mass"),
            translate(
                "Glossary",
                "The mean place of the ink, in which dark pixels count more than pale ones. MNIST's digits "
                "have it in the middle of their 28×28 pixels, so drawings are moved there as well.",
            ),
            "",
        ),
        _term(
            "antialiasing",
            translate("Glossary", "antialiasing, antialias"),
            translate(
                "Glossary",
                "A pixel at an edge gets a gray, by how much of it the ink covers. Without it, slanted "
                "lines become stairs.",
            ),
            "",
        ),
        _term(
            "mnist",
            translate("Glossary", "MNIST"),
            translate(
                "Glossary",
                "70,000 handwritten digits of 28×28 gray pixels, by some 500 writers: 60,000 to train and "
                "10,000 to test. Yann LeCun, Corinna Cortes and Christopher Burges made it in the 1990s.",
            ),
            "4.2",
        ),
        _term(
            "lenet",
            translate("Glossary", "LeNet, LeNet-5"),
            translate(
                "Glossary",
                "A convolutional network for digits by Yann LeCun and others, 1998: two convolutions with "
                "pooling, then three fully connected layers. It was used to read cheques, and is still a "
                "good first example.",
            ),
            "7.6",
        ),
        _term(
            "architecture",
            translate("Glossary", "architecture, architectures"),
            translate(
                "Glossary",
                "The layers of a network and their order, without the numbers in them. Training finds the "
                "numbers; the layers stay as they are.",
            ),
            "",
        ),
        _term(
            "tensor",
            translate("Glossary", "tensor, tensors, tensor shape"),
            translate(
                "Glossary",
                "An array of numbers with any number of axes; its shape is the length of each. The shape "
                "6×28×28 means 6 channels of 28 rows and 28 columns.",
            ),
            "2.1",
        ),
        _term(
            "float32",
            translate("Glossary", "float32, single precision"),
            translate(
                "Glossary",
                "A number in 32 bits, good for about seven decimal digits. Sums in another order differ in "
                "the last of them, and so may two programs with the same weights.",
            ),
            "",
        ),
        _term(
            "checkpoint",
            translate("Glossary", "checkpoint, checkpoints"),
            translate(
                "Glossary",
                "The state of a run in a file: its weights, and all that it needs to go on. After a crash "
                "the run goes on from the last one.",
            ),
            "6.6",
        ),
        _term(
            "seed",
            translate("Glossary", "seed, seeds, random seed"),
            translate(
                "Glossary",
                "The number from which all chance of a run follows: first weights, order of digits, "
                "augmentation. The same seed repeats a run; another one shows how much was luck.",
            ),
            "",
        ),
        _term(
            "evaluation_mode",
            translate("Glossary", "evaluation mode"),
            translate(
                "Glossary",
                "Layers work as in use, not as in training: dropout lets all numbers pass, and batch "
                "normalisation takes its running means. PyTorch switches to it with model.eval().",
            ),
            "5.6",
        ),
        _term(
            "label",
            translate("Glossary", "label, labels"),
            translate(
                "Glossary",
                "The right class of a picture, as a person gives it. A network learns from pictures with "
                "labels.",
            ),
            "4.1",
        ),
        _term(
            "class",
            translate("Glossary", "class, classes"),
            translate(
                "Glossary",
                "One of the answers that a network can give: here, mostly, the ten digits from 0 to 9. The "
                "last layer has one output for each.",
            ),
            "4.1",
        ),
    )


def _term(key: str, forms: str, text: str, section: str) -> Term:
    """Return a term. Its forms are one text, the name first: a language may have as many as it needs."""
    name, *also = re.split(r"\s*[,，、]\s*", forms)
    return Term(key, name, tuple(also), text, section)


def sections() -> tuple[Section, ...]:
    """Return the sections that terms name, from first to last; English titles, as in the book."""
    return tuple(Section(*each) for each in _SECTIONS)


_SECTIONS = (
    ("2.1", "Data Manipulation", "2.1"),
    ("2.4", "Calculus", "2.4"),
    ("3.1", "Linear Regression", "3.1"),
    ("3.4", "Linear Regression Implementation from Scratch", "3.2"),
    ("3.6", "Generalization", "4.4"),
    ("3.7", "Weight Decay", "4.5"),
    ("4.1", "Softmax Regression", "3.4"),
    ("4.2", "The Image Classification Dataset", "3.5"),
    ("4.3", "The Base Classification Model", ""),
    ("4.6", "Generalization in Classification", ""),
    ("4.7", "Environment and Distribution Shift", "4.9"),
    ("5.1", "Multilayer Perceptrons", "4.1"),
    ("5.3", "Forward Propagation, Backward Propagation, and Computational Graphs", "4.7"),
    ("5.4", "Numerical Stability and Initialization", "4.8"),
    ("5.5", "Generalization in Deep Learning", ""),
    ("5.6", "Dropout", "4.6"),
    ("6.2", "Parameter Management", "5.2"),
    ("6.6", "File I/O", "5.5"),
    ("7.2", "Convolutions for Images", "6.2"),
    ("7.3", "Padding and Stride", "6.3"),
    ("7.4", "Multiple Input and Multiple Output Channels", "6.4"),
    ("7.5", "Pooling", "6.5"),
    ("7.6", "LeNet", "6.6"),
    ("8.3", "NiN", "7.3"),
    ("8.5", "Batch Normalization", "7.5"),
    ("12.1", "Optimization and Deep Learning", "11.1"),
    ("12.3", "Gradient Descent", "11.3"),
    ("12.4", "Stochastic Gradient Descent", "11.4"),
    ("12.5", "Minibatch Stochastic Gradient Descent", "11.5"),
    ("12.6", "Momentum", "11.6"),
    ("12.10", "Adam", "11.10"),
    ("12.11", "Learning Rate Scheduling", "11.11"),
    ("14.1", "Image Augmentation", "13.1"),
    ("14.2", "Fine-Tuning", "13.2"),
)


def parts() -> tuple[Part, ...]:
    """Return the parts of the window, in the user's language."""
    return (
        Part(
            ("pad_panel",),
            translate("Glossary", "Pad"),
            translate(
                "Glossary",
                "Draw a digit here; it stays in sight on every page. The network answers while the stroke "
                "is still moving.",
            ),
            ("preprocessing",),
        ),
        Part(
            ("drawing_canvas",),
            translate("Glossary", "Drawing"),
            translate(
                "Glossary",
                "Draw with the left button or a pen, erase with the right button. What you draw is "
                "cropped, scaled and centred before the network reads it.",
            ),
            ("preprocessing", "centre_of_mass"),
        ),
        Part(
            ("pen_button", "eraser_button", "undo_button", "redo_button", "clear_button"),
            translate("Glossary", "Drawing tools"),
            translate(
                "Glossary",
                "Pen and eraser, undo and redo, and a sheet without ink. All of them have keys, which the "
                "Edit and Draw menus show.",
            ),
            (),
        ),
        Part(
            ("brush_slider",),
            translate("Glossary", "Brush"),
            translate(
                "Glossary",
                "How wide a stroke is. Strokes far thinner or thicker than MNIST's are less familiar to the "
                "network.",
            ),
            ("familiarity",),
        ),
        Part(
            ("test_digit_button",),
            translate("Glossary", "Test digit"),
            translate(
                "Glossary",
                "Puts a digit of MNIST's test set on the pad. The shipped networks were not trained on "
                "these.",
            ),
            ("test_set", "mnist"),
        ),
        Part(
            ("answer_panel", "answer_digit"),
            translate("Glossary", "Answer"),
            translate(
                "Glossary",
                "The digit that the network reads, and how sure it is. A question mark stands where it is "
                "not sure, or where the drawing is unlike what it has learnt from.",
            ),
            ("confidence", "familiarity"),
        ),
        Part(
            ("answer_verdict",),
            translate("Glossary", "How sure it is"),
            translate(
                "Glossary",
                "The probability of the answer, or a warning. “A guess” means that the drawing is odder "
                "than nearly all training digits.",
            ),
            ("confidence", "familiarity"),
        ),
        Part(
            ("probability_bars", "prepared_bars", "path_bars", "compare_left_bars", "compare_right_bars"),
            translate("Glossary", "Probabilities"),
            translate(
                "Glossary",
                "One bar for each class; together they make 100 %. They are the softmax of the last "
                "layer's numbers.",
            ),
            ("softmax", "logit", "probability"),
        ),
        Part(
            ("difference_bars",),
            translate("Glossary", "Difference"),
            translate(
                "Glossary",
                "How much more probability one of the two networks gives to each class. A bar to the left "
                "means the left network.",
            ),
            ("probability",),
        ),
        Part(
            ("input_preview", "input_caption"),
            translate("Glossary", "What the network sees"),
            translate(
                "Glossary",
                "The picture that enters the first layer, 28×28 pixels for most networks here. A frame on "
                "it shows what the cell looked at in Inspect depends on.",
            ),
            ("preprocessing", "receptive_field"),
        ),
        Part(
            ("label_row",),
            translate("Glossary", "Label"),
            translate(
                "Glossary",
                "Says which digit the drawing is, and keeps it in My digits. A network can be taught with "
                "what is kept there.",
            ),
            ("label", "fine_tuning"),
        ),
        Part(
            ("modified_bar",),
            translate("Glossary", "Changed by hand"),
            translate(
                "Glossary", "The network that answers was changed in Inspect. Revert takes the changes back."
            ),
            ("weight",),
        ),
        Part(
            ("navigation",),
            translate("Glossary", "Pages"),
            translate(
                "Glossary",
                "Each page looks at the same drawing in another way. Ctrl with a number key goes to a page.",
            ),
            (),
        ),
        Part(
            ("inspect_page", "inspect_view"),
            translate("Glossary", "Inspect"),
            translate(
                "Glossary",
                "Every layer of the network, from the drawing to the answer. Click a layer to see its maps "
                "large, and a cell to see where its number comes from.",
            ),
            ("convolution", "feature_map"),
        ),
        Part(
            ("layer_strip", "train_strip", "compare_left_strip", "compare_right_strip"),
            translate("Glossary", "All layers"),
            translate(
                "Glossary",
                "The whole network from left to right, each layer with its channels as small pictures. "
                "Click one to see it large.",
            ),
            ("feature_map", "channel"),
        ),
        Part(
            ("layer_title",),
            translate("Glossary", "Layer"),
            translate(
                "Glossary",
                "Its name, the shape of its output, and the line of PyTorch that makes it. Behind it "
                "stands how many parameters it has.",
            ),
            ("tensor", "parameter"),
        ),
        Part(
            ("maps_view", "close_left_maps_view", "close_right_maps_view"),
            translate("Glossary", "Maps"),
            translate(
                "Glossary",
                "The channels of the selected layer, each a map of its values. Point at a cell to see what "
                "it was computed from; click to keep it. Wheel, + and − enlarge, dragging moves.",
            ),
            ("feature_map", "receptive_field"),
        ),
        Part(
            ("units_view", "close_left_units_view", "close_right_units_view"),
            translate("Glossary", "Units"),
            translate(
                "Glossary",
                "The numbers of a layer that has no maps any more, one bar for each unit. Point at one to "
                "read its value.",
            ),
            ("unit", "fully_connected"),
        ),
        Part(
            (
                "legend",
                "kernels_legend",
                "kernels_tool_legend",
                "evidence_legend",
                "change_legend",
                "close_pair_legend",
            ),
            translate("Glossary", "Colour legend"),
            translate("Glossary", "Which colour means which number. Zero is always the neutral colour."),
            (),
        ),
        Part(
            ("keep_range",),
            translate("Glossary", "Keep the range"),
            translate(
                "Glossary",
                "Usually the strongest colour is the layer's largest value, so it changes while you draw. "
                "Kept, the same colour stays the same number.",
            ),
            ("activation",),
        ),
        Part(
            ("share_range",),
            translate("Glossary", "One range for all layers"),
            translate(
                "Glossary",
                "Each layer has its own range of colours, or all share one: then a pale layer has small "
                "numbers.",
            ),
            ("activation",),
        ),
        Part(
            ("cell_reading",),
            translate("Glossary", "The cell under the mouse"),
            translate(
                "Glossary",
                "Its place, its value, and what it depends on. Click a cell to keep it while you draw on.",
            ),
            ("receptive_field",),
        ),
        Part(
            ("inspect_tools",),
            translate("Glossary", "Tools of Inspect"),
            translate(
                "Glossary",
                "Five ways to look into the selected layer: its arithmetic, its window as it slides, its "
                "kernels, changes by hand, and its code.",
            ),
            (),
        ),
        Part(
            ("arithmetic_page",),
            translate("Glossary", "Arithmetic"),
            translate(
                "Glossary",
                "Every product that makes the number of one cell, and their sum with the bias. Copy "
                "PyTorch gives the same as code.",
            ),
            ("convolution", "cross_correlation", "bias"),
        ),
        Part(
            ("slide_page",),
            translate("Glossary", "Slide"),
            translate(
                "Glossary",
                "The window moves over the input, and writes one number of the output at each place. Play "
                "it, or go step by step.",
            ),
            ("convolution", "stride", "padding"),
        ),
        Part(
            ("kernels_page",),
            translate("Glossary", "Kernels"),
            translate(
                "Glossary",
                "The weights of all kernels of the layer as pictures, and some figures about each. Patches "
                "of training digits show what excites a channel most.",
            ),
            ("kernel", "weight"),
        ),
        Part(
            ("patches_view",),
            translate("Glossary", "Patches"),
            translate(
                "Glossary",
                "Pieces of training digits to which the chosen channel answers most. They tell what it has "
                "learnt to look for.",
            ),
            ("feature_map", "receptive_field"),
        ),
        Part(
            ("change_page",),
            translate("Glossary", "Change"),
            translate(
                "Glossary",
                "Switch channels off, or type other weights, and see at once what the answer makes of it. "
                "Nothing is lost: undo and Revert bring the network back.",
            ),
            ("channel", "kernel", "weight"),
        ),
        Part(
            ("ranking_view",),
            translate("Glossary", "Rank by test accuracy"),
            translate(
                "Glossary",
                "Switches off each channel in turn, and reads all test digits without it. The channel "
                "whose loss hurts most comes first.",
            ),
            ("accuracy", "test_set"),
        ),
        Part(
            ("code_page",),
            translate("Glossary", "Code"),
            translate(
                "Glossary",
                "The layer as a line of PyTorch, with the sums that give its shape, its parameters and its "
                "multiplications. The whole network can be copied as a script.",
            ),
            ("parameter", "tensor", "stride", "padding"),
        ),
        Part(
            ("prepare_page", "prepare_tab"),
            translate("Glossary", "Prepare"),
            translate(
                "Glossary",
                "How your drawing becomes the picture that the network reads, and how much it may be "
                "changed before it is read as something else.",
            ),
            ("preprocessing", "augmentation"),
        ),
        Part(
            ("stages_view",),
            translate("Glossary", "From ink to picture"),
            translate(
                "Glossary",
                "The steps from the sheet to 28×28 pixels, from left to right. Switch one off to see what "
                "it is worth.",
            ),
            ("preprocessing", "centre_of_mass", "antialiasing"),
        ),
        Part(
            ("prepared_answer",),
            translate("Glossary", "The answer here"),
            translate(
                "Glossary",
                "What the network reads with these steps and sliders. Below it stands what it reads on the "
                "pad.",
            ),
            ("probability",),
        ),
        Part(
            ("right_sweep", "down_sweep", "rotation_sweep", "size_sweep", "thickness_sweep"),
            translate("Glossary", "Vary the drawing"),
            translate(
                "Glossary",
                "The slider changes your drawing; the plot shows all probabilities along its way. Where "
                "the line of another digit rises above, the answer changes.",
            ),
            ("probability", "augmentation"),
        ),
        Part(
            ("why_page", "why_tab"),
            translate("Glossary", "Why"),
            translate(
                "Glossary",
                "The reasons for an answer: what speaks for one digit and against another. Choose both "
                "digits above.",
            ),
            ("contribution", "logit"),
        ),
        Part(
            ("why_map_panel", "evidence_map"),
            translate("Glossary", "Evidence in the drawing"),
            translate(
                "Glossary",
                "Which pixels speak for one digit, and which for the other. Choose above the picture how it "
                "is measured.",
            ),
            ("input_gradient", "occlusion"),
        ),
        Part(
            ("evidence_view",),
            translate("Glossary", "Terms of the difference"),
            translate(
                "Glossary",
                "The difference of two logits, taken apart into the terms that make it. Click a term to "
                "take it apart in turn.",
            ),
            ("contribution", "logit", "weight"),
        ),
        Part(
            ("change_view",),
            translate("Glossary", "Smallest change"),
            translate(
                "Glossary",
                "Looks for the least that must be drawn or erased until the network reads another digit. "
                "The slider goes there step by step.",
            ),
            ("adversarial", "gradient"),
        ),
        Part(
            ("seen_view", "nearest_view"),
            translate("Glossary", "Seen before?"),
            translate(
                "Glossary",
                "Whether the drawing is like the digits that the network has learnt from, and which of "
                "them are nearest to it.",
            ),
            ("familiarity", "training_set"),
        ),
        Part(
            ("train_page", "train_view"),
            translate("Glossary", "Train"),
            translate(
                "Glossary",
                "Trains a network while you watch: its loss, its accuracy, its weights. The drawing on the "
                "pad is read all the time by what is learnt so far.",
            ),
            ("epoch", "loss", "gradient"),
        ),
        Part(
            ("transport",),
            translate("Glossary", "The run"),
            translate(
                "Glossary",
                "Start, pause, go on by one step or one epoch, and stop. Learning rate and momentum can be "
                "changed while it runs.",
            ),
            ("epoch", "step", "learning_rate"),
        ),
        Part(
            ("setup_form", "setup_column"),
            translate("Glossary", "Set up"),
            translate(
                "Glossary",
                "All settings of the next run. Point at one, or go there with the Tab key, to read below "
                "what it does.",
            ),
            ("architecture", "optimiser"),
        ),
        Part(
            ("explanation_bar",),
            translate("Glossary", "What a setting does"),
            translate("Glossary", "Explains the setting under the mouse, or the one that has the keys."),
            (),
        ),
        Part(
            ("data_section",),
            translate("Glossary", "Data"),
            translate("Glossary", "Which digits the run learns from, and how many are held back to measure."),
            ("training_set", "validation"),
        ),
        Part(
            ("learning_section",),
            translate("Glossary", "Learning"),
            translate("Glossary", "How the run goes from gradients to better weights."),
            ("sgd", "learning_rate", "batch"),
        ),
        Part(
            ("more_section",),
            translate("Glossary", "Regularisation"),
            translate("Glossary", "What keeps the network from learning its digits by heart."),
            ("regularisation", "weight_decay", "dropout"),
        ),
        Part(
            ("augmentation_section", "augmentation_preview"),
            translate("Glossary", "Augmentation"),
            translate(
                "Glossary",
                "How each training digit is changed before it is used. The pictures show some before and "
                "after.",
            ),
            ("augmentation",),
        ),
        Part(
            ("schedule_sketch",),
            translate("Glossary", "Learning rate over the run"),
            translate("Glossary", "The rate from the first step to the last, as the settings have it."),
            ("schedule", "learning_rate"),
        ),
        Part(
            ("loss_chart",),
            translate("Glossary", "Loss"),
            translate(
                "Glossary",
                "How wrong the answers are, step by step and after each epoch. Where the training loss "
                "falls while the validation loss rises, digits are learnt by heart.",
            ),
            ("loss", "cross_entropy", "overfitting"),
        ),
        Part(
            ("accuracy_chart",),
            translate("Glossary", "Accuracy"),
            translate(
                "Glossary",
                "The share of digits that are read right, at the end of each epoch, in training and among "
                "those held out.",
            ),
            ("accuracy", "validation"),
        ),
        Part(
            ("rate_chart",),
            translate("Glossary", "Learning rate"),
            translate(
                "Glossary",
                "The learning rate of each step. It follows the schedule, or what you have set by hand.",
            ),
            ("learning_rate", "schedule"),
        ),
        Part(
            ("drawing_chart",),
            translate("Glossary", "Your drawing"),
            translate(
                "Glossary",
                "What the network in training made of your drawing, step by step: one line for each class.",
            ),
            ("probability", "softmax"),
        ),
        Part(
            ("weights_view",),
            translate("Glossary", "Weights and gradients"),
            translate(
                "Glossary",
                "The first kernels as they are learnt, histograms of the weights, and the length of each "
                "layer's gradient.",
            ),
            ("weight", "gradient", "initialisation"),
        ),
        Part(
            ("weight_histograms",),
            translate("Glossary", "Histograms of weights"),
            translate(
                "Glossary",
                "How many weights of a layer have which value. They begin narrow and random, and spread as "
                "the network learns.",
            ),
            ("weight", "initialisation"),
        ),
        Part(
            ("gradient_view",),
            translate("Glossary", "Gradients"),
            translate(
                "Glossary",
                "The length of each layer's gradient, step by step. If that of the first layers is far "
                "smaller, they hardly learn.",
            ),
            ("gradient", "vanishing", "backpropagation"),
        ),
        Part(
            ("silent_view",),
            translate("Glossary", "Silent units"),
            translate(
                "Glossary",
                "The share of each layer's units that give the same output for every digit looked at. Those "
                "hardly learn any more.",
            ),
            ("silent", "relu"),
        ),
        Part(
            ("hint_bar",),
            translate("Glossary", "Hint"),
            translate(
                "Glossary", "Something about this run is worth a look: the hint says what, and what to try."
            ),
            (),
        ),
        Part(
            ("scrubber",),
            translate("Glossary", "Moment of the run"),
            translate(
                "Glossary",
                "Goes back to any moment of the run: kernels, curves and your drawing as they were then.",
            ),
            ("checkpoint",),
        ),
        Part(
            ("runs_list",),
            translate("Glossary", "Runs"),
            translate(
                "Glossary",
                "Every run is kept, with its settings, curves and weights. Tick several to see their curves "
                "together.",
            ),
            ("checkpoint",),
        ),
        Part(
            ("my_digits_page", "my_digits_tab"),
            translate("Glossary", "My digits"),
            translate(
                "Glossary",
                "Digits that you have drawn, labelled and kept. A network can be taught with them to read "
                "your handwriting.",
            ),
            ("label", "fine_tuning"),
        ),
        Part(
            ("my_digits_gallery", "my_digits_filter"),
            translate("Glossary", "Your digits"),
            translate(
                "Glossary",
                "All that you have kept, or those of one label, or those that are misread. A number key "
                "gives selected digits another label.",
            ),
            ("label", "class"),
        ),
        Part(
            ("teach_card", "teaching_report"),
            translate("Glossary", "Teach"),
            translate(
                "Glossary",
                "Trains the network further with your digits, which takes some seconds. Some of your "
                "digits and MNIST's test digits are read before and after, to see what it has gained and "
                "lost.",
            ),
            ("fine_tuning", "validation", "augmentation"),
        ),
        Part(
            ("compare_page", "compare_tab"),
            translate("Glossary", "Compare"),
            translate(
                "Glossary",
                "Two networks read the same drawing, side by side. Choose them above; layers that both "
                "have stand beside each other.",
            ),
            ("architecture", "feature_map"),
        ),
        Part(
            ("form_row",),
            translate("Glossary", "Forms to try"),
            translate(
                "Glossary",
                "Puts a form of a digit on the pad that not all people write. A network reads badly what "
                "it has not learnt from.",
            ),
            ("generalisation", "training_set"),
        ),
        Part(
            ("network_label",),
            translate("Glossary", "Network and time"),
            translate(
                "Glossary", "Which network answers, where it is computed, and how long its last answer took."
            ),
            (),
        ),
        Part(
            ("message_bar",),
            translate("Glossary", "Message"),
            translate(
                "Glossary", "What did not work, or a question about what to do next. The cross closes it."
            ),
            (),
        ),
    )
