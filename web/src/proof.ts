import "./proof/elements.js";
