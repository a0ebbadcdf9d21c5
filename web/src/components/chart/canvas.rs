//! A canvas as sharp as the screen, drawn anew whenever its size, the screen, the theme or what it shows has changed.

use leptos::html;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos_use_device_pixel_ratio::use_device_pixel_ratio;
use leptos_use_resize_observer::use_resize_observer;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters_canvas::CanvasBackend;
use web_sys::HtmlCanvasElement;

use super::appearance::use_colours;
use crate::base::document;
use crate::charts::{Backing, Host, Look, Plot};

/// What is drawn on.
type CanvasArea = DrawingArea<CanvasBackend, Shift>;

/// Draws on an empty area and tells where things are; follows every signal that it reads. A failure in words.
pub type Draw = Box<dyn Fn(&CanvasArea, &Look) -> Result<Option<Plot>, String>>;

/// Canvas and, as children, what lies above it. The host has its size from the style sheet, never from the canvas.
#[component]
pub fn ChartCanvas(
    draw: Draw,
    /// Id of the caption.
    label: String,
    /// Where things were drawn, in CSS pixels.
    #[prop(optional)]
    plot: RwSignal<Option<Plot>>,
    /// Size of the host.
    #[prop(optional)]
    host: RwSignal<Host>,
    /// Twice as many pixels as the screen has.
    #[prop(default = false)]
    supersample: bool,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    let host_ref = NodeRef::<html::Div>::new();
    let canvas_ref = NodeRef::<html::Canvas>::new();
    follow_size(host_ref, host);
    let (screen_ratio, theme) = (use_device_pixel_ratio(), use_colours());
    Effect::new(move |_| {
        let Some(canvas) = canvas_ref.get() else { return };
        let host = host.get();
        let Some(backing) = Backing::new(&host, screen_ratio.get(), supersample) else { return };
        let look = Look { theme: theme.get(), scale: backing.ratio, text: host.text };
        empty(&canvas, &backing);
        let Some(backend) = CanvasBackend::with_canvas_object(canvas) else { return };
        match draw(&backend.into_drawing_area(), &look) {
            Ok(drawn) => plot.set(drawn.map(|drawn| drawn.in_css(backing.ratio))),
            Err(error) => leptos::logging::error!("a chart could not be drawn: {error}"),
        }
    });
    view! {
        <div class="chart-host" node_ref=host_ref>
            // `dir`: plotters aligns axis labels by start and end, which trade places in pages from right to left.
            <canvas node_ref=canvas_ref role="img" dir="ltr" aria-labelledby=label></canvas>
            {children.map(|children| children())}
        </div>
    }
}

/// Once a frame at most, and never inside the observer's call: changing the observed box there would loop.
fn follow_size(host_ref: NodeRef<html::Div>, host: RwSignal<Host>) {
    let newest = StoredValue::new(Host::default());
    let waiting = StoredValue::new(false);
    use_resize_observer(host_ref, move |entries, _| {
        let Some(rect) = entries.last().map(web_sys::ResizeObserverEntry::content_rect) else { return };
        newest.try_set_value(Host::new(rect.width(), rect.height(), rem()));
        if waiting.try_get_value() != Some(false) {
            return;
        }
        waiting.try_set_value(true);
        request_animation_frame(move || {
            waiting.try_set_value(false);
            if let (Some(newest), Some(old)) = (newest.try_get_value(), host.try_get_untracked())
                && newest.differs(&old)
            {
                host.try_set(newest);
            }
        });
    });
}

/// Pixels of `1rem`: readers who want larger text get larger axis labels.
fn rem() -> f64 {
    let root = document().and_then(|document| document.document_element());
    let style = root.and_then(|root| window().get_computed_style(&root).ok().flatten());
    let size = style.and_then(|style| style.get_property_value("font-size").ok());
    size.and_then(|size| size.trim_end_matches("px").parse().ok()).unwrap_or(f64::NAN)
}

/// Gives the canvas its pixels, all clear. Setting a size clears it and forgets its state; not setting it does neither.
fn empty(canvas: &HtmlCanvasElement, backing: &Backing) {
    let context = canvas.get_context("2d").ok().flatten();
    let Some(context) = context.and_then(|context| context.dyn_into::<web_sys::CanvasRenderingContext2d>().ok()) else {
        return;
    };
    if (canvas.width(), canvas.height()) == (backing.width, backing.height) {
        context.clear_rect(0.0, 0.0, backing.width.into(), backing.height.into());
    } else {
        canvas.set_width(backing.width);
        canvas.set_height(backing.height);
    }
    context.set_line_join("round");
}
