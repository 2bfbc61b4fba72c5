'use strict';

// Before the first paint, so that nothing flashes: what was chosen here earlier, else what the system wants.
{
  const key = 'netbox-theme';
  const words = { auto: 'as the system', light: 'light', dark: 'dark' };
  const order = ['auto', 'light', 'dark'];
  let theme = 'auto';
  try {
    theme = order.includes(localStorage.getItem(key)) ? localStorage.getItem(key) : 'auto';
  } catch { /* Storage may be forbidden; then nothing is remembered. */ }

  const apply = () => {
    document.documentElement.dataset.theme = theme;
    const button = document.getElementById('theme');
    if (button) button.textContent = `Theme: ${words[theme]}`;
  };
  apply();

  document.addEventListener('DOMContentLoaded', () => {
    apply();
    document.getElementById('theme').addEventListener('click', () => {
      theme = order[(order.indexOf(theme) + 1) % order.length];
      try {
        localStorage.setItem(key, theme);
      } catch { /* See above. */ }
      apply();
    });
  });
}
