// Without this script all is there to read; with it, maps can be chosen, and deals sorted and found.
"use strict";
for (const chooser of document.querySelectorAll("select[data-chooses]")) {
  const all = [...document.querySelectorAll(`[data-choice="${chooser.dataset.chooses}"]`)];
  const show = () => all.forEach((each, place) => { each.hidden = place !== chooser.selectedIndex; });
  chooser.addEventListener("change", show);
  show();
}
for (const tools of document.querySelectorAll(".tools")) tools.hidden = false;

const table = document.querySelector("table.deals");
if (table) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const words = rows.map((row) => [...row.cells].map((cell) => cell.textContent.toLowerCase()).join(" "));
  table.classList.add("scripted");
  // Of what is shown, the first forty are printed.
  const mark = () => [...body.rows].filter((row) => !row.hidden)
    .forEach((row, place) => { row.classList.toggle("late", place >= 40); });
  const found = document.getElementById("found");
  const search = document.getElementById("search");
  const stalled = document.getElementById("stalled");

  const filter = () => {
    const asked = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    rows.forEach((row, place) => {
      row.hidden = !asked.every((word) => words[place].includes(word))
        || (stalled.checked && row.dataset.stalled !== "yes");
      count += row.hidden ? 0 : 1;
    });
    mark();
    found.textContent = `${count.toLocaleString("en")} of ${rows.length.toLocaleString("en")} shown`;
  };
  search.addEventListener("input", filter);
  stalled.addEventListener("change", filter);
  filter();

  for (const heading of table.tHead.rows[0].cells) {
    const words = heading.textContent.trim();
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words;
    heading.replaceChildren(button);
    button.addEventListener("click", () => {
      const numbers = heading.classList.contains("number");
      const first = numbers ? "descending" : "ascending";
      const other = numbers ? "ascending" : "descending";
      const order = heading.getAttribute("aria-sort") === first ? other : first;
      for (const each of heading.parentNode.cells) each.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", order);
      const sign = order === "ascending" ? 1 : -1;
      const value = (row) => {
        const cell = row.cells[heading.cellIndex];
        if (!numbers) return cell.textContent.trim();
        return cell.dataset.value === "" ? null : Number(cell.dataset.value);
      };
      const keyed = rows.map((row, place) => [value(row), place, row]);
      keyed.sort(([a, i], [b, j]) => {
        // What has no figure stays last either way.
        if (a === null || b === null) return (a === null) - (b === null) || i - j;
        return sign * (numbers ? a - b : a.localeCompare(b, "en", { numeric: true })) || i - j;
      });
      body.replaceChildren(...keyed.map(([, , row]) => row));
      mark();
    });
  }
}
