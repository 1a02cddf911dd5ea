// A chart, whose library is loaded when the first one is shown. The same figures always stand in a table beside it.
import { html, useEffect, useRef, useState } from "./vendor/kit.js";
import { language, size, t, theme, unit } from "./state.js";

const colour = (/** @type {string} */ name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** `low`: few bars, which need no more height; `palette`: the colours by their number. @param {{title: string, option: any, low?: boolean, palette?: number[]}} props */
export function Chart({ title, option, low = false, palette = [1, 4, 2, 3, 6, 5] }) {
    const place = useRef(/** @type {any} */ (null));
    const [failed, fail] = useState(false);
    const key = JSON.stringify([option, theme.value, size.value, language.value, unit.value]);
    useEffect(() => {
        /** @type {any} */
        let chart = null;
        let gone = false;
        const resized = () => chart?.resize();
        import("./vendor/charts.js").then(({ init }) => {
            if (gone) return;
            const [ink, quiet, rule] = ["--ink", "--quiet", "--rule"].map(colour);
            const axis = (/** @type {any} */ given) => given && { ...given, axisLabel: { color: quiet, ...given.axisLabel }, splitLine: { lineStyle: { color: rule } }, axisLine: { lineStyle: { color: rule } } };
            chart = init(place.current, null, { renderer: "svg" });
            chart.setOption({
                animation: false, color: palette.map((number) => colour(`--bar-${number}`)), textStyle: { color: ink, fontFamily: getComputedStyle(document.body).fontFamily },
                aria: { enabled: true, label: { enabled: false }, decal: { show: true } }, tooltip: { renderMode: "richText" }, ...option, xAxis: axis(option.xAxis), yAxis: axis(option.yAxis),
                ...(option.legend ? { legend: { ...option.legend, textStyle: { color: ink } } } : {}),
                ...(option.series ? { series: option.series.map((/** @type {any} */ each) => ({ ...each, label: { color: ink, textBorderWidth: 0, ...each.label } })) } : {}),
            });
            window.addEventListener("resize", resized);
        }, () => fail(true));
        return () => { gone = true; window.removeEventListener("resize", resized); chart?.dispose(); };
    }, [key]);
    return failed ? html`<p class="quiet">${t("图表暂不可用，数据见下表。", "The chart is not available; its figures stand below.")}</p>` : html`<div class=${low ? "chart low" : "chart"} role="img" aria-label=${title} ref=${place}></div>`;
}
