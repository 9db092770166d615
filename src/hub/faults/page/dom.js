// Owns making elements for the console page.

export const byId = (id) => document.getElementById(id);

/** `dataset` and properties as they are; children are nodes or texts. */
export function element(name, properties = {}, ...children) {
  const { dataset = {}, ...rest } = properties;
  const made = Object.assign(document.createElement(name), rest);
  Object.assign(made.dataset, dataset);
  made.append(...children);
  return made;
}

/** `onChange` gets the option itself. */
export function choice(label, value, options, onChange) {
  const select = element(
    "select",
    { ariaLabel: label },
    ...options.map((option) => element("option", { value: option }, String(option).replaceAll("_", " "))),
  );
  select.value = value;
  select.addEventListener("change", () => onChange(options[select.selectedIndex]));
  return select;
}

/** `onChange` gets a number, or undefined for an empty field; what is out of bounds it never gets. */
export function number(label, value, { min = 0, max, step = 1, placeholder = "" }, onChange) {
  const input = element("input", { type: "number", value: value ?? "", min, step, placeholder });
  if (max !== undefined) input.max = max;
  input.addEventListener("change", () => {
    if (input.checkValidity()) onChange(input.value === "" ? undefined : input.valueAsNumber);
  });
  return element("label", {}, label, input);
}
