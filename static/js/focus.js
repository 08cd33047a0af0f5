// Where focus goes, and what screen readers are told.
//
// The page has one live region from the start, empty: <p id="announce" role="status">. A region
// made later would not be heard, so without it nothing is said. Its data attributes hold the texts
// that belong to no other element, such as data-offline.

// say tells a text to screen readers.
export function say(text) {
  const region = document.getElementById('announce');
  if (region && text) region.textContent = text;
}

// announce says one of the region's own texts.
export function announce(key) {
  say(document.getElementById('announce')?.dataset[key]);
}

// After a page with errors the summary has focus: autofocus does it, except when the address has a
// fragment or the page came back from the browser's memory.
function focusSummary() {
  const summary = document.querySelector('.ds-error-summary');
  if (summary && !summary.contains(document.activeElement)) summary.focus();
}

addEventListener('pageshow', focusSummary);
