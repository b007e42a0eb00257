() => {
  // The checks of axe that matter for plain pages: names, labels, headings, landmarks, contrast, reflow.
  const faults = [];
  const say = (what, element) => faults.push(`${what}: ${element ? element.outerHTML.slice(0, 120) : ""}`);
  const all = (query) => [...document.querySelectorAll(query)];
  const seen = (element) => element.getClientRects().length > 0 && getComputedStyle(element).visibility !== "hidden";
  const text = (element) => (element.getAttribute("aria-label") || element.textContent || element.getAttribute("alt") || "").trim();

  if (!document.documentElement.lang) say("no language");
  if (!document.title.trim()) say("no title");
  if (all("main").length !== 1) say("not one main landmark");
  if (all("header").filter(seen).length !== 1) say("not one banner");
  if (all("h1").filter(seen).length !== 1) say("not one h1");
  let level = 0;
  for (const heading of all("h1,h2,h3,h4,h5,h6").filter(seen)) {
    const here = Number(heading.tagName[1]);
    if (here > level + 1) say("a heading level is left out", heading);
    if (!text(heading)) say("empty heading", heading);
    level = here;
  }
  const ids = all("[id]").map((each) => each.id);
  for (const id of new Set(ids)) if (ids.filter((each) => each === id).length > 1) say(`id ${id} twice`);
  for (const field of all("input:not([type=hidden]),select,textarea").filter(seen))
    if (!(field.labels && field.labels.length && text(field.labels[0])) && !field.getAttribute("aria-label")) say("no label", field);
  for (const each of all("a[href],button").filter(seen)) if (!text(each)) say("no name", each);
  for (const each of all("img")) if (!each.hasAttribute("alt")) say("no alternative", each);
  for (const attribute of ["aria-describedby", "aria-labelledby"])
    for (const each of all(`[${attribute}]`))
      for (const id of each.getAttribute(attribute).split(/\s+/)) if (!document.getElementById(id)) say(`${attribute} leads nowhere`, each);
  for (const each of all("table")) {
    if (!each.caption) say("table without caption", each);
    if ([...each.querySelectorAll("th")].some((head) => !head.scope)) say("head without scope", each);
  }
  for (const each of all("[tabindex]")) if (each.tabIndex > 0) say("tab order by hand", each);
  const names = all("a[href]").filter(seen).map((each) => [text(each), each.href]);
  for (const [name, href] of names) if (names.some(([other, to]) => other === name && to !== href)) say(`two links called ${name}`);
  if (document.documentElement.scrollWidth > document.documentElement.clientWidth + 1) say("the page scrolls sideways");
  for (const each of all("main *"))
    if (getComputedStyle(each).overflowX === "auto" && each.scrollWidth > each.clientWidth + 1) say("a part is out of sight", each);

  const numbers = (colour) => (colour.match(/[\d.]+/g) || []).map(Number);
  const light = (rgb) => {
    const [r, g, b] = rgb.slice(0, 3).map((each) => { const c = each / 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const rgb = numbers(getComputedStyle(each).backgroundColor);
      if (rgb.length === 3 || rgb[3] > 0.99) return rgb;
    }
    return [255, 255, 255];
  };
  for (const each of all("body *").filter(seen)) {
    if (![...each.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())) continue;
    const style = getComputedStyle(each);
    if (style.position === "absolute" && each.classList.contains("skip")) continue;
    const [a, b] = [light(numbers(style.color)), light(ground(each))].sort((x, y) => y - x);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
    if ((a + 0.05) / (b + 0.05) < (large ? 3 : 4.5)) say(`contrast ${((a + 0.05) / (b + 0.05)).toFixed(2)}`, each);
  }
  for (const each of all("a[href],button,summary,input:not([type=hidden]),select,textarea").filter(seen)) {
    const box = each.getBoundingClientRect();
    if (each.matches("button,select,summary") && (box.height < 24 || box.width < 24)) say("smaller than 24 pixels", each);
  }
  return faults;
}
