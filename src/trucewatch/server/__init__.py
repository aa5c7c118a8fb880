"""The console: pages, live feed and interfaces of one watch, served on this computer."""
