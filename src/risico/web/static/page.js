// Keys, the cover, copying, and never an old result for a new answer. Works without: the form is a plain form.
"use strict";
const covered = document.getElementById("covered");
const place = { before: null };

function cover() {
  const shown = covered.hidden;
  covered.hidden = !shown;
  for (const part of document.querySelectorAll("header, main, .skip")) part.inert = shown;
  if (shown) { place.before = document.activeElement; covered.focus(); } else if (place.before) place.before.focus();
}
document.getElementById("cover").addEventListener("click", cover);
document.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.preventDefault(); cover(); } });

// the key of an answer chooses it in the question that has the focus, and goes on to the next
const form = document.querySelector("[data-filling]");
const questions = form ? [...form.querySelectorAll("[data-question]")] : [];
function go(question) {
  const field = question && (question.querySelector("input:checked") || question.querySelector("input"));
  (field || document.getElementById("show")).focus();
}
if (form) {
  // answers that overtake each other on the way: the later one says so
  form.addEventListener("change", () => { if (form.elements.turn) form.elements.turn.value = Number(form.elements.turn.value) + 1; }, true);
  form.addEventListener("keydown", (event) => {
    const question = event.target.closest("fieldset[data-question]");
    if (!question || event.ctrlKey || event.altKey || event.metaKey) return;
    const choice = [...question.querySelectorAll("input[data-key]")].find((one) => one.dataset.key === event.key);
    if (!choice) return;
    event.preventDefault();
    choice.checked = true;
    choice.dispatchEvent(new Event("change", { bubbles: true }));
    go(questions[questions.indexOf(question) + 1]);
  });
  if (!document.getElementById("problem")) go(questions[0]);
}

// what stands in the panel is of the last answer, or it is not there
const panel = document.getElementById("so-far");
const stale = document.getElementById("stale");
let waiting = 0;
if (panel) {
  form.addEventListener("change", () => {
    panel.setAttribute("aria-busy", "true");
    clearTimeout(waiting);
    waiting = setTimeout(() => { panel.replaceChildren(); stale.hidden = false; }, 1500);
  });
  new MutationObserver(() => {
    if (!panel.childElementCount) return;
    clearTimeout(waiting);
    panel.setAttribute("aria-busy", "false");
    stale.hidden = true;
  }).observe(panel, { childList: true });
}

const copy = document.getElementById("copy");
if (copy) {
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById("plain").textContent);
    document.getElementById("copied").textContent = copy.dataset.done;
  });
  document.getElementById("result").focus();
}
