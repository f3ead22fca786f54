"""The page of one of Inspect's tools, empty until it is first seen."""

from __future__ import annotations

from importlib import import_module

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.tabs.inspect.tool import Tool
from gui.widgets.construct import spaced

_TOOLS = {
    "arithmetic": "arithmetic.cell_inspector:CellInspector",
    "slide": "slide.slide_tool:SlideTool",
    "kernels": "kernels.kernels_tool:KernelsTool",
    "change": "change.change_tool:ChangeTool",
    "code": "code.code_tool:CodeTool",
}
"""The module in this package, and the class, of each tool."""


class ToolPage(QWidget):
    """Holds the tool of a name, once `build` has made it."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"{name}_page")
        self.name = name
        self.tool: Tool | None = None

    def build(self) -> Tool:
        """Import the tool's class, build the tool and return it."""
        module, _, kind = _TOOLS[self.name].partition(":")
        tool: Tool = getattr(import_module(f"gui.tabs.inspect.{module}"), kind)(self)
        spaced(QVBoxLayout(self)).addWidget(tool)
        self.tool = tool
        return tool
