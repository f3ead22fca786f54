"""Numbers and sentences that several rooms show; `translate` gives a sentence in the user's language.

    translate("ClassName", "A sentence, as a literal.")

Only literals: `pyside6-lupdate` reads the source.
"""

from PySide6.QtCore import QCoreApplication

translate = QCoreApplication.translate
