//! The layer above a chart: cross hairs, a tip, and one native slider that serves mouse, touch, keyboard and screen readers.
//! Moving over the chart never draws it anew.

use leptos::ev;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use crate::charts::{Host, Plot};

/// Width of the slider's thumb in the style sheet, in CSS pixels.
const THUMB: f64 = 24.0;
/// Width of the tip in the style sheet, in CSS pixels at the usual text size.
const TIP_WIDTH: f64 = 208.0;
const TIP_AWAY: f64 = 12.0;
/// A finger hides more than a pointer.
const TIP_AWAY_FROM_FINGER: f64 = 24.0;
/// Page Up and Page Down: a week of days.
const PAGE: usize = 7;

/// What is told of one point.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spot {
    /// In the tip, above.
    pub title: String,
    /// In the tip, the figure.
    pub figure: String,
    /// In the tip, below.
    pub lines: Vec<String>,
    /// For `aria-valuetext`.
    pub spoken: String,
}

/// Slider, cross hairs and tip. `spot` follows every signal that it reads.
#[component]
pub fn Inspector(
    /// Name of the slider.
    label: &'static str,
    plot: RwSignal<Option<Plot>>,
    host: RwSignal<Host>,
    /// How many points there are.
    #[prop(into)]
    count: Signal<usize>,
    #[prop(into)] spot: Callback<usize, Option<Spot>>,
    /// Enter, or a click on the point.
    #[prop(into)]
    on_open: Callback<usize>,
) -> impl IntoView {
    // Where the slider stands; none: at the end.
    let chosen = RwSignal::new(None::<usize>);
    // What is looked at.
    let shown = RwSignal::new(None::<usize>);
    let finger = RwSignal::new(false);
    let last = Memo::new(move |_| count.get().saturating_sub(1));
    let value = Memo::new(move |_| chosen.get().map_or(last.get(), |chosen| chosen.min(last.get())));
    let look_at = move |at: usize| {
        chosen.set(Some(at));
        shown.set(Some(at));
    };
    let under = move |event: &ev::PointerEvent| {
        let slider = event.current_target()?.dyn_into::<web_sys::Element>().ok()?;
        let left = slider.get_bounding_client_rect().left();
        plot.with_untracked(|plot| {
            let plot = plot.as_ref()?;
            plot.under(event.client_x(), left, THUMB)
        })
    };
    let moved = move |event: ev::PointerEvent| {
        finger.set(event.pointer_type() == "touch");
        shown.set(under(&event));
    };
    let left = move |event: ev::PointerEvent| {
        if event.pointer_type() == "mouse" {
            shown.set(None);
        }
    };
    let dragged = move |event: ev::Event| {
        if let Ok(at) = event_target_value(&event).parse() {
            look_at(at);
        }
    };
    let focused = move |event: ev::FocusEvent| {
        let slider = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        if slider.is_some_and(|slider| slider.matches(":focus-visible").unwrap_or(false)) {
            shown.set(Some(value.get_untracked()));
        }
    };
    let pressed = move |event: ev::KeyboardEvent| {
        let (at, last) = (value.get_untracked(), last.get_untracked());
        match event.key().as_str() {
            "Escape" => shown.set(None),
            "Enter" => on_open.run(at),
            // Browsers take a tenth of the way.
            "PageUp" => look_at(at.saturating_add(PAGE).min(last)),
            "PageDown" => look_at(at.saturating_sub(PAGE)),
            _ => return,
        }
        event.prevent_default();
    };
    let clicked = move |_| {
        if let Some(at) = shown.get_untracked().filter(|_| !finger.get_untracked()) {
            on_open.run(at);
        }
    };
    let spoken = move || spot.run(value.get()).map(|spot| spot.spoken);
    let place = Memo::new(move |_| {
        let of = |plot: &Plot| (plot.slider(THUMB), plot.top);
        plot.with(|plot| plot.as_ref().map(of)).unwrap_or_default()
    });
    view! {
        <Mark plot host shown finger spot />
        <input
            type="range"
            class="inspect"
            min="0"
            max=move || last.get().to_string()
            step="1"
            prop:value=move || {
                // Set after `max`, which would cut it.
                last.track();
                value.get().to_string()
            }
            aria-label=label
            aria-valuetext=spoken
            disabled=move || count.get() == 0
            style:left=move || px(place.get().0.0)
            style:width=move || px(place.get().0.1)
            style:top=move || px(place.get().1)
            style:bottom="0"
            on:pointermove=moved
            on:pointerdown=moved
            on:pointerleave=left
            on:input=dragged
            on:focus=focused
            on:blur=move |_| shown.set(None)
            on:keydown=pressed
            on:click=clicked
        />
    }
}

/// Cross hairs and tip at the point looked at.
#[component]
fn Mark(
    plot: RwSignal<Option<Plot>>,
    host: RwSignal<Host>,
    shown: RwSignal<Option<usize>>,
    finger: RwSignal<bool>,
    spot: Callback<usize, Option<Spot>>,
) -> impl IntoView {
    let told = Memo::new(move |_| shown.get().and_then(|at| spot.run(at)));
    let place = Memo::new(move |_| {
        let at = shown.get()?;
        plot.with(|plot| {
            let plot = plot.as_ref()?;
            let (x, y) = plot.points.get(at).copied()?;
            Some((x, y, plot.top, plot.height()))
        })
    });
    let tip_left = move || {
        let (x, host) = (place.get()?.0, host.get());
        let away = if finger.get() { TIP_AWAY_FROM_FINGER } else { TIP_AWAY };
        Some(Plot::beside(x, host.text_px(TIP_WIDTH), away, host.width))
    };
    let visible = Memo::new(move |_| place.get().is_some() && told.get().is_some());
    let x = move || px(place.get().unwrap_or_default().0);
    let dot = move || place.get().and_then(|(_, y, ..)| y);
    view! {
        <div class="mark" aria-hidden="true" hidden=move || !visible.get()>
            <div
                class="cross"
                style:left=x
                style:top=move || px(place.get().unwrap_or_default().2)
                style:height=move || px(place.get().unwrap_or_default().3)
            ></div>
            <div class="cross-dot" style:left=x style:top=move || px(dot().unwrap_or_default()) hidden=move || dot().is_none()></div>
            <div class="tip" style:left=move || px(tip_left().unwrap_or_default())>
                <p class="muted">{move || told.get().map(|spot| spot.title)}</p>
                <p class="tip-figure">{move || told.get().map(|spot| spot.figure)}</p>
                {move || {
                    let lines = told.get().map(|spot| spot.lines).unwrap_or_default();
                    lines.into_iter().map(|line| view! { <p>{line}</p> }).collect_view()
                }}
            </div>
        </div>
    }
}

fn px(length: f64) -> String {
    format!("{length}px")
}
