/* Warns before a session ends, extends it when asked to, and sends what is typed to the server in the last moment. Nothing is kept in the browser. */
"use strict";

(() => {
  const box = document.querySelector("[data-time-limit]");
  const dialog = box && box.querySelector("dialog");
  if (!dialog || !dialog.showModal) return;
  const warn = Number(box.dataset.warn);
  const minutes = dialog.querySelector("[data-minutes]");
  const inWords = minutes.dataset.minutes.split("|"); // "less than a minute", "2 minutes", …
  const LAST_MOMENT = 10; // seconds
  const PATIENCE = 3000; // milliseconds
  let endsAt = Date.now() + Number(box.dataset.left) * 1000;
  let mayExtend = true;
  let timer = 0;

  const left = () => Math.round((endsAt - Date.now()) / 1000);
  const forms = () => [...document.querySelectorAll("main form")].filter((form) => form.method === "post");
  const answers = (form) => new URLSearchParams([...new FormData(form)].filter(([, value]) => typeof value === "string")).toString();
  const asLoaded = new Map(forms().map((form) => [form, answers(form)]));
  const token = () => (document.querySelector("input[name=csrfmiddlewaretoken]") || {}).value || "";

  const ask = async (url, method) => {
    const answer = await fetch(url, { method, headers: method === "POST" ? { "X-CSRFToken": token() } : {}, credentials: "same-origin" });
    const time = await answer.json();
    endsAt = Date.now() + time.left * 1000;
    mayExtend = time.may_extend;
  };

  const wait = (seconds) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(look, Math.min(Math.max(seconds, 1), 3600) * 1000);
  };

  const say = () => {
    const seconds = Math.max(left(), 0);
    const whole = Math.min(Math.max(Math.ceil(seconds / 60), 1), inWords.length);
    const words = inWords[whole - 1];
    if (minutes.textContent !== words) minutes.textContent = words;
  };

  /* keep-typing.js, where the page has it, keeps each form first. The words of one that it could not keep go with the request that ends the session;
     the sign-in page leads back here. */
  const leave = async () => {
    const leaving = { waits: [], isKept: () => false };
    document.dispatchEvent(new CustomEvent("concord-leaving", { detail: leaving }));
    await Promise.race([Promise.all(leaving.waits), new Promise((resolve) => window.setTimeout(resolve, PATIENCE))]);
    const [form, ...others] = forms().filter((one) => answers(one) !== asLoaded.get(one) && !leaving.isKept(one));
    const page = location.pathname + location.search;
    const body = new URLSearchParams(form ? answers(form) : "");
    if (form) {
      body.append("kept-page", page);
      body.append("kept-action", new URL(form.getAttribute("action") || location.href, location.href).pathname);
    }
    /* Also where nothing was typed: opening another page while the session lasts would be a use of it. */
    const sent = { method: "POST", body, headers: { "X-CSRFToken": token() }, credentials: "same-origin" };
    const answer = await fetch(box.dataset.keepUrl, sent).catch(() => null);
    const isLost = others.length > 0 || (form && !(answer && answer.ok));
    location.assign(`${box.dataset.signInUrl}?next=${encodeURIComponent(page)}&over=${isLost ? "lost" : "1"}`);
  };

  const look = async () => {
    if (left() <= warn && !dialog.open) await ask(box.dataset.leftUrl, "GET").catch(() => {});
    if (left() > warn) {
      if (dialog.open) dialog.close();
      wait(left() - warn);
      return;
    }
    if (left() <= LAST_MOMENT) {
      await ask(box.dataset.leftUrl, "GET").catch(() => {});
      if (left() <= LAST_MOMENT) {
        await leave();
        return;
      }
    }
    dialog.querySelector("[data-stay]").hidden = !mayExtend;
    say();
    if (!dialog.open) dialog.showModal();
    wait(Math.min(left() - LAST_MOMENT, 15));
  };

  const stay = async () => {
    await ask(box.dataset.stayUrl, "POST").catch(() => {});
    if (dialog.open) dialog.close();
    await look();
  };

  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    if (mayExtend) stay();
    else dialog.close();
  });
  dialog.querySelector("[data-stay]").addEventListener("click", stay);
  dialog.querySelector("[data-leave]").addEventListener("click", leave);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) look();
  });
  wait(left() - warn);
})();
