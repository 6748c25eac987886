"use strict";
const search = document.getElementById("search");
const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
search.parentElement.hidden = false;
search.addEventListener("input", () => {
  const wanted = fold(search.value).split(/\s+/).filter(Boolean);
  const drawings = document.querySelectorAll(".multiples li");
  let shown = 0, at = 0;
  for (const company of document.querySelectorAll("main section")) {
    const name = fold(company.querySelector(".company").textContent);
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
  for (const row of document.querySelectorAll(".sortable tbody tr")) {
    row.hidden = !wanted.every((word) => fold(row.textContent).includes(word));
    shown += row.hidden ? 0 : 1;
  }
  document.getElementById("none").hidden = shown > 0;
});
const order = (row, at) => row.cells[at].dataset.sort ?? fold(row.cells[at].textContent);
for (const head of document.querySelectorAll(".sortable thead th")) {
  const button = document.createElement("button");
  button.textContent = head.textContent;
  head.replaceChildren(button);
  button.addEventListener("click", () => {
    const body = head.closest("table").tBodies[0], at = head.cellIndex;
    const up = head.getAttribute("aria-sort") === "descending" ? 1 : -1;
    for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up > 0 ? "ascending" : "descending");
    const rows = [...body.rows].sort((a, b) => {
      const [x, y] = [order(a, at), order(b, at)];
      if (x === "" || y === "") return (x === "") - (y === "");
      return up * (at && !isNaN(x) ? x - y : x.localeCompare(y));
    });
    body.append(...rows);
  });
}
