//! The layout of a screen: texts that are cut, controls that are covered.

use anyhow::Context as _;
use serde_json::json;

use super::{Result, Window};

impl Window {
    /// Sets the size of the page, CSS pixels. Half of a screen's size is what a text zoom of 200 % leaves.
    ///
    /// # Errors
    /// WebDriver refuses.
    pub async fn resize(&self, width: u32, height: u32) -> Result {
        // A frame around the page, if the desktop gives one, comes on top.
        let frame = "return [outerWidth - innerWidth, outerHeight - innerHeight]";
        let frame: (u32, u32) = serde_json::from_value(self.run(frame, vec![]).await?.json().clone())?;
        self.driver.set_window_rect(0, 0, width + frame.0, height + frame.1).await?;
        let fits = "return innerWidth === arguments[0] && innerHeight === arguments[1]";
        let sized = super::waiting::until(format!("the page is {width} by {height}"), async || {
            let fits = self.run(fits, vec![json!(width), json!(height)]).await?;
            Ok((fits.json() == &json!(true)).then_some(()))
        });
        self.explain(sized.await).await
    }

    /// Texts that are cut, each with its element.
    ///
    /// # Errors
    /// The page can't be examined.
    pub async fn cut(&self) -> Result<Vec<String>> {
        self.settle().await?;
        self.list(include_str!("cut.js")).await
    }

    /// Controls that are covered, each with what covers it.
    ///
    /// # Errors
    /// The page can't be examined.
    pub async fn covered(&self) -> Result<Vec<String>> {
        self.settle().await?;
        self.list(include_str!("covered.js")).await
    }

    /// Whether a button is wholly visible without scrolling.
    ///
    /// # Errors
    /// There is no such button.
    pub async fn is_wholly_visible(&self, button: &str) -> Result<bool> {
        self.settle().await?;
        let button = self.find("button", button).await?;
        let whole =
            "const { top, bottom } = arguments[0].getBoundingClientRect(); return top >= 0 && bottom <= innerHeight";
        Ok(self.run(whole, vec![button.to_json()?]).await?.json() == &json!(true))
    }

    async fn list(&self, script: &str) -> Result<Vec<String>> {
        let found = self.run(script, vec![]).await?;
        serde_json::from_value(found.json().clone()).with_context(|| format!("no list: {}", found.json()))
    }
}
