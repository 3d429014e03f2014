/* What the tests ask of a page in a browser; each function gives a list of sentences about what is wrong. */
(() => {
  "use strict";
  const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]:not([tabindex='-1'])";
  /* A form's first button, for Enter alone, is no stop and is not spoken of. */
  const FOR_ENTER = "button[tabindex='-1'][aria-hidden='true']";
  const shown = (one) => one.outerHTML.replace(/\s+/g, " ").slice(0, 140);
  const visible = (one) => one.checkVisibility({ visibilityProperty: true });
  /* While a dialog asks, the page behind it is out of reach. */
  const dialog = () => document.querySelector("dialog:modal");
  const controls = () => [...(dialog() || document).querySelectorAll(CONTROLS)].filter((one) => visible(one) && !one.matches(FOR_ENTER));
  const box = (one) => (one.closest(".govuk-radios__item, .govuk-checkboxes__item") || one).getBoundingClientRect();

  /* Where focus may show: on the control, on a part of it, and for radios and checkboxes on what stands for them. */
  const looks = (one) => [[one, null], [one, "::before"], ...[...(one.labels || [])].map((label) => [label, "::before"]), ...[...one.children].map((part) => [part, null])];
  const dress = (one) => looks(one).map(([part, pseudo]) => {
    const style = getComputedStyle(part, pseudo);
    return [style.outlineStyle === "none" ? "" : style.outlineWidth + style.outlineColor, style.boxShadow, style.backgroundColor, style.borderTopWidth].join();
  }).join("|");
  const outlined = (one) => looks(one).some(([part, pseudo]) => {
    const style = getComputedStyle(part, pseudo);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  });

  /* Each control takes the focus, shows it (`forced`: by an outline, for the system repaints colours) and lets it go; from one to the next the
     reader goes down, or into another column. */
  const keyboard = (forced) => {
    const wrong = [];
    const before = document.activeElement;
    let last = null;
    if (document.querySelector("[tabindex]:not([tabindex='-1']):not([tabindex='0'])")) wrong.push("an order of its own by tabindex");
    const all = controls();
    const skip = dialog() ? null : all[0];
    if (!dialog() && (!skip || !skip.matches(".govuk-skip-link") || !document.querySelector(skip.getAttribute("href")))) wrong.push("the first stop is no way to the main part");
    for (const one of all) {
      document.activeElement.blur();
      const resting = dress(one);
      one.focus({ preventScroll: true });
      if (document.activeElement !== one) {
        wrong.push(`takes no focus: ${shown(one)}`);
        continue;
      }
      if (forced ? !outlined(one) : dress(one) === resting) wrong.push(`does not show its focus: ${shown(one)}`);
      const here = box(one);
      if (here.width < 4 || here.height < 4) wrong.push(`has the focus unseen: ${shown(one)}`);
      if (one.tabIndex < 0) wrong.push(`is passed over: ${shown(one)}`);
      if (one === skip) continue;
      if (last && here.bottom <= last.top && here.left < last.right && here.right > last.left) wrong.push(`comes after what stands below it: ${shown(one)}`);
      last = here;
    }
    if (before && before !== document.body) before.focus({ preventScroll: true });
    else document.activeElement.blur();
    return wrong;
  };

  /* Colours are the system's own: whatever can be used or filled in has an edge or is underlined, and a bar that said something is drawn. */
  const forced = () => {
    const wrong = keyboard(true);
    for (const one of controls()) {
      const style = getComputedStyle(one);
      const edged = ["Top", "Left"].every((side) => style[`border${side}Style`] !== "none" && parseFloat(style[`border${side}Width`]) > 0);
      if (one.matches(".govuk-button, select, textarea, input:not([type=radio], [type=checkbox], [type=file])") && !edged) wrong.push(`has no edge: ${shown(one)}`);
      if (one.matches("[type=radio], [type=checkbox]") && one.labels.length) {
        const mark = getComputedStyle(one.labels[0], "::before");
        if (mark.borderTopStyle === "none" || mark.borderTopWidth === "0px") wrong.push(`has no edge: ${shown(one)}`);
      }
      if (one.matches(".c-link-button") && !style.textDecorationLine.includes("underline")) wrong.push(`is not seen to be a button: ${shown(one)}`);
    }
    for (const one of document.querySelectorAll(".govuk-tag, .c-practice, .c-header, .c-interruption, .govuk-notification-banner, .govuk-error-summary, dialog[open]")) {
      const style = getComputedStyle(one);
      const edge = ["Top", "Right", "Bottom", "Left"].some((side) => style[`border${side}Style`] !== "none" && parseFloat(style[`border${side}Width`]) > 0);
      if (visible(one) && !edge) wrong.push(`has no edge: ${shown(one)}`);
    }
    return wrong;
  };

  const unseen = (one) => one.closest(".govuk-visually-hidden, .govuk-skip-link, svg") || /inset\(50%\)|rect\(0/.test(getComputedStyle(one).clipPath + getComputedStyle(one).clip);
  const tooWide = (what) => {
    const width = document.documentElement.clientWidth;
    const wrong = [];
    if (document.documentElement.scrollWidth > width) {
      const far = [...document.body.querySelectorAll("*")].find((one) => one.getBoundingClientRect().right > width + 1 && visible(one) && !one.closest(".c-scroll, svg"));
      wrong.push(`${what}: ${document.documentElement.scrollWidth} pixels wide on ${width}: ${far ? shown(far) : ""}`);
    }
    for (const one of document.body.querySelectorAll("*")) {
      const style = getComputedStyle(one);
      /* What scrolls may be larger inside; axe sees to it that the keyboard reaches it. */
      if (!/hidden|clip/.test(style.overflowX + style.overflowY) || one.matches("textarea, select, input") || !visible(one) || unseen(one)) continue;
      if (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1) wrong.push(`${what}: is cut off: ${shown(one)}`);
    }
    return wrong;
  };

  /* WCAG 1.4.12's spacing of text. */
  const spaced = () => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }");
    document.adoptedStyleSheets = [sheet];
    const wrong = tooWide("with spaced text");
    document.adoptedStyleSheets = [];
    return wrong;
  };
  const narrow = () => [...tooWide("on a phone and at 400%"), ...spaced()];

  /* Text alone at twice its size. */
  const enlarged = () => {
    document.documentElement.style.fontSize = "200%";
    const wrong = tooWide("text at 200%");
    document.documentElement.style.fontSize = "";
    return wrong;
  };

  /* The summary of errors has the focus, and each of its links brings it to a control. */
  const errors = async () => {
    const summary = document.querySelector(".govuk-error-summary");
    if (!summary) return [];
    const wrong = document.activeElement === summary ? [] : [`the focus is at ${shown(document.activeElement)}`];
    const address = location.href;
    for (const link of summary.querySelectorAll("a")) {
      link.click();
      await new Promise((done) => setTimeout(done, 0));
      const there = document.activeElement;
      if (`#${there.id}` !== link.getAttribute("href") || !there.matches("input, select, textarea, button, a")) wrong.push(`${shown(link)} leads to ${shown(there)}`);
    }
    history.replaceState(history.state, "", address);
    summary.focus();
    return wrong;
  };

  return { keyboard: () => keyboard(false), forced, narrow, enlarged, errors };
})()
