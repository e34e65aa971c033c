// Two colours carry meaning, blue and orange, which people with any
// colour vision tell apart; all else is ink and paper.
#include "hebb/page/style.h"

namespace hebb::page {

const std::string_view style = R"css(
:root {
  --paper: #fbfaf8; --card: #ffffff; --ink: #1d1d1f; --soft: #6b6b70; --hair: #e4e2dd; --grid: #eeece8;
  --blue: #1f6fb5; --orange: #c85a00; --heat-right: 24 95 165; --heat-wrong: 213 94 0; --on-deep: #ffffff; --note: #fff4e3; --more: rgb(0 0 0 / .28);
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #141517; --card: #1c1d20; --ink: #ececee; --soft: #9c9ca3; --hair: #303136; --grid: #292a2e;
    --blue: #6cb4f2; --orange: #f5a053; --heat-right: 38 108 176; --heat-wrong: 214 108 28; --on-deep: #ffffff; --note: #33291a; --more: rgb(255 255 255 / .34);
  }
}
* { box-sizing: border-box; }
html { color-scheme: light dark; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif;
  font-variant-numeric: tabular-nums; -webkit-font-smoothing: antialiased; }
main, footer { max-width: 1040px; margin: 0 auto; padding: 0 28px; }
main { padding-top: 56px; }
h1 { font-size: 34px; line-height: 1.15; letter-spacing: -0.02em; font-weight: 650; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 20px; letter-spacing: -0.01em; font-weight: 620; margin: 0 0 6px; }
h3 { font-size: 15px; font-weight: 620; margin: 0 0 8px; }
.subtitle { color: var(--soft); font-size: 17px; margin: 8px 0 0; max-width: 46em; }
.lead { color: var(--soft); margin: 0 0 16px; max-width: 46em; }
.note { background: var(--note); border-left: 3px solid var(--orange); border-radius: 3px; padding: 9px 14px; margin: 16px 0 0; max-width: 60em; }
.headline { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 24px; margin: 34px 0 0; padding: 22px 0; border-block: 1px solid var(--hair); }
.headline span { display: block; }
.headline .what, .headline .aside { color: var(--soft); font-size: 13px; }
.headline .value { font-size: 32px; line-height: 1.25; font-weight: 600; letter-spacing: -0.02em; }
section { margin: 52px 0 0; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 400px), 1fr)); gap: 20px; margin-top: 14px; }
.card { background: var(--card); border: 1px solid var(--hair); border-radius: 10px; padding: 16px 18px 12px; margin: 0; min-width: 0; }
.card figcaption { font-weight: 600; margin-bottom: 4px; }
.chart { display: block; width: 100%; height: auto; font-size: 11px; overflow: visible; }
.chart line { vector-effect: non-scaling-stroke; }
.chart .grid { stroke: var(--grid); } .chart .zero { stroke: var(--soft); stroke-opacity: .55; }
.chart text { fill: var(--soft); }
.chart .tick.y { text-anchor: end; } .chart .tick.x, .chart .name { text-anchor: middle; }
.chart .name.y { text-anchor: start; transform: translateX(-32px); }
.chart .line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
.chart .line.train { stroke: var(--blue); } .chart .line.validation { stroke: var(--orange); }
.chart .dot.train { fill: var(--blue); } .chart .dot.validation { fill: var(--orange); }
.chart .line.dashed { stroke-dasharray: 4 3; stroke-opacity: .7; }
.c0 { --c: var(--blue); } .c1 { --c: var(--orange); } .c2 { --c: #2a9d6f; } .c3 { --c: #b0569b; } .c4 { --c: #3aa6b9; } .c5 { --c: #a8862a; } .c6 { --c: #7a6fd0; } .c7 { --c: #c94f5d; }
.chart .line[class*=" c"] { stroke: var(--c); } .chart .dot[class*=" c"] { fill: var(--c); }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 22px; margin: 0; padding: 0; } .legend li { overflow-wrap: anywhere; }
.legend li::before { content: ""; display: inline-block; width: 14px; height: 3px; border-radius: 2px; background: var(--c); margin-right: 8px; vertical-align: middle; }
.compared { font-size: 14px; margin-top: 10px; } .compared th, .compared td { padding: 6px 18px 6px 0; text-align: left; border-top: 1px solid var(--hair); vertical-align: top; }
.compared thead th { border-top: 0; color: var(--soft); font-weight: 500; } .compared tbody th { font-weight: 500; } .compared .best { font-weight: 650; }
.compared td.number, .compared th.number { text-align: right; }
.chart .hit { fill: transparent; } .chart .dot:hover .hit { fill: currentColor; fill-opacity: .12; }
.chart .label { font-weight: 600; font-size: 11.5px; }
.chart .label.train { fill: var(--blue); } .chart .label.validation { fill: var(--orange); }
.chart line.best { stroke: var(--soft); stroke-dasharray: 3 3; } .chart text.best { text-anchor: middle; }
.chart .ring { fill: none; stroke: var(--orange); stroke-width: 1.6; }
.chart .ideal { stroke: var(--orange); stroke-width: 1.5; stroke-dasharray: 5 4; }
.chart .points { fill: var(--blue); fill-opacity: .45; } .chart .bar { fill: var(--blue); fill-opacity: .75; }
/* What is too wide scrolls: a shadow says at which side there is more (its cover moves with the content), and rows keep their names. */
.scroll { overflow-x: auto; background:
  linear-gradient(90deg, var(--paper) 40%, transparent) left / 36px 100% no-repeat local, linear-gradient(270deg, var(--paper) 40%, transparent) right / 36px 100% no-repeat local,
  linear-gradient(90deg, var(--more), transparent) left / 12px 100% no-repeat scroll, linear-gradient(270deg, var(--more), transparent) right / 12px 100% no-repeat scroll; }
