/* Sends what is typed to the server: half a minute after a change, when the page goes out of sight, and before another form of it is sent. Nothing is
   kept in the browser. */
"use strict";

(() => {
  const box = document.querySelector("[data-keeping]");
  const secret = "input[type=password], [autocomplete=one-time-code]";
  const forms = [...document.querySelectorAll("main form")].filter(
    (form) => form.method === "post" && form.getAttribute("role") !== "search" && !form.querySelector(secret),
  );
  if (!box || !forms.length) return;
  const EVERY = 30; // seconds
  const MOST_WHILE_LEAVING = 60000; // characters; browsers send no more from a page that closes
  const line = document.createElement("p");
  line.className = "c-quiet c-small c-noprint";
  line.setAttribute("aria-live", "polite");
  /* What the page itself puts into a form nobody typed: with that alone nothing was begun. */
  const isTyped = (form, name, value) => typeof value === "string" && form.elements[name].type !== "hidden";
  const answers = (form) => new URLSearchParams([...new FormData(form)].filter(([name, value]) => isTyped(form, name, value))).toString();
  /* A form that came back with errors was never kept: it is sent again as it stands. */
  const cameBack = document.querySelector(".govuk-error-summary");
  const kept = new Map(forms.map((form) => [form, cameBack ? "" : answers(form)]));
  let timer = 0;
  let isSent = false;
  const underWay = new Map(); // by form

  /* Read out: that it is kept the first time, that it is not, and that it is again. */
  let isKnown = false;
  const say = (words, isKept) => {
    line.setAttribute("aria-live", isKept && isKnown ? "off" : "polite");
    line.textContent = words;
    isKnown = isKept;
  };

  const wait = () => {
    timer = timer || window.setTimeout(keep, EVERY * 1000);
  };

  const keep = () => {
    window.clearTimeout(timer);
    timer = 0;
    return Promise.all(isSent ? [] : forms.filter((one) => answers(one) !== kept.get(one)).map(send));
  };

  const send = async (form) => {
    const words = answers(form);
    const body = new URLSearchParams(words);
    body.append("kept-page", box.dataset.page);
    body.append("kept-pass", box.dataset.pass);
    body.append("kept-action", new URL(form.getAttribute("action") || location.href, location.href).pathname);
    const keepalive = document.hidden && body.toString().length < MOST_WHILE_LEAVING;
    const token = form.elements.csrfmiddlewaretoken.value;
    /* An answer that is half a minute late is not waited for: the later words hold the earlier ones, and only the last send speaks. */
    if (underWay.has(form)) underWay.get(form).abort();
    const mine = new AbortController();
    underWay.set(form, mine);
    try {
      const answer = await fetch(box.dataset.url, {
        method: "POST", body, keepalive, headers: { "X-CSRFToken": token }, credentials: "same-origin", signal: mine.signal,
      });
      /* 409 comes with its reason: as many pages are kept as may be. */
      const said = answer.ok || answer.status === 409 ? await answer.text() : box.dataset.notKept;
      if (underWay.get(form) !== mine) return;
      if (answer.ok) kept.set(form, words);
      say(said, answer.ok);
    } catch {
      if (isSent || underWay.get(form) !== mine) return;
      say(box.dataset.notKept, false);
      /* The server was not reached: it may be in half a minute. What it refused it refuses again. */
      wait();
    }
  };

  forms.forEach((form) => {
    form.addEventListener("input", () => {
      if (line.parentNode !== form) form.append(line);
      wait();
    });
    form.addEventListener("submit", () => {
      isSent = true;
      window.clearTimeout(timer);
      timer = 0;
      underWay.forEach((each) => each.abort());
    });
  });
  /* A form beside those that are typed into, as the one to sign out, ends the session or asks for the page anew: it waits until the words are kept,
     at most a second. concord.js has let it through by then, once. */
  const PATIENCE = 1000; // milliseconds
  document.addEventListener("submit", (event) => {
    const other = event.target;
    if (event.defaultPrevented || forms.includes(other) || other.method !== "post") return;
    if (isSent || forms.every((form) => answers(form) === kept.get(form))) return;
    event.preventDefault();
    const { name, value } = event.submitter || {};
    if (name) other.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    const patience = new Promise((resolve) => window.setTimeout(resolve, PATIENCE));
    Promise.race([keep(), patience]).then(() => other.submit());
  });
  /* time-limit.js says that the session is about to end, and waits. */
  document.addEventListener("concord-leaving", ({ detail }) => {
    detail.isKept = (form) => kept.get(form) === answers(form);
    detail.waits.push(keep());
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) keep();
  });
  window.addEventListener("pageshow", () => {
    isSent = false;
  });
})();
