import "./map.css";
import "./map/element.js";
