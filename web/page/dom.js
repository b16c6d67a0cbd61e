// The few things this page does to the document. Text is always set as text: what
// campaigns and agents are called comes from a configuration file.

const svgSpace = "http://www.w3.org/2000/svg";

/** el makes an element. Attributes that are null or false are left out. */
export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** svg makes an element of a drawing. */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(svgSpace, tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) setAttribute(node, name, value);
  node.append(...children);
  return node;
}

export function setAttribute(node, name, value) {
  if (value === null || value === undefined || value === false) {
    node.removeAttribute(name);
  } else if (node.getAttribute(name) !== String(value)) {
    node.setAttribute(name, value === true ? "" : value);
  }
}

/** setText leaves a text alone that is already there: selections stay. */
export function setText(node, text) {
  if (node.textContent !== String(text)) node.textContent = text;
}

export const sign = (activity) =>
  svg("svg", {class: "sign", "aria-hidden": "true"}, svg("use", {href: `#sign-${activity}`}));

export function setSign(node, activity) {
  setAttribute(node.firstChild, "href", `#sign-${activity}`);
}

/**
 * list keeps the children of a node in step with items: one for each key, made
 * once, updated, in this order.
 */
export function list(node, items, keyOf, make, update) {
  const rows = node.kept ??= new Map();
  const wanted = new Set(items.map(keyOf));
  for (const [key, row] of rows) {
    if (!wanted.has(key)) {
      row.remove();
      rows.delete(key);
    }
  }
  let place = node.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    let row = rows.get(key);
    if (!row) rows.set(key, row = make(item));
    update(row, item);
    if (row === place) place = place.nextElementSibling;
    else node.insertBefore(row, place);
  }
}
