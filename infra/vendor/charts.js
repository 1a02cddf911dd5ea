// The parts of ECharts that the chart pages use.
import { init, use } from "echarts/core";
import { BarChart, LineChart, SankeyChart, HeatmapChart } from "echarts/charts";
import {
    AriaComponent, DatasetComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent,
} from "echarts/components";
import { SVGRenderer } from "echarts/renderers";

use([
    BarChart, LineChart, SankeyChart, HeatmapChart, AriaComponent, DatasetComponent, GridComponent, LegendComponent,
    TooltipComponent, VisualMapComponent, SVGRenderer,
]);
export { init };
