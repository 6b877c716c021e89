"use strict";
// The search of the library's pages: every word of the query has to begin a word of the entry, accents and capitals aside.
// It reads window.PPP_INDEX (search-index.js beside the page) and asks nothing of any network.
(function () {
  const MOST = 100;
  const box = document.getElementById("find");
  const status = document.getElementById("status");
  const found = document.getElementById("found");
  const names = status.dataset.names.split("|");

  function fold(text) {
    return text.toLowerCase().replace(/œ/g, "oe").replace(/æ/g, "ae").replace(/ß/g, "ss")
      .normalize("NFD").replace(/\p{M}/gu, "");
  }

  function words(text) {
    return fold(text).match(/[\p{L}\p{N}]+/gu) || [];
  }

  // 0 the very id, 1 every word begins a word of the title, 2 of anything else; -1 not found
  function rank(entry, wanted, query) {
    const held = " " + entry[4];
    if (!wanted.every((word) => held.includes(" " + word))) return -1;
    if (fold(entry[1]) === query) return 0;
    const title = " " + words(entry[2]).join(" ");
    return wanted.every((word) => title.includes(" " + word)) ? 1 : 2;
  }

  function line(entry) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    const id = document.createElement("code");
    const where = document.createElement("span");
    link.href = entry[3];
    link.textContent = entry[2];
    id.textContent = entry[1];
    where.className = "where";
    where.textContent = names[entry[0]];
    item.append(link, " ", id, " ", where);
    return item;
  }

  function search() {
    const wanted = words(box.value);
    const query = fold(box.value.trim());
    const ranked = [];
    if (wanted.length) {
      window.PPP_INDEX.forEach((entry, at) => {
        const level = rank(entry, wanted, query);
        if (level >= 0) ranked.push([level, at, entry]);
      });
    }
    ranked.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    found.replaceChildren(...ranked.slice(0, MOST).map((item) => line(item[2])));
    const data = status.dataset;
    const said = ranked.length > MOST ? data.most : ranked.length ? data.some : data.none;
    const values = { count: ranked.length, shown: MOST, query: box.value.trim() };
    status.textContent = wanted.length ? said.replace(/\{(\w+)\}/g, (_, name) => values[name]) : "";
  }

  document.getElementById("lists").hidden = true;
  box.value = new URLSearchParams(window.location.search).get("q") || "";
  box.addEventListener("input", search);
  box.form.addEventListener("submit", (event) => {
    event.preventDefault();
    search();
  });
  box.focus();
  search();
})();
