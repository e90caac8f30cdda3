// Presses the button with this text, and tells how many milliseconds later the page shows those words.
const [button, words, done] = arguments;
const found = [...document.querySelectorAll('button')].find((one) => one.innerText.trim().startsWith(button));
const begin = performance.now();
const look = () => {
  if (!document.body.innerText.includes(words)) return;
  observer.disconnect();
  done(performance.now() - begin);
};
const observer = new MutationObserver(look);
observer.observe(document.body, { subtree: true, childList: true, characterData: true });
found.click();
