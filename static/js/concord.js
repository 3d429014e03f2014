/* Every page works without this file. It moves focus to what has just been said, lets a form be sent once, and makes the way back harmless. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const said = document.querySelector(".govuk-error-summary, .govuk-notification-banner[role='alert']");
  if (said) {
    said.setAttribute("tabindex", "-1");
    said.focus();
  }
});

/* A link of the error summary leads to the control, and its question comes into sight with it: the legend's or the label's, not the box alone. */
const questionOf = (control) => {
  const legend = control.closest("fieldset")?.querySelector("legend");
  const label = control.labels?.[0] || document.querySelector(`label[for="${CSS.escape(control.id)}"]`);
  const isChoice = control.type === "radio" || control.type === "checkbox";
  const isNear = legend && control.getBoundingClientRect().bottom - legend.getBoundingClientRect().top < window.innerHeight / 2;
  return (isChoice || isNear ? legend : null) || label || legend || control;
};

document.addEventListener("click", (event) => {
  const link = event.target.closest(".govuk-error-summary a[href^='#']");
  const control = link && document.getElementById(link.hash.slice(1));
  if (!control) return;
  event.preventDefault();
  for (let fold = control.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  questionOf(control).scrollIntoView();
  control.focus({ preventScroll: true });
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  /* A page that answered what was sent (an error, a check) is asked for by its address when somebody comes back to it: sent again it is never. */
  history.replaceState(history.state, "", location.href);
  form.querySelectorAll("button").forEach((button) => button.setAttribute("aria-disabled", "true"));
});

/* Coming back with the browser's Back button must find the form usable again. */
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    form.querySelectorAll("button").forEach((button) => button.removeAttribute("aria-disabled"));
  });
});
