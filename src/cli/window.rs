//! Words for when there is no window to open.

/// Debian packages the window loads at run time; the window system's own follow in [`window_failure`].
const LIBRARIES: &str = "libx11-6 libx11-xcb1 libxcb1 libxcursor1 libxi6 libxrandr2 libxkbcommon0 libxkbcommon-x11-0 \
                         libgl1 libegl1 libgl1-mesa-dri";

const HEADLESS: &str = "Without a window:\n  \
    cutscape inspect MODEL.onnx     layers, MACs, parameters, bytes\n  \
    cutscape evaluate DESIGN.ron    latency, energy, throughput, memory\n  \
    cutscape explore DESIGN.ron     the exact latency-energy front\n  \
    (each with --json or --csv)";

/// What to tell the user when the window cannot open: what is missing, how to install it, and what works without it.
pub fn window_failure(error: &str) -> String {
    let display = ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
    describe(error, display)
}

fn describe(error: &str, display: bool) -> String {
    let reason = if display {
        format!(
            "A library of the window system or of OpenGL is probably missing. On Debian or Ubuntu:\n  \
             sudo apt-get install {LIBRARIES}\n\
             and for Wayland also: libwayland-client0 libwayland-egl1"
        )
    } else {
        "No display is set: neither DISPLAY nor WAYLAND_DISPLAY names one. Start the program from a desktop, \
         with `ssh -X`, or on a virtual display. On Debian or Ubuntu:\n  \
         sudo apt-get install xvfb libgl1-mesa-dri && xvfb-run cutscape"
            .to_owned()
    };
    format!("the window cannot open: {error}\n{reason}\n{HEADLESS}")
}

/// What to tell the user of a program that was built without its window.
pub fn without_window() -> String {
    format!("this program was built without its window (feature `window`)\n{HEADLESS}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_display_and_a_missing_library_are_told_apart() {
        let no_display = describe("no backend", false);
        let no_library = describe("libEGL.so.1: not found", true);
        assert!(no_display.contains("DISPLAY") && no_display.contains("xvfb"));
        assert!(no_library.contains("libEGL.so.1") && no_library.contains("libegl1"));
        for text in [no_display, no_library, without_window()] {
            assert!(text.contains("cutscape inspect MODEL.onnx"));
        }
    }
}
