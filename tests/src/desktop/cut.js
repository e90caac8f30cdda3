// What of the screen can't be read to its end: a line that is cut off, a hint that its field has no room for, anything
// that is only seen by scrolling sideways.
const found = new Set();
const plain = (text) => (text ?? '').replace(/\s+/g, ' ').trim();
const pen = document.createElement('canvas').getContext('2d');

for (const element of document.querySelectorAll('body *')) {
  const style = getComputedStyle(element);
  if (element.clientWidth < 3 || style.visibility === 'hidden' || element.closest('.sr')) continue;
  const wide = element.scrollWidth - element.clientWidth;
  const clamped = style.webkitLineClamp !== 'none' && element.scrollHeight - element.clientHeight > 1;
  if ((style.overflowX === 'hidden' && wide > 1) || clamped) found.add(`cut: ${plain(element.textContent)}`);
  if (/auto|scroll/.test(style.overflowX) && wide > 1) found.add(`sideways: ${element.tagName} ${element.className}`);
  const hint = element.matches('select')
    ? element.selectedOptions[0]?.text
    : element.matches('input') && element.value === ''
      ? element.placeholder
      : '';
  if (!hint) continue;
  pen.font = style.font;
  const room = element.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  if (pen.measureText(hint).width > room + 1) found.add(`no room: ${hint}`);
}
if (document.documentElement.scrollWidth > innerWidth) found.add('sideways: the page');
return [...found];
