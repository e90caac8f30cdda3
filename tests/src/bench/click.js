// Presses the button with this text, and tells how many milliseconds later the page shows those words.
const [button, words, done] = arguments;
const found = [...document.querySelectorAll('button')].find((one) => one.innerText.trim().startsWith(button));
let begin = 0;
const shows = () => document.body.innerText.replace(/\s+/g, ' ').includes(words);
if (shows()) throw new Error(`the page says "${words}" already`);
const look = () => {
  if (!shows()) return;
  observer.disconnect();
  done(performance.now() - begin);
};
const observer = new MutationObserver(look);
observer.observe(document.body, { subtree: true, childList: true, characterData: true });
begin = performance.now();
found.click();
