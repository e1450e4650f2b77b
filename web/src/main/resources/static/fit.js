// The calculator works without this file. With it, a report that says what is wrong is shown like
// any other, fields are marked, and of techniques that undo each other one stays on.
(function () {
  "use strict";

  document.addEventListener("htmx:beforeSwap", function (event) {
    if (event.detail.target.id === "report" && event.detail.xhr.status === 400) {
      event.detail.shouldSwap = true;
      event.detail.isError = false;
    }
  });

  document.addEventListener("htmx:afterSettle", function () {
    document.querySelectorAll(".fault[data-field]").forEach(function (fault) {
      var field = document.getElementById(fault.dataset.field);
      if (!field || !("value" in field)) return;
      if (!fault.querySelector(".error")) {
        field.removeAttribute("aria-invalid");
        return;
      }
      field.setAttribute("aria-invalid", "true");
      var folded = fault.closest("details");
      if (folded) folded.open = true;
    });
  });

  document.addEventListener("change", function (event) {
    var group = event.target.closest("fieldset[data-single]");
    if (!group || !event.target.checked) return;
    group.querySelectorAll("input[type=checkbox]").forEach(function (other) {
      if (other !== event.target) other.checked = false;
    });
  }, true);
})();
