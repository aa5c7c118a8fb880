"""The release of each recipient for QGIS and for programs, under `/ogc/RECIPIENT`."""

from trucewatch.server.ogc import router

__all__ = ["router"]
