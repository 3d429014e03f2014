// The code of a mailed link stands behind the #, which browsers send to nobody: it is put into the form, taken out of the address, and sent.
(() => {
  const form = document.querySelector("form[data-mailed-code]");
  const code = window.location.hash.slice(1);
  if (!form || !code || form.elements.code.value) return;
  window.history.replaceState(null, "", window.location.pathname);
  form.elements.code.value = code;
  form.requestSubmit();
})();
