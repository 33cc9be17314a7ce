// Lines with a band from minimum to maximum, an axis for each unit, gaps as gaps. Draws with uPlot, which is a script
// of its own and so lies in the window.

import {show} from './format.js';
import {locale, t} from './i18n.js';
import {showTime, siteZone, startOfDay} from './time.js';

const COLOURS = 10;
const HEIGHT = 420;

export function colour(n) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--c${n % COLOURS}`).trim();
}

function themed(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/**
 * One line to draw.
 *
 * @typedef {{label: string, unit: string, colour: string, dash?: boolean, times: number[], value: (number|null)[],
 *   min?: (number|null)[], max?: (number|null)[], openFrom?: number}} Line times in epoch ms, rising
 */

/** Puts the columns of all lines on one axis of time; what a line lacks there is undefined, which is no gap. */
function together(lines) {
  const times = [...new Set(lines.flatMap((line) => line.times))].sort((a, b) => a - b);
  const at = new Map(times.map((time, index) => [time, index]));
  const spread = (line, column) => {
    const out = new Array(times.length).fill(undefined);
    line.times.forEach((time, index) => { out[at.get(time)] = column[index]; });
    return out;
  };
  return {times, spread};
}

/**
 * Draws.
 *
 * @param gaps stretches to shade: {start, stop, colour}
 * @param onzoom called with start and stop (epoch ms) when somebody has marked a stretch
 */
export function draw(place, lines, {start, stop, gaps = [], onzoom, bars = false, height = HEIGHT}) {
  const {times, spread} = together(lines);
  const units = [...new Set(lines.map((line) => line.unit))];
  const data = [times.map((time) => time / 1000)];
  const series = [{label: t('time'), value: (_, seconds) => (seconds === null || seconds === undefined ? '' : showTime(seconds * 1000, locale()))}];
  const bands = [];
  for (const line of lines) {
    const scale = `unit ${line.unit}`;
    const value = spread(line, line.value);
    const quiet = {scale, stroke: 'transparent', points: {show: false}, legend: false};
    if (line.max && line.min) {
      bands.push({series: [series.length, series.length + 1], fill: `${line.colour}2e`});
      series.push({...quiet, label: `${line.label} max`, value: (_, v) => show(v)}, {...quiet, label: `${line.label} min`, value: (_, v) => show(v)});
      data.push(spread(line, line.max), spread(line, line.min));
    }
    const style = {scale, label: line.label, stroke: line.colour, width: 2 / devicePixelRatio * 1.5,
      dash: line.dash ? [8, 6] : undefined, value: (_, v) => (v === null || v === undefined ? '–' : `${show(v)} ${line.unit}`)};
    if (bars) style.paths = uPlot.paths.bars({size: [0.7, 80], align: 1});
    if (bars) style.points = {show: false};
    if (bars) style.fill = `${line.colour}b0`;
    series.push(style);
    data.push(line.openFrom === undefined ? value : value.map((v, index) => (times[index] >= line.openFrom ? undefined : v)));
    if (line.openFrom !== undefined) {
      // What is not finished is dotted, from the last finished value on.
      const last = times.findLastIndex((time, index) => time < line.openFrom && value[index] !== null && value[index] !== undefined);
      series.push({...style, label: `${line.label} …`, dash: [2, 4]});
      data.push(value.map((v, index) => (index >= last && last >= 0 ? v : undefined)));
    }
  }
  const ink = themed('--soft');
  const grid = {stroke: themed('--line'), width: 1};
  const options = {
    width: Math.max(280, place.clientWidth),
    height,
    padding: [null, 28, null, null],
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), siteZone()),
    series,
    bands,
    scales: {
      x: {time: true, range: () => [start / 1000, stop / 1000]},
      ...Object.fromEntries(units.map((unit) => [`unit ${unit}`, bars ? {range: (_, low, high) => [Math.min(0, low ?? 0), Math.max(0, high ?? 1) * 1.05]} : {}])),
    },
    axes: [
      {stroke: ink, grid, values: (_, ticks, __, ___, step) => ticks.map((tick, index) => moment(tick * 1000, step, index === 0))},
      ...units.map((unit, index) => ({
        scale: `unit ${unit}`,
        label: unit || ' ',
        labelSize: 22,
        stroke: ink,
        side: index % 2 ? 1 : 3,
        grid: index ? {show: false} : grid,
        size: 64,
        values: (_, ticks) => ticks.map((tick) => show(tick)),
      })),
    ],
    cursor: {drag: {x: Boolean(onzoom), y: false, setScale: false}, focus: {prox: 24}},
    legend: {live: true},
    hooks: {
      setSelect: [(plot) => {
        if (!onzoom || plot.select.width < 4) return;
        const from = plot.posToVal(plot.select.left, 'x') * 1000;
        const to = plot.posToVal(plot.select.left + plot.select.width, 'x') * 1000;
        plot.setSelect({left: 0, width: 0, top: 0, height: 0}, false);
        onzoom(from, to);
      }],
      drawClear: [(plot) => shade(plot, gaps)],
    },
  };
  place.replaceChildren();
  const plot = new uPlot(options, data, place);
  for (const row of place.querySelectorAll('.u-series')) {
    if (/ (min|max)$/.test(row.querySelector('.u-label')?.textContent ?? '')) row.remove();
  }
  return plot;
}

/** A tick of the time axis: as much of date and time as the step between ticks needs. */
function moment(ms, step, first) {
  if (step >= 28 * 86_400) return showTime(ms, locale(), {month: 'short', year: 'numeric'});
  const day = showTime(ms, locale(), {day: 'numeric', month: 'short'});
  if (step >= 86_400) return day;
  const time = showTime(ms, locale(), step < 60 ? {timeStyle: 'medium'} : {timeStyle: 'short'});
  return first || startOfDay(ms) === ms ? `${time}\n${day}` : time;
}

function shade(plot, gaps) {
  const {ctx, bbox} = plot;
  ctx.save();
  for (const gap of gaps) {
    const from = Math.max(bbox.left, plot.valToPos(gap.start / 1000, 'x', true));
    const to = Math.min(bbox.left + bbox.width, plot.valToPos(gap.stop / 1000, 'x', true));
    if (to > from) {
      ctx.fillStyle = themed('--gap');
      ctx.fillRect(from, bbox.top, Math.max(2, to - from), bbox.height);
    }
  }
  ctx.restore();
}

/** Keeps a plot as wide as its place. */
export function followWidth(place, current, signal) {
  const watch = new ResizeObserver(() => {
    const plot = current();
    if (plot && place.clientWidth > 0 && plot.width !== place.clientWidth) {
      plot.setSize({width: place.clientWidth, height: plot.height});
    }
  });
  watch.observe(place);
  signal.addEventListener('abort', () => watch.disconnect());
}

/** The picture, with its ground, as PNG. */
export function png(plot) {
  const source = plot.ctx.canvas;
  const canvas = document.createElement('canvas');
  canvas.width = source.width;
  canvas.height = source.height;
  const ctx = canvas.getContext('2d');
  ctx.fillStyle = themed('--card');
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  ctx.drawImage(source, 0, 0);
  return new Promise((done) => canvas.toBlob(done, 'image/png'));
}
