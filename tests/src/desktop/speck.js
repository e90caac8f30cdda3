// Draws a frame after another until it is removed.
const speck = document.createElement('i');
speck.id = 'speck';
speck.style.cssText = 'position:fixed;right:0;bottom:0;width:1px;height:1px;pointer-events:none';
(document.querySelector('dialog[open]') ?? document.body).append(speck);
let turn = 0;
function draw() {
  if (!speck.isConnected) return;
  turn += 1;
  speck.style.background = `rgb(0 0 0 / ${turn % 2 === 0 ? 1 : 2}%)`;
  requestAnimationFrame(draw);
}
draw();
