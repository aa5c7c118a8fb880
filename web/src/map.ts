import "./map.css";
import "./links.css";
import "./map/element.js";
import "./links/element.js";
