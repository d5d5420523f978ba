// The scanner. The decoder is loaded, and the camera asked for, only after "Scan" is pressed.
const page = document.getElementById("scanner");
const video = document.getElementById("video");
const frame = document.getElementById("frame");
const message = document.getElementById("scan-message");
const form = document.getElementById("open-form");
const start = document.getElementById("start-scan");
const photo = document.getElementById("photo");

const IDLE = 60_000;
let stream = null;
let decode = null;

start.hidden = false;
photo.closest(".field").hidden = false;
start.addEventListener("click", begin);
photo.addEventListener("change", readPhoto);
document.addEventListener("visibilitychange", () => document.hidden && stop());

async function begin() {
  say("");
  try {
    await loaded();
    stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } },
    });
  } catch {
    say(page.dataset.refused);
    return;
  }
  video.srcObject = stream;
  frame.hidden = false;
  start.hidden = true;
  await video.play();
  look(performance.now() + IDLE);
}

async function loaded() {
  decode ??= (await import("./vendor/qr-decode.js")).decodeQR;
}

function look(until) {
  if (!stream) return;
  if (performance.now() > until) {
    stop();
    say(page.dataset.idle);
    return;
  }
  const text = video.videoWidth ? read(video, video.videoWidth, video.videoHeight) : null;
  if (text && take(text)) return;
  // Every second frame is enough, and leaves the phone cool.
  requestAnimationFrame(() => requestAnimationFrame(() => look(until)));
}

function read(source, width, height) {
  const scale = Math.min(1, 800 / Math.max(width, height));
  const canvas = new OffscreenCanvas(Math.round(width * scale), Math.round(height * scale));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  try {
    return decode(context.getImageData(0, 0, canvas.width, canvas.height));
  } catch {
    return null; // no code in this frame
  }
}

function take(text) {
  if (!text.toUpperCase().startsWith(page.dataset.prefix)) {
    say(page.dataset.foreign);
    return false;
  }
  stop();
  navigator.vibrate?.(60);
  form.elements.link.value = text;
  form.submit();
  return true;
}

async function readPhoto() {
  const [file] = photo.files;
  if (!file) return;
  say("");
  await loaded();
  const bitmap = await createImageBitmap(file);
  const text = read(bitmap, bitmap.width, bitmap.height);
  if (!text) say(page.dataset.nothing);
  else take(text);
}

function stop() {
  for (const track of stream?.getTracks() ?? []) track.stop();
  stream = null;
  frame.hidden = true;
  start.hidden = false;
}

function say(text) {
  message.textContent = text;
  message.hidden = !text;
}
