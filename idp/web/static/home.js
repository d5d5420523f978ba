// The app's home page: loads itself again when the list of what waits has changed.
// Without this script the page still works: press "Look again".
const list = document.getElementById("waiting-list");
const again = document.getElementById("look-again");
let source;

function follow() {
  source = new EventSource(list.dataset.events);
  source.addEventListener("open", () => {
    if (again) again.hidden = true; // the list moves by itself now
  });
  source.addEventListener("error", () => {
    if (again) again.hidden = false; // the browser tries again by itself
  });
  source.addEventListener("state", (event) => {
    if (event.data === list.dataset.waiting) return;
    source.close();
    location.reload();
  });
}

follow();
// A page restored from the back-forward cache holds a dead stream and an old list.
addEventListener("pagehide", () => source.close());
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
