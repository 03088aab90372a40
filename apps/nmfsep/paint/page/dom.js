// What comes from files enters the page as text alone, never as markup.
export const $ = (id) => document.getElementById(id);

export function element(name, properties = {}, children = []) {
  const { style, aria, data, ...plain } = properties;
  const made = Object.assign(document.createElement(name), plain);
  Object.assign(made.style, style);
  Object.assign(made.dataset, data);
  for (const [key, value] of Object.entries(aria || {})) made.setAttribute('aria-' + key, value);
  made.append(...children);
  return made;
}

// A button that stays down. `update` shows again what isOn says.
export function toggle(properties, isOn, flip) {
  const button = element('button', { type: 'button', onclick: flip, ...properties });
  button.update = () => button.setAttribute('aria-pressed', isOn());
  button.update();
  return button;
}

// Buttons of which one is down: [{ value, children, title }].
export function choice(group, options, current, choose) {
  const buttons = options.map(({ value, children, title, ...rest }) => {
    const button = toggle({ title, ...rest }, () => current() === value, () => choose(value));
    button.append(...children);
    return button;
  });
  group.replaceChildren(...buttons);
  return () => { for (const button of buttons) button.update(); };
}
