// What the pages of the workbook do by themselves. Everything works without
// it: videos have controls, solutions unfold, and the list of labs is whole.
{
  "use strict";

  // Videos play while they are in view, unless the reader prefers stillness.
  const playVideos = () => {
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
    const stopped = new WeakSet(); // by the reader
    const observer = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          if (!isIntersecting) {
            target.dataset.scrolledAway = "yes";
            target.pause();
          } else if (!calm.matches && !stopped.has(target)) {
            target.play().catch(() => {}); // the browser may refuse
          }
        }
      },
      { threshold: 0.6 },
    );
    for (const video of document.querySelectorAll("video.lab-video")) {
      video.addEventListener("pause", () => {
        if (!video.dataset.scrolledAway) stopped.add(video);
        delete video.dataset.scrolledAway;
      });
      video.addEventListener("play", () => stopped.delete(video));
      observer.observe(video);
    }
  };

  // A link to a solution unfolds it.
  const unfoldTarget = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const details = target?.closest("details");
    if (details) details.open = true;
  };

  // Buttons that narrow the list of labs by tag; the address keeps the choice.
  const filterLabs = (place) => {
    const cards = [...document.querySelectorAll("." + place.dataset.filter)].map(
      (card) => {
        const groups = JSON.parse(card.dataset.tags);
        return { card, groups, tags: new Set(Object.values(groups).flat()) };
      },
    );
    const address = new URL(location.href);
    const chosen = new Set(
      (address.searchParams.get("tags") ?? "").split(",").filter(Boolean),
    );
    const buttons = [];
    const make = (tag, text, attributes = {}) => {
      const element = document.createElement(tag);
      element.textContent = text;
      for (const [name, value] of Object.entries(attributes))
        element.setAttribute(name, value);
      return element;
    };

    for (const name of ["Difficulty", "API", "Topic"]) {
      const counts = new Map();
      for (const { groups } of cards)
        for (const tag of groups[name]) counts.set(tag, (counts.get(tag) ?? 0) + 1);
      const row = make("div", "", {
        class: "filter-group",
        role: "group",
        "aria-label": name,
      });
      const tags = [...counts.keys()];
      if (name !== "Difficulty") tags.sort((a, b) => counts.get(b) - counts.get(a));
      for (const tag of tags) {
        const button = make("button", tag, { type: "button" });
        button.addEventListener("click", () => {
          chosen.has(tag) ? chosen.delete(tag) : chosen.add(tag);
          update();
        });
        buttons.push([button, tag]);
        row.append(button);
      }
      if (name === "Topic") {
        const more = make("details", "", { class: "filter-more" });
        more.open = tags.some((tag) => chosen.has(tag));
        more.append(make("summary", "Topics"), row);
        place.append(more);
      } else {
        row.prepend(make("span", name, { "aria-hidden": "true" }));
        place.append(row);
      }
    }
    const status = make("p", "", { class: "filter-status" });
    const count = make("span", "", { role: "status" });
    const clear = make("button", "Show all", { type: "button", class: "filter-clear" });
    clear.addEventListener("click", () => {
      chosen.clear();
      update();
    });
    status.append(count, clear);
    place.append(status);

    const update = () => {
      for (const { card, tags } of cards)
        card.hidden = ![...chosen].every((tag) => tags.has(tag));
      for (const [button, tag] of buttons)
        button.setAttribute("aria-pressed", String(chosen.has(tag)));
      for (const list of document.querySelectorAll("section section:has(ul.cards)"))
        list.hidden = !list.querySelector(".card-item:not([hidden])");
      const shown = cards.filter(({ card }) => !card.hidden).length;
      count.textContent = `${shown} of ${cards.length} labs`;
      clear.hidden = chosen.size === 0;
      if (chosen.size) address.searchParams.set("tags", [...chosen].join(","));
      else address.searchParams.delete("tags");
      history.replaceState(null, "", address);
    };
    update();
  };

  playVideos();
  unfoldTarget();
  window.addEventListener("hashchange", unfoldTarget);
  document.querySelectorAll(".lab-filter").forEach(filterLabs);
}
