"use strict";
const search = document.getElementById("search");
const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
search.parentElement.hidden = false;
search.addEventListener("input", () => {
  const wanted = fold(search.value).split(/\s+/).filter(Boolean);
  const drawings = document.querySelectorAll(".multiples li");
  let shown = 0, at = 0;
  for (const company of document.querySelectorAll("main section")) {
    const name = fold(company.querySelector("h2").textContent);
    let any = false;
    for (const row of company.querySelectorAll("tbody tr")) {
      const text = name + " " + fold(row.textContent);
      row.hidden = !wanted.every((word) => text.includes(word));
      any = any || !row.hidden;
    }
    company.hidden = !any;
    if (drawings.length) drawings[at].hidden = !any;
    at += 1;
    shown += any ? 1 : 0;
  }
  document.getElementById("none").hidden = shown > 0;
});
