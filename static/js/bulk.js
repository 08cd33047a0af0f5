// Choosing many rows of a list: a press with shift held chooses all from the last one on, and the
// bar tells how many there are. Without this each row has its box, and the bar its choice of all.

let last = null; // the box that was pressed last

const boxes = () => [...document.querySelectorAll('#cases tbody input[name="case"]')];

document.addEventListener('click', (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || box.name !== 'case') return;
  const all = boxes();
  const [from, to] = [all.indexOf(last), all.indexOf(box)];
  if (event.shiftKey && from >= 0) {
    for (const one of all.slice(Math.min(from, to), Math.max(from, to) + 1)) one.checked = box.checked;
  }
  last = box;
  tell(all);
});

// A press with shift held on a label would choose its text.
document.addEventListener('mousedown', (event) => {
  if (event.shiftKey && event.target.closest?.('td.check')) event.preventDefault();
});

function tell(all) {
  const bar = document.getElementById('bulk-count');
  if (!bar) return;
  const n = all.filter((one) => one.checked).length;
  bar.textContent = `${bar.dataset.words}: ${n}`;
}
