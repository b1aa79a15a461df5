//! How a page is shown: its size, and the colours that the user prefers. WebDriver has no words for these, so each browser
//! is told in its own.

use serde_json::{Value, json};

use super::Browser;
use super::driver::Kind;

impl Browser {
    /// Shows the page at a width in pixels and with a colour scheme, `light` or `dark`.
    pub(crate) async fn show(&self, width: u32, scheme: &str) {
        self.show_at(width, 720, scheme).await;
    }

    /// The same at a height as well.
    pub(crate) async fn show_at(&self, width: u32, height: u32, scheme: &str) {
        match self.session.kind {
            Kind::Chromium => {
                let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
                self.devtools("Emulation.setDeviceMetricsOverride", size).await;
                self.emulate("prefers-color-scheme", scheme).await;
            }
            Kind::Firefox => {
                let is_light = u8::from(scheme == "light");
                self.in_firefoxs_own_context(&format!(
                    "Object.assign(gBrowser.selectedBrowser.style, {{
                         flex: 'none', minWidth: 0, minHeight: 0, width: '{width}px', height: '{height}px'}});
                     Services.prefs.setIntPref('layout.css.prefers-color-scheme.content-override', {is_light})"
                ))
                .await;
                // It tells the page a little later.
                let shown = format!(
                    "innerWidth === {width} && innerHeight === {height}
                     && matchMedia('(prefers-color-scheme: {scheme})').matches"
                );
                self.until_true(&shown).await;
            }
        }
    }

    /// Forces colours, as systems do for users who need contrast.
    pub(crate) async fn force_colours(&self) {
        match self.session.kind {
            Kind::Chromium => self.emulate("forced-colors", "active").await,
            Kind::Firefox => {
                let force = "Services.prefs.setIntPref('browser.display.document_color_use', 2)";
                self.in_firefoxs_own_context(force).await;
                self.until_true("matchMedia('(forced-colors: active)').matches").await;
            }
        }
    }

    /// Undoes what earlier tests did in a Firefox that is used again, and gives it the size of a new Chromium.
    pub(super) async fn show_as_always(&self) {
        self.show_at(800, 600, "light").await;
        self.in_firefoxs_own_context(
            "Services.prefs.clearUserPref('browser.display.document_color_use');
             Services.console.reset()",
        )
        .await;
    }

    async fn emulate(&self, feature: &str, value: &str) {
        let media = json!({"features": [{"name": feature, "value": value}]});
        self.devtools("Emulation.setEmulatedMedia", media).await;
    }

    pub(super) async fn in_firefoxs_own_context(&self, script: &str) -> Value {
        self.session.post("/moz/context", json!({"context": "chrome"})).await;
        let value = self.eval(script).await;
        self.session.post("/moz/context", json!({"context": "content"})).await;
        value
    }
}
