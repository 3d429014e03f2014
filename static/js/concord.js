/* Every page works without this file. It moves focus to what has just been said, and lets a form be sent once. */
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const said = document.querySelector(".govuk-error-summary, .govuk-notification-banner[role='alert']");
  if (said) {
    said.setAttribute("tabindex", "-1");
    said.focus();
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  form.querySelectorAll("button").forEach((button) => button.setAttribute("aria-disabled", "true"));
});

/* Coming back with the browser's Back button must find the form usable again. */
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => {
    delete form.dataset.sent;
    form.querySelectorAll("button").forEach((button) => button.removeAttribute("aria-disabled"));
  });
});
