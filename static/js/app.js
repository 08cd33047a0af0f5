// The whole script. Every page works without it; it only shortens the way. cmd/assets bundles it.
// Texts never stand here: they come in the page, in the reader's language, as data attributes.
import './htmx.js';
import './focus.js';
import './submit.js';
import './upload.js';
import './keys.js';
import './bulk.js';
import './print.js';
import './live.js';
import './session.js';
