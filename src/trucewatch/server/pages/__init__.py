"""One file a page: `routes(console)` gives its addresses, `MENU` its place in the menu."""
