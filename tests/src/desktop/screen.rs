//! Actions at the window: read, press, type, choose. Each waits until it is possible.

use anyhow::anyhow;
use serde_json::{Value, json};
use thirtyfour::{Key, TypingData, WebElement};

use super::{Result, Window, waiting::until};

/// Replaces each run of spaces of any kind by one plain space.
fn plain(text: &str) -> String {
    text.split(|letter: char| letter.is_whitespace() || letter == '\u{a0}')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

impl Window {
    /// Finds an element of a kind (see `finder.js`) by its text.
    pub(super) async fn find(&self, kind: &str, words: &str) -> Result<WebElement> {
        let found = until(format!("there is a {kind} \"{words}\""), async || self.locate(kind, words).await).await;
        self.explain(found).await
    }

    async fn locate(&self, kind: &str, words: &str) -> Result<Option<WebElement>> {
        let found = self.run(include_str!("finder.js"), vec![json!(kind), json!(words)]).await?;
        if found.json().is_null() { Ok(None) } else { Ok(Some(found.element()?)) }
    }

    /// Acts on an element; tries again if the page replaced it in between.
    async fn with(
        &self,
        kind: &str,
        words: &str,
        act: impl AsyncFn(&WebElement) -> thirtyfour::error::WebDriverResult<()>,
    ) -> Result {
        let done = until(format!("the {kind} \"{words}\" can be used"), async || {
            let Some(element) = self.locate(kind, words).await? else { return Ok(None) };
            Ok(act(&element).await.ok())
        });
        self.explain(done.await).await
    }

    /// Presses a button when it is there and enabled.
    pub async fn press(&self, words: &str) -> Result {
        self.with("button", words, async |button| {
            if !button.is_enabled().await? || button.attr("aria-disabled").await?.as_deref() == Some("true") {
                return Err(thirtyfour::error::WebDriverError::ParseError("not now".to_owned()));
            }
            button.click().await
        })
        .await
    }

    /// Presses anything that can be pressed: a button, a link, a tab, a radio button.
    pub async fn go(&self, words: &str) -> Result {
        self.with("anything", words, async |element| element.click().await).await
    }

    /// Chooses a radio button or ticks a box, by the click on its label.
    pub async fn choose(&self, words: &str) -> Result {
        let chosen = until(format!("\"{words}\" is chosen"), async || {
            let Some(choice) = self.locate("choice", words).await? else { return Ok(None) };
            let state = "const e = arguments[0]; return e.checked ?? e.getAttribute('aria-checked') === 'true'";
            if self.run(state, vec![choice.to_json()?]).await?.json() == &Value::Bool(true) {
                return Ok(Some(()));
            }
            let target = "const e = arguments[0]; return e.labels?.[0] ?? e";
            let _ = self.run(target, vec![choice.to_json()?]).await?.element()?.click().await;
            Ok(None)
        });
        self.explain(chosen.await).await
    }

    /// Opens a row of a table or a list by its words.
    pub async fn open(&self, words: &str) -> Result {
        self.with("row", words, async |row| row.click().await).await
    }

    /// Replaces what is in a field.
    pub async fn fill(&self, label: &str, text: &str) -> Result {
        self.with("field", label, async |field| {
            field.click().await?;
            field.send_keys(Key::Control + "a").await?;
            field.send_keys(Key::Delete).await?;
            field.send_keys(text).await
        })
        .await
    }

    /// Pastes into a field: long texts, and letters that no keyboard has.
    pub async fn paste(&self, label: &str, text: &str) -> Result {
        let field = self.find("field", label).await?;
        field.click().await?;
        let paste =
            "const [field, text] = arguments; field.select?.(); document.execCommand('insertText', false, text);";
        self.run(paste, vec![field.to_json()?, json!(text)]).await?;
        Ok(())
    }

    /// Looks a guest up by the search that stands on every screen.
    pub async fn find_guest(&self, phone: &str) -> Result {
        self.paste("Поиск гостя по телефону", phone).await?;
        self.keys(Key::Enter).await
    }

    /// The value of a field.
    pub async fn value(&self, label: &str) -> Result<String> {
        let field = self.find("field", label).await?;
        Ok(plain(&field.prop("value").await?.unwrap_or_default()))
    }

    /// Chooses from a list by the words of one of its lines.
    pub async fn select(&self, label: &str, words: &str) -> Result {
        let list = self.find("field", label).await?;
        if list.tag_name().await? != "select" {
            list.click().await?;
            return self.with("option", words, async |option| option.click().await).await;
        }
        let done = until(format!("\"{words}\" is chosen in \"{label}\""), async || {
            let Some(list) = self.locate("field", label).await? else { return Ok(None) };
            let found = "const [list, words] = arguments;\
                const plain = (text) => text.replace(/\\s+/g, ' ').trim();\
                return [...list.options].find((option) => plain(option.text).includes(words)) ?? null;";
            let option = self.run(found, vec![list.to_json()?, json!(words)]).await?;
            if option.json().is_null() {
                return Ok(None);
            }
            Ok(option.element()?.click().await.ok())
        });
        self.explain(done.await).await
    }

    /// Keys, to whatever has the focus.
    pub async fn keys(&self, keys: impl Into<TypingData>) -> Result {
        Ok(self.driver.action_chain().send_keys(keys).perform().await?)
    }

    /// A key held with Control.
    pub async fn control(&self, key: impl Into<char>) -> Result {
        let key: char = key.into();
        Ok(self
            .driver
            .action_chain()
            .key_down(Key::Control)
            .send_keys(key.to_string())
            .key_up(Key::Control)
            .perform()
            .await?)
    }

    /// Waits until the field of this label has the focus.
    pub async fn focused(&self, label: &str) -> Result {
        let focused = until(format!("\"{label}\" has the focus"), async || {
            Ok(self.has_focus("field", label).await?.then_some(()))
        });
        self.explain(focused.await).await
    }

    /// Goes on by the Tab key until an element of a kind has the focus.
    pub async fn tab_to(&self, kind: &str, words: &str) -> Result {
        /// More stops than any screen has.
        const MOST: u32 = 80;
        self.find(kind, words).await?;
        for _ in 0..MOST {
            if self.has_focus(kind, words).await? {
                return Ok(());
            }
            self.keys(Key::Tab).await?;
        }
        self.explain(Err(anyhow!("the Tab key does not lead to the {kind} \"{words}\""))).await
    }

    async fn has_focus(&self, kind: &str, words: &str) -> Result<bool> {
        let Some(element) = self.locate(kind, words).await? else { return Ok(false) };
        let is = self.run("return document.activeElement === arguments[0]", vec![element.to_json()?]).await?;
        Ok(is.json() == &Value::Bool(true))
    }

    /// Whether the page thinks that the system is dark.
    pub async fn is_dark(&self) -> Result<bool> {
        let dark = self.run("return matchMedia('(prefers-color-scheme: dark)').matches", vec![]).await?;
        Ok(dark.json() == &Value::Bool(true))
    }

    /// The visible text of the window, with plain spaces.
    pub async fn text(&self) -> Result<String> {
        let text = self.run("return document.body.innerText", vec![]).await?;
        Ok(plain(text.json().as_str().unwrap_or_default()))
    }

    /// Waits until these words are on the screen.
    pub async fn see(&self, words: &str) -> Result {
        let wanted = plain(words);
        let shown = until(format!("the window says \"{words}\""), async || {
            Ok(self.text().await?.contains(&wanted).then_some(()))
        });
        self.explain(shown.await).await
    }

    /// Waits until one of these is on the screen, and says which.
    pub async fn see_any<'a>(&self, words: &[&'a str]) -> Result<&'a str> {
        let shown = until(format!("the window says one of {words:?}"), async || {
            let text = self.text().await?;
            Ok(words.iter().copied().find(|words| text.contains(&plain(words))))
        });
        self.explain(shown.await).await
    }

    /// Waits until these words are gone.
    pub async fn see_no(&self, words: &str) -> Result {
        let wanted = plain(words);
        let gone = until(format!("the window no longer says \"{words}\""), async || {
            Ok((!self.text().await?.contains(&wanted)).then_some(()))
        });
        self.explain(gone.await).await
    }

    /// Whether such an element is on the screen now.
    pub async fn has(&self, kind: &str, words: &str) -> Result<bool> {
        Ok(self.locate(kind, words).await?.is_some())
    }

    /// Waits until the page is idle: fonts are loaded, nothing loads, no animation runs.
    pub async fn settle(&self) -> Result {
        let still = "return document.fonts.status === 'loaded' \
            && document.getAnimations().every((animation) => animation.playState !== 'running') \
            && !document.querySelector('[aria-busy=true]')";
        let settled = until("the window stands still", async || {
            Ok((self.run(still, vec![]).await?.json() == &Value::Bool(true)).then_some(()))
        });
        self.explain(settled.await).await
    }

    /// All data of the page as text: document, storages, cookies, properties of `window`.
    pub async fn held(&self) -> Result<String> {
        let held = self.run(include_str!("held.js"), vec![]).await?;
        held.json().as_str().map(str::to_owned).ok_or_else(|| anyhow!("the page did not tell what it holds"))
    }
}
