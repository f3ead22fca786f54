"""What people may call commands and settings, and the words of a question that say nothing of its subject."""

from __future__ import annotations

from gui.words import translate


def small_words() -> frozenset[str]:
    """Return the words that the finder leaves out of a question."""
    words = translate(
        "Finder",
        "a an and are can do does for from get go has have how i in is it its make mean means my of on or "
        "see set show that the there this to use what when where which why with work works you",
    )
    return frozenset(words.casefold().split())


def also_called() -> dict[str, str]:
    """Return further words for an action or a widget, by its name."""
    return {
        "open_picture": translate("Finder", "photo, image, scan, load, import"),
        "save_drawing": translate("Finder", "export, image, png"),
        "quit": translate("Finder", "exit, close, leave"),
        "undo": translate("Finder", "back, take back"),
        "clear": translate("Finder", "new, empty, delete, erase all"),
        "eraser": translate("Finder", "rubber, delete"),
        "thicker": translate("Finder", "pen width, line width, stroke, darker"),
        "thinner": translate("Finder", "pen width, line width, stroke"),
        "test_digit": translate("Finder", "example, sample, MNIST, random"),
        "open_weights": translate("Finder", "load model, own network, safetensors, checkpoint"),
        "compare": translate("Finder", "two networks, side by side, difference"),
        "device_cuda": translate("Finder", "GPU, graphics card, slow, faster, speed"),
        "device_mps": translate("Finder", "GPU, graphics card, slow, faster, speed"),
        "run_start": translate("Finder", "learn, fit, train, new network, first network of my own"),
        "run_step": translate("Finder", "batch, iteration"),
        "theme_dark": translate("Finder", "night, black, dark mode, darker"),
        "theme_light": translate("Finder", "day, white, bright, brighter, lighter"),
        "shared_range": translate(
            "Finder", "colour bar, scale, limits, normalise, what colours mean, colors, legend, lock, fix"
        ),
        "show_logits": translate("Finder", "scores, raw outputs"),
        "larger": translate("Finder", "zoom in, bigger, font size, enlarge"),
        "smaller": translate("Finder", "zoom out, font size"),
        "usual_size": translate("Finder", "zoom, reset, 100 %"),
        "presentation": translate("Finder", "full screen, projector, lecture, beamer"),
        "pointer_ring": translate("Finder", "mouse, cursor, highlight, projector"),
        "page_inspect": translate("Finder", "layers, feature maps, activations, kernels, zoom, large view"),
        "page_prepare": translate("Finder", "preprocessing, crop, centre, shift, rotate"),
        "page_why": translate("Finder", "explain, evidence, occlusion, gradient, adversarial"),
        "page_train": translate("Finder", "learn, curves, loss, epochs, optimiser"),
        "page_my_digits": translate("Finder", "collection, teach, fine-tune, import, labels"),
        "glossary": translate("Finder", "terms, words, dictionary, definition, meaning"),
        "whats_this": translate("Finder", "explain, help, meaning"),
        "what_now": translate("Finder", "next step, help, assistant, stuck, what to do"),
        "tour": translate("Finder", "tutorial, introduction, beginner, guide, first steps, first network"),
        "shortcuts": translate("Finder", "keys, hotkeys, help"),
        "keep_range": translate("Finder", "lock, fix, hold, freeze, colour bar, what colours mean, colors"),
        "share_range": translate("Finder", "colour bar, colours, colors, legend, scale, compare layers"),
        "colours_blue_orange": translate("Finder", "colors, palette, colour map, legend, what colours mean"),
        "colours_purple_green": translate("Finder", "colors, palette, colour map, legend, what colours mean"),
        "colours_gray": translate("Finder", "colors, palette, colour map, legend, what colours mean"),
        "device_auto": translate("Finder", "GPU, graphics card, slow, faster, speed"),
        "device_cpu": translate("Finder", "slow, speed, processor"),
        "layer_window_button": translate("Finder", "zoom, enlarge, magnify, second screen"),
        "all_maps_button": translate("Finder", "zoom, enlarge, one map, large view"),
        "batch_size_field": translate("Finder", "slow, faster, speed"),
        "epochs_field": translate("Finder", "slow, longer, time, duration"),
        "about": translate("Finder", "version, licence, settings file, log"),
    }
