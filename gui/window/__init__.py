"""Around the tabs: settings, menus, dialogs, and what comes onto the pad from outside."""
