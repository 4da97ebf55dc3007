"use strict";
const answers = [...document.querySelectorAll("[data-key]")].map((card) => ({
  key: card.dataset.key,
  student: JSON.parse(card.dataset.student),
  item: JSON.parse(card.dataset.item),
  points: card.querySelector("input"),
  remark: card.querySelector("textarea"),
  lines: [...card.querySelectorAll("[data-points]")],
}));
const progress = document.getElementById("progress");
const notice = document.getElementById("notice");

function count() {
  const marked = answers.filter(({ points }) => points.value !== "" && points.checkValidity()).length;
  progress.textContent = `${marked} of ${answers.length} marked`;
}

function keep({ key, points, remark }) {
  try {
    localStorage.setItem(key, JSON.stringify([points.value, remark.value]));
  } catch {
    notice.textContent = "This browser keeps nothing: download the marks before you leave.";
  }
}

function restore({ key, points, remark }) {
  try {
    const kept = JSON.parse(localStorage.getItem(key));
    if (kept !== null) [points.value, remark.value] = kept.map(String);
  } catch {
    /* there is nothing, or nothing that can be read */
  }
}

const quoted = (text) => `"${text.replaceAll('"', '""')}"`;
const rounded = (value) => (value === "" ? "" : String(Math.round(100 * Number(value)) / 100));

function table() {
  const rows = answers
    .filter(({ points, remark }) => points.value !== "" || remark.value !== "")
    .map(({ student, item, points, remark }) =>
      [student, item, rounded(points.value), remark.value].map(quoted).join(","),
    );
  return ["student,item,points,remark", ...rows, ""].join("\r\n");
}

function download() {
  const wrong = answers.find(({ points }) => !points.checkValidity());
  if (wrong) {
    notice.textContent = `Points must be a number from 0 to ${wrong.points.max}.`;
    wrong.points.reportValidity();
    return;
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([table()], { type: "text/csv" }));
  const file = document.getElementById("download").dataset.file;
  link.download = file;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  notice.textContent = `${file} is in your downloads.`;
}

for (const answer of answers) {
  restore(answer);
  for (const field of [answer.points, answer.remark]) {
    field.addEventListener("input", () => {
      notice.textContent = "";
      keep(answer);
      count();
    });
  }
}
for (const { points, lines } of answers) {
  for (const line of lines) {
    line.addEventListener("click", () => {
      line.ariaPressed = line.ariaPressed === "true" ? "false" : "true";
      const given = lines
        .filter(({ ariaPressed }) => ariaPressed === "true")
        .map(({ dataset }) => Number(dataset.points));
      points.value = given.reduce((sum, share) => sum + share, 0);
      points.dispatchEvent(new Event("input"));
    });
  }
}
document.getElementById("download").addEventListener("click", download);
count();
