// Buttons that print the page. They are shown only where there is scripting.
addEventListener('click', (event) => {
  if (event.target.closest?.('[data-print]')) print();
});
