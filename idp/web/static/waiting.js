// The waiting page: redraws the moving QR code and follows the live status.
// Without this script the page still works: reload it, or press the button.
const page = document.getElementById("waiting");
const image = document.getElementById("qr");
const text = document.getElementById("status-text");
const status = document.getElementById("status");
const onward = document.getElementById("continue");

let redraw = 0;
onward.hidden = true; // the status moves the page on by itself

function drawn() {
  image.src = `${page.dataset.qr}?t=${Date.now()}`;
}

function waitForScan() {
  redraw = setInterval(drawn, Number(page.dataset.every));
}

const reactions = {
  waiting() {
    text.textContent = page.dataset.waiting;
  },
  claimed() {
    clearInterval(redraw);
    document.getElementById("scan-panel").hidden = true;
    document.getElementById("typed-panel").hidden = true;
    text.textContent = page.dataset.claimed;
  },
  approved() {
    status.classList.remove("waiting");
    text.textContent = page.dataset.approved;
    location.replace(page.dataset.next);
  },
};

function follow() {
  const source = new EventSource(page.dataset.events);
  source.addEventListener("state", (event) => {
    const react = reactions[event.data];
    if (event.data !== "waiting" && event.data !== "claimed") source.close();
    if (react) react();
    else location.reload(); // rejected, expired, wrong code: the server has the words
  });
  source.addEventListener("error", () => {
    text.textContent = page.dataset.offline; // the browser tries again by itself
  });
}

if (page.dataset.state === "waiting") waitForScan();
follow();
// A page restored from the back-forward cache holds a dead stream.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
