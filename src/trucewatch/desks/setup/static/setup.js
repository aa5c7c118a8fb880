/* What is drawn on the map → the field of corners that the form sends. Without this file the field is typed in. */
const field = document.getElementById("corners");
const label = document.getElementById("corners-field");

document.addEventListener("tw:drawn", (event) => {
  if (!field || !label) return;
  // The map shows a field of corners of its own, which is the one to type in.
  label.hidden = true;
  const geometry = event.detail.geometry;
  const corners = !geometry ? [] : geometry.type === "Polygon" ? geometry.coordinates[0].slice(0, -1) : geometry.coordinates;
  field.value = corners.map(([lon, lat]) => `${lon}, ${lat}`).join("\n");
});
