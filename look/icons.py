"""Our own icons: 24-unit line drawings, hidden from assistive technology.

A state is always icon, word and colour together, so an icon never speaks alone.
"""

from typing import Final

from markupsafe import Markup

_PATHS: Final = {
    "alert": "M12 3.5 21.5 20h-19zM12 10v4.5M12 17.3v.2",
    "arrow": "M5 12h14M13 6l6 6-6 6",
    "back": "M19 12H5M11 6l-6 6 6 6",
    "bell": "M6 16v-5a6 6 0 0 1 12 0v5l1.5 2h-15zM10 21h4",
    "camera": "M3 8h4l2-3h6l2 3h4v11H3zM12 17a4 4 0 1 0 0-8 4 4 0 0 0 0 8z",
    "check": "M4.5 12.5l5 5 10-11",
    "clock": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3.5 2",
    "cross": "M6 6l12 12M18 6 6 18",
    "document": "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
    "download": "M12 4v11M7 11l5 5 5-5M5 20h14",
    "home": "M4 11l8-7 8 7v9h-5v-6H9v6H4z",
    "info": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v6M12 7.3v.2",
    "key": "M8 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM12 12h9v3M17 12v3",
    "link": "M9 15l6-6M10.5 7.5 13 5a4 4 0 0 1 6 6l-2.5 2.5M13.5 16.5 11 19a4 4 0 0 1-6-6l2.5-2.5",
    "list": "M9 6h11M9 12h11M9 18h11M4.5 6v.1M4.5 12v.1M4.5 18v.1",
    "person": "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 21a8 8 0 0 1 16 0",
    "phone": "M7 2.5h10v19H7zM11 18.5h2",
    "scan": "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M4 12h16",
    "seal": "M5 4h14v16H5zM8.5 9h7M12 9v7",
    "shield": "M12 3l7.5 3v6c0 5-4 7.5-7.5 9-3.5-1.5-7.5-4-7.5-9V6zM8.5 12l2.5 2.5 4.5-5",
    "stop": "M8.3 3.5h7.4l4.8 4.8v7.4l-4.8 4.8H8.3l-4.8-4.8V8.3zM12 7.5v5.5M12 16.3v.2",
}


def icon(name: str, css: str = "icon") -> Markup:
    """The icon as inline SVG. Raises KeyError for a name that does not exist."""
    return Markup(
        '<svg class="{}" viewBox="0 0 24 24" aria-hidden="true"><path d="{}"/></svg>'
    ).format(css, _PATHS[name])