.scroll th[scope=row] { position: sticky; left: 0; background: var(--paper); }
table { border-collapse: collapse; }
.confusions { display: grid; grid-template-columns: auto minmax(240px, 1fr); gap: 20px 44px; align-items: start; }
.confusion { font-size: 13px; border-collapse: separate; border-spacing: 2px; }
.confusion td { min-width: 44px; height: 34px; padding: 0 4px; text-align: center; border-radius: 3px; }
.confusion th { font-weight: 500; color: var(--ink); padding: 0 8px 0 0; text-align: right; white-space: nowrap; max-width: 15em; overflow: hidden; text-overflow: ellipsis; }
.confusion th.axis { color: var(--soft); font-weight: 400; text-align: center; padding: 0 0 4px; }
.confusion thead tr + tr th.axis { vertical-align: bottom; text-align: right; padding: 0 8px 6px 0; }
.confusion th.column { vertical-align: bottom; padding: 0 0 6px; text-align: center; max-width: none; }
.confusion th.column span { writing-mode: vertical-rl; transform: rotate(180deg); max-height: 11em; overflow: hidden; text-overflow: ellipsis; display: inline-block; }
.confusion.upright th.column { padding: 0 10px 6px; } .confusion.upright th.column span { writing-mode: horizontal-tb; transform: none; }
.confusion .none { color: var(--soft); opacity: .45; }
.confusion .right { background: rgb(var(--heat-right) / var(--v)); } .confusion .wrong { background: rgb(var(--heat-wrong) / var(--v)); }
.confusion .deep { color: var(--on-deep); }
.confusion .right { font-weight: 600; }
.confusion.dense { border-spacing: 0; background: var(--card); border: 1px solid var(--hair); } .confusion.dense td { min-width: 5px; width: 5px; height: 5px; padding: 0; border-radius: 0; }
.pairs { list-style: none; margin: 0; padding: 0; }
.pairs li { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 16px; padding: 7px 0; border-top: 1px solid var(--hair); }
.pairs b { font-weight: 600; } .pairs .part { color: var(--soft); }
.classes { width: 100%; margin-top: 10px; }
.classes th, .classes td { padding: 7px 12px 7px 0; text-align: left; border-top: 1px solid var(--hair); white-space: nowrap; }
.classes thead th { color: var(--soft); font-weight: 500; font-size: 13px; border-top: 0; }
.classes tbody th { font-weight: 500; } .classes .count { text-align: right; padding-right: 0; }
.classes tfoot th { font-weight: 500; color: var(--soft); } .classes tfoot tr:first-child > * { border-top-color: var(--soft); }
.classes .rate { width: 21%; }
.classes .rate span { display: inline-block; min-width: 3.2em; }
.classes .rate::after { content: ""; display: inline-block; vertical-align: middle; width: calc((100% - 4em) * var(--v)); height: 6px; border-radius: 3px; background: var(--blue); opacity: .6; }
.mistakes { display: grid; grid-template-columns: repeat(auto-fill, minmax(136px, 1fr)); gap: 18px 16px; }
.mistakes figure { margin: 0; min-width: 0; break-inside: avoid; }
.mistakes img { display: block; width: 100%; aspect-ratio: 1; object-fit: contain; image-rendering: pixelated; background: var(--card); border: 1px solid var(--hair); border-radius: 8px; }
.mistakes figcaption { margin-top: 7px; font-size: 13px; line-height: 1.4; }
.mistakes figcaption > span { display: block; overflow-wrap: anywhere; }
.was { font-weight: 600; } .took { color: var(--orange); } .sure { white-space: nowrap; } .which { color: var(--soft); font-size: 12px; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(210px, 1fr)); gap: 16px 28px; margin: 14px 0 0; }
.facts dt { color: var(--soft); font-size: 13px; } .facts dd { margin: 0; overflow-wrap: anywhere; }
pre { background: var(--card); border: 1px solid var(--hair); border-radius: 10px; padding: 14px 18px; margin: 14px 0 0; overflow-x: auto; font: 13px/1.55 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
footer { color: var(--soft); font-size: 13px; margin-top: 56px; padding-bottom: 40px; }
@media (max-width: 820px) { .confusions { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 560px) {
  main, footer { padding-left: 16px; padding-right: 16px; } main { padding-top: 28px; } h1 { font-size: 27px; } section { margin-top: 40px; }
  .headline { grid-template-columns: 1fr 1fr; gap: 18px; } .headline .value { font-size: 26px; }
  .card { padding: 12px 12px 8px; } .confusion { border-spacing: 1px; font-size: 12px; } .confusion td { min-width: 24px; height: 28px; padding: 0 1px; font-size: 11px; }
  .confusion th { max-width: 8em; padding-right: 5px; } .confusion.upright th.column { padding: 0 2px 6px; } .confusion.dense { font-size: 12px; border-spacing: 0; }
  .classes { font-size: 13px; } .classes th, .classes td { padding-right: 8px; } .classes th { white-space: normal; overflow-wrap: anywhere; } .classes thead th { font-size: 12px; white-space: nowrap; }
  .classes .rate { width: auto; } .classes .rate span { min-width: 0; }
  .mistakes { grid-template-columns: repeat(auto-fill, minmax(96px, 1fr)); gap: 14px 12px; }
  .classes .rate::after { display: none; }
}
@media print {
  :root { --paper: #fff; --card: #fff; --ink: #000; --soft: #555; --hair: #ccc; --grid: #e6e6e6; --blue: #1f6fb5; --orange: #c85a00;
    --heat-right: 24 95 165; --heat-wrong: 213 94 0; --note: #fff; }
  html { color-scheme: light; } body { font-size: 11pt; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  main { padding-top: 0; max-width: none; } section { margin-top: 26pt; } h2 { break-after: avoid; }
  .card, .headline, .confusion, .classes tr, .pairs { break-inside: avoid; } .scroll { overflow: visible; background: none; } pre { white-space: pre-wrap; }
}
)css";

}  // namespace hebb::page
